extension Lexer {
  /// Pairs every closing bracket with the nearest open one of its kind; brackets left open in between stay alone.
  ///
  /// A `)` or `]` never reaches out of the braces around it, so a missing brace does not re-pair a whole program.
  ///
  /// - Complexity: linear: each bracket enters and leaves the stack once, and the counts say without a search
  ///   whether a partner exists.
  mutating func pairBrackets() {
    var open: [Int] = []
    /// How many `(` and `[` are open inside the innermost brace; one entry a brace, and one for the top level.
    var counts = [(parentheses: 0, brackets: 0)]

    /// Takes the innermost open bracket off the stack.
    func pop() -> Int {
      let index = open.removeLast()
      switch tokens[index].kind {
      case .leftParenthesis: counts[counts.count - 1].parentheses -= 1
      case .leftBracket: counts[counts.count - 1].brackets -= 1
      default: counts.removeLast()
      }
      return index
    }

    for index in tokens.indices {
      let opener: TokenKind
      switch tokens[index].kind {
      case .leftParenthesis:
        open.append(index)
        counts[counts.count - 1].parentheses += 1
        continue
      case .leftBracket:
        open.append(index)
        counts[counts.count - 1].brackets += 1
        continue
      case .leftBrace:
        open.append(index)
        counts.append((0, 0))
        continue
      case .rightParenthesis where counts[counts.count - 1].parentheses > 0: opener = .leftParenthesis
      case .rightBracket where counts[counts.count - 1].brackets > 0: opener = .leftBracket
      case .rightBrace where counts.count > 1: opener = .leftBrace
      default: continue
      }
      var partner = pop()
      while tokens[partner].kind != opener { partner = pop() }
      setPartners(partner, index)
    }
  }
}
