// Logarithms on floats.
#ifndef NABLA_MATH_VECTOR_SINGLE_LOGARITHMIC_H
#define NABLA_MATH_VECTOR_SINGLE_LOGARITHMIC_H

#include "single_exponential.h"

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

#endif
