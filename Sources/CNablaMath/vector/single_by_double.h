// The functions on floats that are computed in doubles and rounded once: at most 0.51 ulp, but beside zeros where the
// function of doubles has none such. mod and hypot are exact to a rounding.
#ifndef NABLA_MATH_VECTOR_SINGLE_BY_DOUBLE_H
#define NABLA_MATH_VECTOR_SINGLE_BY_DOUBLE_H

#include "circular.h"
#include "error.h"
#include "hyperbolic.h"
#include "inverse.h"
#include "lanes.h"
#include "piecewise.h"
#include "power.h"
#include "single.h"

// nabla:function vf_exp2 uses v vf v_exp2
NABLA_V_INLINE nabla_vf nabla_vf_exp2(nabla_vf x) { return NABLA_VF_ONE(nabla_v_exp2, x); }
// nabla:end
// nabla:function vf_log2 uses v vf v_log2
NABLA_V_INLINE nabla_vf nabla_vf_log2(nabla_vf x) { return NABLA_VF_ONE(nabla_v_log2, x); }
// nabla:end
// nabla:function vf_log10 uses v vf v_log10
NABLA_V_INLINE nabla_vf nabla_vf_log10(nabla_vf x) { return NABLA_VF_ONE(nabla_v_log10, x); }
// nabla:end
// nabla:function vf_tan uses v vf v_tan
NABLA_V_INLINE nabla_vf nabla_vf_tan(nabla_vf x) { return NABLA_VF_ONE(nabla_v_tan, x); }
// nabla:end
// nabla:function vf_cot uses v vf v_cot
NABLA_V_INLINE nabla_vf nabla_vf_cot(nabla_vf x) { return NABLA_VF_ONE(nabla_v_cot, x); }
// nabla:end
// nabla:function vf_sec uses v vf v_sec
NABLA_V_INLINE nabla_vf nabla_vf_sec(nabla_vf x) { return NABLA_VF_ONE(nabla_v_sec, x); }
// nabla:end
// nabla:function vf_csc uses v vf v_csc
NABLA_V_INLINE nabla_vf nabla_vf_csc(nabla_vf x) { return NABLA_VF_ONE(nabla_v_csc, x); }
// nabla:end
// nabla:function vf_asin uses v vf v_asin
NABLA_V_INLINE nabla_vf nabla_vf_asin(nabla_vf x) { return NABLA_VF_ONE(nabla_v_asin, x); }
// nabla:end
// nabla:function vf_acos uses v vf v_acos
NABLA_V_INLINE nabla_vf nabla_vf_acos(nabla_vf x) { return NABLA_VF_ONE(nabla_v_acos, x); }
// nabla:end
// nabla:function vf_atan uses v vf v_atan
NABLA_V_INLINE nabla_vf nabla_vf_atan(nabla_vf x) { return NABLA_VF_ONE(nabla_v_atan, x); }
// nabla:end
// nabla:function vf_acot uses v vf v_acot
NABLA_V_INLINE nabla_vf nabla_vf_acot(nabla_vf x) { return NABLA_VF_ONE(nabla_v_acot, x); }
// nabla:end
// nabla:function vf_asec uses v vf v_asec
NABLA_V_INLINE nabla_vf nabla_vf_asec(nabla_vf x) { return NABLA_VF_ONE(nabla_v_asec, x); }
// nabla:end
// nabla:function vf_acsc uses v vf v_acsc
NABLA_V_INLINE nabla_vf nabla_vf_acsc(nabla_vf x) { return NABLA_VF_ONE(nabla_v_acsc, x); }
// nabla:end
// nabla:function vf_sinh uses v vf v_sinh
NABLA_V_INLINE nabla_vf nabla_vf_sinh(nabla_vf x) { return NABLA_VF_ONE(nabla_v_sinh, x); }
// nabla:end
// nabla:function vf_cosh uses v vf v_cosh
NABLA_V_INLINE nabla_vf nabla_vf_cosh(nabla_vf x) { return NABLA_VF_ONE(nabla_v_cosh, x); }
// nabla:end
// nabla:function vf_coth uses v vf v_coth
NABLA_V_INLINE nabla_vf nabla_vf_coth(nabla_vf x) { return NABLA_VF_ONE(nabla_v_coth, x); }
// nabla:end
// nabla:function vf_sech uses v vf v_sech
NABLA_V_INLINE nabla_vf nabla_vf_sech(nabla_vf x) { return NABLA_VF_ONE(nabla_v_sech, x); }
// nabla:end
// nabla:function vf_csch uses v vf v_csch
NABLA_V_INLINE nabla_vf nabla_vf_csch(nabla_vf x) { return NABLA_VF_ONE(nabla_v_csch, x); }
// nabla:end
// nabla:function vf_asinh uses v vf v_asinh
NABLA_V_INLINE nabla_vf nabla_vf_asinh(nabla_vf x) { return NABLA_VF_ONE(nabla_v_asinh, x); }
// nabla:end
// nabla:function vf_acosh uses v vf v_acosh
NABLA_V_INLINE nabla_vf nabla_vf_acosh(nabla_vf x) { return NABLA_VF_ONE(nabla_v_acosh, x); }
// nabla:end
// nabla:function vf_atanh uses v vf v_atanh
NABLA_V_INLINE nabla_vf nabla_vf_atanh(nabla_vf x) { return NABLA_VF_ONE(nabla_v_atanh, x); }
// nabla:end
// nabla:function vf_acoth uses v vf v_acoth
NABLA_V_INLINE nabla_vf nabla_vf_acoth(nabla_vf x) { return NABLA_VF_ONE(nabla_v_acoth, x); }
// nabla:end
// nabla:function vf_asech uses v vf v_asech
NABLA_V_INLINE nabla_vf nabla_vf_asech(nabla_vf x) { return NABLA_VF_ONE(nabla_v_asech, x); }
// nabla:end
// nabla:function vf_acsch uses v vf v_acsch
NABLA_V_INLINE nabla_vf nabla_vf_acsch(nabla_vf x) { return NABLA_VF_ONE(nabla_v_acsch, x); }
// nabla:end
// nabla:function vf_cbrt uses v vf v_cbrt
NABLA_V_INLINE nabla_vf nabla_vf_cbrt(nabla_vf x) { return NABLA_VF_ONE(nabla_v_cbrt, x); }
// nabla:end
// nabla:function vf_erf uses v vf v_erf
NABLA_V_INLINE nabla_vf nabla_vf_erf(nabla_vf x) { return NABLA_VF_ONE(nabla_v_erf, x); }
// nabla:end
// nabla:function vf_erfi uses v vf v_erfi
NABLA_V_INLINE nabla_vf nabla_vf_erfi(nabla_vf x) { return NABLA_VF_ONE(nabla_v_erfi, x); }
// nabla:end
// nabla:function vf_gamma uses v vf v_gamma
NABLA_V_INLINE nabla_vf nabla_vf_gamma(nabla_vf x) { return NABLA_VF_ONE(nabla_v_gamma, x); }
// nabla:end
// nabla:function vf_lgamma uses v vf v_lgamma
NABLA_V_INLINE nabla_vf nabla_vf_lgamma(nabla_vf x) { return NABLA_VF_ONE(nabla_v_lgamma, x); }
// nabla:end
// nabla:function vf_digamma uses v vf v_digamma
NABLA_V_INLINE nabla_vf nabla_vf_digamma(nabla_vf x) { return NABLA_VF_ONE(nabla_v_digamma, x); }
// nabla:end
// nabla:function vf_xlogx uses v vf v_xlogx
NABLA_V_INLINE nabla_vf nabla_vf_xlogx(nabla_vf x) { return NABLA_VF_ONE(nabla_v_xlogx, x); }
// nabla:end
// nabla:function vf_log1mexp uses v vf v_log1mexp
NABLA_V_INLINE nabla_vf nabla_vf_log1mexp(nabla_vf x) { return NABLA_VF_ONE(nabla_v_log1mexp, x); }
// nabla:end
// nabla:function vf_power uses v vf v_power
NABLA_V_INLINE nabla_vf nabla_vf_power(nabla_vf x, nabla_vf y) { return NABLA_VF_TWO(nabla_v_power, x, y); }
// nabla:end
// nabla:function vf_atan2 uses v vf v_atan2
NABLA_V_INLINE nabla_vf nabla_vf_atan2(nabla_vf x, nabla_vf y) { return NABLA_VF_TWO(nabla_v_atan2, x, y); }
// nabla:end
// nabla:function vf_hypot uses v vf v_hypot
NABLA_V_INLINE nabla_vf nabla_vf_hypot(nabla_vf x, nabla_vf y) { return NABLA_VF_TWO(nabla_v_hypot, x, y); }
// nabla:end
// nabla:function vf_mod uses v vf v_mod
NABLA_V_INLINE nabla_vf nabla_vf_mod(nabla_vf x, nabla_vf y) { return NABLA_VF_TWO(nabla_v_mod, x, y); }
// nabla:end
// nabla:function vf_xlogy uses v vf v_xlogy
NABLA_V_INLINE nabla_vf nabla_vf_xlogy(nabla_vf x, nabla_vf y) { return NABLA_VF_TWO(nabla_v_xlogy, x, y); }
// nabla:end
// nabla:function vf_logaddexp uses v vf v_logaddexp
NABLA_V_INLINE nabla_vf nabla_vf_logaddexp(nabla_vf x, nabla_vf y) { return NABLA_VF_TWO(nabla_v_logaddexp, x, y); }
// nabla:end
// nabla:function vf_polygamma uses v vf v_polygamma
NABLA_V_INLINE nabla_vf nabla_vf_polygamma(nabla_vf x, nabla_vf y) { return NABLA_VF_TWO(nabla_v_polygamma, x, y); }
// nabla:end

#endif
