// Vectors of integers: as many as there are floats in a `nabla_vf`, for code that computes with several element types.
#ifndef NABLA_MATH_VECTOR_INTEGER_H
#define NABLA_MATH_VECTOR_INTEGER_H

#include "single.h"

// nabla:function vl uses vf
#if NABLA_VF_LANES == 1
typedef long long nabla_vl;
typedef unsigned long long nabla_vl_bits;
typedef long long nabla_vl_memory;
#define NABLA_VL_SELECT(mask, a, b) ((mask) ? (a) : (b))
#else
typedef long long nabla_vl __attribute__((vector_size(8 * NABLA_VF_LANES)));
typedef unsigned long long nabla_vl_bits __attribute__((vector_size(8 * NABLA_VF_LANES)));
typedef long long nabla_vl_memory __attribute__((vector_size(8 * NABLA_VF_LANES), aligned(8), may_alias));
/// a where the mask holds, else b. No function: such vectors may be longer than registers, which are no parameters.
#define NABLA_VL_SELECT(mask, a, b) (((nabla_vl)(mask) & (a)) | (~(nabla_vl)(mask) & (b)))
#endif
#define NABLA_VL_SPLAT(c) ((c) - (nabla_vl){0})
// nabla:end

// nabla:function vi uses vf
#if NABLA_VF_LANES == 1
typedef int nabla_vi;
typedef unsigned int nabla_vi_bits;
typedef int nabla_vi_memory;
#define NABLA_VI_SELECT(mask, a, b) ((mask) ? (a) : (b))
#else
typedef int nabla_vi __attribute__((vector_size(4 * NABLA_VF_LANES)));
typedef unsigned int nabla_vi_bits __attribute__((vector_size(4 * NABLA_VF_LANES)));
typedef int nabla_vi_memory __attribute__((vector_size(4 * NABLA_VF_LANES), aligned(4), may_alias));
/// a where the mask holds, else b.
#define NABLA_VI_SELECT(mask, a, b) (((nabla_vi)(mask) & (a)) | (~(nabla_vi)(mask) & (b)))
#endif
#define NABLA_VI_SPLAT(c) ((c) - (nabla_vi){0})
// nabla:end

#endif
