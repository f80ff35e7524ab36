/// The C of what threads that share a call have: who they are, a place where they meet, and their part of a range.
///
/// The two structures are those of the pool, word for word.
enum CShare {
  /// The parameter of functions whose work is shared.
  static let parameter = "const nabla_share *share"

  static let types = """
    /// One of the threads that share a call.
    typedef struct nabla_share {
      int64_t thread, threads;
      void (*wait)(void *team);
      void *team;
    } nabla_share;
    /// What runs work on several threads at once: work(context, share) on each, the caller being the first.
    typedef struct nabla_parallel {
      void (*run)(const struct nabla_parallel *parallel, void (*work)(void *context, const nabla_share *share),
          void *context);
      int64_t threads;
      void *data;
    } nabla_parallel;

    """

  static let functions = """
    /// Goes on when all threads are here.
    static inline void nabla_meet(const nabla_share *share) {
      if (share->threads > 1) share->wait(share->team);
    }
    /// Where the part of a thread begins, and that of the thread before it ends; whole units but for the last.
    static inline int64_t nabla_part(const nabla_share *share, int64_t extent, int64_t unit, int64_t thread) {
      const int64_t part = (extent + unit - 1) / unit * thread / share->threads * unit;
      return part < extent ? part : extent;
    }
    static inline int64_t nabla_most(int64_t a, int64_t b) { return a > b ? a : b; }
    static inline int64_t nabla_least(int64_t a, int64_t b) { return a < b ? a : b; }

    """

  /// The declaration of `from` and `to`, the part of the thread that runs the function.
  ///
  /// - Parameter unit: parts are multiples of it, so that no two threads write to one line of a cache.
  static func range(of extent: Int, unit: Int = 1) -> String {
    "  const int64_t from = nabla_part(share, \(extent), \(unit), share->thread);\n"
      + "  const int64_t to = nabla_part(share, \(extent), \(unit), share->thread + 1);\n"
  }
}
