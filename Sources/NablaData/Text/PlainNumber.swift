/// Numbers as people write them: `3`, not `3.0`; `nan` whatever its sign.
public enum PlainNumber {
  public static func text(_ value: Double) -> String { value.isNaN ? "nan" : trimmed("\(value)") }

  /// A number of single precision in its own shortest form: 0.1, not 0.10000000149011612.
  public static func text(_ value: Float) -> String { value.isNaN ? "nan" : trimmed("\(value)") }

  private static func trimmed(_ text: String) -> String { text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
}
