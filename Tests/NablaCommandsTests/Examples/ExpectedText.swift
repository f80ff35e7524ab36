/// Text that a document promises. Spaces at the ends of lines and blank lines at the end do not count; a line `...`
/// stands for any number of lines.
struct ExpectedText {
  private let parts: [[String]]  // between the `...`

  init(_ text: String) {
    parts = lines(of: text).split(separator: "...", omittingEmptySubsequences: false).map(Array.init)
  }

  /// - Complexity: lines times expected lines, at worst.
  func matches(_ text: String) -> Bool {
    var rest = lines(of: text)[...]
    guard let first = parts.first, rest.starts(with: first) else { return false }
    guard parts.count > 1, let last = parts.last else { return rest.count == first.count }
    rest.removeFirst(first.count)
    for part in parts.dropFirst().dropLast() {
      guard let start = rest.indices.first(where: { rest[$0...].starts(with: part) }) else { return false }
      rest = rest[(start + part.count)...]
    }
    return rest.count >= last.count && rest.suffix(last.count) == last[...]
  }
}

private func lines(of text: String) -> [String] {
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    String(line.reversed().drop(while: \.isWhitespace).reversed())
  }
  while lines.last?.isEmpty == true { lines.removeLast() }
  return lines
}
