// The derivatives of digamma, by the zeta function of Hurwitz: psi^(n)(x) = (-1)^(n+1) n! zeta(n + 1, x), DLMF 25.11.12.
#ifndef NABLA_MATH_POLYGAMMA_H
#define NABLA_MATH_POLYGAMMA_H

#include "constants.h"
#include "digamma.h"
#include "exponential.h"
#include "gamma.h"
#include "pair.h"
#include <math.h>

// nabla:function hurwitz uses pair pair_sum pair_add pair_multiply pair_divide pair_power
/// (a/x)^s (x^s zeta(s, x)) = sum over k >= 0 of (a/(x + k))^s for integers s >= 2 and 0 < a <= x, to about 2^-58: the
/// first terms one by one, the others by the formula of Euler and Maclaurin as in F. Johansson, Rigorous high-precision
/// computation of the Hurwitz zeta function, doi:10.1007/s11075-014-9893-1, (3) to (5).
static inline nabla_pair nabla_hurwitz(double s, double a, nabla_pair x) {
  static const double bernoulli[] = {1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160,
      -691.0 / 1307674368000.0, 1.0 / 74724249600.0, -3617.0 / 10670622842880000.0,
      43867.0 / 5109094217170944000.0, -174611.0 / 802857662698291200000.0};  // B(2k)/(2k)!
  nabla_pair sum = {0, 0}, y = x, term = nabla_pair_power(nabla_pair_divide((nabla_pair){a, 0}, x), s);
  for (int k = 1; y.high < 2 * s + 12; k++) {
    sum = nabla_pair_add(sum, term);
    if (term.high <= 0x1p-62 * sum.high) return sum;
    y = nabla_pair_sum(x.high, k);
    y.low += x.low;
    term = nabla_pair_power(nabla_pair_divide((nabla_pair){a, 0}, y), s);
  }
  double r = 1 / y.high, product = s * r, tail = 0;
  for (int k = 0; k < 10; k++) {
    tail += bernoulli[k] * product;
    product *= (s + 2 * k + 1) * r * ((s + 2 * k + 2) * r);
  }
  nabla_pair rest = nabla_pair_add(nabla_pair_divide(y, (nabla_pair){s - 1, 0}), nabla_pair_sum(0.5, tail));
  return nabla_pair_add(sum, nabla_pair_multiply(term, rest));
}
// nabla:end

// nabla:function polygamma uses constants pair pair_sum pair_add pair_multiply pair_divide exp_exponent exp_mantissa scale log_pair lgamma_pair digamma hurwitz libm fabs rint floor
/// The n-th derivative of digamma. NaN unless n is an integer >= 0; at the poles 0, -1, ... inf for odd n, and for even
/// n NaN, or at +-0 the limit from that side.
/// For x < 0 the sum over all integers, by which zeta(s, x) and +-zeta(s, 1 - x) complete each other, starts at the
/// pole next to x; f is the distance to it. At most 0.6 ulp, but for the
/// zeros of even n on the negative axis, where the error is below 2^-60 of n!/|f|^(n+1).
static inline double nabla_polygamma(double n, double x) {
  if (!(n >= 0 && n == floor(n)) || n == NABLA_INFINITY || x != x) return NABLA_NAN;
  if (n == 0) return nabla_digamma(x);
  int odd = floor(n / 2) * 2 != n;
  if (x == 0) return odd ? NABLA_INFINITY : -1 / x;
  if (x == NABLA_INFINITY) return odd ? 0.0 : -0.0;
  double s = n + 1, f = x > 0 ? x : x - rint(x), near = fabs(f);
  if (!(near > 0)) return odd && near == 0 ? NABLA_INFINITY : NABLA_NAN;
  nabla_pair sum;  // the value is (-1)^(n+1) n! near^-s sum
  if (n > 0x1p50) {  // it overflows or vanishes
    double size = n * (nabla_log_pair(n).high - 1 - nabla_log_pair(near).high);
    return (odd || f < 0 ? 1 : -1) * (size > 0 ? NABLA_INFINITY : 0);
  }
  if (x > 0) {
    sum = nabla_hurwitz(s, x, (nabla_pair){x, 0});
  } else {
    nabla_pair above = nabla_hurwitz(s, near, nabla_pair_sum(1, f));
    nabla_pair below = nabla_hurwitz(s, near, nabla_pair_sum(1, -f));
    nabla_pair beyond = nabla_hurwitz(s, near, nabla_pair_sum(1, -x));
    below = nabla_pair_add(below, (nabla_pair){-beyond.high, -beyond.low});
    if (!odd) below = (nabla_pair){-below.high, -below.low};
    sum = nabla_pair_add((nabla_pair){f < 0 && !odd ? -1 : 1, 0}, nabla_pair_add(above, below));
  }
  if (!odd) sum = (nabla_pair){-sum.high, -sum.low};
  // near^-s sum = near^-n (sum/near), which keeps a huge x from underflowing
  if (near >= 1) sum = nabla_pair_divide(sum, (nabla_pair){near, 0});
  nabla_pair size = nabla_pair_multiply((nabla_pair){near < 1 ? -s : -n, 0}, nabla_log_pair(near));
  size = nabla_pair_add(size, nabla_lgamma_pair((nabla_pair){s, 0}));
  if (!(fabs(size.high) < 1400)) return size.high > 0 ? sum.high * NABLA_INFINITY : sum.high * 0;
  double k = nabla_exp_exponent(size.high);
  sum = nabla_pair_multiply(sum, nabla_exp_mantissa(size, k));
  return nabla_scale(sum.high + sum.low, k);
}
// nabla:end

#endif
