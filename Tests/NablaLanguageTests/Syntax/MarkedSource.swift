import NablaDiagnostics

/// A text in which `«` and `»` mark a range: a test says in its own source where a problem is.
struct MarkedSource {
  let text: String
  let range: SourceRange?

  init(_ marked: String) {
    let parts = marked.split(separator: "«", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      text = marked
      range = nil
      return
    }
    let inner = parts[1].split(separator: "»", maxSplits: 1, omittingEmptySubsequences: false)
    let start = parts[0].utf8.count
    text = String(parts[0]) + inner.joined()
    range = SourceRange(start, start + inner[0].utf8.count)
  }
}

extension Diagnostic.FixIt {
  /// The text with the change made.
  func applied(to text: String) -> String {
    let bytes = Array(text.utf8)
    return String(decoding: bytes[..<range.start], as: UTF8.self) + replacement
      + String(decoding: bytes[range.end...], as: UTF8.self)
  }
}
