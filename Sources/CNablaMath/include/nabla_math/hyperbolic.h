// The reciprocal hyperbolic functions and their inverses.
#ifndef NABLA_MATH_HYPERBOLIC_H
#define NABLA_MATH_HYPERBOLIC_H

#include "constants.h"
#include <math.h>

// nabla:function coth libm fabs expm1 copysign
/// 1/tanh x = 1 + 2/(e^2x - 1); coth(+-0) is +-inf. At most 1.6 ulp.
static inline double nabla_coth(double x) {
  double a = fabs(x);
  return copysign(a > 20 ? 1 : 1 + 2 / expm1(2 * a), x);
}
// nabla:end

// nabla:function sech libm fabs exp fma
/// 1/cosh x = 2t/(1 + t^2) with t = e^-|x|: no overflow, and the subnormal tail is kept. At most 2.2 ulp.
static inline double nabla_sech(double x) {
  double t = exp(-fabs(x));
  return 2 * t / fma(t, t, 1);
}
// nabla:end

// nabla:function csch libm fabs exp expm1 copysign
/// 1/sinh x = 2e^-x/(1 - e^-2x); csch(+-0) is +-inf. At most 2.2 ulp.
static inline double nabla_csch(double x) {
  double a = fabs(x);
  return copysign(2 * exp(-a) / -expm1(-2 * a), x);
}
// nabla:end

// nabla:function acoth uses constants libm fabs log1p copysign
/// atanh(1/x) for |x| >= 1: acoth(+-1) is +-inf, acoth(+-inf) is +-0; NaN for |x| < 1. At most 1.5 ulp.
static inline double nabla_acoth(double x) {
  double a = fabs(x);
  if (!(a >= 1)) return NABLA_NAN;
  return copysign(0.5 * log1p(2 / (a - 1)), x);
}
// nabla:end

// nabla:function log1p_sum libm log1p
/// log(1 + u + rest) where the rest is a rounding error of u.
static inline double nabla_log1p_sum(double u, double rest) { return log1p(u) + rest / (1 + u); }
// nabla:end

// nabla:function asech uses constants log1p_sum libm fma log sqrt
/// acosh(1/x) for 0 <= x <= 1: asech(0) is inf, asech(1) is 0; NaN elsewhere.
/// log1p of (1 - x + sqrt(1 - x^2))/x keeps the digits near 1. At most 1.5 ulp.
static inline double nabla_asech(double x) {
  if (!(x >= 0 && x <= 1)) return NABLA_NAN;
  if (x < 0x1p-28) return 0x1.62e42fefa39efp-1 - log(x);
  double square = fma(-x, x, 1), root = sqrt(square), sum = 1 - x + root, u = sum / x;
  double root_low = root > 0 ? fma(-root, root, square) / (2 * root) : 0;
  double sum_low = x < 0.5 ? 0 : root - (sum - (1 - x)) + root_low;
  return nabla_log1p_sum(u, (fma(-u, x, sum) + sum_low) / x);
}
// nabla:end

// nabla:function acsch uses log1p_sum libm fabs fma log sqrt copysign
/// asinh(1/x), odd; acsch(+-0) is +-inf.
/// log1p of y + y^2/(1 + sqrt(1 + y^2)) at y = 1/x keeps the digits of a large x. At most 1.6 ulp.
static inline double nabla_acsch(double x) {
  double a = fabs(x);
  if (a < 0x1p-28) return copysign(0x1.62e42fefa39efp-1 - log(a), x);
  if (a > 0x1p60) return 1 / x;
  double y = 1 / a, square = y * y, v = square / (1 + sqrt(1 + square)), u = y + v;
  double y_low = fma(-y, a, 1) * y, u_low = y > v ? v - (u - y) : y - (u - v);
  return copysign(nabla_log1p_sum(u, u_low + y_low), x);
}
// nabla:end

#endif
