/// Numbers as people write them: `3`, not `3.0`; `nan` whatever its sign.
enum PlainNumber {
  static func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
