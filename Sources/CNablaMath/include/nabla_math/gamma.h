// The gamma function and the logarithm of its absolute value, from one double-double core: Stirling's series with
// Bernoulli numbers beyond 10, a product below (DLMF 5.5.1), reflection for negative arguments (DLMF 5.5.3).
#ifndef NABLA_MATH_GAMMA_H
#define NABLA_MATH_GAMMA_H

#include "circular_pair.h"
#include "constants.h"
#include "exponential.h"
#include "pair.h"
#include "precise.h"
#include <math.h>

// nabla:function rising_pair uses pair pair_sum pair_multiply
/// x (x + 1) ... (x + n - 1) for x > 0, to about n * 2^-102.
static inline nabla_pair nabla_rising_pair(nabla_pair x, int n) {
  nabla_pair product = {1, 0};
  for (int k = 0; k < n; k++) {
    nabla_pair sum = nabla_pair_sum(x.high, k);
    sum.low += x.low;
    product = nabla_pair_multiply(product, sum);
  }
  return product;
}
// nabla:end

// nabla:function stirling_pair uses pair pair_add pair_product pair_multiply log_pair libm fma
/// log gamma(x) for 10 <= x < 10^300, to about 2^-65 of x log x: DLMF 5.11.1.
static inline nabla_pair nabla_stirling_pair(nabla_pair x) {
  const nabla_pair half_log_two_pi = {0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55};
  double r = 1 / x.high, u = r * r, r_low = r * (fma(-r, x.high, 1) - r * x.low);
  double tail = u * (1.0 / 360 - u * (1.0 / 1260 - u * (1.0 / 1680 - u * (1.0 / 1188 - u * (691.0 / 360360
      - u * (1.0 / 156 - u * (3617.0 / 122400 - u * (43867.0 / 244188))))))));
  nabla_pair series = nabla_pair_product(r, 0x1.5555555555555p-4);  // r/12
  series.low += r * (0x1.5555555555555p-58 - tail) + r_low / 12;
  nabla_pair log_x = nabla_log_pair(x.high);
  log_x.low += x.low * r;
  nabla_pair sum = nabla_pair_multiply(nabla_pair_add(x, (nabla_pair){-0.5, 0}), log_x);
  sum = nabla_pair_add(sum, (nabla_pair){-x.high, -x.low});
  sum = nabla_pair_add(sum, half_log_two_pi);
  return nabla_pair_add(sum, series);
}
// nabla:end

// nabla:function gamma_steps
/// How many steps of size 1 carry x > 0 into the domain of Stirling's series.
static inline int nabla_gamma_steps(double x) { return x < 10 ? 10 - (int)x : 0; }
// nabla:end

// nabla:function sinpi_pair uses pair angle_pair sin_pair cos_pair libm fabs rint
/// |sin(pi*x)|, relative to about 2^-64.
static inline nabla_pair nabla_sinpi_pair(double x) {
  double f = fabs(x - rint(x));
  return f <= 0.25 ? nabla_sin_pair(nabla_angle_pair(f)) : nabla_cos_pair(nabla_angle_pair(0.5 - f));
}
// nabla:end

// nabla:function gamma uses constants pair pair_sum pair_multiply pair_divide exp_exponent exp_mantissa scale rising_pair stirling_pair gamma_steps sinpi_pair libm fabs floor
/// The gamma function; +-inf at +-0; NaN at the other poles (-1, -2, ...) and at -inf. At most 0.6 ulp.
static inline double nabla_gamma(double x) {
  if (fabs(x) < 0x1p-60) return 1 / x;
  if (x < 0 && x == floor(x)) return NABLA_NAN;
  if (!(x < 172)) return x > 0 ? NABLA_INFINITY : x;
  if (x < -186) return floor(x / 2) * 2 == floor(x) ? 0.0 : -0.0;
  // gamma(y) with y = x, or 1 - x for the reflection
  nabla_pair y = x > 0 ? (nabla_pair){x, 0} : nabla_pair_sum(1, -x);
  int steps = nabla_gamma_steps(y.high);
  nabla_pair product = nabla_rising_pair(y, steps), far = nabla_pair_sum(y.high, steps);
  far.low += y.low;
  nabla_pair log_far = nabla_stirling_pair(far);
  double k = nabla_exp_exponent(log_far.high);
  nabla_pair value = nabla_exp_mantissa(log_far, k);
  if (x > 0) {
    value = nabla_pair_divide(value, product);
    return nabla_scale(value.high + value.low, k);
  }
  const nabla_pair pi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
  value = nabla_pair_divide(nabla_pair_multiply(pi, product), nabla_pair_multiply(value, nabla_sinpi_pair(x)));
  double magnitude = nabla_scale(value.high + value.low, -k);
  return floor(x / 2) * 2 == floor(x) ? magnitude : -magnitude;
}
// nabla:end

// nabla:function lgamma_pair uses pair pair_sum pair_add log_pair rising_pair stirling_pair gamma_steps
/// log gamma(x) for 0 < x < 10^300: the error is about 2^-62 in absolute terms below 10.
static inline nabla_pair nabla_lgamma_pair(nabla_pair x) {
  int steps = nabla_gamma_steps(x.high);
  if (steps == 0) return nabla_stirling_pair(x);
  nabla_pair product = nabla_rising_pair(x, steps), far = nabla_pair_sum(x.high, steps);
  far.low += x.low;
  nabla_pair log_product = nabla_log_pair(product.high);
  log_product.low += product.low / product.high;
  return nabla_pair_add(nabla_stirling_pair(far), (nabla_pair){-log_product.high, -log_product.low});
}
// nabla:end

// nabla:function lgamma_near uses pair pair_ordered libm fma
/// log gamma(1 + z), or log gamma(2 + z) where `two`, for |z| <= 1/16, by its Taylor series: DLMF 5.7.3.
static inline double nabla_lgamma_near(double z, int two) {
  nabla_pair c;
  if (two) {
    double tail = z * (0x1.4a34cc4a60fa6p-2 + z * (-0x1.13e001a557607p-4 + z * (0x1.51322ac7d8483p-6
        + z * (-0x1.e404fc218f5f2p-8 + z * (0x1.7add6eadb6c30p-9 + z * (-0x1.38ac5c2bf8e08p-10
        + z * (0x1.0b36af86396e9p-11 + z * (-0x1.d3fd4c76d2fc8p-13 + z * (0x1.a127b0f17d65ap-14
        + z * (-0x1.78de5bd7c81efp-15 + z * 0x1.580dcee66eb02p-16))))))))));
    c = nabla_pair_ordered(0x1.b0ee6072093cep-2, tail);  // 1 - Euler's constant
    c.low += 0x1.6cb90701fbfabp-58;
  } else {
    double tail = z * (0x1.a51a6625307d3p-1 + z * (-0x1.9a4d55beab2d7p-2 + z * (0x1.151322ac7d848p-2
        + z * (-0x1.a8b9c17aa6149p-3 + z * (0x1.5b40cb100c306p-3 + z * (-0x1.2703a1dcea3aep-3
        + z * (0x1.010b36af86397p-3 + z * (-0x1.c806706d57db4p-4 + z * (0x1.9a01e385d5f8fp-4
        + z * (-0x1.748c33114c6d6p-4 + z * (0x1.556ad63243bc4p-4 + z * (-0x1.3b1d971fc5985p-4
        + z * (0x1.2496df8320c5fp-4 + z * -0x1.11133476e7fe0p-4)))))))))))));
    c = nabla_pair_ordered(-0x1.2788cfc6fb619p-1, tail);  // -Euler's constant
    c.low += 0x1.6cb90701fbfabp-58;
  }
  return fma(z, c.high, z * c.low);
}
// nabla:end

// nabla:function lgamma_precise uses pair pair_sum pair_add pair_multiply pair_divide rising_pair bernoulli log_precise angle_pair circular_precise libm fabs rint
/// log |gamma(x)| for x < 0 that is no integer, with every part to about 2^-98.
static inline double nabla_lgamma_precise(double x) {
  const nabla_pair half_log_two_pi = {0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55};
  const nabla_pair pi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
  nabla_pair y = nabla_pair_sum(1, -x);
  int steps = y.high < 24 ? 24 - (int)y.high : 0;
  nabla_pair far = nabla_pair_add(y, (nabla_pair){steps, 0});
  nabla_pair r = nabla_pair_divide((nabla_pair){1, 0}, far), u = nabla_pair_multiply(r, r), series = {0, 0};
  for (int k = 14; k > 0; k--) {
    nabla_pair term = nabla_pair_divide(nabla_bernoulli(k), (nabla_pair){2.0 * k * (2 * k - 1), 0});
    series = nabla_pair_add(nabla_pair_multiply(series, u), term);
  }
  nabla_pair sum = nabla_pair_multiply(nabla_pair_add(far, (nabla_pair){-0.5, 0}), nabla_log_precise(far));
  sum = nabla_pair_add(nabla_pair_add(sum, (nabla_pair){-far.high, -far.low}), half_log_two_pi);
  sum = nabla_pair_add(sum, nabla_pair_multiply(series, r));
  double f = fabs(x - rint(x));
  nabla_pair sine = f <= 0.25 ? nabla_circular_precise(nabla_angle_pair(f), 1)
                              : nabla_circular_precise(nabla_angle_pair(0.5 - f), 0);
  nabla_pair ratio = nabla_pair_divide(nabla_pair_multiply(pi, nabla_rising_pair(y, steps)), sine);
  sum = nabla_pair_add(nabla_log_precise(ratio), (nabla_pair){-sum.high, -sum.low});
  return sum.high + sum.low;
}
// nabla:end

// nabla:function lgamma uses constants pair pair_sum pair_add log_pair lgamma_pair lgamma_near lgamma_precise sinpi_pair libm fabs floor fma log
/// log |gamma(x)|; inf at the poles and at +-inf. Does not touch `signgam`, so it is safe on every thread.
/// At most 0.6 ulp; beside a zero on the negative axis the absolute error is below 2^-96 (and 100 ulp).
static inline double nabla_lgamma(double x) {
  if (!(fabs(x) < NABLA_INFINITY)) return fabs(x);
  if (x <= 0 && x == floor(x)) return NABLA_INFINITY;
  if (fabs(x) < 0x1p-60) return -log(fabs(x));
  if (fabs(x - 1) <= 0.0625) return nabla_lgamma_near(x - 1, 0);
  if (fabs(x - 2) <= 0.0625) return nabla_lgamma_near(x - 2, 1);
  if (x > 0x1p60) {
    nabla_pair log_x = nabla_log_pair(x);
    log_x = nabla_pair_sum(log_x.high - 1, log_x.low);
    return fma(x, log_x.high, x * log_x.low);
  }
  nabla_pair value = nabla_lgamma_pair(x > 0 ? (nabla_pair){x, 0} : nabla_pair_sum(1, -x));
  if (x < 0) {
    const nabla_pair log_pi = {0x1.250d048e7a1bdp+0, 0x1.7abf2ad8d5088p-57};
    nabla_pair sine = nabla_sinpi_pair(x), log_sine = nabla_log_pair(sine.high);
    log_sine.low += sine.low / sine.high;
    value = nabla_pair_add(value, log_sine);
    value = nabla_pair_add(log_pi, (nabla_pair){-value.high, -value.low});
    if (fabs(value.high) < 0x1p-5) return nabla_lgamma_precise(x);
  }
  return value.high + value.low;
}
// nabla:end

#endif
