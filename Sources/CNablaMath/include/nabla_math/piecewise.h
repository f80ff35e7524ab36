// Functions made of comparisons: every one is a handful of compare-and-selects that vectorise, and exact.
#ifndef NABLA_MATH_PIECEWISE_H
#define NABLA_MATH_PIECEWISE_H

#include "constants.h"
#include <math.h>

// nabla:function sign
/// -1, 0 or 1. Zeros keep their sign, NaN stays NaN. Exact.
static inline double nabla_sign(double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; }
// nabla:end

// nabla:function round libm rint
/// The nearest integer, halves to even (in the default rounding mode, which nothing here changes). Exact.
static inline double nabla_round(double x) { return rint(x); }
// nabla:end

// nabla:function max
/// The larger operand; -0 is less than +0; NaN if either operand is NaN. Exact.
static inline double nabla_max(double x, double y) {
  if (x == y) return x == 0 ? x + y : x;
  return x > y ? x : x < y ? y : x + y;
}
// nabla:end

// nabla:function min
/// The smaller operand; -0 is less than +0; NaN if either operand is NaN. Exact.
static inline double nabla_min(double x, double y) {
  if (x == y) return x == 0 ? -(-x - y) : x;
  return x < y ? x : x > y ? y : x + y;
}
// nabla:end

// nabla:function step
/// 1 for x > 0, else 0 (also at -0 and +0); NaN stays NaN. Exact.
static inline double nabla_step(double x) { return x > 0 ? 1.0 : x <= 0 ? 0.0 : x; }
// nabla:end

// nabla:function relu
/// x for x > 0, else +0 (also at -0); NaN stays NaN. Exact.
static inline double nabla_relu(double x) { return x <= 0 ? 0.0 : x; }
// nabla:end

// nabla:function clamp uses max min
/// min(max(x, low), high): high where the bounds are crossed, NaN if any operand is NaN. Exact.
static inline double nabla_clamp(double x, double low, double high) { return nabla_min(nabla_max(x, low), high); }
// nabla:end

// nabla:function mod libm fmod copysign
/// x - y*floor(x/y) with the sign of y, as Python's `%`, from the exact remainder. At most 0.5 ulp, which may reach y
/// itself: mod(-1e-20, 1) is 1. A zero result has the sign of y. mod(x, 0) and mod(inf, y) are NaN; mod(x, inf) is x,
/// or inf where the signs differ.
static inline double nabla_mod(double x, double y) {
  double r = fmod(x, y);
  if (r == 0) return copysign(0.0, y);
  return (r < 0) != (y < 0) ? r + y : r;
}
// nabla:end

// nabla:function floor_divide libm floor
/// floor(x/y) of the rounded quotient.
static inline double nabla_floor_divide(double x, double y) { return floor(x / y); }
// nabla:end

// nabla:function strong_multiply
/// a*b, but +0 wherever a is 0, whatever b is: NaN and infinity included. At most 0.5 ulp.
static inline double nabla_strong_multiply(double a, double b) { return a == 0 ? 0.0 : a * b; }
// nabla:end

#endif
