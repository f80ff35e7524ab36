// Sine and cosine on floats.
#ifndef NABLA_MATH_VECTOR_SINGLE_CIRCULAR_H
#define NABLA_MATH_VECTOR_SINGLE_CIRCULAR_H

#include "circular.h"
#include "single.h"

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
