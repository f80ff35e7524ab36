/// Hands out registers, and takes them back when their value has been read for the last time.
struct RegisterAllocator: Sendable {
  /// Where the next register begins that is not one that was given back.
  private var width = 0
  /// Elements of all registers so far.
  private(set) var peak = 0
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
    peak = max(peak, end)
    return UInt32(width)
  }

  /// Takes back all registers since an earlier state.
  mutating func rewind(to earlier: RegisterAllocator) {
    let peak = max(self.peak, earlier.peak)
    self = earlier
    self.peak = peak
  }

  mutating func release(_ register: UInt32, _ elements: Int) {
    if elements == 1 {
      scalars.append(register)
    } else {
      arrays[elements, default: []].append(register)
    }
  }
}
