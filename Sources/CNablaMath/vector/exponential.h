// The exponential function and its relatives.
#ifndef NABLA_MATH_VECTOR_EXPONENTIAL_H
#define NABLA_MATH_VECTOR_EXPONENTIAL_H

#include "vector.h"

// nabla:function v_exp_reduced uses v
/// x + x_low = k ln 2 + high + low.
typedef struct {
  nabla_v k, high, low;
} nabla_v_exp_reduced;
// nabla:end

// nabla:function v_exp_reduce uses v v_exp_reduced v_pair
/// Takes the multiples of ln 2 out of x + x_low, for |x| < 1000.
NABLA_V_INLINE nabla_v_exp_reduced nabla_v_exp_reduce(nabla_v x, nabla_v x_low) {
  nabla_v k = nabla_v_nearest(x * 0x1.71547652b82fep+0);
  nabla_v high = nabla_v_fma(k, NABLA_V_SPLAT(-0x1.62e42fefa38p-1), x);  // exact, 42 bits times 11
  nabla_v_pair r = nabla_v_ordered(high, nabla_v_fma(k, NABLA_V_SPLAT(-0x1.ef35793c7673p-45), x_low));
  return (nabla_v_exp_reduced){k, r.high, r.low};
}
// nabla:end

// nabla:function v_expm1_tail uses v
/// (e^r - 1 - r)/r^2 for |r| <= ln(2)/2.
NABLA_V_INLINE nabla_v nabla_v_expm1_tail(nabla_v r) {
  return NABLA_V_POLY(
      r, 0x1p-1, 0x1.5555555555557p-3, 0x1.5555555555556p-5, 0x1.11111111100dcp-7, 0x1.6c16c16c162d4p-10,
      0x1.a01a01abe7fe1p-13, 0x1.a01a01a6d889cp-16, 0x1.71de0231960ebp-19, 0x1.27e4db646b17ep-22,
      0x1.af4de97ca4194p-26, 0x1.1f730349868cep-29);
}
// nabla:end

// nabla:function v_expm1_reduced uses v v_pair v_exp_reduced v_expm1_tail
/// e^(high + low) - 1 for |high| <= ln(2)/2, to about 2^-58.
NABLA_V_INLINE nabla_v_pair nabla_v_expm1_reduced(nabla_v_exp_reduced x) {
  return nabla_v_ordered(x.high, nabla_v_fma(x.high * x.high, nabla_v_expm1_tail(x.high), x.low));
}
// nabla:end

// nabla:function v_exp_512 uses v v_pair
#if NABLA_V_512
/// 2^(j/16), high and low.
static const double nabla_v_powers[16] = {
    0x1p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0, 0x1.306fe0a31b715p+0,
    0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0, 0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0,
    0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f09p+0, 0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0,
    0x1.ea4afa2a490dap+0};
static const double nabla_v_powers_low[16] = {
    0, 0x1.8a62e4adc610bp-54, -0x1.19041b9d78a76p-55, 0x1.9b07eb6c70573p-54, 0x1.6f46ad23182e4p-55,
    0x1.ada0911f09ebcp-55, 0x1.d4397afec42e2p-56, 0x1.6324c054647adp-54, -0x1.bdd3413b26456p-54,
    -0x1.41577ee04992fp-55, 0x1.6e9f156864b27p-54, 0x1.c7c46b071f2bep-56, 0x1.7a1cd345dcc81p-54,
    0x1.11065895048ddp-55, 0x1.2ed02d75b3707p-55, -0x1.e9c23179c2893p-54};

/// x = (k + j/16) ln 2 + r with j in the lowest bits of the index, and e^r - 1 = high + low.
typedef struct {
  nabla_v k, high, low;
  nabla_v_bits index;
} nabla_v_exp_512_reduced;

/// The reduction of x for |x| <= 1000, with k in sixteenths. If `careful`, it is that of x + x_low, and e^r - 1 is
/// right to 2^-59, else to 2^-49 of its value, and in one part.
NABLA_V_INLINE nabla_v_exp_512_reduced nabla_v_exp_512_reduce(nabla_v x, nabla_v x_low, int careful) {
  nabla_v shifted = nabla_v_fma(x, NABLA_V_SPLAT(0x1.71547652b82fep+0), NABLA_V_SPLAT(0x1.8p48));
  nabla_v k = shifted - 0x1.8p48;
  nabla_v first = nabla_v_fma(k, NABLA_V_SPLAT(-0x1.62e42fefa39efp-1), x);  // exact
  nabla_v rest = nabla_v_fma(k, NABLA_V_SPLAT(-0x1.abc9e3b39803fp-56), x_low), r = first + rest;
  nabla_v_bits index = nabla_v_to_bits(shifted);
  if (!careful) {
    r = nabla_v_fma(k, NABLA_V_SPLAT(-0x1.abc9e3b39803fp-56), first);
    nabla_v p = NABLA_V_POLY(
        r, 0x1p-1, 0x1.55555554dcc9bp-3, 0x1.55555555190f9p-5, 0x1.11120b77051e7p-7, 0x1.6c17bbd1f560ap-10);
    return (nabla_v_exp_512_reduced){k, nabla_v_fma(r * r, p, r), NABLA_V_SPLAT(0.0), index};
  }
  nabla_v low = rest - (r - first);
  nabla_v p = NABLA_V_POLY(
      r, 0x1.0000000000001p-1, 0x1.5555555555556p-3, 0x1.55555554e8d7bp-5, 0x1.11111110e0d94p-7, 0x1.6c17ede661f5cp-10,
      0x1.a01b0cb76698bp-13);
  return (nabla_v_exp_512_reduced){k, r, nabla_v_fma(r * r, p, low), index};
}

/// e^r - 1 for |r| <= ln(2)/32, to 2^-56: r + s r^2 ((r^2 + ar + b)(r^2 + c) + d). Sums take no multiplier: where there
/// are few others, this form of the polynomial is quicker than Horner's.
NABLA_V_INLINE nabla_v nabla_v_expm1_512_short(nabla_v r) {
  nabla_v square = r * r, scaled = square * 0x1.6c185e1612641p-10;
  nabla_v first = nabla_v_fma(r, NABLA_V_SPLAT(0x1.7fffef4be84e3p+2), square) + 0x1.3ffe79783dabep+3;
  nabla_v p = nabla_v_fma(first, square + 0x1.3ffea33ad560ep+4, NABLA_V_SPLAT(0x1.40006c128b305p+7));
  return nabla_v_fma(scaled, p, r);
}

/// The reduction of any x, in one part. Where x is infinite, NaN or so large that r has no digits, k alone says what e^x
/// is, and r is just kept small.
NABLA_V_INLINE nabla_v_exp_512_reduced nabla_v_exp_512_reduce_any(nabla_v x) {
  nabla_v shifted = nabla_v_fma(x, NABLA_V_SPLAT(0x1.71547652b82fep+0), NABLA_V_SPLAT(0x1.8p48));
  nabla_v k = shifted - 0x1.8p48;
  nabla_v r = nabla_v_fma(k, NABLA_V_SPLAT(-0x1.62e42fefa39efp-1), x);  // exact
  r = nabla_v_within(nabla_v_fma(k, NABLA_V_SPLAT(-0x1.abc9e3b39803fp-56), r), 0.03125);
  return (nabla_v_exp_512_reduced){k, nabla_v_expm1_512_short(r), NABLA_V_SPLAT(0.0), nabla_v_to_bits(shifted)};
}

/// 2^shift e^x from the careful reduction, with an integer shift, to one rounding and 2^-57.
NABLA_V_INLINE nabla_v nabla_v_exp_512_careful(nabla_v_exp_512_reduced x, double shift) {
  nabla_v power = nabla_v_look_up(nabla_v_powers, x.index), low = nabla_v_look_up(nabla_v_powers_low, x.index);
  return nabla_v_scale(power + nabla_v_fma(power, x.high + x.low, low), shift == 0 ? x.k : x.k + shift);
}

/// e^x - 1 from the careful reduction, for x <= 709.7, in two parts.
NABLA_V_INLINE nabla_v_pair nabla_v_expm1_512(nabla_v_exp_512_reduced x) {
  nabla_v power = nabla_v_scale(nabla_v_look_up(nabla_v_powers, x.index), x.k);
  nabla_v low = nabla_v_scale(nabla_v_look_up(nabla_v_powers_low, x.index), x.k);
  nabla_v_pair sum = nabla_v_sum(power, NABLA_V_SPLAT(-1.0));
  low = nabla_v_fma(power, x.low, low) + sum.low;
  return nabla_v_ordered(sum.high, nabla_v_fma(power, x.high, low));
}
#endif
// nabla:end

// nabla:function v_exp uses v v_exp_512 v_expm1_tail
/// e^x. At most 1.2 ulp.
NABLA_V_INLINE nabla_v nabla_v_exp(nabla_v x) {
#if NABLA_V_512
  nabla_v_exp_512_reduced r = nabla_v_exp_512_reduce_any(x);
  nabla_v power = nabla_v_look_up(nabla_v_powers, r.index);
  return nabla_v_scale(nabla_v_fma(power, r.high, power), r.k);  // it takes the integer part of k
#else
  x = nabla_v_at_most(nabla_v_at_least(x, -750), 710);
  nabla_v k = nabla_v_nearest(x * 0x1.71547652b82fep+0);
  nabla_v r = nabla_v_fma(k, NABLA_V_SPLAT(-0x1.62e42fefa38p-1), x);  // exact, 42 bits times 11
  r = nabla_v_fma(k, NABLA_V_SPLAT(-0x1.ef35793c7673p-45), r);
  return nabla_v_scale(1 + nabla_v_fma(r * r, nabla_v_expm1_tail(r), r), k);
#endif
}
// nabla:end

// nabla:function v_exp2 uses v v_exp_512 v_pair v_expm1_reduced v_exp_reduced
/// 2^x. At most 1.2 ulp.
NABLA_V_INLINE nabla_v nabla_v_exp2(nabla_v x) {
#if NABLA_V_512
  nabla_v shifted = x + 0x1.8p48, k = shifted - 0x1.8p48, r = nabla_v_within((x - k) * 0x1.62e42fefa39efp-1, 0.03125);
  nabla_v power = nabla_v_look_up(nabla_v_powers, nabla_v_to_bits(shifted));
  return nabla_v_scale(nabla_v_fma(power, nabla_v_expm1_512_short(r), power), k);  // it takes the integer part of k
#else
  x = nabla_v_at_most(nabla_v_at_least(x, -1080), 1025);
  nabla_v k = nabla_v_nearest(x), fraction = x - k;
  nabla_v_pair r = nabla_v_product(fraction, NABLA_V_SPLAT(0x1.62e42fefa39efp-1));
  r = nabla_v_ordered(r.high, nabla_v_fma(fraction, NABLA_V_SPLAT(0x1.abc9e3b39803fp-56), r.low));
  r = nabla_v_expm1_reduced((nabla_v_exp_reduced){k, r.high, r.low});
  return nabla_v_scale(1 + (r.high + r.low), k);
#endif
}
// nabla:end

// nabla:function v_expm1_pair uses v v_pair v_exp_512 v_exp_reduced v_exp_reduce v_expm1_reduced
/// e^x - 1 for -750 < x < 709.7, in two parts, to about 2^-57 of its value.
NABLA_V_INLINE nabla_v_pair nabla_v_expm1_pair(nabla_v x) {
#if NABLA_V_512
  return nabla_v_expm1_512(nabla_v_exp_512_reduce(x, NABLA_V_SPLAT(-0.0), 1));
#else
  nabla_v_exp_reduced r = nabla_v_exp_reduce(x, NABLA_V_SPLAT(0.0));
  nabla_v_pair e = nabla_v_expm1_reduced(r);
  nabla_v scale = nabla_v_power_of_two(nabla_v_at_most(nabla_v_at_least(r.k, -1022), 1023));
  nabla_v_pair one = nabla_v_sum(scale, NABLA_V_SPLAT(-1.0)), sum = nabla_v_sum(one.high, scale * e.high);
  return nabla_v_ordered(sum.high, sum.low + nabla_v_fma(scale, e.low, one.low));
#endif
}
// nabla:end

// nabla:function v_expm1 uses v v_expm1_pair v_exp v_abs
/// e^x - 1. At most 1.2 ulp.
NABLA_V_INLINE nabla_v nabla_v_expm1(nabla_v x) {
  nabla_v y = nabla_v_expm1_pair(nabla_v_at_most(nabla_v_at_least(x, -50), 709)).high;
  // beyond, 1 does not matter
  if (NABLA_V_UNLIKELY(nabla_v_any(x > 709))) y = nabla_v_select(x > 709, nabla_v_exp(x), y);
  return nabla_v_select(nabla_v_abs(x) < 0x1p-54, x, y);
}
// nabla:end

// nabla:function v_exp_expm1 gives exp=power expm1=less_one uses v v_exp v_expm1 v_exp_512 v_abs
/// e^x and e^x - 1 together. At most 1.2 ulp.
typedef struct {
  nabla_v power, less_one;
} nabla_v_exponentials;

NABLA_V_INLINE nabla_v_exponentials nabla_v_exp_expm1(nabla_v x) {
#if NABLA_V_512
  nabla_v bounded = nabla_v_at_most(nabla_v_at_least(x, -750), 710);
  nabla_v_exp_512_reduced r = nabla_v_exp_512_reduce(bounded, NABLA_V_SPLAT(-0.0), 1);
  nabla_v power = nabla_v_exp_512_careful(r, 0), less_one = nabla_v_expm1_512(r).high;
  less_one = nabla_v_select(x > 709, power, less_one);  // 1 does not matter
  return (nabla_v_exponentials){power, nabla_v_select(nabla_v_abs(x) < 0x1p-54, x, less_one)};
#else
  return (nabla_v_exponentials){nabla_v_exp(x), nabla_v_expm1(x)};
#endif
}
// nabla:end

// nabla:function v_exp_careful uses v v_exp_512 v_exp_reduced v_exp_reduce v_pair v_expm1_reduced
/// 2^shift e^x for |x| <= 750 and an integer shift. At most 0.9 ulp.
NABLA_V_INLINE nabla_v nabla_v_exp_careful(nabla_v x, double shift) {
#if NABLA_V_512
  nabla_v_exp_512_reduced r = nabla_v_exp_512_reduce(x, NABLA_V_SPLAT(0.0), 0);
  nabla_v power = nabla_v_look_up(nabla_v_powers, r.index), low = nabla_v_look_up(nabla_v_powers_low, r.index);
  return nabla_v_scale(power + nabla_v_fma(power, r.high, low), shift == 0 ? r.k : r.k + shift);
#else
  nabla_v_exp_reduced r = nabla_v_exp_reduce(x, NABLA_V_SPLAT(0.0));
  nabla_v_pair e = nabla_v_expm1_reduced(r), sum = nabla_v_ordered(NABLA_V_SPLAT(1.0), e.high);
  return nabla_v_scale(sum.high + (sum.low + e.low), r.k + shift);
#endif
}
// nabla:end

// nabla:function v_decay uses v v_exp_careful v_abs
/// t = e^-|x|, and 1 + t as d + lost: what sigmoid and softplus have in common, so that a compiler computes it once.
typedef struct {
  nabla_v t, d, lost;
} nabla_v_decayed;

NABLA_V_INLINE nabla_v_decayed nabla_v_decay(nabla_v x) {
  nabla_v t = nabla_v_exp_careful(-nabla_v_at_most(nabla_v_abs(x), 750), 0), d = 1 + t;
  return (nabla_v_decayed){t, d, t - (d - 1)};
}
// nabla:end

// nabla:function v_sigmoid_of_decay uses v v_decay
/// 1/(1 + e^-x); what the rounding of 1 + t lost is put back.
NABLA_V_INLINE nabla_v nabla_v_sigmoid_of_decay(nabla_v x, nabla_v_decayed e) {
  nabla_v q = nabla_v_select(x < 0, e.t, NABLA_V_SPLAT(1.0)) / e.d;
  return nabla_v_fma(q * e.lost, nabla_v_fma(e.d, NABLA_V_SPLAT(0.5), NABLA_V_SPLAT(-1.457)), q);  // 1/d, about
}
// nabla:end

// nabla:function v_sigmoid uses v v_exp_512 v_sigmoid_of_decay v_decay
/// 1/(1 + e^-x). By table it is c/(c + m), where e^-x = m/c and c is a power of two, which no small number leaves: the
/// sum is rounded once. At most 2.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_sigmoid(nabla_v x) {
#if NABLA_V_512
  nabla_v_exp_512_reduced r = nabla_v_exp_512_reduce_any(-x);
  nabla_v power = nabla_v_look_up(nabla_v_powers, r.index), low = nabla_v_look_up(nabla_v_powers_low, r.index);
  low = nabla_v_fma(power, r.high, low);
  // minus the integer that is not smaller than k
  nabla_v c = nabla_v_scale(NABLA_V_SPLAT(1.0), 0.9375 - nabla_v_at_least(r.k, -60)), sum = c + power;
  return c / (sum + (low + (power - (sum - c))));
#else
  return nabla_v_sigmoid_of_decay(x, nabla_v_decay(x));
#endif
}
// nabla:end

#endif
