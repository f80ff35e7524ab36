// Chooses among the instruction sets.
#include "table.h"
#include <stddef.h>
#include <string.h>

int nabla_block_level(void) {
#if NABLA_BLOCKS_X86
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return 2;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
  return 0;
}

nabla_block nabla_block_named(const char *operation, int level) {
  const nabla_named_block *table = nabla_blocks_baseline;
#if NABLA_BLOCKS_X86
  if (level == 1) table = nabla_blocks_avx2;
  if (level == 2) table = nabla_blocks_avx512;
#else
  (void)level;
#endif
  for (; table->name != NULL; table++) {
    if (strcmp(table->name, operation) == 0) return table->block;
  }
  return NULL;
}
