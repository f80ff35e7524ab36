// exp and log in double-double, the ground that gamma, erfi and the powers stand on.
#ifndef NABLA_MATH_EXPONENTIAL_H
#define NABLA_MATH_EXPONENTIAL_H

#include "constants.h"
#include "pair.h"
#include <math.h>

// nabla:function scale
/// x * 2^k for integers |k| <= 2000, rounded once, also where the result is subnormal.
static inline double nabla_scale(double x, double k) {
  int half = (int)k / 2;
  union { unsigned long long bits; double value; } a, b;
  a.bits = (unsigned long long)(1023 + half) << 52;
  b.bits = (unsigned long long)(1023 + ((int)k - half)) << 52;
  return x * a.value * b.value;
}
// nabla:end

// nabla:function exp_exponent libm rint
/// The k for which `exp_mantissa` is near 1: x/ln 2, rounded.
static inline double nabla_exp_exponent(double x) { return rint(x * 0x1.71547652b82fep+0); }
// nabla:end

// nabla:function exp_mantissa uses pair pair_ordered pair_product
/// e^x * 2^-k to about 2^-60, for k = exp_exponent(x.high) and |x| < 800.
static inline nabla_pair nabla_exp_mantissa(nabla_pair x, double k) {
  const double ln2 = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;  // k*ln2 is exact
  nabla_pair r = nabla_pair_ordered(x.high - k * ln2, x.low - k * ln2_low);
  double h = r.high;
  double tail = h * h * h * (1.0 / 6 + h * (1.0 / 24 + h * (1.0 / 120 + h * (1.0 / 720 + h * (1.0 / 5040
      + h * (1.0 / 40320 + h * (1.0 / 362880 + h * (1.0 / 3628800 + h * (1.0 / 39916800 + h * (1.0 / 479001600
      + h * (1.0 / 6227020800.0 + h * (1.0 / 87178291200.0 + h / 1307674368000.0))))))))))));
  nabla_pair square = nabla_pair_product(h, 0.5 * h);
  nabla_pair sum = nabla_pair_ordered(1, h);
  nabla_pair e = nabla_pair_ordered(sum.high, square.high);
  return nabla_pair_ordered(e.high, e.low + (sum.low + (square.low + (tail + r.low * (1 + h)))));
}
// nabla:end

// nabla:function exp_pair uses constants pair exp_exponent exp_mantissa scale
/// e^x for a double-double x: at most 0.52 ulp. Overflows to inf, underflows to 0.
static inline double nabla_exp_pair(nabla_pair x) {
  if (!(x.high < 710)) return x.high == x.high ? NABLA_INFINITY : x.high;
  if (x.high < -746) return 0;
  double k = nabla_exp_exponent(x.high);
  nabla_pair mantissa = nabla_exp_mantissa(x, k);
  return nabla_scale(mantissa.high + mantissa.low, k);
}
// nabla:end

// nabla:function log_exponent
/// The k for which x * 2^-k lies in [1/sqrt 2, sqrt 2), for finite x > 0.
static inline double nabla_log_exponent(double x) {
  const unsigned long long root_half = 0x3fe6a09e667f3bcdULL, one = 0x3ff0000000000000ULL;
  int subnormal = x < 0x1p-1022;
  union { double value; unsigned long long bits; } m;
  m.value = subnormal ? x * 0x1p54 : x;
  return (int)((m.bits - root_half + one) >> 52) - 1023 - (subnormal ? 54 : 0);
}
// nabla:end

// nabla:function log_pair uses pair pair_sum pair_ordered pair_product pair_multiply log_exponent scale libm fma
/// log x to about 2^-65 for finite x > 0, from log m = 2 artanh((m - 1)/(m + 1)) with m in [1/sqrt 2, sqrt 2).
static inline nabla_pair nabla_log_pair(double x) {
  const double ln2 = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;  // k*ln2 is exact
  double k = nabla_log_exponent(x), f = nabla_scale(x, -k) - 1;
  // s = f/(2 + f) with a remainder, t = s^2
  double d = 2 + f, d_low = f - (d - 2), inverse = 1 / d;
  double s = f * inverse, s_low = inverse * (fma(-s, d, f) - s * d_low);
  nabla_pair t = nabla_pair_product(s, s);
  t.low += 2 * s * s_low;
  double u = t.high;
  double tail = u * (2.0 / 7 + u * (2.0 / 9 + u * (2.0 / 11 + u * (2.0 / 13 + u * (2.0 / 15 + u * (2.0 / 17
      + u * (2.0 / 19 + u * (2.0 / 21 + u * (2.0 / 23 + u * (2.0 / 25))))))))));
  nabla_pair series = nabla_pair_ordered(0x1.999999999999ap-2, tail);  // 2/5 + tail
  series.low -= 0x1.999999999999ap-56;
  series = nabla_pair_multiply(t, series);
  nabla_pair thirds = nabla_pair_ordered(0x1.5555555555555p-1, series.high);  // 2/3 + t * series
  thirds.low += series.low + 0x1.5555555555555p-55;
  nabla_pair cubic = nabla_pair_multiply(nabla_pair_multiply((nabla_pair){s, s_low}, t), thirds);
  nabla_pair log_m = nabla_pair_ordered(2 * s, cubic.high);
  log_m.low += 2 * s_low + cubic.low;
  nabla_pair sum = nabla_pair_sum(k * ln2, log_m.high);
  return nabla_pair_ordered(sum.high, sum.low + (log_m.low + k * ln2_low));
}
// nabla:end

#endif
