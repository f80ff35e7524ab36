// The reciprocal hyperbolic functions and their inverses.
#ifndef NABLA_MATH_HYPERBOLIC_H
#define NABLA_MATH_HYPERBOLIC_H

#include "constants.h"
#include <math.h>

// nabla:function coth libm fabs expm1 copysign
/// 1/tanh x = 1 + 2/(e^2x - 1); coth(+-0) is +-inf.
static inline double nabla_coth(double x) {
  double a = fabs(x);
  return copysign(a > 20 ? 1 : 1 + 2 / expm1(2 * a), x);
}
// nabla:end

// nabla:function sech libm fabs exp
/// 1/cosh x = 2t/(1 + t^2) with t = e^-|x|: no overflow, and the subnormal tail is kept.
static inline double nabla_sech(double x) {
  double t = exp(-fabs(x));
  return 2 * t / (1 + t * t);
}
// nabla:end

// nabla:function csch libm fabs exp expm1 copysign
/// 1/sinh x = 2e^-x/(1 - e^-2x); csch(+-0) is +-inf.
static inline double nabla_csch(double x) {
  double a = fabs(x);
  return copysign(2 * exp(-a) / -expm1(-2 * a), x);
}
// nabla:end

// nabla:function acoth uses constants libm fabs log1p copysign
/// atanh(1/x) for |x| >= 1: acoth(+-1) is +-inf, acoth(+-inf) is +-0; NaN for |x| < 1.
static inline double nabla_acoth(double x) {
  double a = fabs(x);
  if (!(a >= 1)) return NABLA_NAN;
  return copysign(0.5 * log1p(2 / (a - 1)), x);
}
// nabla:end

// nabla:function asech uses constants libm log log1p sqrt
/// acosh(1/x) for 0 <= x <= 1: asech(0) is inf, asech(1) is 0; NaN elsewhere.
static inline double nabla_asech(double x) {
  if (!(x >= 0 && x <= 1)) return NABLA_NAN;
  if (x < 0x1p-28) return 0x1.62e42fefa39efp-1 - log(x);
  double d = 1 - x;
  return log1p((d + sqrt(d * (1 + x))) / x);
}
// nabla:end

// nabla:function acsch libm fabs log log1p sqrt copysign
/// asinh(1/x), odd; acsch(+-0) is +-inf.
static inline double nabla_acsch(double x) {
  double a = fabs(x);
  if (a < 0x1p-28) return copysign(0x1.62e42fefa39efp-1 - log(a), x);
  double y = 1 / a;
  return copysign(log1p(y + y * y / (1 + sqrt(1 + y * y))), x);
}
// nabla:end

#endif
