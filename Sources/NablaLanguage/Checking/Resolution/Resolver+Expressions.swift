import NablaDiagnostics
import NablaGraph

/// The walk over expressions and statements.
extension Resolver {
  mutating func visit(_ id: SyntaxID) {
    if implicitRoutine == nil, let (a, b) = tree.operands(id) {
      steps.append(.visit(b))
      steps.append(.visit(a))
      return
    }
    switch tree.kind(id) {
    case .name: use(id, asFunction: false)
    case .call(let callee, let arguments): call(callee, arguments, piped: nil, at: id)
    case .pipe(let value, let function):
      if case .call(let callee, let arguments) = tree.kind(function) {
        call(callee, arguments, piped: value, at: id)
      } else {
        call(function, [], piped: value, at: id)
      }
    case .prime(let base):
      noteDepth()
      visitFunction(base)
    case .argument(_, let value): steps.append(.visit(value))
    case .member(let base, _): steps.append(.visit(base))
    case .comprehension(let element, let bindings):
      noteDepth()
      comprehension(element, bindings)
    case .loop(let bindings, _):
      noteDepth()
      loop(id, bindings)
    case .whereClause(let value, let definitions): whereClause(value, definitions)
    case .block(let statements): block(statements)
    default:
      for child in tree.children(id).reversed() {
        if implicitRoutine != nil, let name = tree.nameID(child) { operands.insert(name) }
        steps.append(.visit(child))
      }
    }
  }

  /// Visits an expression that stands for a function.
  private mutating func visitFunction(_ id: SyntaxID) {
    if tree.nameID(id) != nil { use(id, asFunction: true) } else { steps.append(.visit(id)) }
  }

  // MARK: Calls

  private mutating func call(
    _ callee: SyntaxID, _ arguments: ArraySlice<SyntaxID>, piped: SyntaxID?, at id: SyntaxID
  ) {
    let all = piped.map { [$0] + arguments } ?? Array(arguments)
    let sign = signOfCallee(callee)
    if let sign {
      unit.bindings[callee.index] = .builtin(sign)
      if !sign.isPlain { noteDepth() }
    } else {
      visitFunction(callee)
      reportMethod(callee, at: id)
    }
    switch unit.bindings[callee.index] {
    case .builtin(.derivative(let form)):
      if let piped { return pipeIntoDerivative(form, callee, arguments, piped, at: id) }
      // The names in the second argument are those of the function's parameters.
      for argument in (form.takesNames ? arguments.dropFirst(2) : arguments.dropFirst()).reversed() {
        steps.append(.visit(argument))
      }
      if let function = arguments.first { visitFunction(function) }
      return
    case .builtin(.diff): observe(all.dropFirst())
    case .function(let routine, _): handOn(all, to: Int(routine))
    default: break
    }
    if isLayer(unit.bindings[callee.index]), let current {
      layerCalls.append(LayerCall(routine: current, layer: tree.text(callee), callee: callee))
    }
    for argument in all.reversed() { steps.append(.visit(argument)) }
  }

  /// `x.sum()` of other languages: what is a function here takes the array.
  private mutating func reportMethod(_ callee: SyntaxID, at id: SyntaxID) {
    guard case .member(let base, let member) = tree.kind(callee), case let name = tree.name(of: member),
      !isModule(base),
      Builtin.named(name)?.isFunction ?? (library[name] != nil), name != "transpose"
    else { return }
    let arguments = tree.text(id).dropFirst(tree.text(callee).count).dropFirst().dropLast()
    let isShape = name == "reshape" && !arguments.hasPrefix("[")
    let rest = arguments.isEmpty ? "" : isShape ? ", [\(arguments)]" : ", \(arguments)"
    let call = "\(name)(\(tree.text(base))\(rest))"
    problems.report(
      Diagnostic(
        .member, "an array has 'T' and 'shape', not '\(name)': '\(name)' is a function, '\(name)(x)'",
        at: tree.range(callee), fixIt: call.utf8.count > 80 ? nil : .init(range: tree.range(id), replacement: call)))
  }

  /// Whether a name, perhaps with members, is that of another language's module.
  private func isModule(_ id: SyntaxID) -> Bool {
    var id = id
    while case .member(let base, _) = tree.kind(id) { id = base }
    return tree.nameID(id).map { ForeignName.isModule(tree.name($0)) } ?? false
  }

  /// `x |> grad(f)` would be `grad(x, f)`; what is meant is `grad(f)(x)`. The function is not looked at: it may well be
  /// the one that is being defined.
  private mutating func pipeIntoDerivative(
    _ form: DerivativeForm, _ callee: SyntaxID, _ arguments: ArraySlice<SyntaxID>, _ value: SyntaxID, at id: SyntaxID
  ) {
    unit.bindings[callee.index] = .none
    steps.append(.visit(value))
    let function = arguments.first.map { tree.text($0) } ?? "f"
    let derivative = "\(form.rawValue)(\(function))(\(tree.text(value)))"
    let isShort = derivative.utf8.count <= 80
    problems.report(
      Diagnostic(
        .pipeTarget,
        "'\(form.rawValue)' takes a function; its derivative is called \(isShort ? "'\(derivative)'" : "'grad(f)(x)'")",
        at: tree.range(id),
        fixIt: isShort && arguments.count == 1 ? .init(range: tree.range(id), replacement: derivative) : nil))
  }

  /// `√x` and `∂(e, x)` mean the built-in functions, whatever is declared.
  private func signOfCallee(_ callee: SyntaxID) -> Builtin? {
    guard case .name = tree.kind(callee), tree.range(callee).start < tree.source.endOffset,
      tree.source.utf8[tree.range(callee).start] == 0xE2
    else { return nil }
    switch tree.text(callee) {
    case "√": return .elementwise(.sqrt)
    case "∂": return .diff
    default: return nil
    }
  }

  /// The names that an expression is differentiated by. They are used as names, too.
  private mutating func observe(_ variables: ArraySlice<SyntaxID>) {
    for id in variables {
      guard let name = tree.nameID(id), case .name = tree.kind(id) else { continue }
      var found = meaning(name)
      if found == .undefined, declareImplicit(name, at: id) { found = meaning(name) }
      switch found {
      case .slot(let slot, let depth):
        unit.routines[surroundings[Int(depth)]].slots[Int(slot)].isObserved = true
      case .undefined, .faulty, .unknown: break
      default:
        problems.report(
          Diagnostic(
            .diffVariable,
            "'\(tree.name(name))' is not a parameter or local name: there is nothing to vary", at: tree.range(id)))
        setMeaning(.faulty, of: name)
        steps.append(.restore(undo.count - 1))
      }
    }
  }

  /// Notes parameters that are arguments of a call: they may have to be functions.
  private mutating func handOn(_ arguments: [SyntaxID], to callee: Int) {
    for (position, argument) in arguments.enumerated() {
      var value = argument
      var label: String?
      if case .argument(let binder, let inner) = tree.kind(argument) {
        (value, label) = (inner, tree.name(of: binder))
      }
      guard case .name(let name) = tree.kind(value), case .slot(let slot, let depth) = meaning(name) else { continue }
      let routine = surroundings[Int(depth)]
      guard unit.routines[routine].slots[Int(slot)].role == .parameter else { continue }
      handedOn.append(
        HandedOn(
          routine: routine, slot: Int(slot), callee: callee, position: label == nil ? position : nil, label: label))
    }
  }

  // MARK: Statements

  private mutating func block(_ statements: ArraySlice<SyntaxID>) {
    steps.append(.restore(undo.count))
    open(statements, isValue: true)
  }

  /// Visits the statements of a block, whose scope somebody else ends.
  ///
  /// - Parameter isValue: whether the last expression is used.
  mutating func open(_ statements: ArraySlice<SyntaxID>, isValue: Bool) {
    for id in isValue ? statements.dropLast() : statements {
      if case .value(let value) = tree.kind(id), let loop = loop(in: value) { unit.statementLoops.insert(loop) }
    }
    // Functions of a block may be called before they stand there.
    for id in statements {
      guard case .definition(let name, _, let body) = tree.kind(id) else { continue }
      declareLocalFunction(id, name, body)
    }
    for id in statements.reversed() { steps.append(.statement(id)) }
  }

  private mutating func declareLocalFunction(_ id: SyntaxID, _ binder: SyntaxID, _ body: SyntaxID) {
    guard let name = tree.nameID(binder) else { return }
    noteDepth()
    let routine = addRoutine(
      tree.name(name), .function, syntax: id, range: tree.range(id), body: body, parent: current)
    unit.bindings[binder.index] = .function(Int32(routine), up: 0)
    setMeaning(.function(Int32(routine), depth: depth), of: name)
  }

  mutating func statement(_ id: SyntaxID) {
    switch tree.kind(id) {
    case .value(let value): steps.append(.visit(value))
    case .assignment(_, let value), .destructuring(_, let value):
      steps.append(.declare(id))
      steps.append(.visit(value))
    case .variable(_, _, let type, let initial):
      steps.append(.declareVariable(id))
      if let initial { steps.append(.visit(initial)) }
      if case .type(_, let dimensions?) = tree.kind(type) {
        for dimension in dimensions.reversed() { steps.append(.visit(dimension)) }
      }
    case .definition(let name, _, _):
      if case .function(let routine, _) = unit.bindings[name.index] { steps.append(.openRoutine(Int(routine))) }
    default: break
    }
  }

  /// Makes the names of a statement or binding visible to what follows.
  mutating func declareLocal(_ id: SyntaxID) {
    switch tree.kind(id) {
    case .assignment(let name, _): declareAssigned(name, .local)
    case .destructuring(let names, _): for name in names { declareAssigned(name, .part) }
    case .binding(let name, _, _): _ = declare(name, .loop)
    default: break
    }
  }

  private mutating func declareAssigned(_ name: SyntaxID, _ role: Routine.Slot.Role) {
    let state = assignedState(name)
    guard let slot = declare(name, role), let state, let routine = current else { return }
    unit.routines[routine].slots[slot].variable = state
    unit.routines[routine].slots[slot].isUsed = true
  }

  // MARK: where

  /// All names of a `where` clause are visible in all of it.
  private mutating func whereClause(_ value: SyntaxID, _ clauses: ArraySlice<SyntaxID>) {
    let isLoop = if case .loop = tree.kind(value) { true } else { false }
    if isLoop {
      let own = clauses.flatMap { binders(of: $0) }.compactMap { tree.nameID($0) }
      steps.append(.keepCarried(value, besides: Set(own)))
    }
    steps.append(.restore(undo.count))
    var known: [NameID: SourceRange] = [:]
    for id in clauses {
      for binder in binders(of: id) {
        guard let name = tree.nameID(binder) else { continue }
        if let first = known[name] { reportDuplicate(binder, first: first) }
        known[name] = tree.range(binder)
      }
      switch tree.kind(id) {
      case .assignment(let name, let value): declareClause(id, [name], value)
      case .destructuring(let names, let value): declareClause(id, names, value)
      case .definition(let name, _, let body):
        declareLocalFunction(id, name, body)
        if case .function(let routine, _) = unit.bindings[name.index] { steps.append(.openRoutine(Int(routine))) }
      default: break
      }
    }
    // What a loop carries is no part of the clause.
    if isLoop { steps.append(.restore(undo.count)) }
    steps.append(.visit(value))
  }

  private func binders(of clause: SyntaxID) -> ArraySlice<SyntaxID> {
    switch tree.kind(clause) {
    case .assignment(let name, _), .definition(let name, _, _): [name]
    case .destructuring(let names, _): names
    default: []
    }
  }

  private mutating func declareClause(_ id: SyntaxID, _ names: ArraySlice<SyntaxID>, _ value: SyntaxID) {
    let spelled = names.map { tree.name(of: $0) }.joined(separator: ", ")
    let definition = addDefinition(
      Definition(name: spelled, range: tree.range(id), content: .clause(id), parent: definitionStack.last))
    for name in names {
      guard let slot = declare(name, names.count == 1 ? .local : .part), let routine = current else { continue }
      definitionOfSlot[SlotPlace(routine: routine, slot: slot)] = definition
    }
    steps.append(.closeDefinition)
    steps.append(.visit(value))
    steps.append(.openDefinition(definition))
  }
}
