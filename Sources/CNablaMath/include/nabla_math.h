// The mathematical functions that libm lacks, or has with a meaning or an accuracy that differs between systems.
//
// One text, two lives: the interpreter calls these functions, and the kernels that Nabla emits contain their source.
// So everything here is plain C11 without globals, without errno and without a header but <math.h>; every function is
// re-entrant; f32 operands are computed in double and rounded once by the caller.
//
// A function stands in a marked section, so that an emitter can take the ones it needs and nothing else:
//
//     // nabla:function NAME [uses SECTION ...] [libm FUNCTION ...]
//     ... text of the section, which defines `nabla_NAME` ...
//     // nabla:end
//
// - `uses` lists the sections whose text must come before; the order of `nabla_math_source()` is a valid order.
// - `libm` lists the libm functions that the section calls itself. All take and return doubles: copysign, fmod and pow
//   take two, fma takes three, the others one. So an emitted file may declare them instead of including <math.h>.
// - Lines outside the sections (guards, includes, comments) only make the headers usable as they are.
//
// Sections whose names begin with `v_` are the same functions on vectors, for kernels that work on several points at
// once. They lie in vector/, whose vector.h says how they choose a width. A vector kernel is emitted so:
//
// - `v_NAME` defines `nabla_v nabla_v_NAME(nabla_v, ...)`, where NAME is the operation's name in the table, for every
//   operation that C has no operator for. `v_powi` takes an int, best a literal: x^n. `v` alone defines the type,
//   `nabla_v_select(mask, a, b)` and `NABLA_V_SPLAT(1.5)`. `v_sin` and `v_cos` of one operand share their work.
// - Operators stand as in C (`a + b`, `-a`, `2.0 * a`), also between a vector and a scalar. Comparisons give a
//   `nabla_v_mask`; masks are combined by & and |, never by && and ||, and `mask == 0` negates.
// - `vf` and `vf_NAME` are the same for floats (`nabla_vf`, `nabla_vf_mask`, `NABLA_VF_SPLAT(1.5f)`). A `nabla_vf` fills a
//   register; where doubles and floats meet, `#define NABLA_VF_LANES NABLA_V_LANES` goes before the sections.
// - The vector sections call no libm, but for those that compute lane by lane through scalar sections (v_gamma,
//   v_lgamma, v_digamma, v_polygamma, v_erfi), and include no header.
// - Flags: an optimisation level (-O1 suffices), -std=c11 or later, -fno-math-errno, those of the target
//   (-march=native), and for clang -mprefer-vector-width=512 where NABLA_V_LANES is 8. Never -ffast-math.
//   -ffp-contract=off makes results independent of level and compiler: the functions fuse of their own accord.
//
// The accuracies stated beside the functions are the worst errors measured against a multiple-precision oracle by
// CNablaMathTests, in units in the last place of the result (1 ulp = twice the error of correct rounding).
#ifndef NABLA_MATH_H
#define NABLA_MATH_H

#include "nabla_math/constants.h"
#include "nabla_math/piecewise.h"
#include "nabla_math/pair.h"
#include "nabla_math/exponential.h"
#include "nabla_math/circular_pair.h"
#include "nabla_math/precise.h"
#include "nabla_math/power.h"
#include "nabla_math/circular.h"
#include "nabla_math/hyperbolic.h"
#include "nabla_math/logarithmic.h"
#include "nabla_math/erfi.h"
#include "nabla_math/gamma.h"
#include "nabla_math/digamma.h"
#include "nabla_math/polygamma.h"
#include "nabla_math/random.h"

/// The text of the headers above, one after another, for pasting into emitted files. ASCII, zero-terminated, constant.
const char *nabla_math_source(void);

#endif
