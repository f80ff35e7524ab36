// The functions on floats that have a form of their own. All others are those of doubles: see single_by_double.h.
#ifndef NABLA_MATH_VECTOR_SINGLE_FUNCTIONS_H
#define NABLA_MATH_VECTOR_SINGLE_FUNCTIONS_H

#include "circular.h"
#include "error.h"
#include "single.h"

// nabla:function vf_exp_reduced uses vf v
/// x = k ln 2 + r, and e^r - 1 = high + low.
typedef struct {
  nabla_vf k, high, low;
} nabla_vf_exp_reduced;

/// e^r - 1 for r = first + rest.
NABLA_V_INLINE nabla_vf_exp_reduced nabla_vf_exp_of_rest(nabla_vf k, nabla_vf first, nabla_vf rest) {
  nabla_vf r = first + rest, low = rest - (r - first);
  nabla_vf p = NABLA_VF_POLY(
      r, 0x1p-1f, 0x1.555556p-3f, 0x1.5554e4p-5f, 0x1.1110ep-7f, 0x1.6d492p-10f, 0x1.a12a42p-13f);
  return (nabla_vf_exp_reduced){k, r, nabla_vf_fma(r * r, p, low)};
}

/// Takes the multiples of ln 2 out of |x| <= 120.
NABLA_V_INLINE nabla_vf_exp_reduced nabla_vf_exp_reduce(nabla_vf x) {
  nabla_vf k = nabla_vf_nearest(x * 0x1.715476p+0f);
  nabla_vf first = nabla_vf_fma(k, NABLA_VF_SPLAT(-0x1.62ep-1f), x);  // exact
  return nabla_vf_exp_of_rest(k, first, k * -0x1.0bfbe8p-15f);
}
// nabla:end

// nabla:function vf_exp uses v vf vf_exp_reduced
/// e^x. At most 0.8 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_exp(nabla_vf x) {
  nabla_vf_exp_reduced e = nabla_vf_exp_reduce(nabla_vf_at_most(nabla_vf_at_least(x, -110), 100));
  return nabla_vf_scale(1 + (e.high + e.low), e.k);
}
// nabla:end

// nabla:function vf_expm1_pair uses v vf_pair vf vf_exp_reduced
/// e^x - 1 for -80 < x < 88, in two parts.
NABLA_V_INLINE nabla_vf_pair nabla_vf_expm1_pair(nabla_vf x) {
  nabla_vf_exp_reduced e = nabla_vf_exp_reduce(x);
  nabla_vf scale = nabla_vf_power_of_two(e.k);
  nabla_vf_pair one = nabla_vf_sum(scale, NABLA_VF_SPLAT(-1.0f)), sum = nabla_vf_sum(one.high, scale * e.high);
  return nabla_vf_ordered(sum.high, sum.low + nabla_vf_fma(scale, e.low, one.low));
}
// nabla:end

// nabla:function vf_expm1 uses v vf vf_expm1_pair vf_exp vf_abs
/// e^x - 1. At most 1.0 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_expm1(nabla_vf x) {
  nabla_vf y = nabla_vf_expm1_pair(nabla_vf_at_most(nabla_vf_at_least(x, -25), 87)).high;
  if (NABLA_V_UNLIKELY(nabla_vf_any(x > 87))) y = nabla_vf_select(x > 87, nabla_vf_exp(x), y);
  return nabla_vf_select(nabla_vf_abs(x) < 0x1p-26f, x, y);
}
// nabla:end

// nabla:function vf_remainder uses v vf
/// a - q*d for a rounded quotient q = a/d, where the machine has it exactly; else 0.
NABLA_V_INLINE nabla_vf nabla_vf_remainder(nabla_vf a, nabla_vf q, nabla_vf d) {
#if NABLA_V_FMA
  return nabla_vf_fma(-q, d, a);
#else
  (void)a, (void)q, (void)d;
  return NABLA_VF_SPLAT(0.0f);
#endif
}
// nabla:end

// nabla:function vf_tanh uses v vf vf_abs vf_pair vf_expm1_pair vf_remainder
/// tanh x = m/(m + 2) with m = e^2|x| - 1, or 1 - 2/(m + 2) where m is large. At most 1.1 ulp; 0.7 with a fused
/// multiply-add.
NABLA_V_INLINE nabla_vf nabla_vf_tanh(nabla_vf x) {
  nabla_vf a = nabla_vf_at_most(nabla_vf_abs(x), 10);
  nabla_vf_pair m = nabla_vf_expm1_pair(a + a);
  nabla_vf_mask large = m.high > 16;
  nabla_vf d = m.high + 2, lost = m.high - (d - 2), q = nabla_vf_select(large, NABLA_VF_SPLAT(2.0f), m.high) / d;
  // what rounding lost is put back: 1/d = (1 - q)/2
  nabla_vf rest = nabla_vf_fma(-q, lost + m.low, m.low + nabla_vf_remainder(m.high, q, d));
  nabla_vf near = nabla_vf_fma(rest, nabla_vf_fma(q, NABLA_VF_SPLAT(-0.5f), NABLA_VF_SPLAT(0.5f)), q);
  return nabla_vf_copysign(nabla_vf_select(large, 1 - q, near), x);
}
// nabla:end

// nabla:function vf_sigmoid uses v vf vf_exp_reduced vf_abs vf_pair vf_remainder
/// 1/(1 + e^-x), from t = e^-|x|; what rounding lost is put back. At most 1.1 ulp; 0.8 with a fused
/// multiply-add.
NABLA_V_INLINE nabla_vf nabla_vf_sigmoid(nabla_vf x) {
  nabla_vf_exp_reduced e = nabla_vf_exp_reduce(-nabla_vf_at_most(nabla_vf_abs(x), 110));
  nabla_vf_pair m = nabla_vf_ordered(e.high, e.low), sum = nabla_vf_ordered(NABLA_VF_SPLAT(1.0f), m.high);
  nabla_vf t = nabla_vf_scale(sum.high, e.k), t_low = nabla_vf_scale(sum.low + m.low, e.k);
  nabla_vf d = 1 + t, lost = (t - (d - 1)) + t_low;
  nabla_vf_mask negative = x < 0;
  nabla_vf top = nabla_vf_select(negative, t, NABLA_VF_SPLAT(1.0f)), q = top / d, rest = nabla_vf_remainder(top, q, d);
  rest = nabla_vf_fma(-q, lost, rest + nabla_vf_select(negative, t_low, NABLA_VF_SPLAT(0.0f)));
  return nabla_vf_fma(rest, nabla_vf_fma(d, NABLA_VF_SPLAT(-0.5f), NABLA_VF_SPLAT(1.457f)), q);  // 1/d, about
}
// nabla:end

// nabla:function vf_log_of_sum uses v vf vf_pair
/// log(high + low), where |low| is below an ulp of high: k ln 2 + log(1 + f).
NABLA_V_INLINE nabla_vf nabla_vf_log_of_sum(nabla_vf x, nabla_vf low) {
  const unsigned int root_half = 0x3f3504f3U, one = 0x3f800000U;
  nabla_vf_mask subnormal = x < 0x1p-126f;
  nabla_vf_bits bits = nabla_vf_to_bits(nabla_vf_select(subnormal, x * 0x1p25f, x));
  nabla_vf_bits n = (bits - (root_half - one)) >> 23;  // k + 127
  nabla_vf k = nabla_vf_from_bits(n | 0x4b000000U);  // 2^23 + n
  k -= nabla_vf_select(subnormal, NABLA_VF_SPLAT(0x1p23f + 127 + 25), NABLA_VF_SPLAT(0x1p23f + 127));
  nabla_vf rest = low * nabla_vf_power_of_two(nabla_vf_at_least(-k, -100));
  rest = nabla_vf_select(rest == rest, rest, NABLA_VF_SPLAT(0.0f));
  nabla_vf m = nabla_vf_from_bits(bits - (n << 23) + one) - 1, f = m + rest, f_low = rest - (f - m);
  nabla_vf p = NABLA_VF_POLY(
      f, 0x1.555554p-2f, -0x1.fffffcp-3f, 0x1.999d5ap-3f, -0x1.555b4ap-3f, 0x1.23d21ap-3f, -0x1.fcf4c6p-4f,
      0x1.dea282p-4f, -0x1.d635bcp-4f, 0x1.1d8ea6p-4f);
  nabla_vf square = f * f;
  nabla_vf_pair sum = nabla_vf_ordered(k * 0x1.62ep-1f, f);
  nabla_vf tail = nabla_vf_fma(square * f, p, nabla_vf_fma(k, NABLA_VF_SPLAT(0x1.0bfbe8p-15f), -0.5f * square));
  nabla_vf y = sum.high + (sum.low + (tail + f_low));
  y = nabla_vf_select(x < __builtin_inff(), y, x);  // inf and NaN
  y = nabla_vf_select(x < 0, NABLA_VF_SPLAT(__builtin_nanf("")), y);
  return nabla_vf_select(x == 0, NABLA_VF_SPLAT(-__builtin_inff()), y);
}
// nabla:end

// nabla:function vf_log uses v vf vf_log_of_sum
/// log x. At most 0.8 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_log(nabla_vf x) { return nabla_vf_log_of_sum(x, NABLA_VF_SPLAT(0.0f)); }
// nabla:end

// nabla:function vf_log1p uses v vf vf_pair vf_log_of_sum
/// log(1 + x). At most 0.9 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_log1p(nabla_vf x) {
  nabla_vf_pair u = nabla_vf_sum(NABLA_VF_SPLAT(1.0f), x);
  return nabla_vf_select(x == 0, x, nabla_vf_log_of_sum(u.high, u.low));
}
// nabla:end

// nabla:function vf_softplus uses v vf vf_abs vf_exp_reduced vf_pair vf_log_of_sum
/// log(1 + e^x) = max(x, 0) + log(1 + t) with t = e^-|x| in two parts. At most 1.1 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_softplus(nabla_vf x) {
  nabla_vf_exp_reduced e = nabla_vf_exp_reduce(-nabla_vf_at_most(nabla_vf_abs(x), 110));
  nabla_vf_pair m = nabla_vf_ordered(e.high, e.low), t = nabla_vf_ordered(NABLA_VF_SPLAT(1.0f), m.high);
  nabla_vf_pair sum = nabla_vf_ordered(NABLA_VF_SPLAT(1.0f), nabla_vf_scale(t.high, e.k));
  nabla_vf y = nabla_vf_log_of_sum(sum.high, sum.low + nabla_vf_scale(t.low + m.low, e.k));
  return nabla_vf_select(x <= 0, NABLA_VF_SPLAT(0.0f), x) + y;
}
// nabla:end

// nabla:function vf_erfc uses v vf vf_abs vf_exp_reduced vf_pair v_erfc
/// erfc x = 2 - erfc(-x); for x >= 0 it is e^-x^2 times a polynomial in (x - 2)/(x + 2) over x + 2. At most 2.1 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_erfc(nabla_vf x) {
#if NABLA_V_FMA
  nabla_vf a = nabla_vf_at_most(nabla_vf_abs(x), 10.1f), square = a * a, lost = nabla_vf_fma(a, a, -square);
  nabla_vf k = nabla_vf_nearest(square * -0x1.715476p+0f);
  nabla_vf first = nabla_vf_fma(k, NABLA_VF_SPLAT(-0x1.62ep-1f), -square);  // exact
  nabla_vf_exp_reduced e = nabla_vf_exp_of_rest(k, first, nabla_vf_fma(k, NABLA_VF_SPLAT(-0x1.0bfbe8p-15f), -lost));
  nabla_vf d = a + 2, d_low = a - (d - 2), inverse = 1 / d, t = (a - 2) * inverse;
  nabla_vf tail = NABLA_VF_POLY(
      t, -0x1.5fd386p-1f, 0x1.1e2de6p-2f, -0x1.2a8836p-5f, -0x1.6061c6p-6f, 0x1.a866eep-8f, 0x1.923ed6p-9f,
      -0x1.b2fd42p-11f, -0x1.3a19d6p-11f, 0x1.66db44p-15f, 0x1.23ed7p-14f);
  nabla_vf_pair p = nabla_vf_ordered(NABLA_VF_SPLAT(0x1.058672p+0f), t * tail);
  nabla_vf q = p.high * inverse;
  nabla_vf rest = (nabla_vf_fma(-q, d, p.high) + nabla_vf_fma(-q, d_low, p.low - 0x1.2b4e22p-26f)) * inverse;
  nabla_vf y = q + nabla_vf_fma(q, e.high, nabla_vf_fma(q, e.low, nabla_vf_fma(rest, e.high, rest)));
  y = nabla_vf_scale(y, e.k);
  nabla_vf near = NABLA_VF_POLY(
      square, -0x1.0240a6p-24f, -0x1.812732p-2f, 0x1.ce251p-4f, -0x1.b6661p-6f, 0x1.354512p-8f);
  near = nabla_vf_fma(-x, NABLA_VF_SPLAT(0x1.20dd76p+0f), NABLA_VF_SPLAT(1.0f)) - x * near;  // 1 - erf x
  return nabla_vf_select(a < 0.5f, near, nabla_vf_select(x < 0, 2 - y, y));
#else
  return NABLA_VF_ONE(nabla_v_erfc, x);
#endif
}
// nabla:end

// nabla:function vf_sin_cos gives sin=sine cos=cosine uses vf v vf_abs v_sin v_cos vf_pair
/// sin x and cos x together.
typedef struct {
  nabla_vf sine, cosine;
} nabla_vf_sine_cosine;

#if NABLA_V_FMA
/// Puts both right in the lanes where |x| is beyond the limit.
NABLA_V_RARE void nabla_vf_sin_cos_large(const nabla_vf *x, float limit, nabla_vf_sine_cosine *y) {
  nabla_vf_mask large = nabla_vf_abs(*x) > limit;
  y->sine = nabla_vf_select(large, NABLA_VF_ONE(nabla_v_sin, *x), y->sine);
  y->cosine = nabla_vf_select(large, NABLA_VF_ONE(nabla_v_cos, *x), y->cosine);
}
#endif

NABLA_V_INLINE nabla_vf_sine_cosine nabla_vf_sin_cos(nabla_vf x) {
#if NABLA_V_FMA
  nabla_vf a = nabla_vf_abs(x), shifted = nabla_vf_fma(a, NABLA_VF_SPLAT(0x1.45f306p-1f), NABLA_VF_SPLAT(0x1.8p23f));
  nabla_vf k = shifted - 0x1.8p23f;
  nabla_vf first = nabla_vf_fma(k, NABLA_VF_SPLAT(-0x1.921fb6p+0f), a);  // exact
  nabla_vf next = k * 0x1.777a5cp-25f, rest = nabla_vf_fma(k, NABLA_VF_SPLAT(0x1.777a5cp-25f), -next);
  nabla_vf_pair sum = nabla_vf_sum(first, next);
  nabla_vf r = sum.high, low = sum.low + nabla_vf_fma(k, NABLA_VF_SPLAT(0x1.ee59dap-50f), rest);
  nabla_vf z = r * r;
  nabla_vf s = NABLA_VF_POLY(z, -0x1.555556p-3f, 0x1.11110ep-7f, -0x1.a01388p-13f, 0x1.6db388p-19f);
  s = r + nabla_vf_fma(r * z, s, low);
  nabla_vf c = NABLA_VF_POLY(z, 0x1.555556p-5f, -0x1.6c16cp-10f, 0x1.a015aep-16f, -0x1.251d4ap-22f);
  nabla_vf upper = nabla_vf_fma(z, NABLA_VF_SPLAT(-0.5f), NABLA_VF_SPLAT(1.0f));
  nabla_vf lost = nabla_vf_fma(z, NABLA_VF_SPLAT(-0.5f), 1 - upper);
  c = upper + nabla_vf_fma(z * z, c, nabla_vf_fma(-r, low, lost));
  nabla_vf_bits q = nabla_vf_to_bits(shifted);
  nabla_vf_mask odd = (q & 1) != 0;
  nabla_vf_sine_cosine y = {nabla_vf_select(odd, c, s), nabla_vf_select(odd, s, c)};
  y.sine = nabla_vf_from_bits(nabla_vf_to_bits(y.sine) ^ (q & 2) << 30);
  y.cosine = nabla_vf_from_bits(nabla_vf_to_bits(y.cosine) ^ ((q + 1) & 2) << 30);
  NABLA_V_OPAQUE(y.sine);
  NABLA_V_OPAQUE(y.cosine);
  y.sine = nabla_vf_flip(y.sine, x);
  if (NABLA_V_UNLIKELY(nabla_vf_any(a > 1e5f))) {
    nabla_vf operand = x;
    nabla_vf_sine_cosine value = y;
    nabla_vf_sin_cos_large(&operand, 1e5f, &value);
    y = value;
  }
  return y;
#else
  return (nabla_vf_sine_cosine){NABLA_VF_ONE(nabla_v_sin, x), NABLA_VF_ONE(nabla_v_cos, x)};
#endif
}
// nabla:end

// nabla:function vf_sin uses v vf vf_sin_cos
/// sin x. At most 0.9 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_sin(nabla_vf x) { return nabla_vf_sin_cos(x).sine; }
// nabla:end

// nabla:function vf_cos uses v vf vf_sin_cos
/// cos x. At most 0.9 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_cos(nabla_vf x) { return nabla_vf_sin_cos(x).cosine; }
// nabla:end

#endif
