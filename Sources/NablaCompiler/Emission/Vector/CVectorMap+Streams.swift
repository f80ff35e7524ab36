import NablaGraph

/// Results that are written past the caches.
///
/// A store fetches its line first, and the processor foresees only a few streams: with dozens of columns that do not stay
/// in the cache, as a Hessian has, a kernel waits for memory nine tenths of its time. Stores that fill whole lines
/// without fetching them are three times as fast there, and twice as slow where the lines would have stayed. So such a
/// kernel has a second form of its statements, for calls whose columns together are larger than the last cache.
extension CVectorMap {
  /// Fewer columns of results the processor follows by itself.
  private static let columnLimit = 12

  /// Whether there is a second form: it takes as long to compile as the first.
  var hasStreams: Bool {
    isNative && plan.outputs.count >= CVectorMap.columnLimit && plan.statements.count <= CKernel.inliningLimit
      && plan.outputs.allSatisfy(\.element.isFloat)
  }

  /// Bytes of all columns for one point.
  private var pointSize: Int { (plan.inputs + plan.outputs).reduce(0) { $0 + $1.element.size } }

  /// The second form of `nabla_blocks`, and what asks for it. Only clang has such stores without a header.
  func streams(_ blocks: String) -> String {
    """
    #if defined(__clang__) && defined(__AVX__)
    #define NABLA_STREAMS 1
    \(blocks)static int nabla_streams(void *const *out, int64_t count) {
      \(sizeTable("sizes", plan.outputs))\
      if (count <= \(Processor.lastCacheSize * 3 / 4 / max(pointSize, 1))) return 0;
      for (int k = 0; k < \(plan.outputs.count); ++k)
        if ((__UINTPTR_TYPE__)out[k] % (sizes[k] * \(lanes.count)) != 0) return 0;
      return 1;
    }
    #endif


    """
  }

  /// A store of a whole vector at an aligned place that goes past the caches.
  func stream(_ element: ElementType, _ value: String, to address: String) -> String {
    "__builtin_nontemporal_store(\(value), (\(lanes.type(element)) *)(\(address)));"
  }
}
