import NablaDiagnostics
import NablaGraph

/// The walk over expressions and statements.
extension Lowering {
  /// Starts an expression: pushes its value, or the tasks that will.
  mutating func evaluate(_ id: SyntaxID) {
    if let (a, b) = tree.operands(id) {
      tasks.append(.finish(id))
      tasks.append(.evaluate(b))
      tasks.append(.evaluate(a))
      return
    }
    switch tree.kind(id) {
    case .number, .superscript: push(number(id))
    case .string: push(.string(tree.string(id)))
    case .name: name(id)
    case .call, .pipe: startCall(id)
    case .index(let base, let indices): startIndex(id, base, indices)
    case .chain, .prefix, .tuple, .list:
      tasks.append(.finish(id))
      for child in tree.children(id).reversed() { tasks.append(.evaluate(child)) }
    case .prime(let base), .member(let base, _):
      tasks.append(.finish(id))
      tasks.append(.evaluate(base))
    case .conditional(let condition, _, _):
      tasks.append(.branch(id))
      tasks.append(.evaluate(condition))
    case .whereClause(let value, let definitions): startWhere(value, definitions)
    case .block(let statements): startBlock(statements)
    case .comprehension: startComprehension(id)
    case .loop: startLoop(id)
    default: push(.invalid)
    }
  }

  /// Ends an expression whose parts are on the value stack.
  mutating func finish(_ id: SyntaxID) {
    if let infix = tree.infix(id) {
      let b = pop()
      let a = pop()
      return push(self.infix(infix, a, b, at: id))
    }
    switch tree.kind(id) {
    case .chain(let operands, let operators):
      let values = pop(operands.count)
      push(chain(values, operators, at: id))
    case .prefix(let prefix, _): push(self.prefix(prefix, pop(), at: id))
    case .prime: push(prime(pop(), at: id))
    case .member(_, let member): push(self.member(pop(), tree.name(of: member), at: id))
    case .tuple(let elements): push(tuple(pop(elements.count), elements, at: id))
    case .list(let elements): push(list(pop(elements.count), at: id))
    case .index(_, let indices): finishIndex(id, indices)
    case .call, .pipe: finishCall(id)
    default: push(.invalid)
    }
  }

  private mutating func number(_ id: SyntaxID) -> Value {
    if let value = NumberLiteral.value(tree.number(id)) { return .number(value) }
    report(.sizeLimit, "a number has at most \(NumberLiteral.digitLimit) digits", at: id)
    return .invalid
  }

  private mutating func tuple(_ values: [Value], _ elements: ArraySlice<SyntaxID>, at id: SyntaxID) -> Value {
    if values.contains(.invalid) { return .invalid }
    for (value, element) in zip(values, elements) {
      switch value {
      case .number, .boolean, .size, .sizes, .node: continue
      case .tuple:
        report(.tuple, "a tuple may not stand in a tuple", at: element)
        return .invalid
      default:
        report(.notNumber, "an element of a tuple is a number or array, not \(describe(value))", at: element)
        return .invalid
      }
    }
    return .tuple(values, labels: labels(of: elements))
  }

  /// The names of a tuple's elements where each is a name of its own, else their positions.
  private func labels(of elements: ArraySlice<SyntaxID>) -> [String] {
    let names = elements.map { id -> String in
      if case .name(let name) = tree.kind(id) { tree.name(name) } else { "" }
    }
    if !names.contains(""), Set(names).count == names.count { return names }
    return elements.indices.map { "\($0 - elements.startIndex)" }
  }

  // MARK: Statements

  ///
  /// - Parameter isValue: whether the block has a value; the steps of a loop need none.
  mutating func startBlock(_ statements: ArraySlice<SyntaxID>, isValue: Bool = true) {
    startLocalChecks(statements)
    var isLast = true
    for id in statements.reversed() {
      switch tree.kind(id) {
      case .value(let value):
        if !isLast { tasks.append(.discard) }
        tasks.append(.evaluate(value))
      case .assignment(_, let value), .destructuring(_, let value):
        if isLast { push(isValue ? .invalid : .absent) }
        tasks.append(.bind(id))
        tasks.append(.evaluate(value))
      case .variable:
        if isLast { push(.invalid) }
        startVariable(id)
      default:
        if isLast { push(isValue ? .invalid : .absent) }
      }
      isLast = false
    }
    if isLast { push(isValue ? .invalid : .absent) }
  }

  private mutating func startWhere(_ value: SyntaxID, _ definitions: ArraySlice<SyntaxID>) {
    for id in definitions {
      let start: Value = unit.faultyDefinitions.contains(id) ? .invalid : .pending(id)
      for slot in declaredSlots(id) { slots[frames[frame].base + slot] = start }
      if !surroundings.isEmpty { frames[frame].definitionSurroundings[id] = surroundings }
    }
    startLocalChecks(definitions)
    // Checking looks at what nobody asks for, too.
    if looksAtAll { for id in definitions.reversed() { tasks.append(.force(id)) } }
    tasks.append(.evaluate(value))
  }

  /// Checking looks at functions that nobody calls, too, once all names of their surroundings have values.
  private mutating func startLocalChecks(_ definitions: ArraySlice<SyntaxID>) {
    guard mode == .check else { return }
    for id in definitions.reversed() {
      guard case .definition(let name, _, _) = tree.kind(id), case .function(let routine, _) = unit.binding(name),
        !unit.routines[Int(routine)].isMentioned
      else { continue }
      tasks.append(.checkLocal(Int(routine)))
    }
  }

  private func declaredSlots(_ id: SyntaxID) -> [Int] {
    switch tree.kind(id) {
    case .assignment(let name, _): unit.slot(of: name).map { [$0] } ?? []
    case .destructuring(let names, _): names.compactMap { unit.slot(of: $0) }
    default: []
    }
  }

  mutating func force(_ id: SyntaxID) {
    guard let slot = declaredSlots(id).first, slots[frames[frame].base + slot] == .pending(id) else { return }
    hasForced = true
    startDefinition(id)
  }

  /// Evaluates a definition of a `where` clause of the current frame.
  mutating func startDefinition(_ id: SyntaxID) {
    for slot in declaredSlots(id) { slots[frames[frame].base + slot] = .absent }
    switch tree.kind(id) {
    case .assignment(_, let value), .destructuring(_, let value):
      tasks.append(.bind(id))
      tasks.append(.evaluate(value))
    default: break
    }
  }

  /// Gives the names of a statement their values.
  mutating func bind(_ id: SyntaxID) {
    let value = pop()
    switch tree.kind(id) {
    case .assignment(let name, let definition):
      guard let slot = unit.slot(of: name) else { return }
      var bound = value
      if case .tuple = value {
        report(.tuple, "a tuple needs a name for each part: '(a, b) = …'", at: definition)
        bound = .invalid
      }
      setName(tree.name(of: name), of: bound)
      assign(slot, bound, at: definition)
    case .destructuring(let names, let definition):
      let parts = parts(of: value, count: names.count, at: definition)
      for (name, part) in zip(names, parts) {
        guard let slot = unit.slot(of: name) else { continue }
        setName(tree.name(of: name), of: part)
        assign(slot, part, at: definition)
      }
    default: break
    }
  }

  /// An assignment to the name of a state gives it its next value.
  mutating func assign(_ slot: Int, _ value: Value, at id: SyntaxID) {
    let state = unit.routines[frames[frame].routine].slots[slot].variable
    setSlot(slot, state.map { setState($0, to: value, at: id) } ?? value)
  }

  /// The elements of a tuple; invalid ones where it is none, or of another length.
  mutating func parts(of value: Value, count: Int, at id: SyntaxID) -> [Value] {
    if case .tuple(let elements, _) = value, elements.count == count { return elements }
    if !value.isInvalid {
      report(.tuple, "\(count) names need a tuple of \(count), not \(describe(value))", at: id)
    }
    return Array(repeating: .invalid, count: count)
  }
}
