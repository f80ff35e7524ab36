import NablaDiagnostics

/// A name that a loop carries from step to step.
struct CarriedName: Sendable {
  /// The name's place in the loop and after it.
  let slot: Int
  /// What the name means before the loop.
  let start: Binding
  /// Its place at the end of a step: where the last assignment put it.
  var end: Int
  /// The first assignment.
  let range: SourceRange
}

/// Comprehensions and loops.
extension Resolver {
  mutating func comprehension(_ element: SyntaxID, _ bindings: ArraySlice<SyntaxID>) {
    loopDepth += 1
    steps.append(.leaveLoop)
    steps.append(.restore(undo.count))
    steps.append(.visit(element))
    for binding in bindings.reversed() {
      steps.append(.declare(binding))
      for source in tree.children(binding).dropFirst().reversed() { steps.append(.visit(source)) }
    }
  }

  /// The loop that a statement is, its `where` clause left aside.
  func loop(in value: SyntaxID) -> SyntaxID? {
    switch tree.kind(value) {
    case .loop: return value
    case .whereClause(let inner, _): return loop(in: inner)
    default: return nil
    }
  }

  /// A loop's sources are looked at first; its names are those of the body, and what it carries lives on behind it.
  mutating func loop(_ id: SyntaxID, _ bindings: ArraySlice<SyntaxID>) {
    steps.append(.openLoop(id))
    for binding in bindings.reversed() {
      for source in tree.children(binding).dropFirst().reversed() { steps.append(.visit(source)) }
    }
  }

  mutating func openLoop(_ id: SyntaxID) {
    guard case .loop(let bindings, let body) = tree.kind(id), case .block(let statements) = tree.kind(body) else {
      return
    }
    declareCarried(by: id, bindings, statements)
    loopDepth += 1
    steps.append(.leaveLoop)
    steps.append(.restore(undo.count))
    steps.append(.closeLoop(id))
    for binding in bindings { declareLocal(binding) }
    open(statements, isValue: !unit.statementLoops.contains(id))
  }

  /// Names that are bound outside and assigned inside.
  private mutating func declareCarried(
    by id: SyntaxID, _ bindings: ArraySlice<SyntaxID>, _ statements: ArraySlice<SyntaxID>
  ) {
    guard let routine = current else { return }
    var seen = Set(bindings.compactMap { tree.children($0).first.flatMap { tree.nameID($0) } })
    var carried: [CarriedName] = []
    for binder in assignedNames(in: statements) {
      guard let name = tree.nameID(binder), seen.insert(name).inserted else { continue }
      let start: Binding
      switch meaning(name) {
      case .slot(let slot, let declared):
        start = .slot(slot, up: depth - declared)
        let owner = surroundings[Int(declared)]
        unit.routines[owner].slots[Int(slot)].isUsed = true
        if let definition = definitionOfSlot[SlotPlace(routine: owner, slot: Int(slot))] {
          mention(definition, at: binder)
        }
      case .constant(let constant, let part):
        start = .constant(constant, part: part)
        mention(definitionOfRoutine[Int(constant)], at: binder)
      default: continue
      }
      let state = assignedState(binder)
      let slot = addSlot(name, .loop, tree.range(binder), in: routine)
      // What a loop carries of a state is the state's next value behind it.
      unit.routines[routine].slots[slot].variable = state
      setMeaning(.slot(Int32(slot), depth: depth), of: name)
      carried.append(CarriedName(slot: slot, start: start, end: slot, range: tree.range(binder)))
    }
    unit.loops[id] = carried
  }

  /// The binders of a body's assignments, those of the loops in it included, in order.
  private func assignedNames(in statements: ArraySlice<SyntaxID>) -> [SyntaxID] {
    var names: [SyntaxID] = []
    var work = Array(statements.reversed())
    while let id = work.popLast() {
      switch tree.kind(id) {
      case .assignment(let name, let value):
        names.append(name)
        work.append(value)
      case .destructuring(let binders, let value):
        names += binders
        work.append(value)
      case .value(let value): work.append(value)
      case .whereClause(let value, _): work.append(value)
      case .loop(_, let body):
        if case .block(let inner) = tree.kind(body) { work += inner.reversed() }
      default: break
      }
    }
    return names
  }

  /// The statements of a body have been looked at: where do the carried names stand now?
  mutating func closeLoop(_ id: SyntaxID) {
    guard let routine = current, var carried = unit.loops[id] else { return }
    for index in carried.indices {
      let name = unit.routines[routine].slots[carried[index].slot].name
      if case .slot(let slot, depth) = meaning(name) { carried[index].end = Int(slot) }
    }
    unit.loops[id] = carried
  }
  mutating func keepCarried(by id: SyntaxID, besides hidden: Set<NameID>) {
    guard let routine = current else { return }
    for carried in unit.loops[id] ?? [] {
      let name = unit.routines[routine].slots[carried.slot].name
      if !hidden.contains(name) { setMeaning(.slot(Int32(carried.slot), depth: depth), of: name) }
    }
  }
}
