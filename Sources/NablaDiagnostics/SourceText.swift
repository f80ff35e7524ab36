/// A named program text with a line table, so that offsets become lines and columns in logarithmic time.
public struct SourceText: Sendable {
  /// The file's name, or `<input>` for text given directly.
  public let name: String
  public let utf8: [UInt8]
  /// The offset at which each line begins.
  private let lineStarts: [Int]

  public init(_ text: String, name: String = "<input>") { self.init(utf8: Array(text.utf8), name: name) }

  public init(utf8: [UInt8], name: String = "<input>") {
    self.name = name
    self.utf8 = utf8
    var starts = [0]
    for (offset, byte) in utf8.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    lineStarts = starts
  }

  public var endOffset: Int { utf8.count }

  /// The text of a range; bytes that are not UTF-8 appear as U+FFFD.
  public subscript(range: SourceRange) -> String {
    let lower = min(range.start, utf8.count)
    return String(decoding: utf8[lower..<max(lower, min(range.end, utf8.count))], as: UTF8.self)
  }

  /// A position as people count it: both from 1, the column in Unicode scalars.
  public struct Position: Hashable, Sendable {
    public let line: Int
    public let column: Int
  }

  public func position(at offset: Int) -> Position {
    let offset = min(max(offset, 0), utf8.count)
    let line = lineIndex(at: offset)
    let scalars = String(decoding: utf8[lineStarts[line]..<offset], as: UTF8.self).unicodeScalars.count
    return Position(line: line + 1, column: scalars + 1)
  }

  /// The range of a line (from 1), without its end-of-line characters.
  public func range(ofLine line: Int) -> SourceRange {
    let index = min(max(line - 1, 0), lineStarts.count - 1)
    let lower = lineStarts[index]
    var upper = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : utf8.count
    if upper > lower, utf8[upper - 1] == UInt8(ascii: "\r") { upper -= 1 }
    return SourceRange(lower, upper)
  }

  private func lineIndex(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
