/// The C that takes the time of kernels, in a file that is compiled for that alone.
enum CProfile {
  /// The array of counts.
  static let symbol = "nabla_profile"

  /// Two numbers for each kernel: nanoseconds and calls.
  static func definitions(_ count: Int) -> String {
    """
    #include <time.h>
    int64_t \(symbol)[\(2 * max(count, 1))];
    static int64_t nabla_now(void) {
      struct timespec time;
      timespec_get(&time, TIME_UTC);
      return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    }

    """
  }

  /// What stands before a call; threads begin together, so that no kernel has the time of another.
  static func begin(isShared: Bool) -> String {
    "  {\n\(isShared ? "  nabla_meet(share);\n" : "")  const int64_t start = nabla_now();\n"
  }

  static func end(_ number: Int, isShared: Bool) -> String {
    let add =
      "{ \(symbol)[\(2 * number)] += nabla_now() - start; \(symbol)[\(2 * number + 1)] += 1; }\n"
    return isShared
      ? "  nabla_meet(share);\n  if (share->thread == 0) \(add)  }\n" : "  \(add)  }\n"
  }
}
