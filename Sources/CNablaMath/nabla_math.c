// Elementary functions that the C library lacks; filled in by nabla_math.h.
