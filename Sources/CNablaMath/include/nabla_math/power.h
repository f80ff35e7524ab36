// Powers with an integer exponent. Other powers are libm's `pow`, `cbrt`, `hypot`.
#ifndef NABLA_MATH_POWER_H
#define NABLA_MATH_POWER_H

#include "constants.h"
#include <math.h>

// nabla:function powi
/// x^n by repeated squaring; powi(x, 0) is 1, also for NaN, as IEEE 754's pown.
static inline double nabla_powi(double x, int n) {
  unsigned int k = n < 0 ? -(unsigned int)n : (unsigned int)n;
  double base = n < 0 ? 1 / x : x;
  double power = 1;
  for (; k != 0; k >>= 1) {
    if (k & 1) power *= base;
    base *= base;
  }
  return power;
}
// nabla:end

#endif
