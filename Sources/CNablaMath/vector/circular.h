// The circular functions. Their inverses are in inverse.h.
#ifndef NABLA_MATH_VECTOR_CIRCULAR_H
#define NABLA_MATH_VECTOR_CIRCULAR_H

#include "vector.h"

// nabla:function v_circular_large uses v
/// x = quadrant pi/2 + high + low with |high| <= pi/4.
typedef struct {
  double quadrant, high, low;
} nabla_v_circular_lane;

/// Takes the multiples of pi/2 out of a finite x >= 2, exactly: M. Payne, R. Hanek, Radian reduction for
/// trigonometric functions, SIGNUM Newsletter 18 (1983). Of 2/pi only the bits that matter for this exponent are used.
NABLA_V_RARE nabla_v_circular_lane nabla_v_circular_large(double x) {
  static const unsigned int two_over_pi[] = {  // 1280 bits
      0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561,
      0xb7246e3a, 0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e, 0xe88235f5, 0x2ebb4484,
      0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b, 0x1ff897ff, 0xde05980f,
      0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d, 0x7527bac7, 0xebe5f17b,
      0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08, 0x56033046, 0xfc7b6bab, 0xf0cfbc20, 0x9af4361d};
  union { double real; unsigned long long bits; } u;
  u.real = x;
  unsigned long long mantissa = (u.bits & 0xfffffffffffffULL) | 0x10000000000000ULL;
  int exponent = (int)(u.bits >> 52 & 0x7ff) - 1075;  // x = mantissa * 2^exponent
  int first = exponent > 2 ? (exponent - 2) / 32 : 0;
  // The product with seven words of 2/pi, least word first, and where its binary point is.
  unsigned long long product[10] = {0};
  for (int part = 0; part < 2; part++) {
    unsigned long long factor = part == 0 ? mantissa & 0xffffffffULL : mantissa >> 32, carry = 0;
    for (int i = 0; i < 7; i++) {
      carry += product[i + part] + factor * two_over_pi[first + 6 - i];
      product[i + part] = carry & 0xffffffffULL;
      carry >>= 32;
    }
    product[7 + part] = carry;
  }
  int point = 32 * (first + 7) - exponent;
  unsigned long long window[2];  // two bits of the integer and 126 of the fraction
  for (int i = 0; i < 2; i++) {
    int low = point - 62 - 64 * i, word = low / 32, shift = low % 32;
    unsigned long long middle = product[word] >> shift | product[word + 1] << (32 - shift);
    window[i] = middle | product[word + 2] << (63 - shift) << 1;
  }
  unsigned long long fraction = window[0] << 2 | window[1] >> 62, rest = window[1] << 2;
  int quadrant = (int)(window[0] >> 62), negative = (int)(fraction >> 63);
  if (negative) {  // nearer to the next quadrant
    fraction = ~fraction;
    rest = ~rest;
    quadrant++;
  }
  double f = (double)(fraction & ~0x7ffULL) * 0x1p-64;
  double f_low = (double)(fraction & 0x7ffULL) * 0x1p-64 + (double)rest * 0x1p-128, sum = f + f_low;
  f_low -= sum - f;
  f = sum;
  // times pi/2, by halves
  u.real = f;
  u.bits &= 0xfffffffff8000000ULL;
  double upper = u.real, lower = f - upper, high = f * 0x1.921fb54442d18p+0;
  double low = (upper * 0x1.921fb5p+0 - high) + upper * 0x1.110b46p-26 + lower * 0x1.921fb5p+0 + lower * 0x1.110b46p-26
      + (f * 0x1.1a62633145c07p-54 + f_low * 0x1.921fb54442d18p+0);
  if (negative) return (nabla_v_circular_lane){quadrant, -high, -low};
  return (nabla_v_circular_lane){quadrant, high, low};
}
// nabla:end

// nabla:function v_circular_reduced uses v
/// x = k pi/2 + high + low with |high| <= pi/4.
typedef struct {
  nabla_v k, high, low;
} nabla_v_circular_reduced;
/// Larger operands take a road of their own, lane by lane.
#define NABLA_V_CIRCULAR_LIMIT 1e6
// nabla:end

// nabla:function v_circular_reduce uses v v_circular_reduced v_pair
/// Takes the multiples of pi/2 out of 0 <= x <= 10^6.
NABLA_V_INLINE nabla_v_circular_reduced nabla_v_circular_reduce(nabla_v x) {
  nabla_v k = nabla_v_nearest(x * 0x1.45f306dc9c883p-1);
#if NABLA_V_FMA
  nabla_v r = nabla_v_fma(k, NABLA_V_SPLAT(-0x1.921fb54442d18p+0), x);  // exact
  nabla_v_pair rest = nabla_v_product(k, NABLA_V_SPLAT(-0x1.1a62633145c07p-54)), sum = nabla_v_sum(r, rest.high);
  nabla_v low = sum.low + nabla_v_fma(k, NABLA_V_SPLAT(0x1.f1976b7ed8fbcp-110), rest.low);
#else
  // pi/2 in parts of 33 bits: the products with k < 2^20 are exact.
  nabla_v_pair first = nabla_v_sum(x - k * 0x1.921fb544p+0, -(k * 0x1.0b4611a6p-34));
  nabla_v_pair sum = nabla_v_sum(first.high, -(k * 0x1.3198a2ep-69));
  nabla_v low = first.low + (sum.low - k * 0x1.b839a252049c1p-104);
#endif
  nabla_v high = sum.high + low;
  return (nabla_v_circular_reduced){k, high, low - (high - sum.high)};
}
// nabla:end

// nabla:function v_circular_reduce_large uses v v_circular_reduced constants v_circular_large
/// Takes the multiples of pi/2 out of those lanes of x that are beyond the limit. Of infinity, NaN is left.
NABLA_V_RARE void nabla_v_circular_reduce_large(const nabla_v *x, nabla_v_circular_reduced *r) {
  const double *lanes = (const double *)x;
  double *k = (double *)&r->k, *high = (double *)&r->high, *low = (double *)&r->low;
  r->k = r->high = r->low = *x - *x;
  for (int i = 0; i < NABLA_V_LANES; i++) {
    if (!(lanes[i] > NABLA_V_CIRCULAR_LIMIT && lanes[i] < NABLA_INFINITY)) continue;
    nabla_v_circular_lane reduced = nabla_v_circular_large(lanes[i]);
    k[i] = reduced.quadrant;
    high[i] = reduced.high;
    low[i] = reduced.low;
  }
}
// nabla:end

// nabla:function v_sin_tail uses v
#define NABLA_V_SIN_TAIL \
  -0x1.5555555555555p-3, 0x1.111111111111p-7, -0x1.a01a01a019937p-13, 0x1.71de3a54607a5p-19, -0x1.ae64541295cdfp-26, \
      0x1.61217ee5cca1bp-33, -0x1.ab17bdcbd3414p-41
/// (sin r - r)/r^3 for z = r^2, |r| <= pi/4.
NABLA_V_INLINE nabla_v nabla_v_sin_tail(nabla_v z) { return NABLA_V_POLY(z, NABLA_V_SIN_TAIL); }
// nabla:end

// nabla:function v_cos_tail uses v
#define NABLA_V_COS_TAIL \
  0x1.5555555555555p-5, -0x1.6c16c16c16967p-10, 0x1.a01a019f4e9b4p-16, -0x1.27e4fa17bf139p-22, 0x1.1eeb68cd22f56p-29, \
      -0x1.907d8f29fe831p-37
/// (cos r - 1 + r^2/2)/r^4 for z = r^2, |r| <= pi/4.
NABLA_V_INLINE nabla_v nabla_v_cos_tail(nabla_v z) { return NABLA_V_POLY(z, NABLA_V_COS_TAIL); }
// nabla:end

// nabla:function v_sin_reduced uses v v_pair v_circular_reduced v_sin_tail
/// sin(high + low) to about 2^-58.
NABLA_V_INLINE nabla_v_pair nabla_v_sin_reduced(nabla_v_circular_reduced x) {
  nabla_v z = x.high * x.high, low = nabla_v_fma(-0.5 * z, x.low, x.low);
  return nabla_v_ordered(x.high, nabla_v_fma(x.high * z, nabla_v_sin_tail(z), low));
}
// nabla:end

// nabla:function v_cos_reduced uses v v_pair v_circular_reduced v_cos_tail
/// cos(high + low) to about 2^-57.
NABLA_V_INLINE nabla_v_pair nabla_v_cos_reduced(nabla_v_circular_reduced x) {
  nabla_v z = x.high * x.high;
  nabla_v_pair sum = nabla_v_ordered(NABLA_V_SPLAT(1.0), -0.5 * z);
  nabla_v low = nabla_v_fma(-x.high, x.low, sum.low + nabla_v_fma(x.high, x.high, -z) * -0.5);
  return nabla_v_ordered(sum.high, nabla_v_fma(z * z, nabla_v_cos_tail(z), low));
}
// nabla:end

// nabla:function v_odd uses v
/// Whether the integer k is odd.
NABLA_V_INLINE nabla_v_mask nabla_v_odd(nabla_v k) { return (nabla_v_to_bits(k + 0x1.8p52) & 1) != 0; }
// nabla:end

// nabla:function v_quadrant_sign uses v
/// x with its sign flipped where k mod 4 is 2 or 3.
NABLA_V_INLINE nabla_v nabla_v_quadrant_sign(nabla_v x, nabla_v k) {
  x = nabla_v_from_bits(nabla_v_to_bits(x) ^ (nabla_v_to_bits(k + 0x1.8p52) & 2) << 62);
  NABLA_V_OPAQUE(x);
  return x;
}
// nabla:end

// nabla:function v_sin_cos_reduced uses v v_circular_reduced v_sin_reduced v_cos_reduced v_odd v_quadrant_sign
/// sin and cos of a reduced angle.
typedef struct {
  nabla_v sine, cosine;
} nabla_v_sine_cosine;

NABLA_V_INLINE nabla_v_sine_cosine nabla_v_sin_cos_reduced(nabla_v_circular_reduced r) {
  nabla_v s = nabla_v_sin_reduced(r).high, c = nabla_v_cos_reduced(r).high;
  nabla_v_mask odd = nabla_v_odd(r.k);
  nabla_v sine = nabla_v_quadrant_sign(nabla_v_select(odd, c, s), r.k);
  nabla_v cosine = nabla_v_quadrant_sign(nabla_v_select(odd, s, c), r.k + 1);
  return (nabla_v_sine_cosine){sine, cosine};
}
// nabla:end

// nabla:function v_sin_cos_large uses v v_sin_cos_reduced v_sin_tail v_cos_tail v_circular_reduced v_circular_large
/// Puts sin x and cos x right in the lanes where x >= 0 is beyond the limit. Loops, which compile quickly.
NABLA_V_RARE void nabla_v_sin_cos_large(const nabla_v *x, nabla_v_sine_cosine *y) {
  static const double sin_tail[] = {NABLA_V_SIN_TAIL}, cos_tail[] = {NABLA_V_COS_TAIL};
  const double *lanes = (const double *)x;
  double *sine = (double *)&y->sine, *cosine = (double *)&y->cosine;
  for (int i = 0; i < NABLA_V_LANES; i++) {
    if (!(lanes[i] > NABLA_V_CIRCULAR_LIMIT)) continue;
    sine[i] = cosine[i] = lanes[i] - lanes[i];  // of infinity, NaN is left
    if (sine[i] != 0) continue;
    nabla_v_circular_lane r = nabla_v_circular_large(lanes[i]);
    double z = r.high * r.high, s = 0, c = 0;
    for (int k = 6; k >= 0; k--) s = s * z + sin_tail[k];
    for (int k = 5; k >= 0; k--) c = c * z + cos_tail[k];
    s = r.high + (r.high * z * s + r.low);
    c = 1 - 0.5 * z + (z * z * c - r.high * r.low);
    int quadrant = (int)r.quadrant, odd = quadrant & 1;
    sine[i] = quadrant & 2 ? -(odd ? c : s) : odd ? c : s;
    cosine[i] = (quadrant + 1) & 2 ? -(odd ? s : c) : odd ? s : c;
  }
}
// nabla:end

// nabla:function v_sin_cos_careful uses v v_sin_cos_reduced v_abs v_circular_reduce v_circular_reduced v_sin_cos_large
/// sin x and cos x, each to 0.7 ulp.
NABLA_V_INLINE nabla_v_sine_cosine nabla_v_sin_cos_careful(nabla_v x) {
  nabla_v a = nabla_v_abs(x);
  nabla_v_sine_cosine y = nabla_v_sin_cos_reduced(nabla_v_circular_reduce(a));
  if (NABLA_V_UNLIKELY(nabla_v_any(a > NABLA_V_CIRCULAR_LIMIT))) {
    nabla_v operand = a;
    nabla_v_sine_cosine value = y;
    nabla_v_sin_cos_large(&operand, &value);
    y = value;
  }
  y.sine = nabla_v_flip(y.sine, x);
  return y;
}
// nabla:end

// nabla:function v_sin_cos gives sin=sine cos=cosine uses v v_sin_cos_reduced v_abs v_sin_tail v_cos_tail v_circular_reduced v_sin_cos_large v_sin_cos_careful
/// sin x and cos x together. At most 1.5 ulp.
NABLA_V_INLINE nabla_v_sine_cosine nabla_v_sin_cos(nabla_v x) {
#if NABLA_V_FMA
  nabla_v a = nabla_v_abs(x);
  nabla_v shifted = nabla_v_fma(a, NABLA_V_SPLAT(0x1.45f306dc9c883p-1), NABLA_V_SPLAT(0x1.8p52));
  nabla_v k = shifted - 0x1.8p52;
  nabla_v r = nabla_v_fma(k, NABLA_V_SPLAT(-0x1.921fb54442d18p+0), a);  // exact
  r = nabla_v_fma(k, NABLA_V_SPLAT(-0x1.1a62633145c07p-54), r);
  r = nabla_v_fma(k, NABLA_V_SPLAT(0x1.f1976b7ed8fbcp-110), r);
  nabla_v z = r * r;
  nabla_v s = nabla_v_fma(r * z, nabla_v_sin_tail(z), r);
  nabla_v c = nabla_v_fma(z * z, nabla_v_cos_tail(z), nabla_v_fma(z, NABLA_V_SPLAT(-0.5), NABLA_V_SPLAT(1.0)));
  // The lowest bits of k are the quadrant: c for s where it is odd, the sign from the next bit.
  nabla_v_bits quadrant = nabla_v_to_bits(shifted);
  nabla_v_mask odd = (quadrant & 1) != 0;
  nabla_v sine = nabla_v_choose(odd, c, s), cosine = nabla_v_choose(odd, s, c);
  nabla_v_sine_cosine y = {
      nabla_v_flip(sine, nabla_v_from_bits(quadrant << 62)),
      nabla_v_flip(cosine, nabla_v_from_bits((quadrant + 1) << 62))};
  if (NABLA_V_UNLIKELY(nabla_v_any(a > NABLA_V_CIRCULAR_LIMIT))) {
    nabla_v operand = a;
    nabla_v_sine_cosine value = y;
    nabla_v_sin_cos_large(&operand, &value);
    y = value;
  }
  y.sine = nabla_v_flip(y.sine, x);
  return y;
#else
  return nabla_v_sin_cos_careful(x);
#endif
}
// nabla:end

// nabla:function v_sin uses v v_sin_cos
/// sin x. At most 1.5 ulp.
NABLA_V_INLINE nabla_v nabla_v_sin(nabla_v x) { return nabla_v_sin_cos(x).sine; }
// nabla:end

// nabla:function v_cos uses v v_sin_cos
/// cos x. At most 1.5 ulp.
NABLA_V_INLINE nabla_v nabla_v_cos(nabla_v x) { return nabla_v_sin_cos(x).cosine; }
// nabla:end

// nabla:function v_tan_reduced uses v v_circular_reduced v_pair v_sin_reduced v_cos_reduced v_odd
/// The tangent of a reduced angle, or its reciprocal.
NABLA_V_INLINE nabla_v nabla_v_tan_reduced(nabla_v_circular_reduced r, int reciprocal) {
  nabla_v_pair s = nabla_v_sin_reduced(r), c = nabla_v_cos_reduced(r), top, bottom;
  nabla_v_mask minus = nabla_v_odd(r.k), swapped = nabla_v_odd(r.k + reciprocal);
  top.high = nabla_v_select(swapped, c.high, s.high), top.low = nabla_v_select(swapped, c.low, s.low);
  bottom.high = nabla_v_select(swapped, s.high, c.high), bottom.low = nabla_v_select(swapped, s.low, c.low);
  nabla_v q = nabla_v_ratio(top, bottom);
  return nabla_v_select(minus, -q, q);
}
// nabla:end

// nabla:function v_tan_large uses v v_circular_reduced v_circular_reduce_large v_tan_reduced
/// Puts tan x, or its reciprocal, right in the lanes where x >= 0 is beyond the limit.
NABLA_V_RARE void nabla_v_tan_large(const nabla_v *x, nabla_v *y, int reciprocal) {
  nabla_v_circular_reduced r;
  nabla_v_circular_reduce_large(x, &r);
  *y = nabla_v_select(*x > NABLA_V_CIRCULAR_LIMIT, nabla_v_tan_reduced(r, reciprocal), *y);
}
// nabla:end

// nabla:function v_tan_or_cot uses v v_abs v_tan_reduced v_circular_reduce v_circular_reduced v_tan_large
/// tan x, or its reciprocal.
NABLA_V_INLINE nabla_v nabla_v_tan_or_cot(nabla_v x, int reciprocal) {
  nabla_v a = nabla_v_abs(x), y = nabla_v_tan_reduced(nabla_v_circular_reduce(a), reciprocal);
  if (NABLA_V_UNLIKELY(nabla_v_any(a > NABLA_V_CIRCULAR_LIMIT))) {
    nabla_v operand = a, value = y;
    nabla_v_tan_large(&operand, &value, reciprocal);
    y = value;
  }
  return nabla_v_flip(y, x);
}
// nabla:end

// nabla:function v_tan uses v v_abs v_tan_or_cot
/// tan x. At most 1.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_tan(nabla_v x) {
  return nabla_v_select(nabla_v_abs(x) < 0x1p-27, x, nabla_v_tan_or_cot(x, 0));
}
// nabla:end

// nabla:function v_cot uses v v_abs v_tan_or_cot
/// 1/tan x. At most 1.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_cot(nabla_v x) {
  return nabla_v_select(nabla_v_abs(x) < 0x1p-27, 1 / x, nabla_v_tan_or_cot(x, 1));
}
// nabla:end

// nabla:function v_sec uses v v_sin_cos_careful
/// 1/cos x. At most 1.6 ulp.
NABLA_V_INLINE nabla_v nabla_v_sec(nabla_v x) { return 1 / nabla_v_sin_cos_careful(x).cosine; }
// nabla:end

// nabla:function v_csc uses v v_sin_cos_careful
/// 1/sin x. At most 1.6 ulp.
NABLA_V_INLINE nabla_v nabla_v_csc(nabla_v x) { return 1 / nabla_v_sin_cos_careful(x).sine; }
// nabla:end

#endif
