/// The text with U+FFFD in place of every character that XML cannot hold, written raw or as a reference (`&#1;`).
///
/// Graphviz copies such characters into an SVG that no program then opens, warns about them on standard error from
/// below its own error handling, and takes a NUL for the end of the text.
///
/// - Complexity: linear.
/// - Source: XML 1.0 (fifth edition), production 2, `Char`.
func replacingForbiddenCharacters(in text: String) -> String {
  var result = String.UnicodeScalarView()
  var rest = Substring(text).unicodeScalars
  while let scalar = rest.first {
    if let reference = numericReference(at: rest) {
      if let named = reference.scalar, isCharacter(named) {
        result.append(contentsOf: rest[..<reference.end])
      } else {
        result.append("\u{FFFD}")
      }
      rest = rest[reference.end...]
    } else {
      result.append(isCharacter(scalar) ? scalar : "\u{FFFD}")
      rest.removeFirst()
    }
  }
  return String(result)
}

private func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
  default: false
  }
}

/// A reference such as `&#65;` or `&#x41;` at the start of the text: its end, and what it names, if that exists.
private func numericReference(
  at text: Substring.UnicodeScalarView
) -> (end: Substring.UnicodeScalarView.Index, scalar: Unicode.Scalar?)? {
  guard text.first == "&" else { return nil }
  var digits = text.dropFirst()
  guard digits.popFirst() == "#" else { return nil }
  let radix: UInt32 = digits.first == "x" || digits.first == "X" ? 16 : 10
  if radix == 16 { digits.removeFirst() }
  var value: UInt32 = 0
  var seen = false
  while let scalar = digits.popFirst() {
    if scalar == ";" { return seen ? (digits.startIndex, Unicode.Scalar(value)) : nil }
    guard scalar.isASCII, let digit = Character(scalar).hexDigitValue.map(UInt32.init), digit < radix else {
      return nil
    }
    value = min(value * radix + digit, 0x110000)  // beyond Unicode all values are alike
    seen = true
  }
  return nil
}
