/// Where random numbers are drawn, as a number: two places of a program draw different numbers, one place the same ones
/// whoever asks, and edits elsewhere in the text change nothing.
enum ChancePath {
  static func start(of name: String) -> UInt64 {
    // FNV-1a
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// A place inside another, by its distance from the beginning of the function.
  static func step(from path: UInt64, to place: Int) -> UInt64 {
    // The finaliser of SplitMix64.
    var bits = path &+ 0x9E37_79B9_7F4A_7C15 &* (UInt64(bitPattern: Int64(place)) &+ 1)
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
