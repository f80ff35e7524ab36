// The gamma function and the logarithm of its absolute value.
#ifndef NABLA_MATH_GAMMA_H
#define NABLA_MATH_GAMMA_H

#include "constants.h"
#include <math.h>

// nabla:function gamma uses constants libm tgamma floor
/// The gamma function; NaN at its poles (0, -1, -2, ...) and at -inf.
static inline double nabla_gamma(double x) { return x <= 0 && x == floor(x) ? NABLA_NAN : tgamma(x); }
// nabla:end

// nabla:function lgamma libm lgamma
/// log |gamma(x)|; inf at the poles and at +-inf.
static inline double nabla_lgamma(double x) { return lgamma(x); }
// nabla:end

#endif
