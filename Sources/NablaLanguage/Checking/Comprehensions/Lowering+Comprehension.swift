import NablaDiagnostics
import NablaGraph

/// `e for i in 0..<n, row in A`: bindings from left to right, the element, then axes in place of the indices.
extension Lowering {
  mutating func startComprehension(_ id: SyntaxID) {
    guard case .comprehension(let element, let bindings) = tree.kind(id) else { return push(.invalid) }
    comprehensions.append(
      Comprehension(site: id, path: callPath(to: id), serial: frame >= 0 ? frames[frame].serial : 0))
    surroundings.append(.comprehension(comprehensions.count - 1))
    tasks.append(.closeComprehension)
    tasks.append(.evaluate(element))
    for binding in bindings.reversed() {
      tasks.append(.bindIndex(binding))
      for part in tree.children(binding).dropFirst().reversed() { tasks.append(.evaluate(part)) }
    }
  }

  /// The source of a binding, or its bounds, are on the stack.
  mutating func bindIndex(_ id: SyntaxID) {
    guard case .binding(let name, let source, let upper) = tree.kind(id) else { return }
    let end = upper.map { _ in pop() }
    let start = pop()
    let value: Value
    if let end, let upper {
      value = index(from: start, at: source, to: end, at: upper, named: name)
    } else {
      value = part(of: start, at: source, named: name)
    }
    if value.isInvalid { comprehensions[comprehensions.count - 1].isFaulty = true }
    if let slot = unit.slot(of: name) { setSlot(slot, value) }
  }

  /// `row in A`: the parts of an array along its first axis.
  private mutating func part(of value: Value, at source: SyntaxID, named name: SyntaxID) -> Value {
    guard case .node(let node, let firmness) = listed(value, at: source),
      let extent = graph.type(of: node).shape.dimensions.first
    else {
      if value.isInvalid { return .invalid }
      let isSize = value.size != nil
      let start = tree.range(source).start
      let advice = isSize ? "; the numbers below a size are '0..<\(tree.text(source))'" : ""
      report(
        .loopSource, "'\(tree.text(name))' runs over the first axis of an array, not over \(describe(value))\(advice)",
        at: source, fixIt: isSize ? .init(range: SourceRange(start, start), replacement: "0..<") : nil)
      return .invalid
    }
    let index = addIndex(tree.text(name), extent)
    setOrigin(source)
    return .node(graph.append(.gather(.init(axes: [0])), [node, index], type: graph.type(of: node)), firmness)
  }

  /// `i in a..<b`: an integer. Where a bound depends on an earlier index, the axis takes in the largest range, and a
  /// condition says which part of it counts.
  private mutating func index(
    from start: Value, at source: SyntaxID, to end: Value, at upper: SyntaxID, named name: SyntaxID
  ) -> Value {
    guard let low = bound(start, at: source), let high = bound(end, at: upper) else { return .invalid }
    var first = low.least
    var extent = high.greatest - first
    let constant = extent.terms.last { $0.atoms.isEmpty }?.coefficient ?? 0
    if high.node != nil || low.node != nil, extent.constant == nil, constant < 0 {
      // Where the outer range is empty, this one must not be less than that.
      if high.node == nil, first.constant.map({ $0 + constant >= 0 }) ?? false { first = first + Dimension(constant) }
      extent = extent - Dimension(constant)
    }
    if let known = extent.constant, known < 0 { extent = 0 }
    guard isManageable(Shape([extent]), at: place(source)) else { return .invalid }
    let counter = addIndex(tree.text(name), extent)
    setOrigin(source)
    var index = counter
    if first != 0 {
      guard let offset = materialise(.size(of: first), .i64, at: source) else { return .invalid }
      index = graph.apply(.add, counter, offset)
    }
    if let node = low.node { addCondition(graph.apply(.lessEqual, node, index)) }
    if let node = high.node { addCondition(graph.apply(.less, index, node)) }
    return .node(index, .firm)
  }

  private mutating func addIndex(_ name: String, _ extent: Dimension) -> NodeID {
    let index = graph.parameter(name, TensorType(.i64))
    indexRanges[index] = extent
    comprehensions[comprehensions.count - 1].loops.append((index, extent))
    return index
  }

  private mutating func addCondition(_ condition: NodeID) {
    comprehensions[comprehensions.count - 1].conditions.append(condition)
  }

  /// A bound of a range, its least and greatest value, and its node where it depends on indices.
  private mutating func bound(
    _ value: Value, at id: SyntaxID
  ) -> (least: Dimension, greatest: Dimension, node: NodeID?)? {
    if let size = value.size { return (size, size, nil) }
    if value.isInvalid { return nil }
    guard case .node(let node, .firm) = value, graph.type(of: node).isScalar, graph.element(of: node).isInteger else {
      report(.loopSource, "a bound is a size or depends on earlier indices, and this is \(describe(value))", at: id)
      return nil
    }
    let integer = graph.cast(node, .i64)
    guard let form = affineForms.form(of: integer, in: graph), let range = form.range(indexRanges) else {
      report(
        .loopSource, "a bound is a size, or a sum of earlier indices and sizes: it must be known how far it goes",
        at: id)
      return nil
    }
    return (range.least, range.greatest, form.factors.isEmpty ? nil : integer)
  }

  // MARK: The end

  /// The element is on the stack: pushes all elements.
  mutating func closeComprehension() {
    let value = pop()
    guard let comprehension = comprehensions.popLast() else { return push(.invalid) }
    _ = surroundings.popLast()
    if value.isInvalid || comprehension.isFaulty { return push(.invalid) }
    let site = comprehension.site
    guard case .comprehension(let elementID, _) = tree.kind(site) else { return push(.invalid) }
    guard let numeric = numerics([value], at: elementID, in: "an element")?.first else { return push(.invalid) }
    let element: ElementType = if case .firm(let known) = numeric { known } else { options.floatType }
    let firmness: Firmness =
      switch numeric {
      case .firm: .firm
      case .weakInteger: .weakInteger
      case .weakReal: .weakReal
      }
    guard var node = materialise(value, element, at: elementID) else { return push(.invalid) }
    let extents = comprehension.loops.map(\.extent)
    let type = TensorType(element, Shape(extents + graph.type(of: node).shape.dimensions))
    guard isManageable(type.shape, at: place(site)) else { return push(.invalid) }
    var mask = conjunction(comprehension.conditions)
    if mode == .check {
      let kept = mask.map { _ in standIn(TensorType(.bool, Shape(extents))) }
      return push(.elements(Elements(node: standIn(type), firmness: firmness, axes: extents.count, mask: kept)))
    }
    setOrigin(site)
    node = withoutObservations([node], since: comprehension)[0]
    do {
      let outputs = try graph.vectorised([node] + (mask.map { [$0] } ?? []), over: comprehension.loops)
      node = outputs[0]
      if mask != nil { mask = outputs[1] }
    } catch {
      reportVectorisation(error, at: site)
      return push(.invalid)
    }
    push(.elements(Elements(node: node, firmness: firmness, axes: extents.count, mask: mask)))
  }

  /// All conditions as one truth value.
  mutating func conjunction(_ conditions: [NodeID]) -> NodeID? {
    guard var result = conditions.first else { return nil }
    for condition in conditions.dropFirst() { result = graph.apply(.and, result, condition) }
    return result
  }

  /// Nodes in which names of the comprehension that are differentiated by are their values again.
  private mutating func withoutObservations(_ nodes: [NodeID], since comprehension: Comprehension) -> [NodeID] {
    guard let first = comprehension.loops.first?.index, !observations.isEmpty else { return nodes }
    let serial = frames[frame].serial
    let own = observations.filter { $0.serial == serial && $0.input > first }
    if own.isEmpty { return nodes }
    observations.removeAll { $0.serial == serial && $0.input > first }
    return graph.substituting(
      Dictionary(own.map { ($0.input, $0.value) }, uniquingKeysWith: { first, _ in first }), in: nodes)
  }

  private mutating func reportVectorisation(_ error: VectorisationError, at id: SyntaxID) {
    switch error {
    case .notYet(let what): report(.notYet, "a comprehension over \(what) is not supported yet", at: id)
    case .type: report(.sizeLimit, "the elements have too many axes, or are too many", at: id)
    case .nesting: report(.nestingLimit, "loops nest too deeply", at: id)
    }
  }
}
