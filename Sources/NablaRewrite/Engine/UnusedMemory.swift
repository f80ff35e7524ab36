#if canImport(Glibc)
  import Glibc
#endif

/// Memory that has been freed and that the allocator keeps.
enum UnusedMemory {
  #if canImport(Glibc)
    /// `malloc_trim`, which the module of the C library leaves out.
    private static let trim: (@convention(c) @Sendable (Int) -> Int32)? = dlsym(nil, "malloc_trim").map {
      unsafeBitCast($0, to: (@convention(c) @Sendable (Int) -> Int32).self)
    }
  #endif

  /// Gives it back to the system, where the allocator can be asked to.
  ///
  /// Each phase of a large program makes tables of other sizes than the one before, and what lies between them would
  /// stay with the process.
  static func release() {
    #if canImport(Glibc)
      _ = trim?(0)
    #endif
  }
}
