import NablaDiagnostics
import NablaGraph

/// The step of a loop, and the loop as a whole.
extension Lowering {
  /// Evaluates the body of the innermost loop with inputs for what changes from step to step.
  mutating func evaluateStep() {
    guard let loop = loops.last, case .loop(_, let body) = tree.kind(loop.syntax),
      case .block(let statements) = tree.kind(body)
    else { return push(.invalid) }
    surroundings.append(.loop(loops.count - 1))
    for state in loop.states { nextStates[state.path] = state.input }
    // Functions of the block see other values in another step.
    renewFunctions()
    for carried in loop.carried { setSlot(carried.name.slot, .node(carried.input, carried.firmness)) }
    for element in loop.elements { setSlot(element.slot, .node(number(of: element), .firm)) }
    tasks.append(.closeLoop)
    startBlock(statements, isValue: loop.isValue)
  }

  /// The value of the step's last expression is on the stack, and the names have their next values.
  mutating func closeLoop() {
    let value = pop()
    guard var loop = loops.popLast() else { return push(.invalid) }
    _ = surroundings.popLast()
    renewFunctions()
    let nexts = loop.carried.map { slots[frames[frame].base + $0.name.end] }
    guard !nexts.contains(where: \.isInvalid), !loop.isValue || !value.isInvalid else { return abandon(loop) }
    guard let types = carriedTypes(of: loop, nexts) else { return abandon(loop) }
    let isSame = zip(types, loop.carried).allSatisfy { $0.type == $1.type && $0.firmness == $1.firmness }
    if !isSame, !loop.isSettled {
      for (index, type) in types.enumerated() {
        (loop.carried[index].type, loop.carried[index].firmness) = type
        loop.carried[index].input = carriedInput(spelling(of: loop.carried[index].name), type.type)
      }
      loop.isSettled = true
      loops.append(loop)
      return evaluateStep()
    }
    guard let outputs = outputs(of: loop, value) else { return abandon(loop) }
    push(mode == .check ? typed(loop, outputs) : built(loop, nexts, outputs))
  }

  /// The element; of a range, whose inputs count from 0, the number itself.
  private mutating func number(of element: LoopState.Element) -> NodeID {
    guard element.lower != 0, mode == .build,
      let offset = materialise(.size(of: element.lower), .i64, at: element.range)
    else { return element.input }
    return graph.apply(.add, element.input, offset)
  }

  private mutating func abandon(_ loop: LoopState) {
    for carried in loop.carried { slots[frames[frame].base + carried.name.slot] = .invalid }
    push(.invalid)
  }

  private func spelling(of name: CarriedName) -> String {
    tree.name(unit.routines[frames[frame].routine].slots[name.slot].name)
  }

  // MARK: Types

  /// What start and next agree on; the types that the step has seen must not change again.
  private mutating func carriedTypes(
    of loop: LoopState, _ nexts: [Value]
  ) -> [(type: TensorType, firmness: Firmness)]? {
    var types: [(type: TensorType, firmness: Firmness)] = []
    for (carried, next) in zip(loop.carried, nexts) {
      let name = spelling(of: carried.name)
      guard let numeric = numeric(next) else {
        reportNotNumber(next, at: carried.name.range, in: "a name that a loop carries")
        return nil
      }
      let before = Value.node(carried.input, carried.firmness)
      guard let known = self.numeric(before) else { return nil }
      let common = agreement([known, numeric])
      let shape = try? carried.type.shape.broadcast(with: self.shape(of: next))
      let type = shape.map { TensorType(common.element, $0) }
      guard let type, !loop.isSettled || type == carried.type else {
        let found = TensorType(common.element, self.shape(of: next))
        report(
          .carry, "'\(name)' is \(carried.type) before a step and \(found) after it", at: carried.name.range,
          label: "\(carried.type) before, \(found) after")
        return nil
      }
      types.append((type, common.firmness))
    }
    return types
  }

  // MARK: Results

  private struct Output {
    let node: NodeID
    let firmness: Firmness
    let label: String
  }

  /// What is stacked: the last expression, or the parts of a tuple.
  private mutating func outputs(of loop: LoopState, _ value: Value) -> [Output]? {
    if !loop.isValue { return [] }
    var parts: [(label: String, value: Value)] = [("value", value)]
    if case .tuple(let elements, let labels) = value { parts = Array(zip(labels, elements)) }
    guard let classes = numerics(parts.map(\.value), at: loop.syntax, in: "the value of a loop") else { return nil }
    var outputs: [Output] = []
    for (part, numeric) in zip(parts, classes) {
      let common = agreement([numeric])
      guard let node = materialise(part.value, common.element, at: loop.syntax) else { return nil }
      let shape = Shape([loop.length] + graph.type(of: node).shape.dimensions)
      guard isManageable(shape, at: place(loop.syntax)) else { return nil }
      outputs.append(Output(node: node, firmness: common.firmness, label: part.label))
    }
    return outputs
  }

  private func value(_ nodes: [NodeID], _ outputs: [Output]) -> Value {
    let values = zip(nodes, outputs).map { Value.node($0, $1.firmness) }
    return values.count == 1 ? values[0] : values.isEmpty ? .absent : .tuple(values, labels: outputs.map(\.label))
  }

  /// In checking: stand-ins of the results' types.
  private mutating func typed(_ loop: LoopState, _ outputs: [Output]) -> Value {
    for carried in loop.carried {
      assign(carried.name.slot, .node(standIn(carried.type), carried.firmness), at: loop.syntax)
    }
    let stacks = outputs.map { output in
      let type = graph.type(of: output.node)
      return standIn(TensorType(type.element, Shape([loop.length] + type.shape.dimensions)))
    }
    return value(stacks, outputs)
  }

  /// In building: the scan.
  private mutating func built(_ loop: LoopState, _ nexts: [Value], _ outputs: [Output]) -> Value {
    setOrigin(loop.syntax)
    var starts: [NodeID] = []
    var roots: [NodeID] = []
    for (carried, next) in zip(loop.carried, nexts) {
      guard let start = fitted(carried.start, carried.type, at: carried.name.range),
        let node = fitted(next, carried.type, at: carried.name.range)
      else { return .invalid }
      starts.append(start)
      roots.append(node)
    }
    // A state that no step sets is what it was before.
    let states = loop.states.filter { nextStates[$0.path] != $0.input }
    for state in states {
      starts.append(state.start)
      roots.append(nextStates[state.path] ?? state.input)
    }
    roots += outputs.map(\.node)
    if roots.isEmpty { return .absent }
    // Inputs that stand for names of the step are no inputs of the loop.
    var replacements: [NodeID: NodeID] = [:]
    for observation in observations[loop.firstObservation...] { replacements[observation.input] = observation.value }
    for state in loop.states where nextStates[state.path] == state.input {
      replacements[state.input] = state.start
      nextStates[state.path] = state.start
    }
    roots = graph.substituting(replacements, in: roots)
    let reads = walkReads(of: loop, in: &roots)
    var (walked, isReversed) = sequences(of: loop)
    walked += reads
    if let counter = loop.counter {
      let numbers = graph.append(.iota, [], type: TensorType(.i64, Shape([loop.length])))
      walked.append(Walked(input: counter, sequence: numbers))
    }
    let before = loop.carried.map(\.input) + states.map(\.input)
    let (body, captured) = graph.outlined(roots, over: before + walked.map(\.input), named: "loop")
    var scan = ScanBuilder(
      body, starts: starts, sequences: walked.map(\.sequence), captured: captured, length: loop.length)
    scan.isReversed = isReversed
    let results = scan.append(to: &graph)
    for (carried, result) in zip(loop.carried, results.carried) {
      setName(spelling(of: carried.name), of: .node(result, carried.firmness))
      assign(carried.name.slot, .node(result, carried.firmness), at: loop.syntax)
    }
    for (state, result) in zip(states, results.carried.dropFirst(loop.carried.count)) {
      nextStates[state.path] = result
    }
    return value(isReversed ? results.outputs.map { graph.reversed($0) } : results.outputs, outputs)
  }

  /// A value in a type that it is promoted and broadcast to.
  private mutating func fitted(_ value: Value, _ type: TensorType, at range: SourceRange) -> NodeID? {
    guard let node = materialise(value, type.element, at: range) else { return nil }
    return graph.type(of: node) == type ? node : graph.append(.broadcast, [node], type: type)
  }
}
