// Vectors of floats: the same means as for doubles in vector.h, and what both have in common.
//
// `nabla_vf` holds NABLA_VF_LANES floats: twice NABLA_V_LANES, which fills a register. Where that is defined to be
// NABLA_V_LANES before, there are as many floats as doubles in a `nabla_v`, for code that mixes both.
#ifndef NABLA_MATH_VECTOR_SINGLE_H
#define NABLA_MATH_VECTOR_SINGLE_H

#include "vector.h"

// nabla:function vf uses v
#ifndef NABLA_VF_LANES
#if NABLA_V_LANES == 1
#define NABLA_VF_LANES 1
#else
#define NABLA_VF_LANES (2 * NABLA_V_LANES)
#endif
#endif
#if NABLA_VF_LANES == 1
typedef float nabla_vf;
typedef unsigned int nabla_vf_bits;
typedef int nabla_vf_mask;
#define NABLA_VF_LANE(x, i) (x)
#define NABLA_VF_ONE(f, x) ((float)f((double)(x)))
#define NABLA_VF_TWO(f, x, y) ((float)f((double)(x), (double)(y)))
#else
typedef float nabla_vf __attribute__((vector_size(4 * NABLA_VF_LANES)));
typedef unsigned int nabla_vf_bits __attribute__((vector_size(4 * NABLA_VF_LANES)));
typedef int nabla_vf_mask __attribute__((vector_size(4 * NABLA_VF_LANES)));
#define NABLA_VF_LANE(x, i) (x)[i]
#if NABLA_VF_LANES == NABLA_V_LANES
#define NABLA_VF_ONE(f, x) __builtin_convertvector(f(__builtin_convertvector(x, nabla_v)), nabla_vf)
#define NABLA_VF_TWO(f, x, y) \
  __builtin_convertvector(f(__builtin_convertvector(x, nabla_v), __builtin_convertvector(y, nabla_v)), nabla_vf)
#else
/// The floats of one half, as doubles.
typedef float nabla_vf_half __attribute__((vector_size(2 * NABLA_VF_LANES)));
typedef union {
  nabla_vf all;
  nabla_vf_half half[2];
} nabla_vf_halves;
NABLA_V_INLINE nabla_v nabla_vf_widen(nabla_vf x, int half) {
  nabla_vf_halves u = {x};
  return __builtin_convertvector(u.half[half], nabla_v);
}
NABLA_V_INLINE nabla_vf nabla_vf_narrow(nabla_v low, nabla_v high) {
  nabla_vf_halves u;
  u.half[0] = __builtin_convertvector(low, nabla_vf_half);
  u.half[1] = __builtin_convertvector(high, nabla_vf_half);
  return u.all;
}
/// A function of doubles on floats: every half is widened, and what comes out is rounded once.
#define NABLA_VF_ONE(f, x) nabla_vf_narrow(f(nabla_vf_widen(x, 0)), f(nabla_vf_widen(x, 1)))
#define NABLA_VF_TWO(f, x, y) \
  nabla_vf_narrow(f(nabla_vf_widen(x, 0), nabla_vf_widen(y, 0)), f(nabla_vf_widen(x, 1), nabla_vf_widen(y, 1)))
#endif
#endif
#if NABLA_V_ISA == 512 && NABLA_VF_LANES == 16
#define NABLA_VF_512 1
#else
#define NABLA_VF_512 0
#endif
#define NABLA_VF_SPLAT(c) ((c) - (nabla_vf){0})
#define NABLA_VF_POLY(x, ...) NABLA_POLY(nabla_vf_fma, NABLA_VF_SPLAT, x, __VA_ARGS__)

/// The IEEE encodings of the lanes.
NABLA_V_INLINE nabla_vf_bits nabla_vf_to_bits(nabla_vf x) {
  union { nabla_vf real; nabla_vf_bits bits; } u;
  u.real = x;
  return u.bits;
}
/// The floats of these encodings.
NABLA_V_INLINE nabla_vf nabla_vf_from_bits(nabla_vf_bits x) {
  union { nabla_vf_bits bits; nabla_vf real; } u;
  u.bits = x;
  return u.real;
}
/// a where the mask holds, else b. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_select(nabla_vf_mask mask, nabla_vf a, nabla_vf b) {
#if NABLA_VF_LANES == 1
  return mask ? a : b;
#else
  nabla_vf_bits m = (nabla_vf_bits)mask;
  return (nabla_vf)(((nabla_vf_bits)a & m) | ((nabla_vf_bits)b & ~m));
#endif
}
/// Whether the mask holds in some lane.
NABLA_V_INLINE int nabla_vf_any(nabla_vf_mask mask) {
#if NABLA_VF_LANES == 1
  return mask != 0;
#elif !defined(__clang__) && NABLA_VF_512
  return __builtin_ia32_cvtd2mask512(mask) != 0;
#elif !defined(__clang__) && NABLA_VF_LANES == 8 && NABLA_V_ISA >= 256
  return __builtin_ia32_movmskps256((nabla_vf)mask) != 0;
#elif !defined(__clang__) && NABLA_VF_LANES == 4 && defined(__SSE2__)
  return __builtin_ia32_movmskps((nabla_vf)mask) != 0;
#else
  int any = 0;
  for (int lane = 0; lane < NABLA_VF_LANES; lane++) any |= mask[lane];
  return any != 0;
#endif
}
/// |x| with the sign of y. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_copysign(nabla_vf x, nabla_vf y) {
  x = nabla_vf_from_bits((nabla_vf_to_bits(x) & 0x7fffffffU) | (nabla_vf_to_bits(y) & 0x80000000U));
  NABLA_V_OPAQUE(x);
  return x;
}
/// x with its sign flipped where y is negative. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_flip(nabla_vf x, nabla_vf y) {
  x = nabla_vf_from_bits(nabla_vf_to_bits(x) ^ (nabla_vf_to_bits(y) & 0x80000000U));
  NABLA_V_OPAQUE(x);
  return x;
}
/// a*b + c, rounded once where the machine can, else twice.
NABLA_V_INLINE nabla_vf nabla_vf_fma(nabla_vf a, nabla_vf b, nabla_vf c) {
#if !NABLA_V_FMA
  return a * b + c;
#elif NABLA_VF_LANES == 1
  return __builtin_fmaf(a, b, c);
#elif NABLA_V_ELEMENTWISE
  return __builtin_elementwise_fma(a, b, c);
#elif !defined(__clang__) && NABLA_VF_512
  return __builtin_ia32_vfmaddps512_mask(a, b, c, -1, 4);
#elif !defined(__clang__) && NABLA_VF_LANES == 8 && NABLA_V_ISA >= 256
  return __builtin_ia32_vfmaddps256(a, b, c);
#elif !defined(__clang__) && NABLA_VF_LANES == 4 && defined(__FMA__)
  return __builtin_ia32_vfmaddps(a, b, c);
#else
  for (int lane = 0; lane < NABLA_VF_LANES; lane++) c[lane] = __builtin_fmaf(a[lane], b[lane], c[lane]);
  return c;
#endif
}
/// x, but a constant where x is below it; NaN stays NaN. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_at_least(nabla_vf x, float low) {
#if !defined(__clang__) && NABLA_VF_512
  return __builtin_ia32_maxps512_mask(NABLA_VF_SPLAT(low), x, x, -1, 4);
#elif NABLA_VF_512
  return __builtin_ia32_maxps512(NABLA_VF_SPLAT(low), x, 4);
#elif !defined(__clang__) && NABLA_VF_LANES == 8 && NABLA_V_ISA >= 256
  return __builtin_ia32_maxps256(NABLA_VF_SPLAT(low), x);
#else
  return nabla_vf_select(x < low, NABLA_VF_SPLAT(low), x);
#endif
}
/// x, but a constant where x is above it; NaN stays NaN. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_at_most(nabla_vf x, float high) {
#if !defined(__clang__) && NABLA_VF_512
  return __builtin_ia32_minps512_mask(NABLA_VF_SPLAT(high), x, x, -1, 4);
#elif NABLA_VF_512
  return __builtin_ia32_minps512(NABLA_VF_SPLAT(high), x, 4);
#elif !defined(__clang__) && NABLA_VF_LANES == 8 && NABLA_V_ISA >= 256
  return __builtin_ia32_minps256(NABLA_VF_SPLAT(high), x);
#else
  return nabla_vf_select(x > high, NABLA_VF_SPLAT(high), x);
#endif
}
/// x rounded to an integer, for |x| < 2^22.
NABLA_V_INLINE nabla_vf nabla_vf_nearest(nabla_vf x) { return (x + 0x1.8p23f) - 0x1.8p23f; }
/// 2^k for integers -127 < k < 128.
NABLA_V_INLINE nabla_vf nabla_vf_power_of_two(nabla_vf k) {
  return nabla_vf_from_bits(nabla_vf_to_bits(k + (0x1.8p23f + 127)) << 23);
}
/// x * 2^k for integers |k| < 252, rounded once where the result is subnormal.
NABLA_V_INLINE nabla_vf nabla_vf_scale(nabla_vf x, nabla_vf k) {
#if NABLA_VF_512
  return __builtin_ia32_scalefps512_mask(x, k, x, -1, 4);
#else
  nabla_vf half = nabla_vf_nearest(0.5f * k);
  return x * nabla_vf_power_of_two(half) * nabla_vf_power_of_two(k - half);
#endif
}
#if NABLA_VF_512
/// The nearest number to x between -limit and limit, and one of these for NaN.
NABLA_V_INLINE nabla_vf nabla_vf_within(nabla_vf x, float limit) {
  return __builtin_ia32_rangeps512_mask(x, NABLA_VF_SPLAT(limit), 2, x, -1, 4);
}
/// The elements of a table of 16 that the lowest four bits of the index name.
NABLA_V_INLINE nabla_vf nabla_vf_look_up(const float *table, nabla_vf_bits index) {
  typedef float row __attribute__((vector_size(64), aligned(4), may_alias));
#ifdef __clang__
  return __builtin_ia32_permvarsf512(*(const row *)table, (nabla_vf_mask)index);
#else
  return __builtin_ia32_permvarsf512_mask(*(const row *)table, (nabla_vf_mask)index, (nabla_vf){0}, -1);
#endif
}
#endif
// nabla:end

// nabla:function vf_abs uses v vf
/// |x|. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_abs(nabla_vf x) { return nabla_vf_from_bits(nabla_vf_to_bits(x) & 0x7fffffffU); }
// nabla:end

// nabla:function vf_sqrt uses v vf
/// The square root. At most 0.5 ulp.
NABLA_V_INLINE nabla_vf nabla_vf_sqrt(nabla_vf x) {
#if NABLA_VF_LANES == 1
  return __builtin_sqrtf(x);
#elif NABLA_V_ELEMENTWISE
  return __builtin_elementwise_sqrt(x);
#elif !defined(__clang__) && NABLA_VF_512
  return __builtin_ia32_sqrtps512_mask(x, x, -1, 4);
#elif !defined(__clang__) && NABLA_VF_LANES == 8 && NABLA_V_ISA >= 256
  return __builtin_ia32_sqrtps256(x);
#elif !defined(__clang__) && NABLA_VF_LANES == 4 && defined(__SSE2__)
  return __builtin_ia32_sqrtps(x);
#else
  for (int lane = 0; lane < NABLA_VF_LANES; lane++) x[lane] = __builtin_sqrtf(x[lane]);
  return x;
#endif
}
// nabla:end

// nabla:function vf_identity uses v vf
/// x. Exact.
NABLA_V_INLINE nabla_vf nabla_vf_identity(nabla_vf x) { return x; }
// nabla:end

// nabla:function vf_pair uses vf v
/// The numbers high + low, lane by lane.
typedef struct {
  nabla_vf high, low;
} nabla_vf_pair;

/// a + b, exactly.
NABLA_V_INLINE nabla_vf_pair nabla_vf_sum(nabla_vf a, nabla_vf b) {
  nabla_vf sum = a + b, part = sum - a;
  return (nabla_vf_pair){sum, (a - (sum - part)) + (b - part)};
}
/// a + b, exactly, where |a| >= |b| or a is 0.
NABLA_V_INLINE nabla_vf_pair nabla_vf_ordered(nabla_vf a, nabla_vf b) {
  nabla_vf sum = a + b;
  return (nabla_vf_pair){sum, b - (sum - a)};
}
// nabla:end

#endif
