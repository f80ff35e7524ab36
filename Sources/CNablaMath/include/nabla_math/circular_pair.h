// sin and cos of multiples of pi in double-double, for the reflection formulas.
#ifndef NABLA_MATH_CIRCULAR_PAIR_H
#define NABLA_MATH_CIRCULAR_PAIR_H

#include "pair.h"
#include <math.h>

// nabla:function angle_pair uses pair pair_product
/// pi*f in double-double.
static inline nabla_pair nabla_angle_pair(double f) {
  nabla_pair angle = nabla_pair_product(0x1.921fb54442d18p+1, f);
  angle.low += 0x1.1a62633145c07p-53 * f;
  return angle;
}
// nabla:end

// nabla:function sin_pair uses pair pair_ordered pair_multiply
/// sin a to about 2^-64 for |a| <= pi/4.
static inline nabla_pair nabla_sin_pair(nabla_pair a) {
  nabla_pair t = nabla_pair_multiply(a, a);
  double u = t.high;
  double tail = u * (-1.0 / 5040 + u * (1.0 / 362880 + u * (-1.0 / 39916800 + u * (1.0 / 6227020800.0
      + u * (-1.0 / 1307674368000.0 + u * (1.0 / 355687428096000.0 - u / 121645100408832000.0))))));
  nabla_pair c = nabla_pair_ordered(0x1.1111111111111p-7, tail);  // 1/120 + tail
  c.low += 0x1.1111111111111p-63;
  c = nabla_pair_multiply(t, c);
  c = nabla_pair_ordered(-0x1.5555555555555p-3, c.high + (c.low - 0x1.5555555555555p-57));  // -1/6 + c
  c = nabla_pair_multiply(nabla_pair_multiply(t, a), c);
  nabla_pair sum = nabla_pair_ordered(a.high, c.high);
  return nabla_pair_ordered(sum.high, sum.low + (a.low + c.low));
}
// nabla:end

// nabla:function cos_pair uses pair pair_ordered pair_multiply
/// cos a to about 2^-64 for |a| <= pi/4.
static inline nabla_pair nabla_cos_pair(nabla_pair a) {
  nabla_pair t = nabla_pair_multiply(a, a);
  double u = t.high;
  double tail = u * (-1.0 / 720 + u * (1.0 / 40320 + u * (-1.0 / 3628800 + u * (1.0 / 479001600
      + u * (-1.0 / 87178291200.0 + u * (1.0 / 20922789888000.0 - u / 6402373705728000.0))))));
  nabla_pair c = nabla_pair_ordered(0x1.5555555555555p-5, tail);  // 1/24 + tail
  c.low += 0x1.5555555555555p-59;
  c = nabla_pair_multiply(nabla_pair_multiply(t, t), c);
  nabla_pair half = nabla_pair_ordered(1, -0.5 * t.high);
  nabla_pair sum = nabla_pair_ordered(half.high, c.high);
  return nabla_pair_ordered(sum.high, sum.low + (half.low + (c.low - 0.5 * t.low)));
}
// nabla:end

#endif
