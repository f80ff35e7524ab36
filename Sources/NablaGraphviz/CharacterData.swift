/// The text with everything mended that would make an SVG of it ill-formed.
///
/// Graphviz copies what it does not understand into the SVG, which then no program opens; it warns about some of it on
/// standard error from below its own error handling, and takes a NUL for the end of the text. Here every character
/// that XML cannot hold, raw or as a reference (`&#1;`), becomes U+FFFD, and an `&` that begins none of XML's own
/// references is shown as it is (`&bogus;`, `a & b`).
///
/// - Complexity: linear.
/// - Source: XML 1.0 (fifth edition), production 2 (`Char`) and section 4.6 (predefined entities).
func wellFormedCharacterData(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  var rest = Substring(text).unicodeScalars
  while let scalar = rest.first {
    if let reference = Reference(at: rest) {
      if reference.isCharacter {
        result.append(contentsOf: rest[..<reference.end])
      } else {
        result.append("\u{FFFD}")
      }
      rest = rest[reference.end...]
    } else {
      result.append(isXMLCharacter(scalar) ? scalar : "\u{FFFD}")
      if scalar == "&" { result.append(contentsOf: "amp;".unicodeScalars) }
      rest.removeFirst()
    }
  }
  return String(result)
}

private func isXMLCharacter(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
  default: false
  }
}

private func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar {
  case "0"..."9", "a"..."z", "A"..."Z": true
  default: false
  }
}

/// A reference that XML knows without a document type: `&#65;`, `&#x41;`, `&amp;`.
private struct Reference {
  /// Whether it stands for a character that XML can hold.
  let isCharacter: Bool
  let end: Substring.UnicodeScalarView.Index

  /// The reference that the text starts with, if it starts with one.
  init?(at text: Substring.UnicodeScalarView) {
    guard text.first == "&" else { return nil }
    let scalars = text.dropFirst().prefix { $0 == "#" || isAlphanumeric($0) }
    guard scalars.endIndex < text.endIndex, text[scalars.endIndex] == ";" else { return nil }
    end = text.index(after: scalars.endIndex)
    let body = String(scalars)
    if body.hasPrefix("#") {
      let hexadecimal = body.hasPrefix("#x")
      let digits = body.dropFirst(hexadecimal ? 2 : 1)
      guard !digits.isEmpty, digits.allSatisfy({ hexadecimal ? $0.isHexDigit : $0.isWholeNumber }) else { return nil }
      let scalar = UInt32(digits, radix: hexadecimal ? 16 : 10).flatMap(Unicode.Scalar.init)
      isCharacter = scalar.map(isXMLCharacter) ?? false
    } else {
      guard ["amp", "lt", "gt", "quot", "apos"].contains(body) else { return nil }
      isCharacter = true
    }
  }
}
