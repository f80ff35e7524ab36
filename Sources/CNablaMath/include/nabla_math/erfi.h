// The imaginary error function.
#ifndef NABLA_MATH_ERFI_H
#define NABLA_MATH_ERFI_H

#include "constants.h"
#include <math.h>

// nabla:function erfi uses constants libm fabs exp copysign
/// erfi x = 2/sqrt(pi) * integral of e^(t^2) from 0 to x. Odd; overflows to inf beyond |x| = 26.7.
static inline double nabla_erfi(double x) {
  const double two_over_root_pi = 0x1.20dd750429b6dp+0;
  double a = fabs(x), square = x * x;
  if (!(a < 27)) return a > 27 ? copysign(NABLA_INFINITY, x) : x;
  if (a < 6) {
    double term = x, sum = x;
    for (int k = 1; k < 150; k++) {
      term *= square / k;
      sum += term / (2 * k + 1);
    }
    return two_over_root_pi * sum;
  }
  double term = 1, sum = 1;
  for (int k = 1; k < 36; k++) {
    term *= (2 * k - 1) / (2 * square);
    sum += term;
  }
  double half = exp(0.5 * square);
  return 0.5 * two_over_root_pi * half * (sum / x) * half;
}
// nabla:end

#endif
