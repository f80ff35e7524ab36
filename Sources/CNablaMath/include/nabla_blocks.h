// The operations of the table on contiguous blocks of doubles, for an interpreter.
//
// They are the vector functions, compiled for several instruction sets, of which the best that the machine has is taken
// when it runs: a block is as fast as vectors of eight lanes allow even where the package is built for a baseline.
#ifndef NABLA_BLOCKS_H
#define NABLA_BLOCKS_H

/// result[i] = f(x[i], y[i], z[i]) for 0 <= i < count. Operands that f does not take are not read and may be null.
/// The result may be one of the operands, but may not overlap one otherwise. Comparisons and logic give 0 and 1.
typedef void (*nabla_block)(
    const double *_Nonnull x, const double *_Nullable y, const double *_Nullable z,
    double *_Nonnull result, long count);

/// The instruction set that this machine runs: 2 with AVX-512, 1 with AVX2 and FMA, else 0.
int nabla_block_level(void);

/// The block form of an operation by its name in the table, at a level that the machine has, or null for an unknown
/// name. It searches: look up once.
nabla_block _Nullable nabla_block_named(const char *_Nonnull operation, int level);

#endif
