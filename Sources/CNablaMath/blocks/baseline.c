// The block forms in the instructions that the package is compiled for.
#define NABLA_BLOCKS nabla_blocks_baseline
#include "blocks.h"
