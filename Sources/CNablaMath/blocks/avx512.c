// The block forms for x86 with AVX-512: vectors of eight.
#include "table.h"
#if NABLA_BLOCKS_X86
#include <math.h>
#include <stddef.h>
#include <string.h>
#define NABLA_BLOCKS nabla_blocks_avx512
#define NABLA_V_ISA 512
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "blocks.h"
#pragma clang attribute pop
#endif
