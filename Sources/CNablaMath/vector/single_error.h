// The error function on floats.
#ifndef NABLA_MATH_VECTOR_SINGLE_ERROR_H
#define NABLA_MATH_VECTOR_SINGLE_ERROR_H

#include "error.h"
#include "single_exponential.h"

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

#endif
