extension Superscript {
  /// An integer as a run of superscripts: `⁻¹²`.
  static func spelling(of value: Int) -> String {
    String(
      String.UnicodeScalarView(
        "\(value)".unicodeScalars.map { scalar in
          switch scalar {
          case "-": "\u{207B}"
          case "1": "\u{B9}"
          case "2": "\u{B2}"
          case "3": "\u{B3}"
          default: Unicode.Scalar(0x2070 + (scalar.value - 0x30)) ?? scalar
          }
        }))
  }
}
