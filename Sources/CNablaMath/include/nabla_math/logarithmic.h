// Compounds of exp and log that the naive formula computes badly or not at all.
#ifndef NABLA_MATH_LOGARITHMIC_H
#define NABLA_MATH_LOGARITHMIC_H

#include "constants.h"
#include <math.h>

// nabla:function xlogx libm log
/// x*log(x), 0 at x = +-0; NaN for x < 0. At most 1.6 ulp.
static inline double nabla_xlogx(double x) { return x == 0 ? 0.0 : x * log(x); }
// nabla:end

// nabla:function xlogy libm log
/// x*log(y), 0 at x = +-0 for every y but NaN, y = 0 and y = inf included. At most 1.6 ulp.
static inline double nabla_xlogy(double x, double y) { return x == 0 && y == y ? 0.0 : x * log(y); }
// nabla:end

// nabla:function log1mexp libm expm1 exp log log1p
/// log(1 - e^x) for x <= 0, -inf at 0, NaN for x > 0. (Maechler's log1mexp(a) is this one at x = -a.)
/// The switch at -ln 2: M. Maechler, Accurately Computing log(1 - exp(-|a|)), 2012. At most 1.6 ulp.
static inline double nabla_log1mexp(double x) {
  return x > -0x1.62e42fefa39efp-1 ? log(-expm1(x)) : log1p(-exp(x));
}
// nabla:end

// nabla:function softplus libm fabs exp log1p
/// log(1 + e^x) = max(x, 0) + log1p(e^-|x|): no overflow, no loss for negative x. At most 1.6 ulp.
static inline double nabla_softplus(double x) { return (x > 0 ? x : x == x ? 0.0 : x) + log1p(exp(-fabs(x))); }
// nabla:end

// nabla:function logaddexp libm fabs exp log1p
/// log(e^x + e^y) = max(x, y) + log1p(e^-|x - y|): no overflow; x + ln 2 where they are equal, infinities included.
static inline double nabla_logaddexp(double x, double y) {
  return x == y ? x + 0x1.62e42fefa39efp-1 : (x > y ? x : y) + log1p(exp(-fabs(x - y)));
}
// nabla:end

// nabla:function sigmoid libm fabs exp
/// 1/(1 + e^-x), from t = e^-|x| so that neither end overflows. The rounding error of 1 + t is put back.
/// At most 1.7 ulp.
static inline double nabla_sigmoid(double x) {
  double t = exp(-fabs(x)), sum = 1 + t, rest = t - (sum - 1);
  double value = (x < 0 ? t : 1.0) / sum;
  return value - value * rest * (x < 0 ? 1 - value : value);
}
// nabla:end

#endif
