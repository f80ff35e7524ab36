// The ground of the vector functions: types, lanes, bits, fused products, polynomials.
//
// One text serves every width. `nabla_v` holds NABLA_V_LANES doubles in a vector type of GCC and Clang, on which C's
// operators work lane by lane, also with a scalar operand (`x * 2.0`). A comparison gives a `nabla_v_mask`, all bits
// set where it holds: combine masks by & and |, choose by `nabla_v_select`.
//
// - NABLA_V_ISA: 512 (AVX-512), 256 (AVX2 and FMA) or 128 (any other machine; ARM is one of them). Chosen from the
//   compiler's target; a file that compiles for another one by attributes defines it before.
// - NABLA_V_LANES: 8, 4 or 2 accordingly; another width (also 1, a plain double) may be defined before.
// - NABLA_V_FMA: whether the machine multiplies and adds with one rounding. The functions ask for it where they profit
//   and are never contracted elsewhere by more than a rounding, so `-ffp-contract` does not matter to their accuracy.
//
// They rely on IEEE 754 arithmetic in the default rounding mode: never -ffast-math. They raise no flags on purpose and
// keep none from being raised.
#ifndef NABLA_MATH_VECTOR_H
#define NABLA_MATH_VECTOR_H

#include "../include/nabla_math/constants.h"

// nabla:function v
#ifndef NABLA_V_ISA
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define NABLA_V_ISA 512
#elif defined(__AVX2__) && defined(__FMA__)
#define NABLA_V_ISA 256
#else
#define NABLA_V_ISA 128
#endif
#endif
#ifndef NABLA_V_LANES
#ifdef __GNUC__
#define NABLA_V_LANES (NABLA_V_ISA / 64)
#else
#define NABLA_V_LANES 1
#endif
#endif
#if NABLA_V_ISA >= 256 || defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define NABLA_V_FMA 1
#else
#define NABLA_V_FMA 0
#endif
#if !defined(NABLA_V_ELEMENTWISE) && defined(__clang__) && defined(__has_builtin)
#if __has_builtin(__builtin_elementwise_fma) && __has_builtin(__builtin_elementwise_sqrt)
#define NABLA_V_ELEMENTWISE 1  // clang 17 and later; an earlier one finds the vectors in loops over the lanes
#endif
#endif
#if NABLA_V_ISA == 512 && NABLA_V_LANES == 8
#define NABLA_V_512 1  // scalef, getexp, getmant and table look-ups by permutation
#else
#define NABLA_V_512 0
#endif
#ifdef __GNUC__
#define NABLA_V_INLINE static inline __attribute__((always_inline, unused))
#define NABLA_V_CALLED static __attribute__((noinline, unused))
#ifdef __clang__
#define NABLA_V_RARE static __attribute__((noinline, cold, optnone, unused))
#else
#define NABLA_V_RARE static __attribute__((noinline, cold, unused))
#endif
#define NABLA_V_UNLIKELY(x) __builtin_expect((x) != 0, 0)
#else
#define NABLA_V_INLINE static inline
#define NABLA_V_CALLED static
#define NABLA_V_RARE static
#define NABLA_V_UNLIKELY(x) (x)
#endif
#if NABLA_V_LANES == 1
typedef double nabla_v;
typedef unsigned long long nabla_v_bits;
typedef long long nabla_v_mask;
#define NABLA_V_LANE(x, i) (x)
#else
typedef double nabla_v __attribute__((vector_size(8 * NABLA_V_LANES)));
typedef unsigned long long nabla_v_bits __attribute__((vector_size(8 * NABLA_V_LANES)));
typedef long long nabla_v_mask __attribute__((vector_size(8 * NABLA_V_LANES)));
#define NABLA_V_LANE(x, i) (x)[i]
#endif
#if defined(__clang__) && NABLA_V_ISA == 512 && NABLA_V_LANES > 1
/// Keeps the compiler from looking into a value: clang 21 joins a choice between y and bits of x and y into one masked
/// vpternlog, with its operands in the wrong order.
#define NABLA_V_OPAQUE(x) __asm__("" : "+v"(x))
#else
#define NABLA_V_OPAQUE(x) (void)(x)
#endif
/// A scalar constant in every lane (also -0).
#define NABLA_V_SPLAT(c) ((c) - (nabla_v){0})

/// The IEEE encodings of the lanes.
NABLA_V_INLINE nabla_v_bits nabla_v_to_bits(nabla_v x) {
  union { nabla_v real; nabla_v_bits bits; } u;
  u.real = x;
  return u.bits;
}
/// The doubles of these encodings.
NABLA_V_INLINE nabla_v nabla_v_from_bits(nabla_v_bits x) {
  union { nabla_v_bits bits; nabla_v real; } u;
  u.bits = x;
  return u.real;
}
/// a where the mask holds, else b. Exact.
NABLA_V_INLINE nabla_v nabla_v_select(nabla_v_mask mask, nabla_v a, nabla_v b) {
#if NABLA_V_LANES == 1
  return mask ? a : b;
#else
  nabla_v_bits m = (nabla_v_bits)mask;
  return (nabla_v)(((nabla_v_bits)a & m) | ((nabla_v_bits)b & ~m));
#endif
}
/// The same for a mask that no comparison of doubles has made: clang takes a choice by lanes, where it would turn the
/// bits of the mask into numbers first.
NABLA_V_INLINE nabla_v nabla_v_choose(nabla_v_mask mask, nabla_v a, nabla_v b) {
#if defined(__clang__) && NABLA_V_LANES > 1
  typedef double value __attribute__((ext_vector_type(NABLA_V_LANES)));
  typedef long long condition __attribute__((ext_vector_type(NABLA_V_LANES)));
  return (nabla_v)((condition)mask ? (value)a : (value)b);
#else
  return nabla_v_select(mask, a, b);
#endif
}
/// Whether the mask holds in some lane.
NABLA_V_INLINE int nabla_v_any(nabla_v_mask mask) {
#if NABLA_V_LANES == 1
  return mask != 0;
#elif !defined(__clang__) && NABLA_V_512
  return __builtin_ia32_cvtq2mask512(mask) != 0;
#elif !defined(__clang__) && NABLA_V_LANES == 4 && NABLA_V_ISA >= 256
  return __builtin_ia32_movmskpd256((nabla_v)mask) != 0;
#elif !defined(__clang__) && NABLA_V_LANES == 2 && defined(__SSE2__)
  return __builtin_ia32_movmskpd((nabla_v)mask) != 0;
#else
  long long any = 0;
  for (int lane = 0; lane < NABLA_V_LANES; lane++) any |= mask[lane];
  return any != 0;
#endif
}
/// |x| with the sign of y. Exact.
NABLA_V_INLINE nabla_v nabla_v_copysign(nabla_v x, nabla_v y) {
  x = nabla_v_from_bits((nabla_v_to_bits(x) & 0x7fffffffffffffffULL) | (nabla_v_to_bits(y) & 0x8000000000000000ULL));
  NABLA_V_OPAQUE(x);
  return x;
}
/// x with its sign flipped where y is negative. Exact.
NABLA_V_INLINE nabla_v nabla_v_flip(nabla_v x, nabla_v y) {
  x = nabla_v_from_bits(nabla_v_to_bits(x) ^ (nabla_v_to_bits(y) & 0x8000000000000000ULL));
  NABLA_V_OPAQUE(x);
  return x;
}
/// a*b + c, rounded once where the machine can, else twice.
NABLA_V_INLINE nabla_v nabla_v_fma(nabla_v a, nabla_v b, nabla_v c) {
#if !NABLA_V_FMA
  return a * b + c;
#elif NABLA_V_LANES == 1
  return __builtin_fma(a, b, c);
#elif NABLA_V_ELEMENTWISE
  return __builtin_elementwise_fma(a, b, c);
#elif !defined(__clang__) && NABLA_V_512
  return __builtin_ia32_vfmaddpd512_mask(a, b, c, -1, 4);
#elif !defined(__clang__) && NABLA_V_LANES == 4 && NABLA_V_ISA >= 256
  return __builtin_ia32_vfmaddpd256(a, b, c);
#elif !defined(__clang__) && NABLA_V_LANES == 2 && defined(__FMA__)
  return __builtin_ia32_vfmaddpd(a, b, c);
#else
  for (int lane = 0; lane < NABLA_V_LANES; lane++) c[lane] = __builtin_fma(a[lane], b[lane], c[lane]);
  return c;
#endif
}
/// x, but a constant where x is below it; NaN stays NaN. Exact.
NABLA_V_INLINE nabla_v nabla_v_at_least(nabla_v x, double low) {
#if !defined(__clang__) && NABLA_V_512
  return __builtin_ia32_maxpd512_mask(NABLA_V_SPLAT(low), x, x, -1, 4);
#elif NABLA_V_512
  return __builtin_ia32_maxpd512(NABLA_V_SPLAT(low), x, 4);
#elif !defined(__clang__) && NABLA_V_LANES == 4 && NABLA_V_ISA >= 256
  return __builtin_ia32_maxpd256(NABLA_V_SPLAT(low), x);
#else
  return nabla_v_select(x < low, NABLA_V_SPLAT(low), x);
#endif
}
/// x, but a constant where x is above it; NaN stays NaN. Exact.
NABLA_V_INLINE nabla_v nabla_v_at_most(nabla_v x, double high) {
#if !defined(__clang__) && NABLA_V_512
  return __builtin_ia32_minpd512_mask(NABLA_V_SPLAT(high), x, x, -1, 4);
#elif NABLA_V_512
  return __builtin_ia32_minpd512(NABLA_V_SPLAT(high), x, 4);
#elif !defined(__clang__) && NABLA_V_LANES == 4 && NABLA_V_ISA >= 256
  return __builtin_ia32_minpd256(NABLA_V_SPLAT(high), x);
#else
  return nabla_v_select(x > high, NABLA_V_SPLAT(high), x);
#endif
}
/// x rounded to an integer, for |x| < 2^51.
NABLA_V_INLINE nabla_v nabla_v_nearest(nabla_v x) { return (x + 0x1.8p52) - 0x1.8p52; }
/// 2^k for integers -1023 < k < 1024.
NABLA_V_INLINE nabla_v nabla_v_power_of_two(nabla_v k) {
  return nabla_v_from_bits(nabla_v_to_bits(k + (0x1.8p52 + 1023)) << 52);
}
/// x * 2^k for integers |k| < 2044, rounded once where the result is subnormal.
NABLA_V_INLINE nabla_v nabla_v_scale(nabla_v x, nabla_v k) {
#if NABLA_V_512
  return __builtin_ia32_scalefpd512_mask(x, k, x, -1, 4);
#else
  nabla_v half = nabla_v_nearest(0.5 * k);
  return x * nabla_v_power_of_two(half) * nabla_v_power_of_two(k - half);
#endif
}
#if NABLA_V_512
/// The nearest number to x between -limit and limit, and one of these for NaN.
NABLA_V_INLINE nabla_v nabla_v_within(nabla_v x, double limit) {
  return __builtin_ia32_rangepd512_mask(x, NABLA_V_SPLAT(limit), 2, x, -1, 4);
}
/// The elements of a table of 16 that the lowest four bits of the index name.
NABLA_V_INLINE nabla_v nabla_v_look_up(const double *table, nabla_v_bits index) {
  typedef double row __attribute__((vector_size(64), aligned(8), may_alias));
  const row *rows = (const row *)table;
#ifdef __clang__
  return __builtin_ia32_vpermi2varpd512(rows[0], (nabla_v_mask)index, rows[1]);
#else
  return __builtin_ia32_vpermt2varpd512_mask((nabla_v_mask)index, rows[0], rows[1], -1);
#endif
}
#endif

/// The polynomial a + b x + ... of 2 to 24 coefficients: Horner's rule in x^2 on pairs of terms, which takes half as long
/// as in x, for one product more.
#define NABLA_V_POLY(x, ...) NABLA_POLY(nabla_v_fma, NABLA_V_SPLAT, x, __VA_ARGS__)
#define NABLA_POLY(F, S, x, ...) \
  NABLA_POLY_OF(__VA_ARGS__, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, ) \
  (F, S, x, __VA_ARGS__)
#define NABLA_POLY_OF(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, count, ...) \
  NABLA_POLY_##count
#define NABLA_POLY_1(F, S, x, a) S(a)
#define NABLA_POLY_2(F, S, x, a, b) F(x, S(b), S(a))
#define NABLA_POLY_3(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_1(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_4(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_2(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_5(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_3(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_6(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_4(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_7(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_5(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_8(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_6(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_9(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_7(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_10(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_8(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_11(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_9(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_12(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_10(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_13(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_11(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_14(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_12(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_15(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_13(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_16(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_14(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_17(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_15(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_18(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_16(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_19(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_17(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_20(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_18(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_21(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_19(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_22(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_20(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_23(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_21(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
#define NABLA_POLY_24(F, S, x, a, b, ...) F((x) * (x), NABLA_POLY_22(F, S, x, __VA_ARGS__), F(x, S(b), S(a)))
// nabla:end

// nabla:function v_abs uses v
/// |x|. Exact.
NABLA_V_INLINE nabla_v nabla_v_abs(nabla_v x) { return nabla_v_from_bits(nabla_v_to_bits(x) & 0x7fffffffffffffffULL); }
// nabla:end

// nabla:function v_sqrt uses v
/// The square root. At most 0.5 ulp.
NABLA_V_INLINE nabla_v nabla_v_sqrt(nabla_v x) {
#if NABLA_V_LANES == 1
  return __builtin_sqrt(x);
#elif NABLA_V_ELEMENTWISE
  return __builtin_elementwise_sqrt(x);
#elif !defined(__clang__) && NABLA_V_512
  return __builtin_ia32_sqrtpd512_mask(x, x, -1, 4);
#elif !defined(__clang__) && NABLA_V_LANES == 4 && NABLA_V_ISA >= 256
  return __builtin_ia32_sqrtpd256(x);
#elif !defined(__clang__) && NABLA_V_LANES == 2 && defined(__SSE2__)
  return __builtin_ia32_sqrtpd(x);
#else
  for (int lane = 0; lane < NABLA_V_LANES; lane++) x[lane] = __builtin_sqrt(x[lane]);
  return x;
#endif
}
// nabla:end

// nabla:function v_identity uses v
/// x. Exact.
NABLA_V_INLINE nabla_v nabla_v_identity(nabla_v x) { return x; }
// nabla:end

// nabla:function v_pair uses v
/// The numbers high + low, lane by lane.
typedef struct {
  nabla_v high, low;
} nabla_v_pair;

/// a + b, exactly.
NABLA_V_INLINE nabla_v_pair nabla_v_sum(nabla_v a, nabla_v b) {
  nabla_v sum = a + b, part = sum - a;
  return (nabla_v_pair){sum, (a - (sum - part)) + (b - part)};
}
/// a + b, exactly, where |a| >= |b| or a is 0.
NABLA_V_INLINE nabla_v_pair nabla_v_ordered(nabla_v a, nabla_v b) {
  nabla_v sum = a + b;
  return (nabla_v_pair){sum, b - (sum - a)};
}
/// x cut to its upper 26 bits, so that the product of two such numbers is exact.
NABLA_V_INLINE nabla_v nabla_v_upper(nabla_v x) {
  return nabla_v_from_bits(nabla_v_to_bits(x) & 0xfffffffff8000000ULL);
}
/// a * b, exactly with a fused multiply-add and to 2^-105 without, unless it overflows or comes near underflow.
NABLA_V_INLINE nabla_v_pair nabla_v_product(nabla_v a, nabla_v b) {
  nabla_v product = a * b;
#if NABLA_V_FMA
  return (nabla_v_pair){product, nabla_v_fma(a, b, -product)};
#else
  nabla_v a_high = nabla_v_upper(a), a_low = a - a_high, b_high = nabla_v_upper(b), b_low = b - b_high;
  return (nabla_v_pair){product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
#endif
}
/// a/b for double-doubles, rounded. At most 1.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_ratio(nabla_v_pair a, nabla_v_pair b) {
  nabla_v r = 1 / b.high, q = a.high * r;
  nabla_v_pair back = nabla_v_product(q, b.high);
  return nabla_v_fma((a.high - back.high) - back.low + nabla_v_fma(-q, b.low, a.low), r, q);
}
// nabla:end

#endif
