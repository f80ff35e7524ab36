// The block forms for x86 with AVX2 and FMA: vectors of four.
#include "table.h"
#if NABLA_BLOCKS_X86
#include <math.h>
#include <stddef.h>
#include <string.h>
#define NABLA_BLOCKS nabla_blocks_avx2
#define NABLA_V_ISA 256
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "blocks.h"
#pragma clang attribute pop
#endif
