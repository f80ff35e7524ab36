// Powers and roots.
#ifndef NABLA_MATH_VECTOR_POWER_H
#define NABLA_MATH_VECTOR_POWER_H

#include "exponential.h"
#include "logarithmic.h"

// nabla:function v_log_pair uses v v_pair v_log_512 v_log_512_tables v_log_reduced v_log_reduce
/// log x to about 2^-66 for finite x > 0.
NABLA_V_INLINE nabla_v_pair nabla_v_log_pair(nabla_v x) {
#if NABLA_V_512
  nabla_v_log_512_reduced s = nabla_v_log_512_reduce(x);
  nabla_v high = nabla_v_look_up(nabla_v_log_high, s.index), low = nabla_v_look_up(nabla_v_log_low, s.index);
  high = nabla_v_fma(s.k, NABLA_V_SPLAT(0x1.62e42fefa38p-1), high);  // exact
  low = nabla_v_fma(s.k, NABLA_V_SPLAT(0x1.ef35793c7673p-45), low);
  nabla_v half = -0.5 * s.r, square = half * s.r;
  nabla_v_pair first = nabla_v_ordered(high, s.r), sum = nabla_v_ordered(first.high, square);
  low += first.low + sum.low + nabla_v_fma(half, s.r, -square);
  nabla_v cubic = NABLA_V_POLY(
      s.r, 0x1.5555555555555p-2, -0x1.fffffffffff93p-3, 0x1.9999999999935p-3, -0x1.55555556b5b4ep-3,
      0x1.24924925d78f6p-3, -0x1.ffffd99808cfdp-4, 0x1.c71c4e5347587p-4, -0x1.9a60002a4a6aap-4, 0x1.75143b8bfc82dp-4);
  return nabla_v_ordered(sum.high, nabla_v_fma(s.r * (s.r * s.r), cubic, low));
#else
  // log m = 2 artanh((m - 1)/(m + 1)): s = f/(2 + f) and t = s^2, with their rounding errors
  nabla_v_log_reduced r = nabla_v_log_reduce(x);
  nabla_v f = r.m - 1, d = 2 + f, d_low = f - (d - 2), inverse = 1 / d, s = f * inverse;
  nabla_v_pair back = nabla_v_product(s, d);
  nabla_v s_low = inverse * ((f - back.high) - back.low - s * d_low);
  nabla_v_pair t = nabla_v_product(s, s), cube = nabla_v_product(s, t.high);
  t.low += 2 * s * s_low;
  cube.low += s * t.low + s_low * t.high;
  nabla_v u = t.high;
  nabla_v p = NABLA_V_POLY(
      u, 0x1.999999999999ep-2, 0x1.249249248e532p-2, 0x1.c71c71d7e7fc3p-3, 0x1.745d09f06d811p-3, 0x1.3b18b8ee7a308p-3,
      0x1.1018ae366a914p-3, 0x1.08788c3e01713p-3);
  nabla_v_pair c = nabla_v_ordered(NABLA_V_SPLAT(0x1.5555555555555p-1), u * p);  // 2/3 + t p
  c.low += 0x1.5555555555555p-55 + t.low * p;
  nabla_v_pair tail = nabla_v_product(cube.high, c.high), log_m = nabla_v_ordered(2 * s, tail.high);
  log_m.low += 2 * s_low + (tail.low + cube.high * c.low + cube.low * c.high);
  nabla_v_pair sum = nabla_v_sum(r.k * 0x1.62e42fefa38p-1, log_m.high);
  return nabla_v_ordered(sum.high, sum.low + (log_m.low + r.k * 0x1.ef35793c7673p-45));
#endif
}
// nabla:end

// nabla:function v_power_edges uses v v_abs constants
/// x^y where x is not positive and finite or y is infinite or NaN, from |x|^y in the other lanes.
NABLA_V_CALLED void nabla_v_power_edges(const nabla_v *base, const nabla_v *exponent, nabla_v *power) {
  nabla_v x = *base, y = *exponent, value = *power, a = nabla_v_abs(x), size = nabla_v_abs(y);
  // 0 and infinity
  nabla_v_mask vanishes = (a == 0) & (y > 0);
  vanishes |= (a == NABLA_INFINITY) & (y < 0);
  nabla_v edge = nabla_v_select(vanishes, NABLA_V_SPLAT(0.0), NABLA_V_SPLAT(NABLA_INFINITY));
  value = nabla_v_select((a == 0) | (a == NABLA_INFINITY), edge, value);
  // negative x: integers only
  nabla_v half = 0.5 * size, limit = NABLA_V_SPLAT(0x1p52);
  nabla_v whole = nabla_v_select(size < 0x1p52, (size + limit) - limit, size);
  nabla_v even = nabla_v_select(half < 0x1p52, (half + limit) - limit, half);
  value = nabla_v_select((whole == size) & (even != half), nabla_v_copysign(value, x), value);
  value = nabla_v_select((x < 0) & (a < NABLA_INFINITY) & (whole != size), NABLA_V_SPLAT(NABLA_NAN), value);
  // NaN, and what is 1 whatever the other operand
  value = nabla_v_select((x != x) | (y != y), x + y, value);
  value = nabla_v_select((x == -1) & (size == NABLA_INFINITY), NABLA_V_SPLAT(1.0), value);
  *power = nabla_v_select((x == 1) | (y == 0), NABLA_V_SPLAT(1.0), value);
}
// nabla:end

// nabla:function v_power uses v v_abs v_pair v_log_pair v_exp_512 v_exp_reduced v_exp_reduce v_expm1_reduced constants v_power_edges
/// x^y with IEEE 754's special values. At most 0.9 ulp.
NABLA_V_INLINE nabla_v nabla_v_power(nabla_v x, nabla_v y) {
  nabla_v a = nabla_v_abs(x);
  nabla_v_pair l = nabla_v_log_pair(a);
  nabla_v exponent = nabla_v_at_most(nabla_v_at_least(y, -0x1p66), 0x1p66);  // so that the products stay finite
  nabla_v_pair e = nabla_v_product(exponent, l.high);
  e.low = nabla_v_fma(exponent, l.low, e.low);
  nabla_v_mask far = nabla_v_abs(e.high) > 750;
  nabla_v low = nabla_v_select(far, NABLA_V_SPLAT(0.0), e.low);
  nabla_v high = nabla_v_at_most(nabla_v_at_least(e.high, -750), 750);
#if NABLA_V_512
  nabla_v value = nabla_v_exp_512_careful(nabla_v_exp_512_reduce(high, low, 1), 0);
#else
  nabla_v_exp_reduced r = nabla_v_exp_reduce(high, low);
  nabla_v_pair m = nabla_v_expm1_reduced(r), sum = nabla_v_ordered(NABLA_V_SPLAT(1.0), m.high);
  nabla_v value = nabla_v_scale(sum.high + (sum.low + m.low), r.k);
#endif
  nabla_v_mask usual = (x > 0) & (x < NABLA_INFINITY) & (nabla_v_abs(y) < NABLA_INFINITY);
  if (NABLA_V_UNLIKELY(nabla_v_any(usual == 0))) {
    nabla_v base = x, power = value;
    exponent = y;
    nabla_v_power_edges(&base, &exponent, &power);
    value = power;
  }
  return value;
}
// nabla:end

// nabla:function v_log_of_base gives log=logarithm beside power uses v v_abs v_log_pair constants
/// log x where x^y is wanted too: the first half of the power, which a compiler finds in both. At most 0.6 ulp.
typedef struct {
  nabla_v logarithm;
} nabla_v_logarithm_of_base;

NABLA_V_INLINE nabla_v_logarithm_of_base nabla_v_log_of_base(nabla_v x) {
  nabla_v value = nabla_v_log_pair(nabla_v_abs(x)).high;
  nabla_v_mask usual = (x > 0) & (x < NABLA_INFINITY);
  if (NABLA_V_UNLIKELY(nabla_v_any(usual == 0))) {
    nabla_v edge = nabla_v_select(x < 0, NABLA_V_SPLAT(NABLA_NAN), x);  // infinity, or NaN
    value = nabla_v_select(usual, value, nabla_v_select(x == 0, NABLA_V_SPLAT(-NABLA_INFINITY), edge));
  }
  return (nabla_v_logarithm_of_base){value};
}
// nabla:end

// nabla:function v_powi_edges uses v v_power
/// Puts x^n right in the lanes that the mask leaves out.
NABLA_V_CALLED void nabla_v_powi_edges(const nabla_v *x, int n, const nabla_v_mask *usual, nabla_v *power) {
  *power = nabla_v_select(*usual, *power, nabla_v_power(*x, NABLA_V_SPLAT((double)n)));
}
// nabla:end

// nabla:function v_powi uses v v_power v_pair v_abs v_powi_edges
/// x^n for a literal n: products up to the fourth power, repeated squaring in double-double up to the 64th, then as
/// `nabla_v_power`. powi(x, 0) is 1, also for NaN. At most 2.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_powi(nabla_v x, int n) {
  if (n < -64 || n > 64) return nabla_v_power(x, NABLA_V_SPLAT((double)n));
  int size = n < 0 ? -n : n;
  nabla_v square = x * x;
  switch (n) {
  case -2: return 1 / square;
  case -1: return 1 / x;
  case 0: return NABLA_V_SPLAT(1.0);
  case 1: return x;
  case 2: return square;
  case 3: return square * x;
  case 4: return square * square;
  default: break;
  }
  nabla_v_pair base = {x, NABLA_V_SPLAT(0.0)}, power = base;
  int bit = 64;
  while (!(size & bit)) bit >>= 1;
  for (bit >>= 1; bit > 0; bit >>= 1) {
    nabla_v_pair twice = nabla_v_product(power.high, power.high);
    power = nabla_v_ordered(twice.high, nabla_v_fma(2 * power.high, power.low, twice.low));
    if (!(size & bit)) continue;
    nabla_v_pair next = nabla_v_product(power.high, x);
    power = nabla_v_ordered(next.high, nabla_v_fma(power.low, x, next.low));
  }
  nabla_v value = power.high;
  if (n < 0) {
    value = 1 / power.high;
    value = nabla_v_fma(-value * power.low, value, value);
  }
  nabla_v extent = nabla_v_abs(power.high);
  nabla_v_mask usual = (extent > 0x1p-900) & (extent < 0x1p900);
  if (NABLA_V_UNLIKELY(nabla_v_any(usual == 0))) {
    nabla_v base = x, result = value;
    nabla_v_powi_edges(&base, n, &usual, &result);
    value = result;
  }
  return value;
}
// nabla:end

// nabla:function v_cbrt uses v v_log_reduced v_log_reduce v_abs constants
/// The cube root: a polynomial, a step of Halley's rule, and one of Newton's from a root of 24 bits, whose square is
/// exact. At most 0.8 ulp.
NABLA_V_INLINE nabla_v nabla_v_cbrt(nabla_v x) {
  nabla_v_log_reduced r = nabla_v_log_reduce(nabla_v_abs(x));
  nabla_v third = nabla_v_nearest(r.k * 0x1.5555555555555p-2);
  nabla_v m = r.m * nabla_v_power_of_two(r.k - 3 * third);  // in [0.35, 2.83)
  nabla_v root = NABLA_V_POLY(
      m, 0x1.b88c8fb4c0398p-2, 0x1.f48cd92b585abp-1, -0x1.44bd16157a089p-1, 0x1.2b08b106c6dbfp-2,
      -0x1.27fee48c12614p-4, 0x1.da5d7ab10b4b2p-8);
  nabla_v cube = root * root * root;
  root = root * (cube + 2 * m) / (2 * cube + m);
  root = nabla_v_from_bits(nabla_v_to_bits(root) & 0xffffffffe0000000ULL);
  nabla_v rest = m / (root * root) - root;
  root = (root + root * rest / (3 * root + rest)) * nabla_v_power_of_two(third);
  nabla_v a = nabla_v_abs(x);
  return nabla_v_select((a > 0) & (a < NABLA_INFINITY), nabla_v_copysign(root, x), x + x);
}
// nabla:end

// nabla:function v_hypot uses v v_abs v_sqrt constants
/// sqrt(x^2 + y^2) without overflow; inf if either operand is infinite. At most 1.1 ulp.
NABLA_V_INLINE nabla_v nabla_v_hypot(nabla_v x, nabla_v y) {
  nabla_v a = nabla_v_abs(x), b = nabla_v_abs(y);
  nabla_v root = nabla_v_sqrt(nabla_v_fma(a, a, b * b));
  nabla_v_mask usual = (root < 0x1p500) & (root > 0x1p-400);
  if (NABLA_V_UNLIKELY(nabla_v_any(usual == 0))) {
    nabla_v_mask huge = (a > 0x1p500) | (b > 0x1p500), tiny = (a < 0x1p-400) & (b < 0x1p-400);
    nabla_v scale = nabla_v_select(huge, NABLA_V_SPLAT(0x1p-600), NABLA_V_SPLAT(1.0));
    scale = nabla_v_select(tiny, NABLA_V_SPLAT(0x1p600), scale);
    nabla_v back = nabla_v_select(huge, NABLA_V_SPLAT(0x1p600), NABLA_V_SPLAT(1.0));
    back = nabla_v_select(tiny, NABLA_V_SPLAT(0x1p-600), back);
    nabla_v c = a * scale, d = b * scale;
    root = nabla_v_sqrt(nabla_v_fma(c, c, d * d)) * back;
    nabla_v_mask infinite = (a == NABLA_INFINITY) | (b == NABLA_INFINITY);
    root = nabla_v_select(infinite, NABLA_V_SPLAT(NABLA_INFINITY), root);
  }
  return root;
}
// nabla:end

#endif
