// Derivatives of lgamma.
#ifndef NABLA_MATH_POLYGAMMA_H
#define NABLA_MATH_POLYGAMMA_H

#include "constants.h"
#include <math.h>

// nabla:function digamma uses constants libm floor tan log
/// The logarithmic derivative of the gamma function; NaN at the poles (0, -1, -2, ...) and at -inf.
static inline double nabla_digamma(double x) {
  const double pi = 0x1.921fb54442d18p+1;
  double shift = 0;
  if (x <= 0) {
    double fraction = x - floor(x + 0.5);
    if (fraction == 0 || x != x - x + x) return NABLA_NAN;
    shift = -pi / tan(pi * fraction);
    x = 1 - x;
  }
  while (x < 10) {
    shift -= 1 / x;
    x += 1;
  }
  double r = 1 / (x * x);
  double tail = r * (1. / 12 - r * (1. / 120 - r * (1. / 252 - r * (1. / 240 - r * (1. / 132 - r * (691. / 32760 - r / 12))))));
  return log(x) - 0.5 / x - tail + shift;
}
// nabla:end

// nabla:function polygamma uses constants digamma libm floor pow exp lgamma
/// The n-th derivative of digamma; NaN unless n is an integer >= 0, and at the poles.
static inline double nabla_polygamma(double n, double x) {
  static const double bernoulli[] = {1. / 12, -1. / 720, 1. / 30240, -1. / 1209600, 1. / 47900160, -691. / 1307674368000.};
  if (!(n >= 0) || n != floor(n) || n > 1e6) return NABLA_NAN;
  if (n == 0) return nabla_digamma(x);
  if (!(x > 0 || x != floor(x)) || x < -1e6) return NABLA_NAN;
  double s = n + 1, sum = 0;
  double enough = 12 + n / 2;
  while (x < enough) {
    sum += pow(x, -s);
    x += 1;
  }
  double p = pow(x, -s);
  sum += x * p / n + 0.5 * p;
  double rising = s;
  p /= x;
  for (int k = 0; k < 6; k++) {
    sum += bernoulli[k] * rising * p;
    rising *= (s + 2 * k + 1) * (s + 2 * k + 2);
    p /= x * x;
  }
  double factorial = exp(lgamma(s));
  return floor(n / 2) * 2 == n ? -factorial * sum : factorial * sum;
}
// nabla:end

#endif
