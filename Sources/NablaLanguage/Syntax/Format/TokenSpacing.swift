import NablaDiagnostics

/// Whether a space stands between two tokens of a line.
struct TokenSpacing {
  private let tokens: [Token]
  private let source: SourceText
  /// What each token is, where its kind does not say it.
  private var roles: [Role]

  private enum Role: UInt8 {
    case plain
    /// A sign before its operand.
    case prefix
    /// An operator without spaces.
    case tight
    /// An operator with spaces.
    case spaced
    /// A colon in an index.
    case sliceColon
    /// The word `where` that opens definitions.
    case clause
  }

  init(_ tree: SyntaxTree, _ tokens: [Token]) {
    self.tokens = tokens
    source = tree.source
    roles = Array(repeating: .plain, count: tokens.count)
    assignRoles(Marks(tree))
    spaceMatrixProducts()
  }

  /// Whether a space stands between the token at `index` and the one before it, if both are on one line.
  func hasSpace(before index: Int) -> Bool {
    guard index > 0 else { return false }
    let (left, right) = (tokens[index - 1].kind, tokens[index].kind)
    let (leftRole, rightRole) = (roles[index - 1], roles[index])
    switch right {
    case .rightParenthesis, .rightBracket, .comma, .semicolon: return false
    case .rightBrace: return left != .leftBrace
    default: break
    }
    if left == .comma || left == .semicolon { return true }
    if hugsRight(left, leftRole) || hugsLeft(right, rightRole) { return false }
    if pushesApart(left, leftRole) || pushesApart(right, rightRole) { return true }
    if left == .colon { return true }
    // What is left are operands: a product by juxtaposition, a call, an index, or two words.
    return left == .name && right == .name
  }

  private func hugsRight(_ kind: TokenKind, _ role: Role) -> Bool {
    switch kind {
    case .leftParenthesis, .leftBracket, .dot, .root, .partial, .rangeUpTo: true
    default: role == .prefix || role == .tight || role == .sliceColon
    }
  }

  private func hugsLeft(_ kind: TokenKind, _ role: Role) -> Bool {
    switch kind {
    case .prime, .dot, .superscript, .rangeUpTo, .colon: true
    default: role == .tight
    }
  }

  private func pushesApart(_ kind: TokenKind, _ role: Role) -> Bool {
    switch kind {
    case .if, .then, .else, .for, .in, .and, .or, .not, .assign, .pipe, .leftBrace, .rightBrace: true
    default: role == .spaced || role == .clause
    }
  }

  // MARK: Roles

  /// What the tree knows of places in the source.
  private struct Marks {
    var prefixes: Set<UInt32> = []
    var lists: Set<UInt32> = []
    /// Where `where` is the function.
    var whereNames: Set<UInt32> = []
    /// The bounds of ranges, where `+` and `-` are tight: starts and ends, each in order.
    var tightStarts: [UInt32] = []
    var tightEnds: [UInt32] = []

    init(_ tree: SyntaxTree) {
      let whereName = tree.names.firstIndex(of: "where").map(NameID.init)
      for id in tree.ids {
        let node = tree.nodes[id.index]
        switch node.tag {
        case .prefix: prefixes.insert(node.lower)
        case .list: lists.insert(node.lower)
        case .name, .binder: if tree.nameID(id) == whereName { whereNames.insert(node.lower) }
        case .binding:
          guard case .binding(_, let source, let upper?) = tree.kind(id) else { continue }
          tightStarts.append(tree.range(source).lower)
          tightEnds.append(tree.range(upper).upper)
        default: break
        }
      }
      tightStarts.sort()
      tightEnds.sort()
    }
  }

  private mutating func assignRoles(_ marks: Marks) {
    /// The open brackets, and whether each is an index or a type.
    var brackets: [(kind: TokenKind, isTight: Bool)] = []
    var tightBrackets = 0
    var starts = 0
    var ends = 0
    for index in tokens.indices {
      let token = tokens[index]
      while starts < marks.tightStarts.count, marks.tightStarts[starts] <= token.start { starts += 1 }
      while ends < marks.tightEnds.count, marks.tightEnds[ends] <= token.start { ends += 1 }
      switch token.kind {
      case .leftParenthesis: brackets.append((token.kind, false))
      case .leftBracket:
        let isTight = !marks.lists.contains(token.start)
        brackets.append((token.kind, isTight))
        tightBrackets += isTight ? 1 : 0
      case .rightParenthesis, .rightBracket:
        if let bracket = brackets.popLast(), bracket.isTight { tightBrackets -= 1 }
      case .colon: if brackets.last?.kind == .leftBracket { roles[index] = .sliceColon }
      case .plus, .minus:
        if marks.prefixes.contains(token.start) {
          roles[index] = .prefix
        } else {
          let isTight = (tightBrackets > 0 || starts > ends) && !wouldMakeExponent(index)
          roles[index] = isTight ? .tight : .spaced
        }
      case .star, .slash, .doubleSlash, .caret: roles[index] = .tight
      case .at, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: roles[index] = .spaced
      case .name:
        if isWhere(token), !marks.whereNames.contains(token.start) { roles[index] = .clause }
      default: break
      }
    }
  }

  private func isWhere(_ token: Token) -> Bool {
    token.end - token.start == 5 && source[token.range] == "where"
  }

  /// `2e - 3` without its spaces would be the number `2e-3`.
  private func wouldMakeExponent(_ sign: Int) -> Bool {
    guard sign >= 2, tokens[sign + 1].kind == .number, tokens[sign - 2].kind == .number else { return false }
    let name = tokens[sign - 1]
    return name.kind == .name && name.end - name.start == 1 && source.utf8[Int(name.start)] | 0x20 == UInt8(ascii: "e")
  }

  /// `A @ w*2` would look like `A @ (w*2)`: every sign of a product with `@` has spaces.
  private mutating func spaceMatrixProducts() {
    /// The signs of the product being read, one entry a bracket.
    var products: [(signs: [Int], hasContraction: Bool)] = [([], false)]
    func end(_ product: (signs: [Int], hasContraction: Bool)) {
      guard product.hasContraction else { return }
      for sign in product.signs { roles[sign] = .spaced }
    }
    for index in tokens.indices {
      if beginsStatement(index) {
        end(products[products.count - 1])
        products[products.count - 1] = ([], false)
      }
      switch tokens[index].kind {
      case .leftParenthesis, .leftBracket, .leftBrace: products.append(([], false))
      case .rightParenthesis, .rightBracket, .rightBrace:
        if let product = products.popLast() { end(product) }
        if products.isEmpty { products.append(([], false)) }
      case .star, .slash, .doubleSlash: products[products.count - 1].signs.append(index)
      case .at: products[products.count - 1].hasContraction = true
      case .number, .name, .string, .superscript, .caret, .prime, .dot, .root, .partial: break
      case .plus where roles[index] == .prefix, .minus where roles[index] == .prefix: break
      default:
        end(products[products.count - 1])
        products[products.count - 1] = ([], false)
      }
    }
    if let product = products.last { end(product) }
  }

  /// Whether an operand follows an operand directly, so that a statement or a clause has ended between them.
  private func beginsStatement(_ index: Int) -> Bool {
    guard index > 0 else { return true }
    switch tokens[index - 1].kind {
    case .name, .string, .superscript, .rightParenthesis, .rightBracket, .rightBrace, .prime, .ellipsis: break
    case .number: if tokens[index].touchesPrevious { return false }
    default: return false
    }
    switch tokens[index].kind {
    case .name, .number, .string, .root, .partial: return true
    case .leftParenthesis, .leftBracket: return tokens[index].beginsLine
    default: return false
    }
  }
}
