import NablaGraph

extension Workspace {
  /// Tries the rules of a function at operands that have no node of the function yet.
  ///
  /// - Parameter cost: what the function costs there; the table's cost where `nil`.
  mutating func applyFunctionRules(_ f: Elementwise, _ operands: ElementwiseOperands, cost: Int? = nil) -> Scaled? {
    if !rules.ruled.contains(f) { return nil }
    let first = graph.elementwise(operands[0])
    for rule in rules.functions[Int(f.rawValue)] {
      if let wanted = rule.firstOperation, first != wanted, !rule.isCommutative { continue }
      guard let bindings = match(rule, operands), fires(rule, bindings, freed: cost ?? f.cost) else { continue }
      let before = recording ? make(f, operands) : operands[0]
      let value = instantiate(rule, bindings, element(of: operands[operands.count - 1]))
      record(rule.rule.name, before, value.node)
      return value
    }
    return nil
  }

  /// The operands of the pattern's root against nodes.
  private func match(_ rule: CompiledRule, _ operands: ElementwiseOperands) -> Bindings? {
    var bindings = Bindings()
    let root = rule.nodes[0]
    if match(operands, root, rule, &bindings) { return bindings }
    guard operands.count == 2, root.f.facts.contains(.commutative) else { return nil }
    bindings = Bindings()
    return match(ElementwiseOperands(operands[1], operands[0]), root, rule, &bindings) ? bindings : nil
  }

  private func match(
    _ operands: ElementwiseOperands, _ pattern: CompiledRule.Node, _ rule: CompiledRule, _ bindings: inout Bindings
  ) -> Bool {
    guard match(operands[0], pattern.operands.0, rule, &bindings) else { return false }
    if operands.count > 1, !match(operands[1], pattern.operands.1, rule, &bindings) { return false }
    return operands.count < 3 || match(operands[2], pattern.operands.2, rule, &bindings)
  }

  /// Whether the operands of a node are what a pattern wants at first sight, which nearly every attempt fails at.
  ///
  /// - Precondition: the node has the operation of the pattern's root.
  func mayMatch(_ id: NodeID, _ rule: CompiledRule) -> Bool {
    func agrees(_ id: NodeID, _ place: Int) -> Bool {
      switch rule.nodes[place].kind {
      case .variable: true
      case .constant: graph.constant(id) == rule.constants[rule.nodes[place].variable]
      case .operation: graph.elementwise(id) == rule.nodes[place].f
      }
    }
    let (p, q, _) = rule.nodes[0].operands
    let first = graph.operand(0, of: id)
    if graph.operandCount(of: id) == 1 { return agrees(first, p) }
    let second = graph.operand(1, of: id)
    return agrees(first, p) && agrees(second, q) || rule.isCommutative && agrees(second, p) && agrees(first, q)
  }

  /// One node against one place of a pattern; `+`, `*` and the like in either order.
  func match(_ id: NodeID, _ place: Int, _ rule: CompiledRule, _ bindings: inout Bindings) -> Bool {
    let pattern = rule.nodes[place]
    switch pattern.kind {
    case .variable:
      if let bound = bindings[pattern.variable] { return bound == id }
      for condition in rule.conditions where condition.variable == pattern.variable && !proves(condition, id, rule) {
        return false
      }
      bindings[pattern.variable] = id
      return true
    case .constant:
      return graph.constant(id) == rule.constants[pattern.variable]
    case .operation:
      guard graph.elementwise(id) == pattern.f else { return false }
      if !isShared(id) { bindings.freed += cost(of: id) }
      let saved = bindings
      let count = graph.operandCount(of: id)
      let first = graph.operand(0, of: id)
      if count == 1 { return match(first, pattern.operands.0, rule, &bindings) }
      let second = graph.operand(1, of: id)
      if match(first, pattern.operands.0, rule, &bindings), match(second, pattern.operands.1, rule, &bindings),
        count < 3 || match(graph.operand(2, of: id), pattern.operands.2, rule, &bindings)
      {
        return true
      }
      bindings = saved
      guard count == 2, pattern.f.facts.contains(.commutative) else { return false }
      return match(second, pattern.operands.0, rule, &bindings) && match(first, pattern.operands.1, rule, &bindings)
    }
  }

  /// Whether a node has the property that a rule asks of a metavariable. What is for reading need not be finite.
  private func proves(_ condition: Condition, _ id: NodeID, _ rule: CompiledRule) -> Bool {
    rule.rule.phase == .readable && condition.property == .finite || facts(of: id).satisfy(condition.property)
  }

  /// Whether the work does not grow. What is made of constants alone is computed before the run.
  func fires(_ rule: CompiledRule, _ bindings: Bindings, freed: Int) -> Bool {
    if rule.isUnconditional || rule.replacementCost <= freed + bindings.freed { return true }
    for variable in rule.variables {
      guard let id = bindings[variable], isConstant(id) else { return false }
    }
    return true
  }

  /// The value of a rule's replacement.
  mutating func instantiate(_ rule: CompiledRule, _ bindings: Bindings, _ element: ElementType) -> Scaled {
    depth += 1
    defer { depth -= 1 }
    return build(rule.rule.replacement, bindings, element)
  }

  /// The value of a pattern, with what its metavariables are bound to.
  mutating func build(_ pattern: Pattern, _ bindings: Bindings, _ element: ElementType) -> Scaled {
    switch pattern {
    case .variable(let index):
      guard let id = bindings[index] else { preconditionFailure("a metavariable that the pattern does not bind") }
      return isCollecting ? peeled(id) : Scaled(id)
    case .constant(let value):
      if case .boolean = value { return Scaled(constant(value, .bool)) }
      return isCollecting ? image(of: value, element) : Scaled(constant(value, element))
    case .apply(let f, let operands):
      return construct(f, operands.map { build($0, bindings, element) })
    }
  }
}
