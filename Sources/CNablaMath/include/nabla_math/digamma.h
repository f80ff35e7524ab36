// The logarithmic derivative of the gamma function.
#ifndef NABLA_MATH_DIGAMMA_H
#define NABLA_MATH_DIGAMMA_H

#include "circular_pair.h"
#include "constants.h"
#include "exponential.h"
#include "gamma.h"
#include "pair.h"
#include "precise.h"
#include <math.h>

// nabla:function harmonic_pair uses pair pair_sum pair_add pair_multiply pair_divide
/// 1/x + 1/(x + 1) + ... + 1/(x + n - 1) for x > 0, as P'/P with P the product of the denominators: one division.
static inline nabla_pair nabla_harmonic_pair(nabla_pair x, int n) {
  nabla_pair product = {1, 0}, slope = {0, 0};
  for (int k = 0; k < n; k++) {
    nabla_pair sum = nabla_pair_sum(x.high, k);
    sum.low += x.low;
    slope = nabla_pair_add(nabla_pair_multiply(slope, sum), product);
    product = nabla_pair_multiply(product, sum);
  }
  return nabla_pair_divide(slope, product);
}
// nabla:end

// nabla:function digamma_pair uses pair pair_sum pair_add log_pair harmonic_pair gamma_steps libm fma
/// digamma(x) for x > 0, to about 2^-61 in absolute terms below 10: DLMF 5.5.2 and 5.11.2.
static inline nabla_pair nabla_digamma_pair(nabla_pair x) {
  int steps = nabla_gamma_steps(x.high);
  nabla_pair far = nabla_pair_sum(x.high, steps);
  far.low += x.low;
  double r = 1 / far.high, u = r * r;
  double series = u * (1.0 / 12 - u * (1.0 / 120 - u * (1.0 / 252 - u * (1.0 / 240 - u * (1.0 / 132
      - u * (691.0 / 32760 - u * (1.0 / 12 - u * (3617.0 / 8160 - u * (43867.0 / 14364 - u * (174611.0 / 6600))))))))));
  nabla_pair sum = nabla_log_pair(far.high);
  double shift = r * far.low, rest = fma(r, far.high, -1);
  sum = nabla_pair_add(sum, (nabla_pair){-0.5 * r, shift - series + 0.5 * r * (rest + shift)});
  if (steps == 0) return sum;
  nabla_pair near = nabla_harmonic_pair(x, steps);
  return nabla_pair_add(sum, (nabla_pair){-near.high, -near.low});
}
// nabla:end

// nabla:function pi_cot_pair uses pair pair_multiply pair_divide angle_pair sin_pair cos_pair libm fabs rint
/// pi*cot(pi*x) for x that is no integer, to about 2^-63.
static inline nabla_pair nabla_pi_cot_pair(double x) {
  const nabla_pair pi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
  double f = x - rint(x), a = fabs(f), b = a <= 0.25 ? a : 0.5 - a;
  nabla_pair angle = nabla_angle_pair(b), sine = nabla_sin_pair(angle), cosine = nabla_cos_pair(angle);
  nabla_pair quotient = a <= 0.25 ? nabla_pair_divide(cosine, sine) : nabla_pair_divide(sine, cosine);
  quotient = nabla_pair_multiply(quotient, pi);
  return f < 0 ? (nabla_pair){-quotient.high, -quotient.low} : quotient;
}
// nabla:end

// nabla:function digamma_precise uses pair pair_sum pair_add pair_multiply pair_divide harmonic_pair bernoulli log_precise angle_pair circular_precise libm fabs rint
/// digamma(x) for x < 0 that is no integer: DLMF 5.5.4 with every part to about 2^-98.
static inline double nabla_digamma_precise(double x) {
  const nabla_pair pi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53}, one = {1, 0};
  nabla_pair y = nabla_pair_sum(1, -x);
  int steps = y.high < 24 ? 24 - (int)y.high : 0;
  nabla_pair far = nabla_pair_add(y, (nabla_pair){steps, 0}), r = nabla_pair_divide(one, far);
  nabla_pair u = nabla_pair_multiply(r, r), sum = {0, 0};
  for (int k = 14; k > 0; k--) {
    nabla_pair term = nabla_pair_divide(nabla_bernoulli(k), (nabla_pair){-2.0 * k, 0});
    sum = nabla_pair_multiply(nabla_pair_add(sum, term), u);
  }
  sum = nabla_pair_add(sum, (nabla_pair){-0.5 * r.high, -0.5 * r.low});
  nabla_pair near = nabla_harmonic_pair(y, steps);
  sum = nabla_pair_add(sum, (nabla_pair){-near.high, -near.low});
  double f = x - rint(x), a = fabs(f), b = a <= 0.25 ? a : 0.5 - a;
  nabla_pair angle = nabla_angle_pair(b);
  nabla_pair sine = nabla_circular_precise(angle, 1), cosine = nabla_circular_precise(angle, 0);
  nabla_pair cot = a <= 0.25 ? nabla_pair_divide(cosine, sine) : nabla_pair_divide(sine, cosine);
  cot = nabla_pair_multiply(cot, pi);
  sum = nabla_pair_add(sum, nabla_log_precise(far));
  sum = nabla_pair_add(sum, f < 0 ? cot : (nabla_pair){-cot.high, -cot.low});
  return sum.high + sum.low;
}
// nabla:end

// nabla:function digamma uses constants pair pair_sum pair_ordered pair_add digamma_pair digamma_precise pi_cot_pair libm fabs floor fma log
/// The logarithmic derivative of the gamma function; -inf at +0, inf at -0, NaN at the other poles and at -inf.
/// At most 0.6 ulp; beside a zero on the negative axis at most 8.
static inline double nabla_digamma(double x) {
  const double root = 0x1.762d86356be3fp+0, root_low = 0x1.b86a722197829p-54;
  if (fabs(x) < 0x1p-60) return -1 / x;
  if (x > 0x1p60) return log(x);
  if (!(x > 0) && x == floor(x)) return NABLA_NAN;
  if (x != x) return x;
  if (fabs(x - root) < 0.0625) {  // the Taylor series about the positive zero
    nabla_pair d = nabla_pair_ordered(x - root, -root_low);
    double tail = d.high * (-0x1.c563b54aa1a35p-2 + d.high * (0x1.08b4294d50381p-2 + d.high * (-0x1.4fc1317257da8p-3
        + d.high * (0x1.b9a5b6370f3abp-4 + d.high * (-0x1.27baba261cc2cp-4 + d.high * (0x1.8fce02b239ca7p-5
        + d.high * (-0x1.0fa7ec36a7d8fp-5 + d.high * (0x1.723d6807edcc0p-6 + d.high * (-0x1.f970508e1b6a2p-7
        + d.high * (0x1.5955caaa962f3p-7 + d.high * (-0x1.d828079282eb8p-8 + d.high * (0x1.42e1acf81d8dcp-8
        + d.high * -0x1.b9afc7cee8a14p-9))))))))))));
    nabla_pair slope = nabla_pair_ordered(0x1.ef72bc8ee38acp-1, tail);
    slope.low -= 0x1.3879eb97bf58dp-55;
    return fma(d.high, slope.high, d.high * slope.low + d.low * slope.high);
  }
  nabla_pair value = nabla_digamma_pair(x > 0 ? (nabla_pair){x, 0} : nabla_pair_sum(1, -x));
  if (x < 0) {
    nabla_pair cot = nabla_pi_cot_pair(x);
    value = nabla_pair_add(value, (nabla_pair){-cot.high, -cot.low});
    if (fabs(value.high) < 0x1p-5) return nabla_digamma_precise(x);
  }
  return value.high + value.low;
}
// nabla:end

#endif
