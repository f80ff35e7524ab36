// The imaginary error function.
#ifndef NABLA_MATH_ERFI_H
#define NABLA_MATH_ERFI_H

#include "constants.h"
#include "exponential.h"
#include "pair.h"
#include <math.h>

// nabla:function erfi_scaled uses pair pair_ordered pair_divide
/// e^-x^2 erfi(x) for x >= 1 as a polynomial in t = x - middle, or over x as one in t = 1/x^2.
/// Columns: middle, low part of the first coefficient, coefficients. Made by Tests/CNablaMathTests/Data.
static inline nabla_pair nabla_erfi_scaled(double x) {
  static const double table[][19] = {
    {0x1.6000000000000p+0, 0x1.b503afa3812dcp-55, 0x1.0bbadcbd73c0fp-1, -0x1.3d0dea0155ca0p-2, -0x1.8e0a5ee446306p-4,
        0x1.2e9651bfde93ep-2, -0x1.3c8c18aec0a7cp-3, -0x1.0fe0027f0603cp-5, 0x1.115611070e34bp-4,
        -0x1.122bd03966767p-6, -0x1.662e030c2662ap-7, 0x1.ce98690226370p-8, 0x1.00eeb0bbf6ff9p-12,
        -0x1.607e78fd4b046p-10, 0x1.1846a70f7dc59p-12, 0x1.3b6e22e5a3666p-13, -0x1.1b6e2af1dd066p-14,
        -0x1.0c3bae05466a3p-17, 0x1.34cdfae2c517bp-17},
    {0x1.1000000000000p+1, -0x1.44b35a38f01dap-57, 0x1.407813a0ab1ecp-2, -0x1.9d10feb460cedp-3, 0x1.d9a7ebfbeef3cp-4,
        -0x1.e107957c44f80p-6, -0x1.b437c923d3ce2p-6, 0x1.199939c7ed9b8p-5, -0x1.fb0cf2f45538ep-7,
        -0x1.bf313b301bb55p-12, 0x1.0c5f9c0d45569p-8, -0x1.e2157eba39badp-10, -0x1.3a05e6b2dadccp-15,
        0x1.6dc9f6da7f1a1p-12, -0x1.ec02941f08bdcp-14, -0x1.03073ccfe8a41p-16, 0x1.673389bd55ab8p-16,
        -0x1.d82de944d1886p-19, -0x1.b2cb6800c4780p-20},
    {0x1.7400000000000p+1, -0x1.baf81e68eb74ap-57, 0x1.abb4aa62a05a1p-3, -0x1.5e3cec77eca99p-4, 0x1.44ef74ee8e319p-5,
        -0x1.45281931f02e6p-6, 0x1.271d9f5c050d6p-7, -0x1.4bc96dfe8be84p-9, -0x1.2046c7aeba8f9p-11,
        0x1.35475864d1c0bp-10, -0x1.7959faab4832ap-11, 0x1.a8ff154381716p-13, 0x1.b6d120dba4eddp-16,
        -0x1.a90cfbf1b781bp-15, 0x1.52a0b0ec40bcap-16, -0x1.44b6a9d28c8c2p-20, -0x1.3f90add70eb68p-19,
        0x1.10e24f11f1200p-20, -0x1.2860d6dd4df8ep-24},
    {0x1.e800000000000p+1, 0x1.8b02295a3c494p-57, 0x1.3ad3c31e7aed4p-3, -0x1.668c1e9c6e6aap-5, 0x1.ae9ca0e9e5074p-7,
        -0x1.14b0e40d55297p-8, 0x1.8352473e1096ap-10, -0x1.27eb4c51c873bp-11, 0x1.d76606002f592p-13,
        -0x1.5e96bab8b2c92p-14, 0x1.89d2980c80751p-16, -0x1.6053074cce241p-20, -0x1.efc984178c694p-19,
        0x1.77aaedb0b15ffp-19, -0x1.3838c38101fc4p-20, 0x1.0f464ae4de495p-22, 0x1.fd2193d206823p-26,
        -0x1.b7165e0065298p-25, 0x1.3b6c2bf039475p-26},
    {0x1.3c00000000000p+2, 0x1.659ceee7ca588p-58, 0x1.de4bb3668bb37p-4, -0x1.9550ed48207c8p-6, 0x1.604317e7c6611p-8,
        -0x1.3abed7bfada34p-10, 0x1.2203d346a9e08p-12, -0x1.14bf39e61dfe4p-14, 0x1.132bd64e6223dp-16,
        -0x1.1f9f7720c643ap-18, 0x1.3f740d15e6c28p-20, -0x1.7b6432969258dp-22, 0x1.dc5467070cab2p-24,
        -0x1.2f2c6b4bcb6f1p-25, 0x1.6b4ed8578e0acp-27, -0x1.6f03ea05c4e4dp-29, 0x1.79a65326299ecp-32,
        0x1.f9a56896fee90p-33, -0x1.4a8eba1600f71p-33},
    {0, -0x1.4ef673a012351p-55, 0x1.20dd750429b6cp-1, 0x1.20dd75042b716p-2, 0x1.b14c2f7ef9809p-2,
        0x1.0ecfa2067ee67p+0, 0x1.d9e80ddc565afp+1, 0x1.0b00566709ef3p+4, 0x1.5ad20b9e553c3p+6,
        0x1.3d02ca6f0f108p+10, -0x1.f02db5e130334p+15, 0x1.3c403763a20d9p+22, -0x1.15f76d1d5983bp+28,
        0x1.6fe758dec661bp+33, -0x1.646e1eb890fd0p+38, 0x1.eb6bf24f0fd72p+42, -0x1.c737a924887d2p+46,
        0x1.fb013f4d4d8d8p+49, -0x1.fe50f21c0308ep+51},
  };
  int last = 5;
  int row = x < 1.75 ? 0 : x < 2.5 ? 1 : x < 3.3125 ? 2 : x < 4.3125 ? 3 : x < 5.5625 ? 4 : last;
  double t = row == last ? 1 / (x * x) : x - table[row][0], tail = table[row][18];
  for (int k = 17; k > 2; k--) tail = table[row][k] + t * tail;
  nabla_pair value = nabla_pair_ordered(table[row][2], t * tail);
  value.low += table[row][1];
  return row == last ? nabla_pair_divide(value, (nabla_pair){x, 0}) : value;
}
// nabla:end

// nabla:function erfi uses constants pair pair_ordered pair_product pair_multiply exp_exponent exp_mantissa scale erfi_scaled libm fabs fma copysign
/// erfi x = -i erf(ix) = 2/sqrt(pi) * integral of e^(t^2) from 0 to x (DLMF 7.2.1). Odd; overflows beyond 26.7.
/// At most 1.0 ulp.
static inline double nabla_erfi(double x) {
  double a = fabs(x);
  if (a < 1) {  // Maclaurin series, DLMF 7.6.1
    double u = x * x;
    double tail = u * (1.0 / 3 + u * (1.0 / 10 + u * (1.0 / 42 + u * (1.0 / 216 + u * (1.0 / 1320 + u * (1.0 / 9360
        + u * (1.0 / 75600 + u * (1.0 / 685440 + u * (1.0 / 6894720 + u * (1.0 / 76204800 + u * (1.0 / 918086400
        + u * (1.0 / 11975040000 + u * (1.0 / 168129561600 + u * (1.0 / 2528170444800 + u * (1.0 / 40537905408000
        + u * (1.0 / 690452066304000 + u * (1.0 / 12449059983360000)))))))))))))))));
    nabla_pair sum = nabla_pair_ordered(1, tail);
    sum = nabla_pair_multiply(sum, (nabla_pair){0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56});
    return fma(x, sum.high, x * sum.low);
  }
  if (!(a < 27)) return x == x ? copysign(NABLA_INFINITY, x) : x;
  nabla_pair square = nabla_pair_product(a, a);
  double k = nabla_exp_exponent(square.high);
  nabla_pair value = nabla_pair_multiply(nabla_exp_mantissa(square, k), nabla_erfi_scaled(a));
  return copysign(nabla_scale(value.high + value.low, k), x);
}
// nabla:end

#endif
