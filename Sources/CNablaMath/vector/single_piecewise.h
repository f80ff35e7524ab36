// Functions made of comparisons and bits, on floats: the text of piecewise.h with other types.
#ifndef NABLA_MATH_VECTOR_SINGLE_PIECEWISE_H
#define NABLA_MATH_VECTOR_SINGLE_PIECEWISE_H

#include "single.h"

// nabla:function vf_sign uses v vf
/// -1, 0 or 1. Zeros keep their sign, NaN stays NaN. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_sign(nabla_vf x) {
  return nabla_vf_select((x > 0) | (x < 0), nabla_vf_copysign(NABLA_VF_SPLAT(1.0f), x), x);
}
// nabla:end

// nabla:function vf_round uses v vf vf_abs
/// The nearest integer, halves to even. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_round(nabla_vf x) {
#if NABLA_VF_512
  return __builtin_ia32_rndscaleps_mask(x, 8, x, -1, 4);
#else
  nabla_vf whole = (nabla_vf_abs(x) + 0x1p23f) - 0x1p23f;
  return nabla_vf_select(nabla_vf_abs(x) < 0x1p23f, nabla_vf_copysign(whole, x), x);
#endif
}
// nabla:end

// nabla:function vf_floor uses v vf vf_round
/// The largest integer that is not larger. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_floor(nabla_vf x) {
#if NABLA_VF_512
  return __builtin_ia32_rndscaleps_mask(x, 9, x, -1, 4);
#else
  nabla_vf y = nabla_vf_round(x);
  return nabla_vf_copysign(nabla_vf_select(y > x, y - 1, y), x);
#endif
}
// nabla:end

// nabla:function vf_floor_divide uses v vf vf_floor
/// floor(x/y) of the rounded quotient. Exact but for that.
NABLA_V_INLINE nabla_vf nabla_vf_floor_divide(nabla_vf x, nabla_vf y) { return nabla_vf_floor(x / y); }
// nabla:end

// nabla:function vf_ceil uses v vf vf_floor
/// The smallest integer that is not smaller. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_ceil(nabla_vf x) { return -nabla_vf_floor(-x); }
// nabla:end

// nabla:function vf_trunc uses v vf vf_floor vf_abs
/// The integer part. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_trunc(nabla_vf x) { return nabla_vf_copysign(nabla_vf_floor(nabla_vf_abs(x)), x); }
// nabla:end

// nabla:function vf_max uses v vf
/// The larger operand; -0 is less than +0; NaN if either operand is NaN. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_max(nabla_vf x, nabla_vf y) {
#if NABLA_VF_512
  nabla_vf known = __builtin_ia32_rangeps512_mask(x, y, 5, x, -1, 4);
  return nabla_vf_select((x == x) & (y == y), known, x + y);
#else
  nabla_vf other = nabla_vf_select((x == y) & (x != 0), x, x + y);  // equal, zeros or NaN
  return nabla_vf_select(x > y, x, nabla_vf_select(x < y, y, other));
#endif
}
// nabla:end

// nabla:function vf_min uses v vf vf_max
/// The smaller operand; -0 is less than +0; NaN if either operand is NaN. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_min(nabla_vf x, nabla_vf y) {
#if NABLA_VF_512
  nabla_vf known = __builtin_ia32_rangeps512_mask(x, y, 4, x, -1, 4);
  return nabla_vf_select((x == x) & (y == y), known, x + y);
#else
  return -nabla_vf_max(-x, -y);
#endif
}
// nabla:end

// nabla:function vf_clamp uses v vf vf_min vf_max
/// min(max(x, low), high). Exact.
NABLA_V_INLINE nabla_vf nabla_vf_clamp(nabla_vf x, nabla_vf low, nabla_vf high) {
  return nabla_vf_min(nabla_vf_max(x, low), high);
}
// nabla:end

// nabla:function vf_step uses v vf
/// 1 for x > 0, else 0; NaN stays NaN. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_step(nabla_vf x) {
  return nabla_vf_select(x > 0, NABLA_VF_SPLAT(1.0f), nabla_vf_select(x <= 0, NABLA_VF_SPLAT(0.0f), x));
}
// nabla:end

// nabla:function vf_relu uses v vf
/// x for x > 0, else +0; NaN stays NaN. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_relu(nabla_vf x) { return nabla_vf_select(x <= 0, NABLA_VF_SPLAT(0.0f), x); }
// nabla:end

// nabla:function vf_strong_multiply uses v vf
/// a*b, but +0 wherever a is 0. At most 0.5 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_strong_multiply(nabla_vf a, nabla_vf b) {
  return nabla_vf_select(a == 0, NABLA_VF_SPLAT(0.0f), a * b);
}
// nabla:end

#endif
