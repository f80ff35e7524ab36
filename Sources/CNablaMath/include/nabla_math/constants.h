// Infinity and NaN without a header, for emitted files that include none.
#ifndef NABLA_MATH_CONSTANTS_H
#define NABLA_MATH_CONSTANTS_H

// nabla:function constants
#ifdef __GNUC__
#define NABLA_INFINITY __builtin_inf()
#define NABLA_NAN __builtin_nan("")
#else
#define NABLA_INFINITY (1e300 * 1e300)
#define NABLA_NAN (0.0 * NABLA_INFINITY)
#endif
// nabla:end

#endif
