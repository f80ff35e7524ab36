// The hyperbolic functions. Their inverses are in logarithmic.h.
#ifndef NABLA_MATH_VECTOR_HYPERBOLIC_H
#define NABLA_MATH_VECTOR_HYPERBOLIC_H

#include "exponential.h"

// nabla:function v_tanh uses v v_pair v_expm1_pair
/// tanh x = m/(m + 1) with m = (e^2|x| - 1)/2, what rounding lost being put back. At most 1.5 ulp.
NABLA_V_INLINE nabla_v nabla_v_tanh(nabla_v x) {
  nabla_v_pair m = nabla_v_expm1_pair(2 * nabla_v_at_most(nabla_v_abs(x), 20));
  nabla_v_pair sum = nabla_v_sum(m.high, NABLA_V_SPLAT(1.0));
  nabla_v q = m.high / sum.high;
  return nabla_v_copysign(q + (m.low - q * (sum.low + m.low)) * (1 - q), x);
}
// nabla:end

// nabla:function v_half_exp uses v v_pair v_exp_reduced v_exp_reduce v_expm1_reduced
/// e^a/2 in two parts, for 0 <= a <= 720.
NABLA_V_INLINE nabla_v_pair nabla_v_half_exp(nabla_v a) {
  nabla_v_exp_reduced r = nabla_v_exp_reduce(a, NABLA_V_SPLAT(0.0));
  nabla_v_pair e = nabla_v_expm1_reduced(r), sum = nabla_v_ordered(NABLA_V_SPLAT(1.0), e.high);
  return (nabla_v_pair){nabla_v_scale(sum.high, r.k - 1), nabla_v_scale(sum.low + e.low, r.k - 1)};
}
// nabla:end

// nabla:function v_cosh uses v v_pair v_half_exp
/// cosh x = h + 1/(4h) with h = e^|x|/2. At most 1.1 ulp.
NABLA_V_INLINE nabla_v nabla_v_cosh(nabla_v x) {
  nabla_v_pair h = nabla_v_half_exp(nabla_v_at_most(nabla_v_abs(x), 720));
  return h.high + (h.low + 0.25 / h.high);
}
// nabla:end

// nabla:function v_sinh_small uses v
/// sinh a for |a| <= 1. At most 1.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_sinh_small(nabla_v a) {
  nabla_v z = a * a;
  nabla_v p = NABLA_V_POLY(
      z, 0x1.5555555555555p-3, 0x1.1111111111111p-7, 0x1.a01a01a01a001p-13, 0x1.71de3a556f96cp-19,
      0x1.ae6456792a77fp-26, 0x1.612467ccb226p-33, 0x1.ae777c36fd5b6p-41, 0x1.99f0806c2628dp-49);
  return nabla_v_fma(a * z, p, a);
}
// nabla:end

// nabla:function v_sinh uses v v_pair v_half_exp v_sinh_small
/// sinh x: an odd polynomial up to 1, and h - 1/(4h) with h = e^|x|/2 beyond. At most 1.1 ulp.
NABLA_V_INLINE nabla_v nabla_v_sinh(nabla_v x) {
  nabla_v a = nabla_v_at_most(nabla_v_abs(x), 720);
  nabla_v_pair h = nabla_v_half_exp(a);
  nabla_v y = nabla_v_select(a < 1, nabla_v_sinh_small(a), h.high + (h.low - 0.25 / h.high));
  return nabla_v_copysign(y, x);
}
// nabla:end

// nabla:function v_coth uses v v_pair v_expm1_pair
/// coth x = 1 + 1/m with m = (e^2|x| - 1)/2; +-inf at +-0. At most 1.6 ulp.
NABLA_V_INLINE nabla_v nabla_v_coth(nabla_v x) {
  nabla_v a = nabla_v_abs(x);
  nabla_v_pair m = nabla_v_expm1_pair(2 * nabla_v_at_most(nabla_v_at_least(a, 0x1p-60), 20));
  nabla_v q = 1 / m.high;
  return nabla_v_copysign(nabla_v_select(a < 0x1p-60, 1 / a, 1 + (q - q * q * m.low)), x);
}
// nabla:end

// nabla:function v_reciprocal_cosh uses v v_exp_reduced v_exp_reduce v_pair v_expm1_reduced
/// 2/(e^a + sign e^-a) for a >= 0, with its subnormal tail.
NABLA_V_INLINE nabla_v nabla_v_reciprocal_cosh(nabla_v a, double sign) {
  nabla_v_exp_reduced r = nabla_v_exp_reduce(nabla_v_at_most(a, 750), NABLA_V_SPLAT(0.0));
  nabla_v_pair e = nabla_v_expm1_reduced(r), sum = nabla_v_ordered(NABLA_V_SPLAT(1.0), e.high);
  nabla_v back = nabla_v_scale(1 / sum.high, -2 * nabla_v_at_most(r.k, 100));
  nabla_v_pair d = nabla_v_ordered(sum.high, sign * back);
  nabla_v q = 2 / d.high;
  return nabla_v_scale(q - 0.5 * q * q * (d.low + (sum.low + e.low)), -r.k);
}
// nabla:end

// nabla:function v_sech uses v v_reciprocal_cosh
/// 1/cosh x. At most 1.6 ulp.
NABLA_V_INLINE nabla_v nabla_v_sech(nabla_v x) { return nabla_v_reciprocal_cosh(nabla_v_abs(x), 1); }
// nabla:end

// nabla:function v_csch uses v v_sinh_small v_reciprocal_cosh
/// 1/sinh x; +-inf at +-0. At most 1.6 ulp.
NABLA_V_INLINE nabla_v nabla_v_csch(nabla_v x) {
  nabla_v a = nabla_v_abs(x);
  nabla_v y = nabla_v_select(a < 1, 1 / nabla_v_sinh_small(a), nabla_v_reciprocal_cosh(a, -1));
  return nabla_v_copysign(y, x);
}
// nabla:end

#endif
