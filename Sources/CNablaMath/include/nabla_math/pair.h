// Double-double arithmetic: a value is the unevaluated sum of two doubles, the second below half an ulp of the first.
//
// The error-free transformations are Knuth's and Dekker's, as in M. Joldes, J.-M. Muller, V. Popescu, Tight and rigorous
// error bounds for basic building blocks of double-word arithmetic, ACM TOMS 44 (2017). Products take the rounding error
// from fma, so a compiler that contracts a*b + c changes nothing that matters.
#ifndef NABLA_MATH_PAIR_H
#define NABLA_MATH_PAIR_H

#include <math.h>

// nabla:function pair
/// The number high + low.
typedef struct {
  double high, low;
} nabla_pair;
// nabla:end

// nabla:function pair_sum uses pair
/// a + b, exactly.
static inline nabla_pair nabla_pair_sum(double a, double b) {
  double sum = a + b, part = sum - a;
  return (nabla_pair){sum, (a - (sum - part)) + (b - part)};
}
// nabla:end

// nabla:function pair_ordered uses pair
/// a + b, exactly, where |a| >= |b| or a is 0.
static inline nabla_pair nabla_pair_ordered(double a, double b) {
  double sum = a + b;
  return (nabla_pair){sum, b - (sum - a)};
}
// nabla:end

// nabla:function pair_product uses pair libm fma
/// a * b, exactly (unless the error underflows).
static inline nabla_pair nabla_pair_product(double a, double b) {
  double product = a * b;
  return (nabla_pair){product, fma(a, b, -product)};
}
// nabla:end

// nabla:function pair_add uses pair pair_sum pair_ordered
/// a + b to about 2^-104 of |a| + |b|.
static inline nabla_pair nabla_pair_add(nabla_pair a, nabla_pair b) {
  nabla_pair sum = nabla_pair_sum(a.high, b.high);
  return nabla_pair_ordered(sum.high, sum.low + (a.low + b.low));
}
// nabla:end

// nabla:function pair_multiply uses pair pair_ordered pair_product
/// a * b to about 2^-102.
static inline nabla_pair nabla_pair_multiply(nabla_pair a, nabla_pair b) {
  nabla_pair product = nabla_pair_product(a.high, b.high);
  return nabla_pair_ordered(product.high, product.low + (a.high * b.low + a.low * b.high));
}
// nabla:end

// nabla:function pair_divide uses pair pair_ordered libm fma
/// a / b to about 2^-102.
static inline nabla_pair nabla_pair_divide(nabla_pair a, nabla_pair b) {
  double quotient = a.high / b.high;
  double rest = fma(-quotient, b.high, a.high) + (a.low - quotient * b.low);
  return nabla_pair_ordered(quotient, rest / b.high);
}
// nabla:end

// nabla:function pair_power uses pair pair_multiply
/// a^n by repeated squaring, to about n * 2^-102, for integers n >= 0 below 2^63.
static inline nabla_pair nabla_pair_power(nabla_pair a, double n) {
  nabla_pair power = {1, 0};
  for (unsigned long long k = (unsigned long long)n;;) {
    if (k & 1) power = nabla_pair_multiply(power, a);
    k >>= 1;
    if (k == 0) return power;
    a = nabla_pair_multiply(a, a);
  }
}
// nabla:end

#endif
