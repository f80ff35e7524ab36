// The logarithm and its relatives, inverse hyperbolic functions included.
#ifndef NABLA_MATH_VECTOR_LOGARITHMIC_H
#define NABLA_MATH_VECTOR_LOGARITHMIC_H

#include "exponential.h"

// nabla:function v_log_reduced uses v
/// x = 2^k m with m in [1/sqrt 2, sqrt 2).
typedef struct {
  nabla_v k, m;
} nabla_v_log_reduced;
// nabla:end

// nabla:function v_log_reduce uses v v_log_reduced
/// Takes the power of two out of a positive number, subnormal ones included.
NABLA_V_INLINE nabla_v_log_reduced nabla_v_log_reduce(nabla_v x) {
  const unsigned long long root_half = 0x3fe6a09e667f3bcdULL, one = 0x3ff0000000000000ULL;
  nabla_v_mask subnormal = x < 0x1p-1022;
  nabla_v_bits bits = nabla_v_to_bits(nabla_v_select(subnormal, x * 0x1p54, x));
  nabla_v_bits n = (bits - (root_half - one)) >> 52;  // k + 1023
  nabla_v k = nabla_v_from_bits(n | 0x4330000000000000ULL);  // 2^52 + n
  k -= nabla_v_select(subnormal, NABLA_V_SPLAT(0x1p52 + 1023 + 54), NABLA_V_SPLAT(0x1p52 + 1023));
  return (nabla_v_log_reduced){k, nabla_v_from_bits(bits - (n << 52) + one)};
}
// nabla:end

// nabla:function v_log_edges uses v constants
/// The value y of a logarithm of x, corrected where x is 0, infinite, negative or NaN.
NABLA_V_INLINE nabla_v nabla_v_log_edges(nabla_v x, nabla_v y) {
  y = nabla_v_select(x < NABLA_INFINITY, y, x);  // inf and NaN
  y = nabla_v_select(x < 0, NABLA_V_SPLAT(NABLA_NAN), y);
  return nabla_v_select(x == 0, NABLA_V_SPLAT(-NABLA_INFINITY), y);
}
// nabla:end

// nabla:function v_log_tail uses v
/// With s = f/(2 + f): log(1 + f) = f - f^2/2 + s (f^2/2 + tail(s^2)), for |s| < 0.172.
NABLA_V_INLINE nabla_v nabla_v_log_tail(nabla_v z) {
  return z * NABLA_V_POLY(
      z, 0x1.5555555555558p-1, 0x1.99999999952d7p-2, 0x1.2492492df281ap-2, 0x1.c71c62e3f11e6p-3, 0x1.7462b51cb66b1p-3,
      0x1.39fe51a7c18f9p-3, 0x1.2b5900de53b32p-3);
}
// nabla:end

// nabla:function v_log_512_tables uses v
#if NABLA_V_512
/// -log c, high and low, for c = (16 + j)/32, or for 2c where j < 8.
static const double nabla_v_log_high[16] = {
    0, -0x1.f0a30c0118p-5, -0x1.e27076e2bp-4, -0x1.5ff3070a7ap-3, -0x1.c8ff7c79aap-3, -0x1.1675cababap-2,
    -0x1.4618bc21c6p-2, -0x1.739d7f6bbdp-2, 0x1.269621134ep-2, 0x1.f991c6cb3cp-3, 0x1.a93ed3c8aep-3,
    0x1.5bf406b544p-3, 0x1.1178e8227ep-3, 0x1.9335e5d594p-4, 0x1.08598b59e4p-4, 0x1.0415d89e78p-5};
static const double nabla_v_log_low[16] = {
    0, 0x1.d599e83368e91p-45, 0x1.a342c2af0003cp-45, 0x1.8586f183bebf2p-44, 0x1.7794f689f8434p-45,
    -0x1.8380e731f55c4p-44, 0x1.3d82f484c84ccp-46, -0x1.a7389314feb5p-52, -0x1.1b61f10522625p-44,
    -0x1.90d04cd7cc834p-44, -0x1.8724350562169p-45, -0x1.27023eb68981cp-46, 0x1.1ef78ce2d07f2p-45,
    0x1.3115c3abd47dap-45, -0x1.7e5dd7009902cp-46, -0x1.dddc7f461c516p-44};
#endif
// nabla:end

// nabla:function v_log_512 uses v v_log_512_tables
#if NABLA_V_512
/// x = 2^k (1 + r)/c with |r| < 1/31, c = (16 + j)/32 for the lowest bits j of the index, doubled where j < 8.
typedef struct {
  nabla_v k, r, c;
  nabla_v_bits index;
} nabla_v_log_512_reduced;

/// The reduction of x > 0. Zero, infinity, negative numbers and NaN come out as k = -inf, inf, NaN, NaN, r = 0 or NaN.
NABLA_V_INLINE nabla_v_log_512_reduced nabla_v_log_512_reduce(nabla_v x) {
  nabla_v m = __builtin_ia32_getmantpd512_mask(x, 0x0c, x, -1, 4);  // in [1, 2); NaN where x < 0
  nabla_v c = __builtin_ia32_rndscalepd_mask(__builtin_ia32_rcp14pd512_mask(m, m, -1), 0x58, m, -1, 4);
  nabla_v r = nabla_v_fma(m, c, NABLA_V_SPLAT(-1.0));  // exact
  nabla_v folded = c * 1.34, exponent = __builtin_ia32_getexppd512_mask(folded, folded, -1, 4);
  nabla_v k = __builtin_ia32_getexppd512_mask(x, x, -1, 4) - exponent;
  return (nabla_v_log_512_reduced){k, r, c, nabla_v_to_bits(c) >> 48};
}

/// (log(1 + r) - r + r^2/2)/r^3 for |r| < 1/31, to 2^-50.
NABLA_V_INLINE nabla_v nabla_v_log1p_cubic(nabla_v r) {
  return NABLA_V_POLY(
      r, 0x1.5555555555548p-2, -0x1.fffffffffffe8p-3, 0x1.9999999a66938p-3, -0x1.55555556113b7p-3,
      0x1.249239a0bb04fp-3, -0x1.ffffe38e25802p-4, 0x1.c7dccf29c2e75p-4, -0x1.9a49efe41e55ap-4);
}

/// log x from the reduced parts.
NABLA_V_INLINE nabla_v nabla_v_log_512_sum(nabla_v_log_512_reduced x) {
  nabla_v high = nabla_v_look_up(nabla_v_log_high, x.index), low = nabla_v_look_up(nabla_v_log_low, x.index);
  high = nabla_v_fma(x.k, NABLA_V_SPLAT(0x1.62e42fefa38p-1), high);  // exact
  low = nabla_v_fma(x.k, NABLA_V_SPLAT(0x1.ef35793c7673p-45), low);
  nabla_v q = nabla_v_fma(x.r, nabla_v_log1p_cubic(x.r), NABLA_V_SPLAT(-0.5));
  return high + (x.r + nabla_v_fma(x.r * x.r, q, low));
}
#endif
// nabla:end

// nabla:function v_log uses v v_log_512 v_log_reduced v_log_reduce v_log_tail v_log_edges
/// log x. At most 0.8 ulp.
NABLA_V_INLINE nabla_v nabla_v_log(nabla_v x) {
#if NABLA_V_512
  return nabla_v_log_512_sum(nabla_v_log_512_reduce(x));
#else
  nabla_v_log_reduced r = nabla_v_log_reduce(x);
  nabla_v f = r.m - 1, s = f / (2 + f), half = 0.5 * f * f;
  nabla_v y = nabla_v_fma(s, half + nabla_v_log_tail(s * s), r.k * 0x1.ef35793c7673p-45);
  return nabla_v_log_edges(x, nabla_v_fma(r.k, NABLA_V_SPLAT(0x1.62e42fefa38p-1), f - (half - y)));
#endif
}
// nabla:end

// nabla:function v_log_of_sum uses v v_pair v_log_512 v_log_reduced v_log_reduce v_log_tail v_log_edges
/// log(high + low), where |low| is below an ulp of high.
NABLA_V_INLINE nabla_v nabla_v_log_of_sum(nabla_v high, nabla_v low) {
#if NABLA_V_512
  nabla_v_log_512_reduced r = nabla_v_log_512_reduce(high);
  nabla_v rest = nabla_v_scale(low * r.c, -__builtin_ia32_getexppd512_mask(high, high, -1, 4));
  r.r = nabla_v_select(rest == rest, r.r + rest, r.r);  // NaN where high is 0 or infinite
  return nabla_v_log_512_sum(r);
#else
  nabla_v_log_reduced r = nabla_v_log_reduce(high);
  nabla_v rest = low * nabla_v_power_of_two(nabla_v_at_least(-r.k, -1000));
  nabla_v_pair f = nabla_v_sum(r.m - 1, nabla_v_select(rest == rest, rest, NABLA_V_SPLAT(0.0)));
  nabla_v s = f.high / (2 + f.high), half = 0.5 * f.high * f.high;
  nabla_v y = nabla_v_fma(s, half + nabla_v_log_tail(s * s), nabla_v_fma(r.k, NABLA_V_SPLAT(0x1.ef35793c7673p-45), f.low));
  return nabla_v_log_edges(high, nabla_v_fma(r.k, NABLA_V_SPLAT(0x1.62e42fefa38p-1), f.high - (half - y)));
#endif
}
// nabla:end

// nabla:function v_log1p_sum uses v v_pair v_log_of_sum
/// log(1 + x + x_low) where x_low is a rounding error of x.
NABLA_V_INLINE nabla_v nabla_v_log1p_sum(nabla_v x, nabla_v x_low) {
  nabla_v_pair u = nabla_v_sum(NABLA_V_SPLAT(1.0), x);
  return nabla_v_select(x == 0, x, nabla_v_log_of_sum(u.high, u.low + x_low));
}
// nabla:end

// nabla:function v_log1p uses v v_log1p_sum
/// log(1 + x). At most 1.1 ulp.
NABLA_V_INLINE nabla_v nabla_v_log1p(nabla_v x) { return nabla_v_log1p_sum(x, NABLA_V_SPLAT(0.0)); }
// nabla:end

// nabla:function v_log_base uses v v_log_512 v_log_reduced v_log_reduce v_pair v_log_tail v_log_edges
/// The logarithm to another base. `scale` is 1/log(base), `unit` the logarithm of 2 to the base; the high parts are cut
/// so that their products are exact. With AVX-512 the tables hold the logarithms of 1/c to the base.
NABLA_V_INLINE nabla_v nabla_v_log_base(
    nabla_v x, double scale, double scale_low, double unit, double unit_low, const double *table,
    const double *table_low) {
#if NABLA_V_512
  nabla_v_log_512_reduced r = nabla_v_log_512_reduce(x);
  nabla_v high = nabla_v_fma(r.k, NABLA_V_SPLAT(unit), nabla_v_look_up(table, r.index));  // exact
  nabla_v low = nabla_v_look_up(table_low, r.index);
  if (unit_low != 0) low = nabla_v_fma(r.k, NABLA_V_SPLAT(unit_low), low);
  nabla_v tail = r.r * r.r * nabla_v_fma(r.r, nabla_v_log1p_cubic(r.r), NABLA_V_SPLAT(-0.5));
  nabla_v whole = scale + (nabla_v){0};
  low = nabla_v_fma(r.r, NABLA_V_SPLAT(scale_low), nabla_v_fma(tail, whole, low));
  return high + nabla_v_fma(r.r, whole, low);
#else
  (void)table, (void)table_low;
  nabla_v_log_reduced r = nabla_v_log_reduce(x);
  nabla_v f = r.m - 1, s = f / (2 + f), half = 0.5 * f * f;
  nabla_v high = nabla_v_upper(f - half);
  nabla_v low = nabla_v_fma(s, half + nabla_v_log_tail(s * s), (f - high) - half);
  nabla_v_pair sum = nabla_v_sum(r.k * unit, high * scale);
  nabla_v rest = low * scale + (low + high) * scale_low + r.k * unit_low;
  return nabla_v_log_edges(x, sum.high + (sum.low + rest));
#endif
}
// nabla:end

// nabla:function v_log2 uses v v_log_base
/// The logarithm to base 2. At most 0.8 ulp.
NABLA_V_INLINE nabla_v nabla_v_log2(nabla_v x) {
#if NABLA_V_512
  static const double high[16] = {
      0, -0x1.663f6fac9p-4, -0x1.5c01a39fbep-3, -0x1.fbc16b9026p-3, -0x1.49a784bcd2p-2, -0x1.91bba891f1p-2,
      -0x1.d6753e032fp-2, -0x1.0c10500d638p-1, 0x1.a8ff971811p-2, 0x1.6cb0f6865dp-2, 0x1.32bfee370fp-2,
      0x1.f5fd8a9064p-3, 0x1.8a8980abfcp-3, 0x1.22dadc2ab4p-3, 0x1.7d60496cfcp-4, 0x1.77394c9d98p-5};
  static const double low[16] = {
      0, -0x1.3167ccc538261p-44, 0x1.2f0c0bfe9dbecp-44, -0x1.0144751b3314fp-44, 0x1.1d406db502403p-44,
      -0x1.c22d2cad415aep-44, 0x1.7c407050799bfp-44, -0x1.532c412ba94dbp-44, -0x1.6879fa00b120ap-44,
      -0x1.c57f2495fb7fap-44, -0x1.979a5db68721dp-46, -0x1.cb6f70109b0f1p-47, -0x1.66cccab240e9p-46,
      -0x1.6d25a5b8a19b2p-44, -0x1.2ce6312ebb81dp-46, -0x1.395510d1e3f81p-44};
  return nabla_v_log_base(x, 0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56, 1, 0, high, low);
#else
  return nabla_v_log_base(x, 0x1.715476p+0, 0x1.4ae0bf85ddf44p-26, 1, 0, 0, 0);
#endif
}
// nabla:end

// nabla:function v_log10 uses v v_log_base
/// The logarithm to base 10. At most 0.8 ulp.
NABLA_V_INLINE nabla_v nabla_v_log10(nabla_v x) {
  const double unit = 0x1.34413509f78p-2, unit_low = 0x1.fef311f12b358p-46;
#if NABLA_V_512
  static const double high[16] = {
      0, -0x1.af5f92b01p-6, -0x1.a30a9d60ap-5, -0x1.31b3055c48p-4, -0x1.8cf1838864p-4, -0x1.e3bc1ab0ep-4,
      -0x1.1b3e71ec94p-3, -0x1.42c7e7fe4p-3, 0x1.ffbfc2bbc8p-4, 0x1.b721cd1714p-4, 0x1.715d0ce368p-4,
      0x1.2e3a740b78p-4, 0x1.db11ed7668p-5, 0x1.5e3966b7e8p-5, 0x1.cb38fccd9p-6, 0x1.c3d083778p-7};
  static const double low[16] = {
      0, 0x1.9f05921f59258p-46, 0x1.0163d7e67d282p-45, 0x1.dcffc97be8c9cp-45, -0x1.019365163f2fcp-45,
      -0x1.9fe3d562a53fp-44, -0x1.ef57776664942p-44, 0x1.ff1d22abd8abep-46, -0x1.ff229f20ed3d2p-46,
      0x1.7e295f660b9dap-44, -0x1.41149840eaa65p-46, 0x1.d288560689912p-53, 0x1.5fa196e1e0ddap-44,
      0x1.2951bb9cd2fb7p-45, -0x1.00925a535ae72p-44, 0x1.310272fe17537p-45};
  return nabla_v_log_base(x, 0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57, unit, unit_low, high, low);
#else
  return nabla_v_log_base(x, 0x1.bcb7b1p-2, 0x1.49b9438ca9aaep-28, unit, unit_low, 0, 0);
#endif
}
// nabla:end

// nabla:function v_asinh uses v v_abs v_pair v_sqrt v_log1p_sum v_log
/// asinh x = log1p(|x| + x^2/(1 + sqrt(1 + x^2))); log(2|x|) beyond 2^28. At most 1.5 ulp.
NABLA_V_INLINE nabla_v nabla_v_asinh(nabla_v x) {
  nabla_v a = nabla_v_abs(x);
  nabla_v_mask near = a < 0x1p28;
  nabla_v b = nabla_v_select(near, a, NABLA_V_SPLAT(1.0)), z = b * b;
  nabla_v_pair u = nabla_v_sum(b, z / (1 + nabla_v_sqrt(1 + z)));
  nabla_v y = nabla_v_log1p_sum(u.high, u.low);
  if (NABLA_V_UNLIKELY(nabla_v_any(a >= 0x1p28))) y = nabla_v_select(near, y, nabla_v_log(a) + 0x1.62e42fefa39efp-1);
  return nabla_v_copysign(nabla_v_select(x == x, y, x), x);
}
// nabla:end

// nabla:function v_acosh uses v v_pair v_sqrt v_log1p_sum v_log constants
/// acosh x = log1p(t + sqrt(t (t + 2))) with t = x - 1; log(2x) beyond 2^28. NaN for x < 1. At most 1.9 ulp.
NABLA_V_INLINE nabla_v nabla_v_acosh(nabla_v x) {
  nabla_v_mask near = x < 0x1p28;
  nabla_v t = nabla_v_select(near, x, NABLA_V_SPLAT(2.0)) - 1;
  nabla_v_pair u = nabla_v_sum(t, nabla_v_sqrt(nabla_v_fma(t, t, 2 * t)));
  nabla_v y = nabla_v_log1p_sum(u.high, u.low);
  if (NABLA_V_UNLIKELY(nabla_v_any(x >= 0x1p28))) y = nabla_v_select(near, y, nabla_v_log(x) + 0x1.62e42fefa39efp-1);
  y = nabla_v_select(x == x, y, x);
  return nabla_v_select(x < 1, NABLA_V_SPLAT(NABLA_NAN), y);
}
// nabla:end

// nabla:function v_atanh uses v v_abs v_pair v_log1p_sum
/// atanh x = log1p(2a/(1 - a))/2 with a = |x|. NaN for |x| > 1. At most 1.8 ulp.
NABLA_V_INLINE nabla_v nabla_v_atanh(nabla_v x) {
  nabla_v a = nabla_v_abs(x);
  nabla_v_pair d = nabla_v_ordered(NABLA_V_SPLAT(1.0), -a);
  nabla_v ratio = 2 * a / d.high, low = -ratio * d.low;  // 1/(1 - a) is near 1 wherever d.low is not 0
  return nabla_v_copysign(0.5 * nabla_v_log1p_sum(ratio, low), x);
}
// nabla:end

// nabla:function v_acoth uses v v_pair v_abs v_log1p_sum constants
/// acoth x = log1p(2/(a - 1))/2 with a = |x|. NaN for |x| < 1. At most 1.5 ulp.
NABLA_V_INLINE nabla_v nabla_v_acoth(nabla_v x) {
  nabla_v_pair d = nabla_v_ordered(nabla_v_abs(x), NABLA_V_SPLAT(-1.0));
  nabla_v ratio = 2 / d.high;
  nabla_v low = nabla_v_select(ratio < 4, -ratio * d.low / d.high, NABLA_V_SPLAT(0.0));
  nabla_v y = 0.5 * nabla_v_log1p_sum(ratio, low);
  return nabla_v_copysign(nabla_v_select(d.high < 0, NABLA_V_SPLAT(NABLA_NAN), y), x);
}
// nabla:end

// nabla:function v_unit_leg uses v
/// 1 - x^2 for |x| <= 1, rounded once where the machine can.
NABLA_V_INLINE nabla_v nabla_v_unit_leg(nabla_v x) {
#if NABLA_V_FMA
  return nabla_v_fma(-x, x, NABLA_V_SPLAT(1.0));
#else
  return (1 - x) * (1 + x);
#endif
}
// nabla:end

// nabla:function v_asech uses v v_pair v_sqrt v_unit_leg v_log1p_sum v_log
/// asech x = log1p((1 - x + sqrt(1 - x^2))/x); log(2/x) below 2^-28. NaN outside [0, 1]. At most 2.2 ulp.
NABLA_V_INLINE nabla_v nabla_v_asech(nabla_v x) {
  nabla_v_mask near = x > 0x1p-28;
  nabla_v b = nabla_v_select(near, x, NABLA_V_SPLAT(0.5)), d = 1 - b;
  nabla_v_pair sum = nabla_v_sum(d, nabla_v_sqrt(nabla_v_unit_leg(b)));
  nabla_v ratio = sum.high / b;
  nabla_v_pair back = nabla_v_product(ratio, b);
  nabla_v y = nabla_v_log1p_sum(ratio, ((sum.high - back.high) - back.low + sum.low) / b);
  if (NABLA_V_UNLIKELY(nabla_v_any(x <= 0x1p-28))) y = nabla_v_select(near, y, 0x1.62e42fefa39efp-1 - nabla_v_log(x));
  return nabla_v_select(x == x, y, x);
}
// nabla:end

// nabla:function v_acsch uses v v_abs v_pair v_sqrt v_log1p_sum v_log
/// acsch x = asinh(1/x), odd; log(2/|x|) below 2^-28. At most 2.2 ulp.
NABLA_V_INLINE nabla_v nabla_v_acsch(nabla_v x) {
  nabla_v a = nabla_v_abs(x);
  nabla_v_mask near = a > 0x1p-28;
  nabla_v y = 1 / nabla_v_select(near, a, NABLA_V_SPLAT(1.0)), z = y * y;
  nabla_v_pair u = nabla_v_sum(y, z / (1 + nabla_v_sqrt(1 + z)));
  y = nabla_v_log1p_sum(u.high, u.low);
  if (NABLA_V_UNLIKELY(nabla_v_any(a <= 0x1p-28))) y = nabla_v_select(near, y, 0x1.62e42fefa39efp-1 - nabla_v_log(a));
  return nabla_v_copysign(nabla_v_select(x == x, y, x), x);
}
// nabla:end

// nabla:function v_log_near_one uses v v_log_512 v_log_of_sum
/// log(high + low) for 1 <= high <= 2, where |low| is below an ulp of high.
NABLA_V_INLINE nabla_v nabla_v_log_near_one(nabla_v high, nabla_v low) {
#if NABLA_V_512
  // As v_log_512_reduce, but that the power of two is known: c = (16 + j)/32, and the tables are of 2c where j < 8.
  nabla_v c = __builtin_ia32_rndscalepd_mask(__builtin_ia32_rcp14pd512_mask(high, high, -1), 0x58, high, -1, 4);
  nabla_v r = nabla_v_fma(low, c, nabla_v_fma(high, c, NABLA_V_SPLAT(-1.0)));
  nabla_v_bits index = nabla_v_to_bits(c) >> 48;
  nabla_v whole = nabla_v_select(c < 0.75, NABLA_V_SPLAT(1.0), NABLA_V_SPLAT(0.0));
  return nabla_v_log_512_sum((nabla_v_log_512_reduced){whole, r, c, index});
#else
  return nabla_v_log_of_sum(high, low);
#endif
}
// nabla:end

// nabla:function v_softplus uses v v_decay v_log_near_one
/// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). At most 2.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_softplus(nabla_v x) {
  nabla_v_decayed e = nabla_v_decay(x);
  return nabla_v_select(x <= 0, NABLA_V_SPLAT(0.0), x) + nabla_v_log_near_one(e.d, e.lost);
}
// nabla:end

// nabla:function v_softplus_sigmoid gives softplus=soft sigmoid=steep uses v v_decay v_softplus v_sigmoid_of_decay
/// softplus x and its derivative together: both need e^-|x|. At most 2.0 ulp.
typedef struct {
  nabla_v soft, steep;
} nabla_v_softplus_and_sigmoid;

NABLA_V_INLINE nabla_v_softplus_and_sigmoid nabla_v_softplus_sigmoid(nabla_v x) {
  return (nabla_v_softplus_and_sigmoid){nabla_v_softplus(x), nabla_v_sigmoid_of_decay(x, nabla_v_decay(x))};
}
// nabla:end

// nabla:function v_logaddexp uses v v_decay v_log_near_one
/// log(e^x + e^y) = max(x, y) + log1p(e^-|x - y|): no overflow; x + ln 2 where they are equal, infinities included.
NABLA_V_INLINE nabla_v nabla_v_logaddexp(nabla_v x, nabla_v y) {
  nabla_v larger = nabla_v_select(x > y, x, y);
  nabla_v_decayed e = nabla_v_decay(x - y);
  nabla_v value = larger + nabla_v_log_near_one(e.d, e.lost);
  return nabla_v_select(x == y, x + 0x1.62e42fefa39efp-1, value);
}
// nabla:end

// nabla:function v_log1mexp uses v v_pair v_exp v_expm1 v_abs v_log_of_sum
/// log(1 - e^x) for x <= 0, -inf at 0, NaN for x > 0. At most 2.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_log1mexp(nabla_v x) {
  nabla_v_mask near = x > -0x1.62e42fefa39efp-1;
  nabla_v_pair u = nabla_v_ordered(NABLA_V_SPLAT(1.0), -nabla_v_exp(x));
  nabla_v small = -nabla_v_expm1(nabla_v_at_most(x, 1));
  nabla_v high = nabla_v_select(near, small, u.high), low = nabla_v_select(near, NABLA_V_SPLAT(0.0), u.low);
  return -nabla_v_abs(nabla_v_log_of_sum(high, low));  // -0 at -inf
}
// nabla:end

// nabla:function v_xlogy uses v v_log
/// x*log(y), 0 at x = 0 for every y but NaN. At most 1.6 ulp.
NABLA_V_INLINE nabla_v nabla_v_xlogy(nabla_v x, nabla_v y) {
  nabla_v value = x * nabla_v_log(y);
  return nabla_v_select((x == 0) & (y == y), NABLA_V_SPLAT(0.0), value);
}
// nabla:end

// nabla:function v_xlogx uses v v_xlogy
/// x*log(x), 0 at x = 0. At most 1.6 ulp.
NABLA_V_INLINE nabla_v nabla_v_xlogx(nabla_v x) { return nabla_v_xlogy(x, x); }
// nabla:end

#endif
