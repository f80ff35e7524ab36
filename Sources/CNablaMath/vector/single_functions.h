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

// nabla:function vf_exp_512 uses v vf
#if NABLA_VF_512
/// 2^(j/16), high and low.
static const float nabla_vf_powers[16] = {
    0x1p+0f, 0x1.0b5586p+0f, 0x1.172b84p+0f, 0x1.2387a6p+0f, 0x1.306fep+0f, 0x1.3dea64p+0f, 0x1.4bfdaep+0f,
    0x1.5ab07ep+0f, 0x1.6a09e6p+0f, 0x1.7a1148p+0f, 0x1.8ace54p+0f, 0x1.9c4918p+0f, 0x1.ae89fap+0f, 0x1.c199bep+0f,
    0x1.d5818ep+0f, 0x1.ea4afap+0f};
static const float nabla_vf_powers_low[16] = {
    0x0p+0f, 0x1.9f3122p-25f, -0x1.c15742p-27f, 0x1.ceac48p-25f, 0x1.4636e2p-25f, 0x1.824684p-25f, -0x1.593abcp-25f,
    -0x1.5bd5ecp-27f, 0x1.9fcef4p-26f, -0x1.829fdp-25f, 0x1.15506ep-27f, 0x1.51f848p-27f, -0x1.a94b14p-26f,
    -0x1.3d56b2p-27f, -0x1.822dbcp-27f, 0x1.52486cp-27f};

/// e^x = 2^k (high + low) with k in sixteenths, of which the scaling takes the integer; |low| is at most high/40.
typedef struct {
  nabla_vf k, high, low;
} nabla_vf_exp_512;

/// The parts of e^x, for |x| <= 120 if it is `bounded`. Where x is infinite, NaN or so large that r has no digits, k alone
/// says what e^x is.
NABLA_V_INLINE nabla_vf_exp_512 nabla_vf_exp_512_parts(nabla_vf x, int bounded) {
  nabla_vf shifted = nabla_vf_fma(x, NABLA_VF_SPLAT(0x1.715476p+0f), NABLA_VF_SPLAT(0x1.8p19f));
  nabla_vf k = shifted - 0x1.8p19f;
  nabla_vf first = nabla_vf_fma(k, NABLA_VF_SPLAT(-0x1.62e43p-1f), x);  // exact
  nabla_vf r = nabla_vf_fma(k, NABLA_VF_SPLAT(0x1.05c61p-29f), first);
  if (!bounded) r = nabla_vf_within(r, 0.03125f);
  nabla_vf p = nabla_vf_fma(r, NABLA_VF_SPLAT(0x1.555666p-3f), NABLA_VF_SPLAT(0x1.000156p-1f));
  nabla_vf_bits index = nabla_vf_to_bits(shifted);
  nabla_vf high = nabla_vf_look_up(nabla_vf_powers, index), low = nabla_vf_look_up(nabla_vf_powers_low, index);
  return (nabla_vf_exp_512){k, high, nabla_vf_fma(high, nabla_vf_fma(r * r, p, r), low)};
}
#endif
// nabla:end

// nabla:function vf_exp uses v vf vf_exp_reduced vf_exp_512
/// e^x. At most 0.9 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_exp(nabla_vf x) {
#if NABLA_VF_512
  nabla_vf_exp_512 e = nabla_vf_exp_512_parts(x, 0);
  return nabla_vf_scale(e.high + e.low, e.k);
#else
  x = nabla_vf_at_most(nabla_vf_at_least(x, -110), 100);
  nabla_vf_exp_reduced e = nabla_vf_exp_reduce(x);
  return nabla_vf_scale(1 + (e.high + e.low), e.k);
#endif
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

// nabla:function vf_tanh_512 uses v vf vf_abs
#if NABLA_VF_512
/// tanh a on sixteen intervals, four for every power of two of a + 1, is min(a, 1) less one of these numbers and more a
/// polynomial in the distance from the interval's beginning. The difference is exact.
static const float nabla_vf_tanh_less[16] = {
    0x1.e8415p-3f, 0x1.84834p-4f, 0x1.26afap-5f, 0x1.b69f8p-7f, 0x1.4417p-8f, 0x1.5fap-11f, 0x1.7ccp-14f,
    0x1.9cp-17f, 0x1.cp-20f, 0x1p-24f, 0, 0, 0, 0x1.4dp-8f, 0x1.3656p-5f, 0x1.d66ep-4f};
/// The coefficients of each power, by the last bits of the exponent and the first two of the fraction.
static const float nabla_vf_tanh_pieces[7][16] = {
    {-0x1.9f3512p-26f, -0x1.117ba4p-26f, -0x1.f2e2c6p-29f, 0x1.860986p-27f, -0x1.851b56p-26f, -0x1.e15f06p-26f,
        -0x1.310d8cp-26f, -0x1.4ff70ep-27f, 0x1.9ab6aap-28f, 0x1.f4bbf4p-26f, 0, 0, 0, -0x1.594284p-23f,
        -0x1.43b3bap-25f, -0x1.aa2a74p-25f},
    {0x1.ae0df4p-2f, 0x1.721684p-3f, 0x1.2162c8p-4f, 0x1.b3afccp-6f, 0x1.4345fep-7f, 0x1.5f805ep-10f, 0x1.7cc8eap-13f,
        0x1.9c4d22p-16f, 0x1.bdb1b4p-19f, 0x1.0538d4p-24f, 0, 0, 0, -0x1.eb6608p-5f, -0x1.b55aeep-3f,
        -0x1.9d189ep-2f},
    {-0x1.478d16p-2f, -0x1.4f024ep-3f, -0x1.16faa2p-4f, -0x1.add826p-6f, -0x1.416972p-7f, -0x1.5ef102p-10f,
        -0x1.7c64b2p-13f, -0x1.9be8b8p-16f, -0x1.b818f8p-19f, -0x1.01f136p-24f, 0, 0, -0x1.24d5fep-20f,
        -0x1.d78086p-3f, -0x1.7425f4p-2f, -0x1.84035p-2f},
    {0x1.a98544p-4f, 0x1.68543ap-4f, 0x1.590b78p-5f, 0x1.16be88p-6f, 0x1.a52ea6p-8f, 0x1.cf6a8ap-11f, 0x1.f6d3aap-14f,
        0x1.104812p-16f, 0x1.14a9a4p-19f, 0x1.444e5cp-25f, 0, 0, -0x1.5544d6p-2f, -0x1.0727aap-2f, -0x1.825b54p-4f,
        0x1.5614e6p-5f},
    {0x1.acfd8ap-6f, -0x1.a859fp-6f, -0x1.2650a2p-6f, -0x1.0643b8p-7f, -0x1.8b2eep-9f, -0x1.b8168ap-12f,
        -0x1.de498ep-15f, -0x1.030d16p-17f, -0x1.ca039ap-21f, -0x1.0c71c8p-26f, 0, 0, -0x1.35ba16p-10f,
        0x1.1ec9f4p-3f, 0x1.543f22p-3f, 0x1.9b2eep-4f},
    {-0x1.5ae348p-5f, 0x1.4cdd5ap-12f, 0x1.4acbbcp-8f, 0x1.65e80ep-9f, 0x1.f95178p-11f, 0x1.1da44cp-13f,
        0x1.370e78p-16f, 0x1.510b72p-19f, 0x1.c6284ap-23f, 0x1.0a2f38p-28f, 0, 0, 0x1.250452p-3f, 0x1.222bep-4f,
        -0x1.26f566p-5f, -0x1.17133p-4f},
    {0x1.ef01p-7f, 0x1.148346p-9f, -0x1.764a16p-11f, -0x1.1d0eaep-11f, -0x1.4af5aap-13f, -0x1.7bb9b8p-16f,
        -0x1.9e5028p-19f, -0x1.c10d72p-22f, -0x1.92ecap-26f, -0x1.d8501ep-32f, 0, 0, -0x1.2ecb7cp-5f, -0x1.1b1898p-4f,
        -0x1.906486p-6f, 0x1.a2fafp-7f}};

/// tanh x.
NABLA_V_INLINE nabla_vf nabla_vf_tanh_512(nabla_vf x) {
  nabla_vf size = nabla_vf_abs(x), a = nabla_vf_at_most(size, 12.0f);
  nabla_vf_bits bits = nabla_vf_to_bits(a + 1), index = bits >> 21;
  nabla_vf r = a - (nabla_vf_from_bits(bits & 0xffe00000U) - 1), square = r * r, p[4];
  for (int k = 0; k < 3; k++) {
    p[k] = nabla_vf_look_up(nabla_vf_tanh_pieces[2 * k + 1], index);
    p[k] = nabla_vf_fma(p[k], r, nabla_vf_look_up(nabla_vf_tanh_pieces[2 * k], index));
  }
  p[3] = nabla_vf_look_up(nabla_vf_tanh_pieces[6], index);
  p[2] = nabla_vf_fma(p[3], square, p[2]);
  nabla_vf y = nabla_vf_fma(nabla_vf_fma(p[2], square, p[1]), square, p[0]);
  return nabla_vf_copysign((nabla_vf_at_most(size, 1.0f) - nabla_vf_look_up(nabla_vf_tanh_less, index)) + y, x);
}
#endif
// nabla:end

// nabla:function vf_tanh uses v vf vf_abs vf_pair vf_expm1_pair vf_remainder vf_tanh_512
/// tanh x = m/(m + 2) with m = e^2|x| - 1, or 1 - 2/(m + 2) where m is large; or one of sixteen polynomials. At most
/// 1.1 ulp; 0.9 with a fused multiply-add.
NABLA_V_INLINE nabla_vf nabla_vf_tanh(nabla_vf x) {
#if NABLA_VF_512
  return nabla_vf_tanh_512(x);
#else
  nabla_vf a = nabla_vf_at_most(nabla_vf_abs(x), 10);
  nabla_vf_pair m = nabla_vf_expm1_pair(a + a);
  nabla_vf_mask large = m.high > 16;
  nabla_vf d = m.high + 2, lost = m.high - (d - 2), q = nabla_vf_select(large, NABLA_VF_SPLAT(2.0f), m.high) / d;
  // what rounding lost is put back: 1/d = (1 - q)/2
  nabla_vf rest = nabla_vf_fma(-q, lost + m.low, m.low + nabla_vf_remainder(m.high, q, d));
  nabla_vf near = nabla_vf_fma(rest, nabla_vf_fma(q, NABLA_VF_SPLAT(-0.5f), NABLA_VF_SPLAT(0.5f)), q);
  return nabla_vf_copysign(nabla_vf_select(large, 1 - q, near), x);
#endif
}
// nabla:end

// nabla:function vf_sigmoid_512 uses v vf vf_pair vf_exp_512
#if NABLA_VF_512
/// 1/(1 + e^-x) = c/(c + m), where e^-x = m/c and c is a power of two; what rounding lost is put back.
NABLA_V_INLINE nabla_vf nabla_vf_sigmoid_512(nabla_vf x) {
  nabla_vf_exp_512 e = nabla_vf_exp_512_parts(-x, 0);
  nabla_vf c = nabla_vf_scale(NABLA_VF_SPLAT(1.0f), 0.9375f - nabla_vf_at_least(e.k, -30));
  nabla_vf_pair sum = nabla_vf_sum(c, e.high);
  nabla_vf low = e.low + sum.low, d = sum.high + low, lost = low - (d - sum.high);
  nabla_vf inverse = 1 / d, rest = nabla_vf_fma(-inverse, d, NABLA_VF_SPLAT(1.0f)), q = c * inverse;
  return nabla_vf_fma(q, nabla_vf_fma(-inverse, lost, rest), q);
}
#endif
// nabla:end

// nabla:function vf_sigmoid uses v vf vf_exp_reduced vf_abs vf_pair vf_remainder vf_sigmoid_512
/// 1/(1 + e^-x), from t = e^-|x|; what rounding lost is put back. At most 1.1 ulp; 0.8 with a fused
/// multiply-add.
NABLA_V_INLINE nabla_vf nabla_vf_sigmoid(nabla_vf x) {
#if NABLA_VF_512
  return nabla_vf_sigmoid_512(x);
#else
  nabla_vf_exp_reduced e = nabla_vf_exp_reduce(-nabla_vf_at_most(nabla_vf_abs(x), 110));
  nabla_vf_pair m = nabla_vf_ordered(e.high, e.low), sum = nabla_vf_ordered(NABLA_VF_SPLAT(1.0f), m.high);
  nabla_vf t = nabla_vf_scale(sum.high, e.k), t_low = nabla_vf_scale(sum.low + m.low, e.k);
  nabla_vf d = 1 + t, lost = (t - (d - 1)) + t_low;
  nabla_vf_mask negative = x < 0;
  nabla_vf top = nabla_vf_select(negative, t, NABLA_VF_SPLAT(1.0f)), q = top / d, rest = nabla_vf_remainder(top, q, d);
  rest = nabla_vf_fma(-q, lost, rest + nabla_vf_select(negative, t_low, NABLA_VF_SPLAT(0.0f)));
  return nabla_vf_fma(rest, nabla_vf_fma(d, NABLA_VF_SPLAT(-0.5f), NABLA_VF_SPLAT(1.457f)), q);  // 1/d, about
#endif
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

// nabla:function vf_erfc_512 uses v vf vf_abs vf_exp_512
#if NABLA_VF_512
/// e^a^2 erfc a around the middles of sixteen intervals, four for every power of two of a + 1: the coefficient of each
/// power, by the last bit of the exponent's last two and the first two of the fraction.
static const float nabla_vf_erfc_pieces[7][16] = {
    {0x1.78a692p-2f, 0x1.23cfc2p-2f, 0x1.d94446p-3f, 0x1.8c9eb6p-3f, 0x1.3e0a9ap-3f, 0x1.f5b2ap-4f, 0x1.9d8a9p-4f,
        0x1.5f75c4p-4f, 0x1.1ea8c4p-4f, 0x1.cbe832p-5f, 0x1.7fd46cp-5f, 0x1.494bb2p-5f, 0x1.bf16fp-1f, 0x1.5f28aep-1f,
        0x1.1d16b6p-1f, 0x1.db747ep-2f},
    {-0x1.abaad2p-3f, -0x1.0c3d54p-3f, -0x1.6a70d4p-4f, -0x1.030578p-4f, -0x1.5285dap-5f, -0x1.aa3ebap-6f,
        -0x1.238ca8p-6f, -0x1.a6e2dp-7f, -0x1.1a5888p-7f, -0x1.6c55cap-8f, -0x1.fc477cp-9f, -0x1.76712p-9f,
        -0x1.d1f53p-1f, -0x1.3a5c68p-1f, -0x1.babd0ep-2f, -0x1.4369f6p-2f},
    {0x1.b56f4ap-4f, 0x1.c8d0dp-5f, 0x1.061568p-5f, 0x1.43b98cp-6f, 0x1.5d5818p-7f, 0x1.62c12ep-8f, 0x1.95252cp-9f,
        0x1.f75ef8p-10f, 0x1.141094p-10f, 0x1.1f3df2p-11f, 0x1.4f67f6p-12f, 0x1.a8b734p-13f, 0x1.84d84ap-1f,
        0x1.d28c0ep-2f, 0x1.257742p-2f, 0x1.80ef9p-3f},
    {-0x1.9b59bcp-5f, -0x1.6cb036p-6f, -0x1.688102p-7f, -0x1.84e7aap-8f, -0x1.5e4e12p-9f, -0x1.2188ep-10f,
        -0x1.159476p-11f, -0x1.2876b6p-12f, -0x1.0bf17cp-13f, -0x1.c2bff8p-15f, -0x1.b92a74p-16f, -0x1.e0894ap-17f,
        -0x1.163a98p-1f, -0x1.2e81a6p-2f, -0x1.59c256p-3f, -0x1.9d577ep-4f},
    {0x1.689b7ap-6f, 0x1.13615ep-7f, 0x1.da55fp-9f, 0x1.c2c52p-10f, 0x1.562454p-11f, 0x1.cffe9p-13f,
        0x1.774b76p-14f, 0x1.59b092p-15f, 0x1.02492cp-16f, 0x1.600c26p-18f, 0x1.2130bp-19f, 0x1.0f2f3ap-20f,
        0x1.620f5ep-2f, 0x1.6119eap-3f, 0x1.72d39p-4f, 0x1.98310cp-5f},
    {-0x1.2e6264p-7f, -0x1.90ed9ap-9f, -0x1.2ec8fep-10f, -0x1.fd9e3p-12f, -0x1.4db78cp-13f, -0x1.734996p-15f,
        -0x1.fad0fcp-17f, -0x1.92b28p-18f, -0x1.faf994p-20f, -0x1.163aeep-21f, -0x1.7e50b2p-23f, -0x1.33fb48p-24f,
        -0x1.9cc4cep-3f, -0x1.7c7f6p-4f, -0x1.71da6cp-5f, -0x1.7971e2p-6f},
    {0x1.d891acp-9f, 0x1.13956cp-10f, 0x1.70da28p-12f, 0x1.152b34p-13f, 0x1.365b52p-15f, 0x1.1f4e5p-17f,
        0x1.4de7a6p-19f, 0x1.cc6fb6p-21f, 0x1.e1ea96p-23f, 0x1.ae96eep-25f, 0x1.f1ee6p-27f, 0x1.59e888p-28f,
        0x1.b8c1ep-4f, 0x1.7a6a18p-5f, 0x1.56e304p-6f, 0x1.46941p-7f}};

/// erfc x and e^-x^2 together, where x^2 is rounded.
typedef struct {
  nabla_vf error, gauss;
} nabla_vf_erfc_512;

NABLA_V_INLINE nabla_vf_erfc_512 nabla_vf_erfc_gauss_512(nabla_vf x) {
  nabla_vf a = nabla_vf_at_most(nabla_vf_abs(x), 10.4f), square = a * a, lost = nabla_vf_fma(a, a, -square);
  nabla_vf_exp_512 e = nabla_vf_exp_512_parts(-square, 1);
  nabla_vf gauss = e.high + e.low;
  nabla_vf_bits bits = nabla_vf_to_bits(a + 1), index = bits >> 21;
  nabla_vf middle = nabla_vf_from_bits((bits & 0xffe00000U) | 0x100000U), r = a - (middle - 1);
  nabla_vf f = nabla_vf_look_up(nabla_vf_erfc_pieces[6], index);
  for (int k = 5; k > 0; k--) f = nabla_vf_fma(f, r, nabla_vf_look_up(nabla_vf_erfc_pieces[k], index));
  nabla_vf first = nabla_vf_look_up(nabla_vf_erfc_pieces[0], index), rest = f * r;
  nabla_vf tail = nabla_vf_fma(-gauss, lost, e.low) * (first + rest);
  nabla_vf y = nabla_vf_scale(nabla_vf_fma(e.high, first, nabla_vf_fma(e.high, rest, tail)), e.k);
  return (nabla_vf_erfc_512){nabla_vf_select(x < 0, 2 - y, y), nabla_vf_scale(gauss, e.k)};
}
#endif
// nabla:end

// nabla:function vf_erfc uses v vf vf_abs vf_exp_reduced vf_pair v_erfc vf_erfc_512
/// erfc x = 2 - erfc(-x); for x >= 0 it is e^-x^2 times a polynomial in (x - 2)/(x + 2) over x + 2, or times one of
/// sixteen polynomials. At most 2.1 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_erfc(nabla_vf x) {
#if NABLA_VF_512
  return nabla_vf_erfc_gauss_512(x).error;
#elif NABLA_V_FMA
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
// nabla:function vf_erfc_gauss gives erfc=error gauss=gauss uses v vf vf_erfc vf_exp vf_erfc_512
/// erfc x and e^-x^2 together, as a normal distribution and its density are. As exact as each by itself.
typedef struct {
  nabla_vf error, gauss;
} nabla_vf_erfc_and_gauss;

NABLA_V_INLINE nabla_vf_erfc_and_gauss nabla_vf_erfc_gauss(nabla_vf x) {
#if NABLA_VF_512
  nabla_vf_erfc_512 both = nabla_vf_erfc_gauss_512(x);
  return (nabla_vf_erfc_and_gauss){both.error, both.gauss};
#else
  return (nabla_vf_erfc_and_gauss){nabla_vf_erfc(x), nabla_vf_exp(-(x * x))};
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
