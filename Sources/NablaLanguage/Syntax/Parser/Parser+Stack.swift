import NablaDiagnostics

/// The token cursor, the stack of frames and the names.
extension Parser {
  // MARK: Tokens

  var current: Token { tokens[position] }

  /// The token `distance` ahead; the last one beyond the end.
  func peek(_ distance: Int = 1) -> Token { tokens[min(position + distance, tokens.count - 1)] }

  mutating func advance() { position = min(position + 1, tokens.count - 1) }

  /// Moves past the token if it is of that kind.
  mutating func take(_ kind: TokenKind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  /// The end of the token before the current one.
  var previousEnd: UInt32 { position > 0 ? tokens[position - 1].end : 0 }

  func text(_ token: Token) -> String { tree.source[token.range] }

  /// Whether a token is a name with that spelling: words such as `layer` are reserved nowhere.
  func isWord(_ word: StaticString, at index: Int) -> Bool {
    let token = tokens[min(index, tokens.count - 1)]
    guard token.kind == .name, Int(token.end - token.start) == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { $0.elementsEqual(tree.source.utf8[Int(token.start)..<Int(token.end)]) }
  }

  /// The token that closes the bracket at `index`, if there is one.
  func partner(of index: Int) -> Int? {
    let partner = Int(tokens[index].partner)
    return partner == index ? nil : partner
  }

  // MARK: Names

  mutating func intern(_ spelling: String) -> NameID {
    if let id = nameIDs[spelling] { return id }
    let id = NameID(tree.names.count)
    tree.names.append(spelling)
    nameIDs[spelling] = id
    return id
  }

  /// The name that a token spells. `π` and `∞` are other spellings of `pi` and `inf`.
  mutating func name(_ token: Token) -> NameID {
    let start = Int(token.start)
    guard start < tree.source.endOffset, tree.source.utf8[start] < 0x80 else {
      let spelling = text(token)
      return intern(spelling == "π" ? "pi" : spelling == "∞" ? "inf" : spelling)
    }
    // Most names of formulas are a letter.
    let letter = Int(tree.source.utf8[start])
    let isLetter = token.end == token.start + 1
    if isLetter, let known = letters[letter] { return known }
    let id = intern(text(token))
    if isLetter { letters[letter] = id }
    return id
  }

  /// Takes a name as a `.name` or `.binder` node.
  mutating func takeName(as tag: SyntaxTree.Tag) -> SyntaxID {
    let token = current
    advance()
    return tree.leaf(tag, name(token), token.range)
  }

  // MARK: Frames

  /// Opens a delimiter.
  ///
  /// - Parameter minimum: the loosest operator that the expression inside may have.
  mutating func push(
    _ kind: Frame.Kind, detail: UInt8 = 0, minimum inner: Level = .any, token: Int? = nil, lower: UInt32? = nil,
    node: SyntaxID? = nil, other: SyntaxID? = nil
  ) {
    let place = UInt32(truncatingIfNeeded: frames.count)
    frames.append(
      Frame(
        kind: kind, detail: detail, outerMinimum: minimum, outerDelimiter: delimiter,
        token: UInt32(truncatingIfNeeded: token ?? position),
        lower: lower ?? current.start, node: node, other: other, base: UInt32(truncatingIfNeeded: scratch.count),
        outerDepth: bracketDepth))
    minimum = inner
    delimiter = place
  }

  /// Opens an operator.
  mutating func push(_ kind: Frame.Kind, _ level: Level, detail: UInt8 = 0, lower: UInt32, node: SyntaxID? = nil) {
    frames.append(
      Frame(
        kind: kind, detail: detail, level: level, token: UInt32(truncatingIfNeeded: position), lower: lower, node: node,
        base: UInt32(truncatingIfNeeded: scratch.count)))
  }

  /// The frame of the innermost bracket, keyword or statement.
  var innermostDelimiter: Frame { frames[Int(delimiter)] }

  /// Takes the innermost frame off the stack; its children leave the scratch with `takeScratch`.
  mutating func pop() {
    guard let frame = frames.popLast() else { return }
    if !frame.isOperator {
      minimum = frame.outerMinimum
      delimiter = frame.outerDelimiter
      bracketDepth = frame.outerDepth
    }
  }

  /// Makes a node of everything that the frame has put on the scratch.
  mutating func takeScratch(
    _ tag: SyntaxTree.Tag, detail: UInt8 = 0, from base: UInt32, first: SyntaxID? = nil, last: SyntaxID? = nil,
    _ range: SourceRange
  ) -> SyntaxID {
    let id = tree.node(tag, detail: detail, first: first, scratch[Int(base)...], last: last, at: range)
    scratch.removeLast(scratch.count - Int(base))
    return id
  }

  /// Sets the expression just read.
  mutating func yield(_ id: SyntaxID, _ lower: UInt32, _ upper: UInt32, _ traits: Value.Traits = []) {
    value = Value(id: id, lower: lower, upper: upper, traits: traits)
  }

  /// An error node at the current place, covering nothing.
  mutating func yieldError() {
    let place = SourceRange(lower: current.start, upper: current.start)
    yield(tree.leaf(.error, place), place.lower, place.upper)
  }
}
