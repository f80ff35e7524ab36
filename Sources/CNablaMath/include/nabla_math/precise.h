// The parts of lgamma and digamma again, to the full length of a double-double: near the zeros on the negative axis,
// where terms of size 1 cancel. Loops, because these are rarely run: 2 to 4 microseconds.
#ifndef NABLA_MATH_PRECISE_H
#define NABLA_MATH_PRECISE_H

#include "exponential.h"
#include "pair.h"
#include <math.h>

// nabla:function bernoulli uses pair pair_divide
/// The Bernoulli number B(2k) for 1 <= k <= 14 in double-double: DLMF table 24.2.1.
static inline nabla_pair nabla_bernoulli(int k) {
  static const double numerators[] = {1, -1, 1, -1, 5, -691, 7, -3617, 43867, -174611, 854513, -236364091, 8553103,
      -23749461029};
  static const double denominators[] = {6, 30, 42, 30, 66, 2730, 6, 510, 798, 330, 138, 2730, 6, 870};
  return nabla_pair_divide((nabla_pair){numerators[k - 1], 0}, (nabla_pair){denominators[k - 1], 0});
}
// nabla:end

// nabla:function log_precise uses pair pair_add pair_product pair_multiply pair_divide log_exponent scale
/// log x to about 2^-100.
static inline nabla_pair nabla_log_precise(nabla_pair x) {
  const double ln2 = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45, ln2_lowest = 0x1.f97b57a079a19p-103;
  double k = nabla_log_exponent(x.high);
  nabla_pair m = {nabla_scale(x.high, -k), nabla_scale(x.low, -k)};
  nabla_pair s = nabla_pair_divide(nabla_pair_add(m, (nabla_pair){-1, 0}), nabla_pair_add(m, (nabla_pair){1, 0}));
  nabla_pair t = nabla_pair_multiply(s, s), sum = {0, 0};
  for (int n = 45; n > 0; n -= 2)
    sum = nabla_pair_add(nabla_pair_multiply(sum, t), nabla_pair_divide((nabla_pair){2, 0}, (nabla_pair){n, 0}));
  nabla_pair shift = nabla_pair_product(k, ln2_low);
  shift.low += k * ln2_lowest;
  sum = nabla_pair_add(nabla_pair_multiply(sum, s), shift);
  return nabla_pair_add((nabla_pair){k * ln2, 0}, sum);
}
// nabla:end

// nabla:function circular_precise uses pair pair_add pair_multiply pair_divide
/// sin a (first = 1) or cos a (first = 0) to about 2^-100 for |a| <= pi/4, by the Maclaurin series.
static inline nabla_pair nabla_circular_precise(nabla_pair a, int first) {
  nabla_pair t = nabla_pair_multiply(a, a), sum = {1, 0};
  for (int n = 26 + first; n > 1; n -= 2) {
    nabla_pair ratio = nabla_pair_divide(t, (nabla_pair){-(double)(n * (n - 1)), 0});
    sum = nabla_pair_add(nabla_pair_multiply(sum, ratio), (nabla_pair){1, 0});
  }
  return first == 1 ? nabla_pair_multiply(sum, a) : sum;
}
// nabla:end

#endif
