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
    let expanded: EinsumFormula
    do {
      expanded = try formula.expanded(nodes.map { graph.type(of: $0).shape.rank })
    } catch {
      report(.einsum, error.message, at: first.range)
      return .invalid
    }
    guard let extents = extents(expanded, nodes, operands) else { return .invalid }
    setOrigin(id)
    let factors = zip(nodes, expanded.operands).map { diagonal(thinned(Factor(node: $0, labels: $1), extents)) }
    return contracted(factors, to: expanded.result, extents, at: id).map { .node($0, firmness) } ?? .invalid
  }

  /// Takes axes of an ellipsis out that have the extent 1 where another operand has more: what is repeated needs no axis.
  private mutating func thinned(_ factor: Factor<Character>, _ extents: [Character: Dimension]) -> Factor<Character> {
    let type = graph.type(of: factor.node)
    let kept = factor.labels.indices.filter { axis in
      !EinsumFormula.isEllipsisAxis(factor.labels[axis]) || type.shape.dimensions[axis] == extents[factor.labels[axis]]
    }
    if kept.count == factor.labels.count { return factor }
    let shape = Shape(kept.map { type.shape.dimensions[$0] })
    let node = graph.append(.reshape, [factor.node], type: TensorType(type.element, shape))
    return Factor(node: node, labels: kept.map { factor.labels[$0] })
  }

  /// An operand with a letter that stands twice is read along its diagonal.
  private mutating func diagonal(_ factor: Factor<Character>) -> Factor<Character> {
    var labels: [Character] = []
    for label in factor.labels where !labels.contains(label) { labels.append(label) }
    if labels.count == factor.labels.count { return factor }
    let type = graph.type(of: factor.node)
    let shape = Shape(
      labels.map { label in type.shape.dimensions[factor.labels.firstIndex(of: label) ?? 0] })
    let axes = factor.labels.map { label in View.Axis(steps: labels.map { $0 == label ? 1 : 0 }) }
    let node = graph.append(.view(View(axes: axes)), [factor.node], type: TensorType(type.element, shape))
    return Factor(node: node, labels: labels)
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
          "'\(formula.spelled(letters))' names \(letters.count) axes, and operand \(position + 1) has the shape \(shape)",
          at: arguments[position].range)
        return nil
      }
      for (letter, extent) in zip(letters, shape.dimensions) {
        guard let known = extents[letter] else {
          extents[letter] = (extent, shape)
          continue
        }
        if known.extent != extent {
          if EinsumFormula.isEllipsisAxis(letter), known.extent.isOne || extent.isOne {
            if known.extent.isOne { extents[letter] = (extent, shape) }
            continue
          }
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
