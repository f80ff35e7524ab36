/// The visible part of one source line, with a range of it marked.
///
/// A long line is cropped to a window around the mark, so the cost is that of the window, not of the line.
struct SourceExcerpt {
  /// What is shown: tabs as spaces, unprintable characters as U+FFFD, `…` where the line was cropped.
  private(set) var text = ""
  /// The columns of the window before the mark, and those of the mark.
  private(set) var indent = 0
  private(set) var length = 0

  private static let tab = 4

  /// - Parameters:
  ///   - line: the bytes of the line.
  ///   - mark: what to underline; clipped to the line. An empty mark is one caret wide.
  ///   - width: the most columns that the text may take.
  init(_ source: SourceText, line: SourceRange, mark: SourceRange, width: Int) {
    let start = min(max(mark.start, line.start), line.end)
    let end = min(max(mark.end, start), line.end)
    let first = windowStart(source.utf8, line: line, mark: start..<end, width: width)
    var offset = first
    var column = 0
    if first > line.start { put("…", 1, &column) }

    while offset < line.end, column < width - 1 {
      if offset == start { indent = column }
      let (scalar, size) = decode(source.utf8, at: offset, end: line.end)
      let before = column
      if scalar == "\t" {
        let spaces = Self.tab - column % Self.tab
        put(String(repeating: " ", count: spaces), spaces, &column)
      } else if scalar.isUnprintable {
        put("\u{FFFD}", 1, &column)
      } else {
        put(String(scalar), DisplayWidth.of(scalar), &column)
      }
      if offset >= start, offset < end { length += column - before }
      offset += size
    }
    if offset <= start { indent = column }
    if offset < line.end { put("…", 1, &column) }
    // What combines with the character before it has no column of its own.
    length = max(length, 1)
  }

  private mutating func put(_ piece: String, _ width: Int, _ column: inout Int) {
    text += piece
    column += width
  }

  /// Where the window begins: the line's start if it all fits, else a third of the width before the mark, or more
  /// where little follows.
  private func windowStart(_ bytes: [UInt8], line: SourceRange, mark: Range<Int>, width: Int) -> Int {
    // Only a tab takes more columns than it has bytes.
    if line.end - line.start < width / 2 { return line.start }
    if line.end - line.start < width, !bytes[line.start..<line.end].contains(UInt8(ascii: "\t")) { return line.start }
    if mark.lowerBound - line.start < width / 3 { return line.start }
    let after = min(line.end - mark.lowerBound, 2 * width / 3)
    var room = width - after - 3
    var offset = mark.lowerBound
    while offset > line.start, room > 0 {
      offset -= 1
      while offset > line.start, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
      let (scalar, _) = decode(bytes, at: offset, end: line.end)
      room -= scalar == "\t" ? Self.tab : DisplayWidth.of(scalar)
    }
    return offset
  }

  /// The scalar at an offset and its length; U+FFFD for a byte that is not UTF-8.
  private func decode(_ bytes: [UInt8], at offset: Int, end: Int) -> (Unicode.Scalar, Int) {
    if bytes[offset] < 0x80 { return (Unicode.Scalar(bytes[offset]), 1) }
    var decoder = UTF8()
    var iterator = bytes[offset..<min(offset + 4, end)].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return ("\u{FFFD}", 1) }
    return (scalar, UTF8.width(scalar))
  }
}
