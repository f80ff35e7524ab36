#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "nabla_pool.h"

#if defined(_WIN32) || defined(__wasi__) || defined(__STDC_NO_ATOMICS__)

const nabla_parallel *nabla_pool_parallel(int64_t threads) {
  (void)threads;
  return 0;
}

int nabla_pool_mark(int is_busy) {
  (void)is_busy;
  return 0;
}

#else

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

// MARK: Waiting for a word to change

// A thread that waits looks at the word for a while, since what it waits for is usually near; then it sleeps, since the
// other thread may have lost its core.

enum {
  /// Nanoseconds of nothing but looking, which is quickest.
  spin_alone = 20000,
  /// Nanoseconds until sleep; in between, others may have the core.
  spin_limit = 400000,
};

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static inline int64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

#if defined(__linux__)

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static void sleep_while(_Atomic uint32_t *word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake_all(_Atomic uint32_t *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0); }

#else

static pthread_mutex_t sleep_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t sleep_end = PTHREAD_COND_INITIALIZER;

static void sleep_while(_Atomic uint32_t *word, uint32_t value) {
  pthread_mutex_lock(&sleep_lock);
  while (atomic_load(word) == value) pthread_cond_wait(&sleep_end, &sleep_lock);
  pthread_mutex_unlock(&sleep_lock);
}

static void wake_all(_Atomic uint32_t *word) {
  (void)word;
  pthread_mutex_lock(&sleep_lock);
  pthread_cond_broadcast(&sleep_end);
  pthread_mutex_unlock(&sleep_lock);
}

#endif

/// A word that threads wait for, alone in its line of the cache, and how many sleep.
typedef struct {
  _Alignas(128) _Atomic uint32_t word;
  _Atomic uint32_t sleepers;
} event;

/// Returns when the word is no longer `value`; gives the nanoseconds that it took if they were many, else 0.
static int64_t wait_while(event *event, uint32_t value) {
  for (int round = 0; round < 1000; ++round) {
    if (atomic_load_explicit(&event->word, memory_order_acquire) != value) return 0;
    relax();
  }
  const int64_t start = nanoseconds();
  for (;;) {
    for (int round = 0; round < 64; ++round) {
      if (atomic_load_explicit(&event->word, memory_order_acquire) != value) return nanoseconds() - start;
      relax();
    }
    const int64_t time = nanoseconds() - start;
    if (time > spin_limit) break;
    if (time > spin_alone) sched_yield();
  }
  atomic_fetch_add(&event->sleepers, 1);
  while (atomic_load(&event->word) == value) sleep_while(&event->word, value);
  atomic_fetch_sub(&event->sleepers, 1);
  return nanoseconds() - start;
}

/// Makes the word another one, and wakes who sleeps.
static void advance(event *event) {
  atomic_fetch_add(&event->word, 1);
  if (atomic_load(&event->sleepers) != 0) wake_all(&event->word);
}

// MARK: The pool

typedef struct {
  /// Counts the calls that this thread takes part in.
  event call;
  nabla_share share;
} worker;

static struct {
  worker workers[nabla_pool_limit];
  /// Threads that have been started, with the caller's place.
  int64_t started;
  void (*work)(void *, const nabla_share *);
  void *context;
  int64_t threads;
  /// The threads that are still at work beside the caller.
  _Alignas(128) _Atomic int64_t working;
  event done;
  /// Threads that have come to the barrier, and its number.
  _Alignas(128) _Atomic int64_t arrived;
  event barrier;
  /// Calls at this moment, whether one of them has the pool, and until when nobody gets it.
  _Alignas(128) _Atomic int64_t callers;
  atomic_flag taken;
  _Atomic int64_t crowded_until;
  /// How long the caller has waited for threads in this call, in how many calls in a row that was too long, and how long
  /// the pool rests then.
  int64_t waited;
  int64_t late;
  int64_t rest;
} pool = {.taken = ATOMIC_FLAG_INIT};

/// Whether this thread is at work for the pool.
static _Thread_local int is_inside;

enum {
  /// How long the pool rests after calls have met, in nanoseconds.
  crowded_time = 20000000,
  /// Waits that are no reason to rest, and calls in a row that may wait longer: threads that have been woken may begin on
  /// one core, and the first call starts them.
  usual_wait = 100000,
  late_limit = 4,
  longest_rest = 200000000,
};

/// After a call of so many nanoseconds: where somebody else has the cores, a call waits for threads longer than it works,
/// at every meeting for the whole of somebody's turn. It is quicker alone, and tries again later.
static void look_back(int64_t time) {
  if (pool.waited <= usual_wait || pool.waited <= time / 4) {
    pool.rest = crowded_time;
    pool.late = 0;
    return;
  }
  if (++pool.late < late_limit) return;
  pool.rest = pool.rest < longest_rest / 2 ? 2 * pool.rest : longest_rest;
  const int64_t share = time < longest_rest ? 8 * time : 8 * (int64_t)longest_rest;
  if (pool.rest < share) pool.rest = share;
  atomic_store(&pool.crowded_until, nanoseconds() + pool.rest);
}

/// The team of the calling thread is the pool; those of the others are no address.
static void wait_for_all(void *team) {
  const uint32_t number = atomic_load(&pool.barrier.word);
  if (atomic_fetch_add(&pool.arrived, 1) + 1 == pool.threads) {
    atomic_store(&pool.arrived, 0);
    advance(&pool.barrier);
  } else {
    const int64_t time = wait_while(&pool.barrier, number);
    if (team) pool.waited += time;
  }
}

static void *serve(void *place) {
  worker *const self = place;
  uint32_t seen = 0;
  is_inside = 1;
  for (;;) {
    wait_while(&self->call, seen);
    ++seen;
    pool.work(pool.context, &self->share);
    if (atomic_fetch_sub(&pool.working, 1) == 1) advance(&pool.done);
  }
  return NULL;
}

/// A child has the thread that forked alone, so it starts its own.
static void forget(void) {
  for (int64_t k = 0; k < nabla_pool_limit; ++k) pool.workers[k] = (worker){0};
  pool.started = 1;
  atomic_store(&pool.callers, 0);
  atomic_store(&pool.arrived, 0);
  atomic_store(&pool.done.sleepers, 0);
  atomic_store(&pool.barrier.sleepers, 0);
  atomic_store(&pool.crowded_until, 0);
  atomic_flag_clear(&pool.taken);
}

/// Starts threads until there are so many with the caller; gives how many there are.
static int64_t start_threads(int64_t threads) {
  if (pool.started == 0) {
    pool.started = 1;
    pool.rest = crowded_time;
    pthread_atfork(NULL, NULL, forget);
  }
  while (pool.started < threads) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve, &pool.workers[pool.started]) != 0) break;
    pthread_detach(thread);
    pool.started += 1;
  }
  return threads < pool.started ? threads : pool.started;
}

static void wait_for_nobody(void *team) { (void)team; }

static void run_alone(void (*work)(void *, const nabla_share *), void *context) {
  const nabla_share share = {0, 1, wait_for_nobody, NULL};
  work(context, &share);
}

static void run(const nabla_parallel *parallel, void (*work)(void *, const nabla_share *), void *context) {
  if (is_inside) {
    run_alone(work, context);
    return;
  }
  if (atomic_fetch_add(&pool.callers, 1) > 0) atomic_store(&pool.crowded_until, nanoseconds() + crowded_time);
  const int64_t crowded = atomic_load_explicit(&pool.crowded_until, memory_order_relaxed);
  if ((crowded != 0 && nanoseconds() < crowded) || atomic_flag_test_and_set(&pool.taken)) {
    run_alone(work, context);
    atomic_fetch_sub(&pool.callers, 1);
    return;
  }
  const int64_t threads = start_threads(parallel->threads);
  if (threads < 2) {
    run_alone(work, context);
  } else {
    pool.work = work;
    pool.context = context;
    pool.threads = threads;
    pool.waited = 0;
    const int64_t start = nanoseconds();
    atomic_store(&pool.working, threads - 1);
    const uint32_t done = atomic_load(&pool.done.word);
    for (int64_t k = 1; k < threads; ++k) {
      pool.workers[k].share = (nabla_share){k, threads, wait_for_all, NULL};
      advance(&pool.workers[k].call);
    }
    const nabla_share share = {0, threads, wait_for_all, &pool};
    is_inside = 1;
    work(context, &share);
    is_inside = 0;
    pool.waited += wait_while(&pool.done, done);
    look_back(nanoseconds() - start);
  }
  atomic_flag_clear(&pool.taken);
  atomic_fetch_sub(&pool.callers, 1);
}

int nabla_pool_mark(int is_busy) {
  const int was = is_inside;
  is_inside = is_busy;
  return was;
}

// A constant for every number of threads, so that nobody needs to keep one.
#define PARALLEL(threads) {run, threads, NULL}
static const nabla_parallel parallels[nabla_pool_limit + 1] = {
  PARALLEL(0), PARALLEL(1), PARALLEL(2), PARALLEL(3), PARALLEL(4), PARALLEL(5), PARALLEL(6), PARALLEL(7),
  PARALLEL(8), PARALLEL(9), PARALLEL(10), PARALLEL(11), PARALLEL(12), PARALLEL(13), PARALLEL(14), PARALLEL(15),
  PARALLEL(16), PARALLEL(17), PARALLEL(18), PARALLEL(19), PARALLEL(20), PARALLEL(21), PARALLEL(22), PARALLEL(23),
  PARALLEL(24), PARALLEL(25), PARALLEL(26), PARALLEL(27), PARALLEL(28), PARALLEL(29), PARALLEL(30), PARALLEL(31),
  PARALLEL(32), PARALLEL(33), PARALLEL(34), PARALLEL(35), PARALLEL(36), PARALLEL(37), PARALLEL(38), PARALLEL(39),
  PARALLEL(40), PARALLEL(41), PARALLEL(42), PARALLEL(43), PARALLEL(44), PARALLEL(45), PARALLEL(46), PARALLEL(47),
  PARALLEL(48), PARALLEL(49), PARALLEL(50), PARALLEL(51), PARALLEL(52), PARALLEL(53), PARALLEL(54), PARALLEL(55),
  PARALLEL(56), PARALLEL(57), PARALLEL(58), PARALLEL(59), PARALLEL(60), PARALLEL(61), PARALLEL(62), PARALLEL(63),
  PARALLEL(64),
};

const nabla_parallel *nabla_pool_parallel(int64_t threads) {
  if (threads < 2) return NULL;
  return &parallels[threads < nabla_pool_limit ? threads : nabla_pool_limit];
}

#endif
