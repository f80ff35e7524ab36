// What the files of the instruction sets hand to the one that chooses among them.
#ifndef NABLA_BLOCKS_TABLE_H
#define NABLA_BLOCKS_TABLE_H

#include "../include/nabla_blocks.h"

/// An operation of the table, by its name there. A table ends with a null.
typedef struct {
  const char *_Nullable name;
  nabla_block _Nullable block;
} nabla_named_block;

extern const nabla_named_block nabla_blocks_baseline[], nabla_blocks_avx2[], nabla_blocks_avx512[];

/// Whether the tables of x86 exist.
#if defined(__x86_64__) && defined(__clang__)
#define NABLA_BLOCKS_X86 1
#else
#define NABLA_BLOCKS_X86 0
#endif

#endif
