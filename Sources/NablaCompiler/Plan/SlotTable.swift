import NablaGraph

/// Where the values of a kernel in several parts lie between the parts.
///
/// Two banks of 8-byte slots: one of doubles for the floats and `bool`, one of 64-bit integers. A slot is used again
/// after the last part that reads it.
public struct SlotTable: Sendable {
  /// The slot of each input, in the bank of its type.
  public var inputs: [Int] = []
  /// The slot of each literal that is an output.
  public var literals: [Int: Int] = [:]
  /// The slot of each statement whose value leaves its part.
  public var values: [Int: Int] = [:]
  /// Slots of the bank of doubles.
  public var doubles = 0
  /// Slots of the bank of integers.
  public var integers = 0

  /// Bytes of workspace that a call needs.
  public var byteCount: Int { 8 * (doubles + integers) }
}

/// Hands out the slots of one bank.
struct SlotBank {
  private(set) var count = 0
  private var free: [Int] = []

  mutating func allocate() -> Int {
    if let slot = free.popLast() { return slot }
    count += 1
    return count - 1
  }

  mutating func release(_ slot: Int) { free.append(slot) }
}
