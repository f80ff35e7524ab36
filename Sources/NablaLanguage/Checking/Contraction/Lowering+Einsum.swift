import NablaDiagnostics
import NablaGraph

extension Lowering {
  /// `einsum("bi,ijk,bk->bj", x, A, y)`: contracted pair by pair, the cheapest first.
  mutating func einsum(_ arguments: [Argument], at id: SyntaxID) -> Value {
    if arguments.contains(where: { $0.value.isInvalid }) { return .invalid }
    if let named = arguments.first(where: { $0.label != nil }), let label = named.label {
      report(.unknownLabel, "'einsum' has no parameter named '\(label)'", at: named.range)
      return .invalid
    }
    guard let first = arguments.first, case .string(let text) = first.value, arguments.count > 1 else {
      report(.arity, "'einsum' takes a text with the axes, and arrays: einsum(\"ij,jk->ik\", a, b)", at: id)
      return .invalid
    }
    let formula: EinsumFormula
    do {
      formula = try EinsumFormula(text)
    } catch {
      report(.einsum, error.message, at: first.range)
      return .invalid
    }
    let operands = Array(arguments.dropFirst())
    guard formula.operands.count == operands.count else {
      report(
        .einsum, "\"\(text)\" has \(formula.operands.count) operands, and \(operands.count) are given", at: first.range)
      return .invalid
    }
    guard let (nodes, firmness) = factors(operands.map(\.value), at: id, in: "'einsum'") else { return .invalid }
    guard let extents = extents(formula, nodes, operands) else { return .invalid }
    setOrigin(id)
    let factors = zip(nodes, formula.operands).map { Factor(node: $0, labels: $1) }
    return contracted(factors, to: formula.result, extents, at: id).map { .node($0, firmness) } ?? .invalid
  }

  /// The extent of each axis; reports operands that do not fit their letters or each other.
  private mutating func extents(
    _ formula: EinsumFormula, _ nodes: [NodeID], _ arguments: [Argument]
  ) -> [Character: Dimension]? {
    var extents: [Character: (extent: Dimension, shape: Shape)] = [:]
    for (position, (letters, node)) in zip(formula.operands, nodes).enumerated() {
      let shape = graph.type(of: node).shape
      guard letters.count == shape.rank else {
        report(
          .einsum,
          "'\(String(letters))' names \(letters.count) axes, and operand \(position + 1) has the shape \(shape)",
          at: arguments[position].range)
        return nil
      }
      for (letter, extent) in zip(letters, shape.dimensions) {
        guard let known = extents[letter] else {
          extents[letter] = (extent, shape)
          continue
        }
        if known.extent != extent {
          report(
            .contract, "the axes '\(letter)' of 'einsum' need to agree: \(known.shape) and \(shape)",
            at: arguments[position].range, label: "\(known.extent) before, \(extent) here")
          return nil
        }
      }
    }
    return extents.mapValues(\.extent)
  }

  private mutating func contracted(
    _ factors: [Factor<Character>], to result: [Character], _ extents: [Character: Dimension], at id: SyntaxID
  ) -> NodeID? {
    var factors = factors
    // The order is chosen as if every name were a hundred.
    let sizes = extents.mapValues { extent in
      Double(extent.evaluate(Dictionary(uniqueKeysWithValues: extent.symbols.map { ($0, 100) })) ?? 100)
    }
    while factors.count > 1 {
      let step = EinsumFormula.nextStep(factors.map(\.labels), to: result, sizes)
      guard let product = contracted(factors[step.left], factors[step.right], to: step.result, at: id) else {
        return nil
      }
      factors[step.left] = product
      factors.remove(at: step.right)
    }
    return rearranged(factors[0], to: result)
  }

  /// One operand: sums over axes that the result lacks, and a transpose.
  private mutating func rearranged(_ factor: Factor<Character>, to result: [Character]) -> NodeID {
    var node = factor.node
    let axes = factor.labels.indices.filter { !result.contains(factor.labels[$0]) }
    if !axes.isEmpty { node = graph.append(.reduce(.sum, axes: axes), [node], type: graph.type(of: node)) }
    let kept = factor.labels.filter { result.contains($0) }
    let permutation = result.compactMap { kept.firstIndex(of: $0) }
    if permutation == Array(kept.indices) { return node }
    return graph.append(.transpose(permutation), [node], type: graph.type(of: node))
  }
}
