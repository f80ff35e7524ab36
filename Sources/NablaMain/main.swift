import NablaCommands

#if canImport(Glibc)
  import Glibc

  // Large blocks go back to the system when they are freed. By default the threshold grows with the first of them, and
  // what a growing array leaves behind stays: a fifth of the peak on formulas of a hundred thousand terms. The module of
  // the C library does not have `mallopt`, and its `M_MMAP_THRESHOLD` is -3.
  if let symbol = dlsym(nil, "mallopt") {
    _ = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)(-3, 1 << 20)
  }
#endif

NablaCommand.start()
