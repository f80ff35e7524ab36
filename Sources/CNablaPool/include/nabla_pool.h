// Threads that share one call of a kernel.
//
// A kernel gets a nabla_parallel, which runs a function on several threads at once; every thread gets a nabla_share,
// which says who it is and lets all of them wait for each other. Both are what a kernel's C declares too, so a host may
// pass its own.
#ifndef NABLA_POOL_H
#define NABLA_POOL_H

#include <stdint.h>

/// One of the threads that run the same work.
typedef struct nabla_share {
  /// From 0, the thread that called.
  int64_t thread;
  /// How many there are, which may be fewer than were asked for.
  int64_t threads;
  /// Returns when all threads have called it.
  void (*wait)(void *team);
  void *team;
} nabla_share;

/// What runs work on several threads.
typedef struct nabla_parallel {
  /// Calls work(context, share) on up to `threads` threads at once, one of which is the caller, and returns when all
  /// have returned.
  void (*run)(const struct nabla_parallel *parallel, void (*work)(void *context, const nabla_share *share),
              void *context);
  int64_t threads;
  void *data;
} nabla_parallel;

/// The most threads that the pool gives to a call.
enum { nabla_pool_limit = 64 };

/// The process's own pool. Its threads are started when they are first needed; for some tenths of a millisecond after a
/// call they look for the next one, and then they sleep.
///
/// One call at a time has the pool. Calls that meet another one run alone, and so do calls on the pool's threads, and,
/// for a while, everything after calls have met: whoever calls from several threads has threads enough.
///
/// Gives what a kernel's last parameter takes; NULL for one thread, or where there are no threads.
const nabla_parallel *nabla_pool_parallel(int64_t threads);

/// Says whether the calling thread is one of several that a host has at work, so that calls on it run alone; gives what
/// was said before.
int nabla_pool_mark(int is_busy);

#endif
