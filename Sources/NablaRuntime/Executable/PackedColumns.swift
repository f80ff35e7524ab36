import NablaGraph

/// One block of memory with a copy of each of any number of columns, for calls that take addresses.
struct PackedColumns: ~Copyable {
  private let block: UnsafeMutableRawPointer
  private let offsets: [Int]

  init(_ columns: [Column]) {
    var offsets: [Int] = []
    var size = 0
    for column in columns {
      offsets.append(size)
      size += (column.count * column.element.size + 63) / 64 * 64
    }
    block = .allocate(byteCount: max(size, 64), alignment: 64)
    self.offsets = offsets
    for (offset, column) in zip(offsets, columns) {
      let copy = UnsafeMutableRawBufferPointer(start: block + offset, count: column.count * column.element.size)
      column.withUnsafeBytes { copy.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0.prefix(copy.count))) }
    }
  }

  deinit { block.deallocate() }

  /// The address of each column; at least one, so that the list itself has an address.
  var addresses: [UnsafeMutableRawPointer] { offsets.isEmpty ? [block] : offsets.map { block + $0 } }

  /// Copies a column back.
  func read(_ index: Int, into column: inout Column) {
    let source = UnsafeRawBufferPointer(start: block + offsets[index], count: column.count * column.element.size)
    column.withUnsafeMutableBytes { $0.copyMemory(from: source) }
  }
}
