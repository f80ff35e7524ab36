import NablaDiagnostics

/// How the parser makes nodes. Children must be nodes of this tree, made before.
extension SyntaxTree {
  /// The tree of a program without statements.
  static func empty(_ source: SourceText) -> SyntaxTree {
    var tree = SyntaxTree(source: source)
    _ = tree.node(.program, [], at: SourceRange(0, source.endOffset))
    return tree
  }

  /// Makes every node cover its children.
  mutating func widen() {
    for id in ids {
      for child in children(id) {
        nodes[id.index].lower = min(nodes[id.index].lower, nodes[child.index].lower)
        nodes[id.index].upper = max(nodes[id.index].upper, nodes[child.index].upper)
      }
    }
  }

  mutating func leaf(_ tag: Tag, _ range: SourceRange) -> SyntaxID {
    append(Node(tag: tag, lower: range.lower, upper: range.upper))
  }

  /// A `.name` or `.binder`.
  mutating func leaf(_ tag: Tag, _ name: NameID, _ range: SourceRange) -> SyntaxID {
    append(Node(tag: tag, lower: range.lower, upper: range.upper, first: name.raw))
  }

  mutating func node(
    _ tag: Tag, detail: UInt8 = 0, _ first: SyntaxID, _ second: SyntaxID? = nil, _ third: SyntaxID? = nil,
    at range: SourceRange
  ) -> SyntaxID {
    let start = pool.count
    pool.append(first)
    if let second { pool.append(second) }
    if let third { pool.append(third) }
    return node(tag, detail: detail, childrenFrom: start, range)
  }

  mutating func node(
    _ tag: Tag, detail: UInt8 = 0, first: SyntaxID? = nil, _ children: some Collection<SyntaxID>,
    last: SyntaxID? = nil, at range: SourceRange
  ) -> SyntaxID {
    let start = pool.count
    if let first { pool.append(first) }
    pool.append(contentsOf: children)
    if let last { pool.append(last) }
    return node(tag, detail: detail, childrenFrom: start, range)
  }

  mutating func chain(
    _ operands: some Collection<SyntaxID>, _ operators: some Collection<UInt8>, _ range: SourceRange
  ) -> SyntaxID {
    pool.append(SyntaxID(chainOperators.count))
    chainOperators.append(contentsOf: operators)
    return node(.chain, operands, at: range)
  }

  private mutating func node(_ tag: Tag, detail: UInt8, childrenFrom start: Int, _ range: SourceRange) -> SyntaxID {
    append(
      Node(
        tag: tag, detail: detail, lower: range.lower, upper: range.upper,
        first: UInt32(truncatingIfNeeded: start), childCount: UInt32(truncatingIfNeeded: pool.count - start)))
  }

  private mutating func append(_ node: Node) -> SyntaxID {
    nodes.append(node)
    return SyntaxID(nodes.count - 1)
  }
}
