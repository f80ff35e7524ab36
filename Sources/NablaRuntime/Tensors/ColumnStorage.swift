/// The memory of a column: at one address as long as it lives, and aligned to a line of the cache.
///
/// `@unchecked Sendable`: it is written only while one column holds the only reference (``Column`` sees to that, and
/// copies otherwise), and else only read.
final class ColumnStorage: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  /// Memory with nothing in it yet.
  init(uninitialised byteCount: Int) {
    self.byteCount = byteCount
    base = .allocate(byteCount: max(byteCount, 1), alignment: 64)
  }

  init(zeros byteCount: Int) {
    self.byteCount = byteCount
    base = .allocate(byteCount: max(byteCount, 1), alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
  }

  init(copying other: ColumnStorage) {
    byteCount = other.byteCount
    base = .allocate(byteCount: max(byteCount, 1), alignment: 64)
    base.copyMemory(from: other.base, byteCount: byteCount)
  }

  deinit { base.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: byteCount) }
  var mutableBytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: base, count: byteCount) }
}
