// The hyperbolic functions. Their inverses are in logarithmic.h.
#ifndef NABLA_MATH_VECTOR_HYPERBOLIC_H
#define NABLA_MATH_VECTOR_HYPERBOLIC_H

#include "exponential.h"

// nabla:function v_tanh uses v v_abs v_pair v_expm1_pair
/// tanh x = m/(m + 2) with m = e^2|x| - 1, or 1 - 2/(m + 2) where m is large. At most 1.9 ulp.
NABLA_V_INLINE nabla_v nabla_v_tanh(nabla_v x) {
  nabla_v a = nabla_v_at_most(nabla_v_abs(x), 20);
  nabla_v_pair e = nabla_v_expm1_pair(a + a);
  nabla_v m = e.high;
  nabla_v_mask large = m > 4;
  nabla_v d = m + 2, lost = m - (d - 2), q = nabla_v_select(large, NABLA_V_SPLAT(2.0), m) / d;
  // what the roundings of m and d lost is put back: the derivatives are 2/d^2 and -q/d, and 1/d = (1 - q)/2
  nabla_v half = nabla_v_fma(q, NABLA_V_SPLAT(-0.5), NABLA_V_SPLAT(0.5));
  nabla_v near = nabla_v_fma(nabla_v_fma(-q, lost, e.low * (1 - q)), half, q);
  return nabla_v_copysign(nabla_v_select(large, 1 - q, near), x);
}
// nabla:end

// nabla:function v_cosh uses v v_exp_careful v_abs
/// cosh x = h + 1/(4h) with h = e^|x|/2. At most 1.2 ulp.
NABLA_V_INLINE nabla_v nabla_v_cosh(nabla_v x) {
  nabla_v h = nabla_v_exp_careful(nabla_v_at_most(nabla_v_abs(x), 720), -1);
  return h + 0.25 / h;
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

// nabla:function v_sinh uses v v_abs v_exp_careful v_sinh_small
/// sinh x: an odd polynomial up to 1, and h - 1/(4h) with h = e^|x|/2 beyond. At most 1.6 ulp.
NABLA_V_INLINE nabla_v nabla_v_sinh(nabla_v x) {
  nabla_v a = nabla_v_at_most(nabla_v_abs(x), 720), h = nabla_v_exp_careful(a, -1);
  return nabla_v_copysign(nabla_v_select(a < 1, nabla_v_sinh_small(a), h - 0.25 / h), x);
}
// nabla:end

// nabla:function v_coth uses v v_abs v_expm1_pair
/// coth x = 1 + 2/m with m = e^2|x| - 1; +-inf at +-0. At most 1.6 ulp.
NABLA_V_INLINE nabla_v nabla_v_coth(nabla_v x) {
  nabla_v a = nabla_v_abs(x), b = nabla_v_at_most(nabla_v_at_least(a, 0x1p-60), 20);
  nabla_v m = nabla_v_expm1_pair(b + b).high;
  nabla_v_mask tiny = a < 0x1p-60;
  nabla_v q = nabla_v_select(tiny, NABLA_V_SPLAT(1.0), NABLA_V_SPLAT(2.0)) / nabla_v_select(tiny, a, m);
  return nabla_v_copysign(nabla_v_select(tiny, q, 1 + q), x);
}
// nabla:end

// nabla:function v_sech uses v v_exp_careful v_abs
/// sech x = 2t/(1 + t^2) with t = e^-|x|; what the rounding of 1 + t^2 lost is put back. At most 1.9 ulp.
NABLA_V_INLINE nabla_v nabla_v_sech(nabla_v x) {
  nabla_v top = nabla_v_exp_careful(-nabla_v_at_most(nabla_v_abs(x), 750), 1), t = 0.5 * top;
  nabla_v d = nabla_v_fma(t, t, NABLA_V_SPLAT(1.0)), lost = nabla_v_fma(t, t, 1 - d), q = top / d;
  return nabla_v_fma(q * lost, nabla_v_fma(d, NABLA_V_SPLAT(0.5), NABLA_V_SPLAT(-1.457)), q);  // 1/d, about
}
// nabla:end

// nabla:function v_tanh_sech gives tanh=tangent sech=secant uses v v_tanh v_sech v_exp_512 v_pair v_abs
/// tanh x and sech x together, from 2t = 2e^-|x| and v = 2t - 2: tanh |x| = -(v + v^2/4)/(1 + t^2), sech x = 2t/(1 + t^2).
/// At most 2.2 ulp.
typedef struct {
  nabla_v tangent, secant;
} nabla_v_tanh_and_sech;

NABLA_V_INLINE nabla_v_tanh_and_sech nabla_v_tanh_sech(nabla_v x) {
#if NABLA_V_512
  nabla_v a = nabla_v_at_most(nabla_v_abs(x), 750);
  nabla_v_exp_512_reduced r = nabla_v_exp_512_reduce(-a, NABLA_V_SPLAT(-0.0), 1);
  nabla_v power = nabla_v_scale(nabla_v_look_up(nabla_v_powers, r.index), r.k + 1);
  nabla_v low = nabla_v_scale(nabla_v_look_up(nabla_v_powers_low, r.index), r.k + 1);
  low = nabla_v_fma(power, r.low, low);
  nabla_v top = power + nabla_v_fma(power, r.high, low), quarter = 0.25 * top;
  nabla_v_pair sum = nabla_v_ordered(NABLA_V_SPLAT(-2.0), power);
  nabla_v_pair v = nabla_v_ordered(sum.high, nabla_v_fma(power, r.high, low + sum.low));
  nabla_v n = nabla_v_fma(v.high * -0.25, v.high, -v.high), d = nabla_v_fma(top, quarter, NABLA_V_SPLAT(1.0));
  nabla_v n_lost = nabla_v_fma(-0.5 * top, v.low, nabla_v_fma(v.high * -0.25, v.high, -v.high - n));
  nabla_v lost = nabla_v_fma(top, quarter, 1 - d);
  // one division for both quotients; what they left over is put back with what the roundings of n and d lost
  nabla_v inverse = 1 / d, tangent = n * inverse, secant = top * inverse;
  nabla_v rest = nabla_v_fma(-tangent, d, n) + nabla_v_fma(-tangent, lost, n_lost);
  tangent = nabla_v_fma(rest, inverse, tangent);
  secant = nabla_v_fma(nabla_v_fma(-secant, lost, nabla_v_fma(-secant, d, top)), inverse, secant);
  return (nabla_v_tanh_and_sech){nabla_v_copysign(tangent, x), secant};
#else
  return (nabla_v_tanh_and_sech){nabla_v_tanh(x), nabla_v_sech(x)};
#endif
}
// nabla:end

// nabla:function v_csch uses v v_abs v_exp_careful v_sinh_small
/// csch x = 2t/(1 - t^2) with t = e^-|x|, from 1 on; 1/sinh x below; +-inf at +-0. At most 1.8 ulp.
NABLA_V_INLINE nabla_v nabla_v_csch(nabla_v x) {
  nabla_v a = nabla_v_abs(x), top = nabla_v_exp_careful(-nabla_v_at_most(a, 750), 1), t = 0.5 * top;
  nabla_v_mask small = a < 1;
  top = nabla_v_select(small, NABLA_V_SPLAT(1.0), top);
  nabla_v bottom = nabla_v_select(small, nabla_v_sinh_small(a), nabla_v_fma(-t, t, NABLA_V_SPLAT(1.0)));
  return nabla_v_copysign(top / bottom, x);
}
// nabla:end

#endif
