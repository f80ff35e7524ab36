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

// nabla:function vf_softplus_512 uses v vf vf_abs vf_exp_512
#if NABLA_VF_512
/// e^a log(1 + e^-a) where sixteen intervals begin, four for every power of two of a + 2.
static const float nabla_vf_softplus_starts[16] = {
    0x1.62e43p-1f, 0x1.90309ap-1f, 0x1.b3fc34p-1f, 0x1.ce2afcp-1f, 0x1.e03192p-1f, 0x1.f3a99p-1f, 0x1.fb5e2p-1f,
    0x1.fe4866p-1f, 0x1.ff5dd2p-1f, 0x1.ffea06p-1f, 0x1.fffd06p-1f, 0x1.ffff98p-1f, 0x1.fffff2p-1f, 0x1p0f, 0x1p0f,
    0x1p0f};
/// What is missing within an interval: the coefficients of each power, by the last bits of the exponent and the first two
/// of the fraction.
static const float nabla_vf_softplus_pieces[6][16] = {
    {0x1.8b01d2p-33f, 0x1.1c2f24p-27f, 0x1.5c1caap-26f, -0x1.31dd02p-27f, -0x1.41f93ap-26f, 0x1.451c4ep-27f,
        -0x1.1efc5ep-29f, -0x1.6ea18p-26f, 0x1.6402a6p-26f, -0x1.8e1bdcp-26f, 0x1.67b65ep-27f, 0x1.d6b62ap-26f,
        0x1.c61ce8p-30f, -0x1.058892p-27f, -0x1.3291dcp-33f, -0x1.675c82p-39f},
    {0x1.8b9098p-3f, 0x1.45f66p-3f, 0x1.ed7736p-4f, 0x1.5c8fp-4f, 0x1.d39f22p-5f, 0x1.7e38b8p-6f, 0x1.24e5fp-7f,
        0x1.b5a134p-9f, 0x1.43a112p-10f, 0x1.5f6184p-13f, 0x1.7c946ep-16f, 0x1.9c1182p-19f, 0x1.ba7e7ep-22f,
        0x1.0358a8p-27f, 0x1.300182p-33f, 0x1.645b24p-39f},
    {-0x1.d19fd8p-6f, -0x1.369ed6p-5f, -0x1.37dd4ep-5f, -0x1.065d84p-5f, -0x1.88d16ap-6f, -0x1.65f8d8p-7f,
        -0x1.1dbffcp-8f, -0x1.b177c2p-10f, -0x1.405ca8p-11f, -0x1.5cbcccp-14f, -0x1.79d966p-17f, -0x1.99219ap-20f,
        -0x1.a4cf7ep-23f, -0x1.ed469p-29f, -0x1.211bdap-34f, -0x1.52e4c8p-40f},
    {-0x1.3871ap-7f, -0x1.93a832p-9f, 0x1.427ceap-9f, 0x1.50737ap-8f, 0x1.63cf36p-8f, 0x1.a078fp-9f, 0x1.68bf3p-10f,
        0x1.19a908p-11f, 0x1.95b0bap-13f, 0x1.bb6fd4p-16f, 0x1.e0b7f4p-19f, 0x1.04471cp-21f, 0x1.d508f6p-25f,
        0x1.12e718p-30f, 0x1.423d98p-36f, 0x1.79bb16p-42f},
    {0x1.924b74p-9f, 0x1.bbb53ap-9f, 0x1.0e8a9ep-9f, 0x1.1ee908p-11f, -0x1.e7f976p-12f, -0x1.34b898p-11f,
        -0x1.3763d4p-12f, -0x1.fe3f88p-14f, -0x1.49017ap-15f, -0x1.697246p-18f, -0x1.8819ap-21f, -0x1.a8a188p-24f,
        -0x1.247076p-27f, -0x1.56ccbp-33f, -0x1.91d43p-39f, -0x1.d7062ap-45f},
    {0x1.562f2cp-13f, -0x1.fc830ep-12f, -0x1.37b33cp-11f, -0x1.7c13aap-12f, -0x1.81f3ep-15f, 0x1.d89796p-15f,
        0x1.2ea006p-15f, 0x1.07987p-16f, 0x1.056bp-18f, 0x1.2099cp-21f, 0x1.39467p-24f, 0x1.534c24p-27f,
        0x1.36fe92p-31f, 0x1.6c8cf6p-37f, 0x1.ab534p-43f, 0x1.f4e91ap-49f}};

/// log(1 + e^x).
NABLA_V_INLINE nabla_vf nabla_vf_softplus_512(nabla_vf x) {
  nabla_vf size = nabla_vf_abs(x), a = nabla_vf_at_most(size, 29.0f);
  nabla_vf_exp_512 e = nabla_vf_exp_512_parts(-size, 0);
  nabla_vf_bits bits = nabla_vf_to_bits(a + 2), index = bits >> 21;
  nabla_vf r = a - (nabla_vf_from_bits(bits & 0xffe00000U) - 2), square = r * r, p[3];
  for (int k = 0; k < 3; k++) {
    p[k] = nabla_vf_look_up(nabla_vf_softplus_pieces[2 * k + 1], index);
    p[k] = nabla_vf_fma(p[k], r, nabla_vf_look_up(nabla_vf_softplus_pieces[2 * k], index));
  }
  nabla_vf start = nabla_vf_look_up(nabla_vf_softplus_starts, index);
  nabla_vf rest = nabla_vf_fma(nabla_vf_fma(p[2], square, p[1]), square, p[0]);
  rest = nabla_vf_fma(e.high, rest, e.low * (start + rest));
  nabla_vf y = nabla_vf_scale(nabla_vf_fma(e.high, start, rest), e.k);
  return nabla_vf_select(x <= 0, NABLA_VF_SPLAT(0.0f), x) + y;
}
#endif
// nabla:end

// nabla:function vf_softplus uses v vf vf_abs vf_exp_reduced vf_pair vf_log_of_sum vf_softplus_512
/// log(1 + e^x) = max(x, 0) + log(1 + t) with t = e^-|x| in two parts, or t times one of sixteen polynomials.
/// At most 1.1 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_softplus(nabla_vf x) {
#if NABLA_VF_512
  return nabla_vf_softplus_512(x);
#else
  nabla_vf_exp_reduced e = nabla_vf_exp_reduce(-nabla_vf_at_most(nabla_vf_abs(x), 110));
  nabla_vf_pair m = nabla_vf_ordered(e.high, e.low), t = nabla_vf_ordered(NABLA_VF_SPLAT(1.0f), m.high);
  nabla_vf_pair sum = nabla_vf_ordered(NABLA_VF_SPLAT(1.0f), nabla_vf_scale(t.high, e.k));
  nabla_vf y = nabla_vf_log_of_sum(sum.high, sum.low + nabla_vf_scale(t.low + m.low, e.k));
  return nabla_vf_select(x <= 0, NABLA_VF_SPLAT(0.0f), x) + y;
#endif
}
// nabla:end

#endif
