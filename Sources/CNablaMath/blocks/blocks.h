// The block forms of all operations, for the instruction set that the including file has chosen.
//
// The including file defines NABLA_BLOCKS, the name of the table that this text defines.
#include "../vector/vector.h"
#include "../vector/circular.h"
#include "../vector/error.h"
#include "../vector/exponential.h"
#include "../vector/hyperbolic.h"
#include "../vector/inverse.h"
#include "../vector/lanes.h"
#include "../vector/logarithmic.h"
#include "../vector/piecewise.h"
#include "../vector/power.h"
#include "table.h"
#include <stddef.h>
#include <string.h>

/// A vector anywhere in an array of doubles.
typedef struct {
  nabla_v lanes;
} __attribute__((packed, aligned(8), may_alias)) unaligned;

NABLA_V_INLINE nabla_v load(const double *from) { return ((const unaligned *)from)->lanes; }
NABLA_V_INLINE void store(double *to, nabla_v lanes) { ((unaligned *)to)->lanes = lanes; }

/// The first lanes of a vector; the others are 1, which no function has trouble with.
NABLA_V_INLINE nabla_v load_part(const double *from, long count) {
  double all[NABLA_V_LANES];
  for (long i = 0; i < NABLA_V_LANES; i++) all[i] = i < count ? from[i] : 1;
  return load(all);
}
NABLA_V_INLINE void store_part(double *to, nabla_v lanes, long count) {
  double all[NABLA_V_LANES];
  store(all, lanes);
  memcpy(to, all, (size_t)count * sizeof(double));
}

/// The loop of one operation: whole vectors, then what is left.
#define BLOCK(name, first, second, third, expression) \
  static void name##_block(const double *px, const double *py, const double *pz, double *result, long count) { \
    (void)px, (void)py, (void)pz; \
    long i = 0; \
    for (; i + NABLA_V_LANES <= count; i += NABLA_V_LANES) { \
      first(x, load(px + i)) second(y, load(py + i)) third(z, load(pz + i)) store(result + i, expression); \
    } \
    if (i < count) { \
      first(x, load_part(px + i, count - i)) second(y, load_part(py + i, count - i)) \
      third(z, load_part(pz + i, count - i)) store_part(result + i, expression, count - i); \
    } \
  }
#define USED(name, value) nabla_v name = value;
#define UNUSED(name, value)
#define ONE(name, expression) BLOCK(name, USED, UNUSED, UNUSED, expression)
#define TWO(name, expression) BLOCK(name, USED, USED, UNUSED, expression)
#define THREE(name, expression) BLOCK(name, USED, USED, USED, expression)

/// 1 where the mask holds, else 0.
NABLA_V_INLINE nabla_v test(nabla_v_mask mask) {
  return nabla_v_select(mask, NABLA_V_SPLAT(1.0), NABLA_V_SPLAT(0.0));
}

#include "operations.h"
#undef ONE
#undef TWO
#undef THREE

#define ONE(name, expression) {#name, name##_block},
#define TWO ONE
#define THREE ONE
const nabla_named_block NABLA_BLOCKS[] = {
#include "operations.h"
    {NULL, NULL}};
