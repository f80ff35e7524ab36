// Powers with an integer exponent. Other powers are libm's `pow`, `cbrt`, `hypot`.
#ifndef NABLA_MATH_POWER_H
#define NABLA_MATH_POWER_H

#include "pair.h"
#include <math.h>

// nabla:function powi uses pair pair_power libm fabs fma pow
/// x^n. Small exponents are plain products, so they vectorise when n is a literal; beyond, repeated squaring
/// in double-double of x or 1/x. powi(x, 0) is 1, also for NaN, as pown in IEEE 754.
/// At most 2.0 ulp, for every n.
static inline double nabla_powi(double x, int n) {
  switch (n) {
  case 0: return 1;
  case 1: return x;
  case 2: return x * x;
  case 3: return x * x * x;
  case 4: return (x * x) * (x * x);
  case -1: return 1 / x;
  case -2: return (1 / x) * (1 / x);
  default: break;
  }
  double inverse = 1 / x;
  nabla_pair base = n > 0 ? (nabla_pair){x, 0} : (nabla_pair){inverse, fma(-inverse, x, 1) * inverse};
  double power = nabla_pair_power(base, fabs((double)n)).high;
  // Zeros, infinities, NaN and whatever came near overflow or underflow are left to libm.
  double size = fabs(power);
  return size > 0x1p-900 && size < 0x1p900 ? power : pow(x, n);
}
// nabla:end

#endif
