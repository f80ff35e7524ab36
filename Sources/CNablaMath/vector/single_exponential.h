// The exponential function on floats and its relatives. Functions without a form of their own are those of doubles: see
// single_by_double.h.
#ifndef NABLA_MATH_VECTOR_SINGLE_EXPONENTIAL_H
#define NABLA_MATH_VECTOR_SINGLE_EXPONENTIAL_H

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

/// The parts of e^x, for |x| <= 120 if it is `bounded`. Where x is infinite, NaN or so large that r has no digits, k
/// alone says what e^x is.
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
/// tanh x = m/(m + 2) with m = e^2|x| - 1, or 1 - 2/(m + 2) where m is large; or one of sixteen polynomials.
/// At most 1.1 ulp; 0.9 with a fused multiply-add.
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

#endif
