// Which build of Nabla is running.
#ifndef NABLA_BUILD_H
#define NABLA_BUILD_H

#include <stdint.h>

/// What the linker has noted of the program or library that this code is part of: a digest of all that is in it, so that
/// two builds share it only if they are the same. Null, and a length of 0, where nothing is noted or the system has no
/// such notes.
const uint8_t *nabla_build_identity(int64_t *length);

#endif
