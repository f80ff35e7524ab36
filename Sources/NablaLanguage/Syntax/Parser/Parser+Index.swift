import NablaDiagnostics

extension Parser {
  /// Which parts of a slice have been read (bits 0–2) and how many colons (from bit 4).
  private static var colon: UInt8 { 0x10 }

  /// Reads one index, or what follows a colon in it.
  ///
  /// ```
  /// index = "..." | [ expr ] [ ":" [ expr ] [ ":" [ expr ] ] ]        without |>
  /// ```
  mutating func subscriptPart() -> Step {
    guard let frame = frames.last else { return .done }
    let colons = frame.detail / Self.colon
    switch current.kind {
    case .colon where colons < 2:
      frames[frames.count - 1].detail += Self.colon
      if frame.detail == 0 { frames[frames.count - 1].partLower = current.start }
      advance()
      return .subscriptPart
    case .comma where colons > 0, .rightBracket where colons > 0:
      return finishIndex(frame)
    case .ellipsis where colons == 0:
      let token = current
      advance()
      scratch.append(tree.leaf(.ellipsis, token.range))
      return nextIndex(frame)
    default:
      return .operand
    }
  }

  mutating func finishSubscriptPart(_ frame: Frame) -> Step {
    let colons = frame.detail / Self.colon
    scratch.append(value.id)
    frames[frames.count - 1].detail |= 1 << colons
    if colons == 0 { frames[frames.count - 1].partLower = value.lower }
    if current.kind == .rangeUpTo || current.kind == .doubleDot, colons == 0 {
      report(.rangeInIndex(at: current.range))
      frames[frames.count - 1].detail += Self.colon
      advance()
      return .subscriptPart
    }
    if current.kind == .colon, colons < 2 { return .subscriptPart }
    return finishIndex(frames[frames.count - 1])
  }

  /// Makes the slice, if there was a colon.
  private mutating func finishIndex(_ frame: Frame) -> Step {
    if frame.detail >= Self.colon {
      let parts = frame.detail & 7
      let range = SourceRange(lower: frame.partLower, upper: previousEnd)
      let base = UInt32(truncatingIfNeeded: scratch.count - parts.nonzeroBitCount)
      scratch.append(takeScratch(.slice, detail: parts, from: base, range))
    }
    frames[frames.count - 1].detail = 0
    return nextIndex(frame)
  }

  private mutating func nextIndex(_ frame: Frame) -> Step {
    if continuesList(frame, closer: .rightBracket) { return .subscriptPart }
    pop()
    let range = SourceRange(lower: frame.lower, upper: previousEnd)
    let id = takeScratch(.index, from: frame.base, first: frame.node, range)
    yield(id, frame.lower, previousEnd, .takesPostfix)
    return .operation
  }
}
