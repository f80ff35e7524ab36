// Functions that are computed lane by lane by the scalar sections: rare ones, and too long to be worth another form.
#ifndef NABLA_MATH_VECTOR_LANES_H
#define NABLA_MATH_VECTOR_LANES_H

#include "../include/nabla_math/digamma.h"
#include "../include/nabla_math/erfi.h"
#include "../include/nabla_math/gamma.h"
#include "../include/nabla_math/polygamma.h"
#include "vector.h"

// nabla:function v_gamma uses v gamma
/// The gamma function, lane by lane. At most 0.6 ulp.
NABLA_V_CALLED void nabla_v_gamma_lanes(nabla_v *x) {
  for (int i = 0; i < NABLA_V_LANES; i++) NABLA_V_LANE(*x, i) = nabla_gamma(NABLA_V_LANE(*x, i));
}
NABLA_V_INLINE nabla_v nabla_v_gamma(nabla_v x) { return nabla_v_gamma_lanes(&x), x; }
// nabla:end

// nabla:function v_lgamma uses v lgamma
/// log |gamma(x)|, lane by lane. At most 0.6 ulp.
NABLA_V_CALLED void nabla_v_lgamma_lanes(nabla_v *x) {
  for (int i = 0; i < NABLA_V_LANES; i++) NABLA_V_LANE(*x, i) = nabla_lgamma(NABLA_V_LANE(*x, i));
}
NABLA_V_INLINE nabla_v nabla_v_lgamma(nabla_v x) { return nabla_v_lgamma_lanes(&x), x; }
// nabla:end

// nabla:function v_digamma uses v digamma
/// The logarithmic derivative of the gamma function, lane by lane. At most 0.6 ulp; beside a zero
/// on the negative axis at most 8.
NABLA_V_CALLED void nabla_v_digamma_lanes(nabla_v *x) {
  for (int i = 0; i < NABLA_V_LANES; i++) NABLA_V_LANE(*x, i) = nabla_digamma(NABLA_V_LANE(*x, i));
}
NABLA_V_INLINE nabla_v nabla_v_digamma(nabla_v x) { return nabla_v_digamma_lanes(&x), x; }
// nabla:end

// nabla:function v_polygamma uses v polygamma
/// The n-th derivative of digamma, lane by lane. At most 0.6 ulp, but beside zeros.
NABLA_V_CALLED void nabla_v_polygamma_lanes(const nabla_v *n, nabla_v *x) {
  for (int i = 0; i < NABLA_V_LANES; i++) {
    NABLA_V_LANE(*x, i) = nabla_polygamma(NABLA_V_LANE(*n, i), NABLA_V_LANE(*x, i));
  }
}
NABLA_V_INLINE nabla_v nabla_v_polygamma(nabla_v n, nabla_v x) { return nabla_v_polygamma_lanes(&n, &x), x; }
// nabla:end

// nabla:function v_erfi uses v erfi
/// -i erf(ix), lane by lane. At most 1.0 ulp.
NABLA_V_CALLED void nabla_v_erfi_lanes(nabla_v *x) {
  for (int i = 0; i < NABLA_V_LANES; i++) NABLA_V_LANE(*x, i) = nabla_erfi(NABLA_V_LANE(*x, i));
}
NABLA_V_INLINE nabla_v nabla_v_erfi(nabla_v x) { return nabla_v_erfi_lanes(&x), x; }
// nabla:end

#endif
