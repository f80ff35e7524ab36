// The reciprocal circular functions and their inverses.
#ifndef NABLA_MATH_CIRCULAR_H
#define NABLA_MATH_CIRCULAR_H

#include "constants.h"
#include <math.h>

// nabla:function cot libm tan
/// 1/tan x; cot(+-0) is +-inf. At most 1.6 ulp.
static inline double nabla_cot(double x) { return 1 / tan(x); }
// nabla:end

// nabla:function sec libm cos
/// 1/cos x. At most 1.6 ulp.
static inline double nabla_sec(double x) { return 1 / cos(x); }
// nabla:end

// nabla:function csc libm sin
/// 1/sin x; csc(+-0) is +-inf. At most 1.6 ulp.
static inline double nabla_csc(double x) { return 1 / sin(x); }
// nabla:end

// nabla:function acot libm atan
/// atan(1/x): odd, with values in [-pi/2, pi/2]; acot(+0) = pi/2 and acot(-0) = -pi/2.
/// At most 1.6 ulp.
static inline double nabla_acot(double x) { return atan(1 / x); }
// nabla:end

// nabla:function asec uses constants libm fabs atan acos sqrt fma
/// acos(1/x) for |x| >= 1, in [0, pi]; NaN for |x| < 1. Near 1 the reciprocal would lose the digits that acos needs.
/// At most 1.7 ulp.
static inline double nabla_asec(double x) {
  const double pi = 0x1.921fb54442d18p+1, pi_low = 0x1.1a62633145c07p-53;
  double a = fabs(x);
  if (!(a >= 1)) return NABLA_NAN;
  if (a > 2) return acos(1 / x);
  double angle = atan(sqrt(fma(a, a, -1)));
  return x > 0 ? angle : pi - angle + pi_low;
}
// nabla:end

// nabla:function acsc uses constants libm fabs atan asin sqrt fma copysign
/// asin(1/x) for |x| >= 1, in [-pi/2, pi/2]; NaN for |x| < 1. At most 1.5 ulp.
static inline double nabla_acsc(double x) {
  double a = fabs(x);
  if (!(a >= 1)) return NABLA_NAN;
  if (a > 2) return asin(1 / x);
  return copysign(atan(1 / sqrt(fma(a, a, -1))), x);
}
// nabla:end

#endif
