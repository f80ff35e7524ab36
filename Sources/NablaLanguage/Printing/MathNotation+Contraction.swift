import NablaGraph

extension MathNotation {
  /// `x @ w`, `x.T @ (a - y)`, `dot(u, v)`, `outer(u, v)`; else `einsum("bi,ijk->bjk", x, A)`.
  func contraction(_ contraction: Contraction, _ a: NodeID, _ b: NodeID, in layout: PrintLayout) -> Form {
    for (candidate, left, right) in [(contraction, a, b), (contraction.swapped, b, a)] {
      if candidate.isScalarProduct { return scalarProduct(left, right, in: layout) }
      if candidate.isOuterProduct { return outerProduct(left, right, in: layout) }
      guard let turns = candidate.matrixTurns else { continue }
      return matrixProduct(left, right, turns, in: layout)
    }
    if dialect == .latex { return sum(contraction, a, b) }
    return Form(
      [.text("einsum(\"\(MathNotation.spelling(contraction))\", ")] + whole(a, .argument, in: layout)
        + [.text(", ")] + whole(b, .argument, in: layout) + [.text(")")], .atom)
  }

  private func scalarProduct(_ a: NodeID, _ b: NodeID, in layout: PrintLayout) -> Form {
    if dialect == .text && !layout.hides("dot") { return array("dot", [a, b], in: layout) }
    let sign = dialect == .text ? " @ " : dialect == .unicode ? " @ " : #" \cdot "#
    return Form(
      whole(a, Place(.factor), in: layout) + [.text(sign)] + whole(b, Place(.factor), in: layout), .matrix)
  }

  private func outerProduct(_ a: NodeID, _ b: NodeID, in layout: PrintLayout) -> Form {
    if dialect == .latex {
      return Form([.operand(a, Place(.factor)), .text(" "), .operand(b, Place(.atom)), .text(transposed)], .matrix)
    }
    if layout.hides("outer") {
      return Form(
        [.text("einsum(\"i,j->ij\", "), .operand(a, .argument), .text(", "), .operand(b, .argument), .text(")")], .atom)
    }
    return array("outer", [a, b], in: layout)
  }

  private func matrixProduct(
    _ a: NodeID, _ b: NodeID, _ turns: (left: Bool, right: Bool), in layout: PrintLayout
  ) -> Form {
    func pieces(_ operand: NodeID, turned: Bool, _ place: Place) -> [Form.Piece] {
      turned
        ? whole(operand, Place(.atom), in: layout) + [.text(transposed)] : whole(operand, place, in: layout)
    }
    // `a @ b @ c` groups to the left.
    let chains = if case .contract = layout.graph.operation(of: a) { true } else { false }
    let left = pieces(a, turned: turns.left, Place(chains ? .matrix : .factor))
    let right = pieces(b, turned: turns.right, Place(.factor))
    return Form(left + [.text(dialect == .latex ? #" \, "# : " @ ")] + right, .matrix)
  }

  private var transposed: String { dialect == .latex ? #"^{\mathsf{T}}"# : ".T" }

  /// `\sum_{j} {A}_{ij} {b}_{jk}`.
  private func sum(_ contraction: Contraction, _ a: NodeID, _ b: NodeID) -> Form {
    func indices(_ labels: [Int]) -> String { labels.isEmpty ? "" : "_{\(MathNotation.letters(labels))}" }
    let sign = contraction.summed.isEmpty ? "" : #"\sum"# + indices(contraction.summed) + " "
    return Form(
      [
        .text(sign + "{"), .operand(a, Place(.atom)), .text("}\(indices(contraction.left)) {"),
        .operand(b, Place(.atom)), .text("}\(indices(contraction.right))"),
      ], .sum)
  }

  // MARK: Letters

  /// As one writes indices: `ij,jk->ik`.
  private static func spelling(_ contraction: Contraction) -> String {
    "\(letters(contraction.left)),\(letters(contraction.right))->\(letters(contraction.result))"
  }

  private static let alphabet = Array("ijklmnopqrstuvwxyzabcdefghABCDEFGHIJKLMNOPQRSTUVWXYZ")

  private static func letters(_ labels: [Int]) -> String { String(labels.map { alphabet[$0] }) }
}

extension Strength {
  /// A product of matrices: looser than other products, since a reader does not see at once how they group.
  fileprivate static let matrix = Strength(Strength.product.value - 1)
}

extension Contraction {
  fileprivate var isScalarProduct: Bool { left.count == 1 && left == right && result.isEmpty }

  fileprivate var isOuterProduct: Bool {
    left.count == 1 && right.count == 1 && left != right && result == left + right
  }

  /// Which operands stand transposed where `@` writes the contraction; `nil` where it cannot.
  fileprivate var matrixTurns: (left: Bool, right: Bool)? {
    for turnsLeft in left.count == 2 ? [false, true] : [false] {
      for turnsRight in right.count == 2 ? [false, true] : [false] {
        let a = turnsLeft ? left.reversed() : left
        let b = turnsRight ? right.reversed() : right
        if Contraction.isMatrixProduct(a, b, result) { return (turnsLeft, turnsRight) }
      }
    }
    return nil
  }

  /// Whether `a @ b` with these labels has these labels by the rules of `@`.
  private static func isMatrixProduct(_ a: [Int], _ b: [Int], _ result: [Int]) -> Bool {
    guard let inner = a.last, let first = b.dropLast(b.count > 1 ? 1 : 0).last, inner == first else { return false }
    let (x, y) = (Array(a.dropLast(2)), Array(b.dropLast(2)))
    guard zip(x.reversed(), y.reversed()).allSatisfy(==) else { return false }
    let leading = x.count > y.count ? x : y
    let row = a.count > 1 ? [a[a.count - 2]] : []
    let column = b.count > 1 ? [b[b.count - 1]] : []
    return leading + row + column == result && !result.contains(inner)
  }
}
