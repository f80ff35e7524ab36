/// A name as mathematics sets it: a letter or word, with what stands below it.
///
/// `x1` is x with the index 1, `theta` is θ, `y_hat` is ŷ, `moving_mean` is a word with the index `mean`.
public struct MathSymbol: Hashable, Sendable {
  public enum Accent: String, CaseIterable, Hashable, Sendable { case hat, bar, dot, tilde, vec }

  /// The name's first part as it is spelled: `theta`.
  let stem: String
  public let accent: Accent?
  /// The other parts, from left to right, as they are spelled.
  let indices: [String]

  public init(_ name: String) {
    let parts = MathSymbol.parts(of: name)
    let first = parts.first ?? ""
    var rest = parts.dropFirst()
    stem = first
    if let next = rest.first, let accent = Accent(rawValue: next),
      first.count == 1 || GreekName.command(for: first) != nil
    {
      self.accent = accent
      rest = rest.dropFirst()
    } else {
      accent = nil
    }
    indices = Array(rest)
  }

  /// `θ` for `theta`, with its accent as a combining mark.
  public var letter: String {
    let base = GreekName.letter(named: stem) ?? stem
    switch accent {
    case .hat: return base + "\u{302}"
    case .bar: return base + "\u{304}"
    case .dot: return base + "\u{307}"
    case .tilde: return base + "\u{303}"
    case .vec: return base + "\u{20D7}"
    case nil: return base
    }
  }

  /// What stands below, such as `1,2`.
  public var subscripts: String { indices.map { GreekName.letter(named: $0) ?? $0 }.joined(separator: ",") }

  /// `moving_mean` is `moving` and `mean`; `theta12` is `theta` and `12`; `x₁` is `x` and `1`.
  private static func parts(of name: String) -> [String] {
    var result: [String] = []
    for part in name.split(separator: "_") {
      let plain = String(part.map { digit(ofSubscript: $0) ?? $0 })
      let digits = plain.reversed().prefix { $0.isASCII && $0.isNumber }.count
      if digits > 0 && digits < plain.count {
        result += [String(plain.dropLast(digits)), String(plain.suffix(digits))]
      } else {
        result.append(plain)
      }
    }
    return result
  }

  private static func digit(ofSubscript character: Character) -> Character? {
    guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
      ("\u{2080}"..."\u{2089}").contains(scalar)
    else { return nil }
    return Character(Unicode.Scalar(UInt8(scalar.value - 0x2080 + 0x30)))
  }
}
