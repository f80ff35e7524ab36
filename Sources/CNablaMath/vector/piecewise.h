// Functions made of comparisons and bits.
#ifndef NABLA_MATH_VECTOR_PIECEWISE_H
#define NABLA_MATH_VECTOR_PIECEWISE_H

#include "vector.h"

// nabla:function v_sign uses v
/// -1, 0 or 1. Zeros keep their sign, NaN stays NaN. Exact.
NABLA_V_INLINE nabla_v nabla_v_sign(nabla_v x) {
  return nabla_v_select((x > 0) | (x < 0), nabla_v_copysign(NABLA_V_SPLAT(1.0), x), x);
}
// nabla:end

// nabla:function v_round uses v v_abs
/// The nearest integer, halves to even. Exact.
NABLA_V_INLINE nabla_v nabla_v_round(nabla_v x) {
#if NABLA_V_512
  return __builtin_ia32_rndscalepd_mask(x, 8, x, -1, 4);
#else
  nabla_v whole = (nabla_v_abs(x) + 0x1p52) - 0x1p52;
  return nabla_v_select(nabla_v_abs(x) < 0x1p52, nabla_v_copysign(whole, x), x);
#endif
}
// nabla:end

// nabla:function v_floor uses v v_round
/// The largest integer that is not larger. Exact.
NABLA_V_INLINE nabla_v nabla_v_floor(nabla_v x) {
#if NABLA_V_512
  return __builtin_ia32_rndscalepd_mask(x, 9, x, -1, 4);
#else
  nabla_v y = nabla_v_round(x);
  return nabla_v_copysign(nabla_v_select(y > x, y - 1, y), x);
#endif
}
// nabla:end

// nabla:function v_floor_divide uses v v_floor
/// floor(x/y) of the rounded quotient. Exact but for that.
NABLA_V_INLINE nabla_v nabla_v_floor_divide(nabla_v x, nabla_v y) { return nabla_v_floor(x / y); }
// nabla:end

// nabla:function v_ceil uses v v_floor
/// The smallest integer that is not smaller. Exact.
NABLA_V_INLINE nabla_v nabla_v_ceil(nabla_v x) { return -nabla_v_floor(-x); }
// nabla:end

// nabla:function v_trunc uses v v_floor v_abs
/// The integer part. Exact.
NABLA_V_INLINE nabla_v nabla_v_trunc(nabla_v x) { return nabla_v_copysign(nabla_v_floor(nabla_v_abs(x)), x); }
// nabla:end

// nabla:function v_max uses v
/// The larger operand; -0 is less than +0; NaN if either operand is NaN. Exact.
NABLA_V_INLINE nabla_v nabla_v_max(nabla_v x, nabla_v y) {
#if NABLA_V_512
  nabla_v known = __builtin_ia32_rangepd512_mask(x, y, 5, x, -1, 4);
  return nabla_v_select((x == x) & (y == y), known, x + y);
#else
  nabla_v other = nabla_v_select((x == y) & (x != 0), x, x + y);  // equal, zeros or NaN
  return nabla_v_select(x > y, x, nabla_v_select(x < y, y, other));
#endif
}
// nabla:end

// nabla:function v_min uses v v_max
/// The smaller operand; -0 is less than +0; NaN if either operand is NaN. Exact.
NABLA_V_INLINE nabla_v nabla_v_min(nabla_v x, nabla_v y) {
#if NABLA_V_512
  nabla_v known = __builtin_ia32_rangepd512_mask(x, y, 4, x, -1, 4);
  return nabla_v_select((x == x) & (y == y), known, x + y);
#else
  return -nabla_v_max(-x, -y);
#endif
}
// nabla:end

// nabla:function v_clamp uses v v_min v_max
/// min(max(x, low), high). Exact.
NABLA_V_INLINE nabla_v nabla_v_clamp(nabla_v x, nabla_v low, nabla_v high) {
  return nabla_v_min(nabla_v_max(x, low), high);
}
// nabla:end

// nabla:function v_step uses v
/// 1 for x > 0, else 0; NaN stays NaN. Exact.
NABLA_V_INLINE nabla_v nabla_v_step(nabla_v x) {
  return nabla_v_select(x > 0, NABLA_V_SPLAT(1.0), nabla_v_select(x <= 0, NABLA_V_SPLAT(0.0), x));
}
// nabla:end

// nabla:function v_relu uses v
/// x for x > 0, else +0; NaN stays NaN. Exact.
NABLA_V_INLINE nabla_v nabla_v_relu(nabla_v x) { return nabla_v_select(x <= 0, NABLA_V_SPLAT(0.0), x); }
// nabla:end

// nabla:function v_strong_multiply uses v
/// a*b, but +0 wherever a is 0. At most 0.5 ulp.
NABLA_V_INLINE nabla_v nabla_v_strong_multiply(nabla_v a, nabla_v b) {
  return nabla_v_select(a == 0, NABLA_V_SPLAT(0.0), a * b);
}
// nabla:end

// nabla:function v_mod_slow
/// The remainder of finite x >= 0 by finite y > 0, exactly, digit by digit.
static inline double nabla_v_mod_slow(double x, double y) {
  union { double value; unsigned long long bits; } a, b, r;
  a.value = x;
  b.value = y;
  int n = (int)(a.bits >> 52), m = (int)(b.bits >> 52);
  unsigned long long p = a.bits & 0xfffffffffffffULL, q = b.bits & 0xfffffffffffffULL;
  if (n > 0) p |= 0x10000000000000ULL; else n = 1;
  if (m > 0) q |= 0x10000000000000ULL; else m = 1;
  if (n < m) return x;
  p %= q;
  for (int left = n - m; left > 0 && p != 0;) {
    int shift = left < 11 ? left : 11;
    p = (p << shift) % q;
    left -= shift;
  }
  while (p != 0 && p < 0x10000000000000ULL && m > 1) {
    p <<= 1;
    m--;
  }
  r.bits = p < 0x10000000000000ULL ? p : (p & 0xfffffffffffffULL) | (unsigned long long)m << 52;
  return r.value;
}
// nabla:end

// nabla:function v_mod_lanes uses v v_mod_slow
/// The remainder of |x| by |y| where both are finite and y is not 0, lane by lane.
NABLA_V_RARE void nabla_v_mod_lanes(const nabla_v *x, const nabla_v *y, nabla_v *r) {
  for (int i = 0; i < NABLA_V_LANES; i++) {
    double a = NABLA_V_LANE(*x, i), b = NABLA_V_LANE(*y, i);
    if (a - a == 0 && b - b == 0 && b > 0) NABLA_V_LANE(*r, i) = nabla_v_mod_slow(a, b);
  }
}
// nabla:end

// nabla:function v_mod uses v v_abs v_pair v_floor constants v_mod_lanes
/// x - y*floor(x/y) with the sign of y, as `nabla_mod`: one division where |x/y| < 2^52. At most 0.5 ulp.
NABLA_V_INLINE nabla_v nabla_v_mod(nabla_v x, nabla_v y) {
  nabla_v a = nabla_v_abs(x), b = nabla_v_abs(y), quotient = a / b;
  nabla_v_pair whole = nabla_v_product(nabla_v_floor(quotient), b);
  nabla_v r = (a - whole.high) - whole.low;  // off by b at most
  r = nabla_v_select(r < 0, r + b, r);
  r = nabla_v_select(r >= b, r - b, r);
  r = nabla_v_select(b == NABLA_INFINITY, a, r);
  nabla_v_mask hard = (quotient >= 0x1p52) | (a < 0x1p-900) | (b < 0x1p-900) | (a > 0x1p1000);
  if (NABLA_V_UNLIKELY(nabla_v_any(hard))) nabla_v_mod_lanes(&a, &b, &r);
  r = nabla_v_select((a == NABLA_INFINITY) | (b == 0), NABLA_V_SPLAT(NABLA_NAN), r);
  nabla_v signed_r = nabla_v_flip(r, x), other = signed_r + y;
  nabla_v differ = nabla_v_flip(x, y);  // negative where the signs differ
  signed_r = nabla_v_select((differ < 0) & (r > 0), other, signed_r);
  return nabla_v_select(r == 0, nabla_v_copysign(NABLA_V_SPLAT(0.0), y), signed_r);
}
// nabla:end

#endif
