/// The lines of a ``NodeIndex``: as many as a power of two, each one line of the processor's cache.
///
/// `@unchecked Sendable`: whoever writes holds the only reference, as the storage of an array does.
final class NodeIndexLines: @unchecked Sendable {
  /// Twelve slots: a byte of the hash each, 0 where empty, then a position each.
  struct Line {
    static let width = 12
    private static let positions = 16
    static let size = 64

    let base: UnsafeMutableRawPointer

    @inline(__always)
    func tag(_ slot: Int) -> UInt8 { base.load(fromByteOffset: slot, as: UInt8.self) }

    @inline(__always)
    func position(_ slot: Int) -> Int {
      Int(base.load(fromByteOffset: Line.positions + 4 * slot, as: UInt32.self))
    }

    @inline(__always)
    func set(_ slot: Int, _ tag: UInt8, _ position: Int) {
      base.storeBytes(of: tag, toByteOffset: slot, as: UInt8.self)
      base.storeBytes(of: UInt32(position), toByteOffset: Line.positions + 4 * slot, as: UInt32.self)
    }
  }

  private let base: UnsafeMutableRawPointer
  private let count: Int

  init(count: Int) {
    self.count = count
    base = .allocate(byteCount: count * Line.size, alignment: Line.size)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: count * Line.size)
  }

  deinit { base.deallocate() }

  /// The home of a node by its last operand. Neighbours share one.
  @inline(__always)
  subscript(place: UInt32) -> Line { Line(base: base + (Int(place >> 1) & (count - 1)) * Line.size) }

  func copy() -> NodeIndexLines {
    let copy = NodeIndexLines(count: count)
    copy.base.copyMemory(from: base, byteCount: count * Line.size)
    return copy
  }
}
