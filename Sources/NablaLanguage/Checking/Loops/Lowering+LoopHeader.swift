import NablaDiagnostics
import NablaGraph

/// `for xt in x, i in 0..<n { … }`: what is walked, and what is carried.
extension Lowering {
  /// Starts a loop. It leaves one value on the stack, used or not.
  mutating func startLoop(_ id: SyntaxID) {
    guard case .loop(let bindings, _) = tree.kind(id) else { return push(.invalid) }
    tasks.append(.openLoop(id))
    for binding in bindings.reversed() {
      for source in tree.children(binding).dropFirst().reversed() { tasks.append(.evaluate(source)) }
    }
  }

  /// The values of the header are on the stack.
  mutating func openLoop(_ id: SyntaxID) {
    guard case .loop(let bindings, let body) = tree.kind(id) else { return push(.invalid) }
    let names = unit.loops[id] ?? []
    for name in names where askForStart(of: name, again: .openLoop(id)) { return }
    let sources = pop(bindings.reduce(0) { $0 + tree.children($1).count - 1 })
    let elements = self.elements(of: bindings, sources)
    var carried: [LoopState.Carried] = []
    let isValue = !unit.statementLoops.contains(id)
    var isFaulty = isValue && !endsInExpression(body)
    if isFaulty { report(.loopValue, "a loop that is used as a value ends in an expression", at: id) }
    for name in names {
      if let start = startOfCarried(name) {
        carried.append(start)
      } else {
        isFaulty = true
      }
    }
    guard let elements, !isFaulty else {
      for name in names { slots[frames[frame].base + name.slot] = .invalid }
      return push(.invalid)
    }
    loops.append(
      LoopState(
        syntax: id, path: callPath(to: id), isValue: isValue, length: elements.length, elements: elements.elements,
        carried: carried,
        firstObservation: observations.count))
    evaluateStep()
  }

  private func endsInExpression(_ body: SyntaxID) -> Bool {
    guard case .block(let statements) = tree.kind(body), let last = statements.last else { return false }
    if case .value = tree.kind(last) { return true }
    return false
  }

  // MARK: What is walked

  private mutating func elements(
    of bindings: ArraySlice<SyntaxID>, _ sources: [Value]
  ) -> (elements: [LoopState.Element], length: Dimension)? {
    if sources.contains(.invalid) { return nil }
    var rest = sources[...]
    var elements: [LoopState.Element] = []
    var length: Dimension?
    for binding in bindings {
      guard case .binding(let binder, let source, let upper) = tree.kind(binding), let slot = unit.slot(of: binder),
        let first = rest.popFirst(),
        let walk = upper == nil ? walk(over: first, at: source) : walk(from: first, to: rest.popFirst(), at: binding)
      else { return nil }
      if let length, length != walk.length {
        report(
          .loopLength, "names that run in step have one number of steps, not \(length) and \(walk.length)", at: binding)
        return nil
      }
      length = walk.length
      let isRange = walk.sequence == nil
      let input =
        mode == .check && !isRange ? standIn(walk.element) : graph.parameter(tree.name(of: binder), walk.element)
      if isRange { indexRanges[input] = walk.length }
      if mode == .build { graph.addOrigin(Origin(place(binder), name: tree.name(of: binder)), to: input) }
      elements.append(
        .init(slot: slot, sequence: walk.sequence, lower: walk.lower, input: input, range: place(binding)))
    }
    return length.map { (elements, $0) }
  }

  private typealias Walk = (sequence: NodeID?, lower: Dimension, length: Dimension, element: TensorType)

  /// A list of whole numbers or sizes as an array of integers, as those of a range are; any other value as it is.
  mutating func listed(_ value: Value, at id: SyntaxID) -> Value {
    guard case .sizes(let array) = value, array.shape.rank > 0 else { return value }
    return materialise(value, .i64, at: id).map { .node($0, .firm) } ?? .invalid
  }

  private mutating func walk(over value: Value, at id: SyntaxID) -> Walk? {
    guard case .node(let node, _) = listed(value, at: id), case var type = graph.type(of: node), type.shape.rank > 0
    else {
      if numerics([value], at: id, in: "a loop") != nil {
        report(
          .loopSource, "a loop runs over the first axis of an array or over a range '0..<n', not \(describe(value))",
          at: id)
      }
      return nil
    }
    let length = type.shape.dimensions.removeFirst()
    return (node, 0, length, type)
  }

  private mutating func walk(from lower: Value, to upper: Value?, at id: SyntaxID) -> Walk? {
    guard let start = lower.size, let end = upper?.size else {
      let wrong = lower.size == nil ? lower : upper ?? .invalid
      report(.loopSource, "the bounds of a range are sizes, known before the run, not \(describe(wrong))", at: id)
      return nil
    }
    let length = end - start
    guard !length.isUndefined, isManageable(Shape([length]), at: place(id)) else { return nil }
    return (nil, start, length.constant.map { Dimension(max($0, 0)) } ?? length, TensorType(.i64))
  }

  // MARK: What is carried

  /// Asks for a start value that nobody has asked for yet.
  ///
  /// - Parameter task: what to do when it is there.
  private mutating func askForStart(of name: CarriedName, again task: Task) -> Bool {
    switch name.start {
    case .slot(let slot, let up):
      let owner = ancestor(Int(up))
      guard owner >= 0, case .pending(let definition) = slots[frames[owner].base + Int(slot)] else { return false }
      tasks.append(task)
      demand(definition, in: owner)
      return true
    case .constant(let routine, _):
      let definition = unit.routines[Int(routine)]
      if definition.isFaulty || constants[Int(routine)] != nil { return false }
      tasks.append(task)
      tasks.append(.surround(surroundings))
      surroundings = []
      pushFrame(
        unit: Lowering.programUnit, routine: Int(routine), parent: -1, purpose: .constant(Int(routine)), site: nil)
      tasks.append(.leave)
      tasks.append(.evaluate(definition.body))
      return true
    default: return false
    }
  }

  private func startValue(of name: CarriedName) -> Value {
    switch name.start {
    case .slot(let slot, let up):
      let owner = ancestor(Int(up))
      return owner < 0 ? .invalid : slots[frames[owner].base + Int(slot)]
    case .constant(let routine, let part):
      guard let value = constants[Int(routine)] else { return .invalid }
      if part < 0 { return value }
      if case .tuple(let parts, _) = value, parts.indices.contains(Int(part)) { return parts[Int(part)] }
      return .invalid
    default: return .invalid
    }
  }

  private mutating func startOfCarried(_ name: CarriedName) -> LoopState.Carried? {
    let spelling = tree.name(unit.routines[frames[frame].routine].slots[name.slot].name)
    let start = startValue(of: name)
    if start.isInvalid { return nil }
    if start == .absent {
      report(.usedBeforeDefinition, "'\(spelling)' has no value before the loop", at: name.range)
      return nil
    }
    guard let numeric = numeric(start) else {
      reportNotNumber(start, at: name.range, in: "a name that a loop carries")
      return nil
    }
    let common = agreement([numeric])
    let type = TensorType(common.element, shape(of: start))
    return LoopState.Carried(
      name: name, start: start, type: type, firmness: common.firmness, input: carriedInput(spelling, type))
  }

  /// The input that stands for a carried value before a step.
  mutating func carriedInput(_ name: String, _ type: TensorType) -> NodeID {
    if mode == .check { return standIn(type) }
    let input = graph.parameter(name, type)
    graph.addOrigin(Origin(name: name), to: input)
    return input
  }
}
