import NablaGraph

/// Damages files in ways that readers meet: flipped bits, cut ends, numbers at their limits, parts that come twice.
public struct ByteMutator {
  private var random: SplitMix64

  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(limit, 1))) }

  /// Numbers that lengths and offsets are unlikely to expect, in one to eight bytes.
  private static let extremes: [UInt64] = [
    0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 40, UInt64.max / 2, UInt64.max,
  ]

  /// One to four changes, more of them near the beginning, where headers are.
  public mutating func mutated(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(4) where !bytes.isEmpty {
      let place = below(2) == 0 ? below(min(bytes.count, 128)) : below(bytes.count)
      switch below(8) {
      case 0: bytes[place] ^= 1 << UInt8(below(8))
      case 1: bytes[place] = UInt8(below(256))
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.removeSubrange(place..<min(place + 1 + below(8), bytes.count))
      case 4: bytes.insert(contentsOf: (0...below(8)).map { _ in UInt8(below(256)) }, at: place)
      case 5:
        let end = min(place + 1 + below(64), bytes.count)
        bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
      case 6:
        // A digit of a header in text.
        bytes[place] = UInt8(ascii: "0") + UInt8(below(10))
      default:
        let number = ByteMutator.extremes[below(ByteMutator.extremes.count)]
        let width = 1 << below(4)
        for index in 0..<min(width, bytes.count - place) {
          let shift = UInt64(8 * (below(2) == 0 ? index : width - 1 - index))
          bytes[place + index] = UInt8(truncatingIfNeeded: number >> shift)
        }
      }
    }
    return bytes
  }
}
