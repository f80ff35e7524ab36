/// Hands out registers, and takes them back when their value has been read for the last time.
struct RegisterAllocator: Sendable {
  /// Elements of all registers so far.
  private(set) var width = 0
  /// Free registers of one element: nearly all of them.
  private var scalars: [UInt32] = []
  /// Free registers by their number of elements.
  private var arrays: [Int: [UInt32]] = [:]

  /// A register of `elements` elements.
  ///
  /// - Throws: ``LoweringError/tooLarge(elements:)`` where addresses end.
  mutating func allocate(_ elements: Int) throws(LoweringError) -> UInt32 {
    if let free = elements == 1 ? scalars.popLast() : arrays[elements]?.popLast() { return free }
    let (end, overflow) = width.addingReportingOverflow(elements)
    guard !overflow, end < Int(UInt32.max) else { throw .tooLarge(elements: overflow ? .max : end) }
    defer { width = end }
    return UInt32(width)
  }

  mutating func release(_ register: UInt32, _ elements: Int) {
    if elements == 1 {
      scalars.append(register)
    } else {
      arrays[elements, default: []].append(register)
    }
  }
}
