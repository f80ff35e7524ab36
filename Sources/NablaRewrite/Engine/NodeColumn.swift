#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Something beside every node, in memory that is zero until it is written to.
///
/// Of an arena that is rewritten, the roots soon need less than half. Long columns are therefore memory that the system
/// maps page by page when it is touched: room for what may come costs nothing, nor does what nobody looks at, and what
/// is given back is free at once.
struct NodeColumn<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>?
  /// How many nodes there are; all zero bits where nothing else has been written.
  private(set) var count = 0
  private var capacity = 0

  private static var stride: Int { MemoryLayout<Element>.stride }
  /// Columns of more bytes are mapped.
  private static var mappedSize: Int { 256 << 10 }

  deinit { NodeColumn.release(base, capacity) }

  var indices: Range<Int> { 0..<count }

  subscript(index: Int) -> Element {
    @inline(__always) get { address(index).pointee }
    @inline(__always) _modify { yield &address(index).pointee }
  }

  @inline(__always)
  private func address(_ index: Int) -> UnsafeMutablePointer<Element> {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a node beyond the column")
    guard let base else { preconditionFailure("a column without memory") }
    return base + index
  }

  /// Makes everything zero, for so many nodes, with room for more.
  mutating func reset(count: Int, capacity: Int = 0) {
    let bytes = self.capacity * NodeColumn.stride
    if self.capacity >= max(count, capacity), bytes <= NodeColumn.mappedSize {
      if let base { memset(base, 0, self.count * NodeColumn.stride) }
    } else {
      NodeColumn.release(base, self.capacity)
      self.capacity = max(count, capacity)
      base = NodeColumn.zeros(self.capacity)
    }
    self.count = count
  }

  /// Adds nodes up to `count`, all zero.
  @inline(__always)
  mutating func grow(to count: Int) {
    if count > capacity { enlarge(to: max(count, 2 * capacity)) }
    self.count = max(self.count, count)
  }

  @inline(never)
  private mutating func enlarge(to capacity: Int) {
    let larger = NodeColumn.zeros(capacity)
    if let base, let larger { larger.update(from: base, count: count) }
    NodeColumn.release(base, self.capacity)
    (base, self.capacity) = (larger, capacity)
  }

  private static func zeros(_ capacity: Int) -> UnsafeMutablePointer<Element>? {
    if capacity == 0 { return nil }
    let bytes = capacity * stride
    let memory =
      bytes > mappedSize
      ? mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : calloc(capacity, stride)
    guard let memory, memory != MAP_FAILED else {
      preconditionFailure("no memory for a column of \(capacity) nodes")
    }
    return memory.bindMemory(to: Element.self, capacity: capacity)
  }

  private static func release(_ base: UnsafeMutablePointer<Element>?, _ capacity: Int) {
    guard let base else { return }
    if capacity * stride > mappedSize { munmap(base, capacity * stride) } else { free(base) }
  }
}
