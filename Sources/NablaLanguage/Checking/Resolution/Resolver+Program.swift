import NablaDiagnostics

/// Declarations at the top of a program and the headers of functions.
extension Resolver {
  mutating func declareProgram() {
    guard tree.count > 0, case .program(let items) = tree.kind(tree.root) else { return }
    if items.count == 1, let item = items.first, case .value(let expression) = tree.kind(item) {
      let routine = addRoutine(
        "f", .function, syntax: item, range: tree.range(item), body: expression)
      implicitRoutine = routine
      unit.functions["f"] = routine
      unit.programOrder = [routine]
    } else {
      for item in items { declare(item: item) }
    }
    for routine in unit.routines.indices.reversed() {
      steps.append(.openRoutine(routine))
    }
  }

  private mutating func declare(item: SyntaxID) {
    switch tree.kind(item) {
    case .definition(let name, _, let body):
      let routine = addRoutine(
        tree.name(of: name), .function, syntax: item, range: tree.range(item), body: body)
      unit.programOrder.append(routine)
      if declareGlobal(name, .function(Int32(routine), depth: -1)) { unit.functions[tree.name(of: name)] = routine }
    case .layer(let definition):
      guard case .definition(let name, _, let body) = tree.kind(definition) else { return }
      let routine = addRoutine(
        tree.name(of: name), .layer, syntax: definition, range: tree.range(item), body: body)
      if declareGlobal(name, .function(Int32(routine), depth: -1)), isLibrary {
        unit.functions[tree.name(of: name)] = routine
        unit.programOrder.append(routine)
      }
    case .assignment(let name, let value):
      let routine = addRoutine(
        tree.name(of: name), .constant, syntax: item, range: tree.range(name), body: value)
      _ = declareGlobal(name, .constant(Int32(routine), part: -1))
    case .destructuring(let names, let value):
      let joined = names.map { tree.name(of: $0) }.joined(separator: ", ")
      let routine = addRoutine(joined, .constant, syntax: item, range: tree.range(item), body: value)
      for (part, name) in names.enumerated() {
        _ = declareGlobal(name, .constant(Int32(routine), part: Int32(part)))
      }
    default: break
    }
  }

  /// Declares a name of the program, unless it is declared already.
  private mutating func declareGlobal(_ binder: SyntaxID, _ new: Meaning) -> Bool {
    guard let name = tree.nameID(binder) else { return false }
    switch meanings[name.index] {
    case .function(let known, _), .constant(let known, _):
      reportDuplicate(binder, first: unit.routines[Int(known)].range)
      return false
    default:
      meanings[name.index] = new
      return true
    }
  }

  func duplicate(_ binder: SyntaxID, first: SourceRange) -> Diagnostic {
    Diagnostic(
      .duplicateDefinition, "'\(tree.name(of: binder))' is defined twice", at: tree.range(binder),
      notes: [.note(.duplicateDefinition, "first defined here", at: first)])
  }

  mutating func reportDuplicate(_ binder: SyntaxID, first: SourceRange) {
    problems.report(duplicate(binder, first: first))
  }

  // MARK: Functions

  /// How many functions may stand inside one another.
  private static var nestingLimit: Int { 256 }

  /// Enters a routine: declares its header, then visits defaults, dimensions and body.
  mutating func open(_ routine: Int) {
    surroundings.append(routine)
    definitionStack.append(definitionOfRoutine[routine])
    steps.append(.closeRoutine)
    if surroundings.count > Resolver.nestingLimit {
      unit.routines[routine].isFaulty = true
      problems.report(
        Diagnostic(
          .nestingLimit, "more than \(Resolver.nestingLimit) functions inside one another",
          at: unit.routines[routine].range))
      return
    }
    steps.append(.restore(undo.count))
    steps.append(.visit(unit.routines[routine].body))
    guard case .definition(_, let parameters, _) = tree.kind(unit.routines[routine].syntax) else { return }
    declareParameters(parameters, of: routine)
    declareDimensions(of: routine)
    for parameter in unit.routines[routine].parameters.reversed() {
      if let initial = parameter.initial { steps.append(.visit(initial)) }
    }
  }

  private mutating func declareParameters(_ parameters: ArraySlice<SyntaxID>, of routine: Int) {
    for id in parameters {
      guard case .parameter(let binder, let type, let initial) = tree.kind(id), let name = tree.nameID(binder) else {
        unit.routines[routine].isFaulty = true
        continue
      }
      if let first = parameter(name, of: routine) {
        problems.report(
          Diagnostic(
            .duplicateParameter, "the parameter '\(tree.name(name))' is declared twice", at: tree.range(binder),
            notes: [.note(.duplicateParameter, "first declared here", at: first.range)]))
        unit.routines[routine].isFaulty = true
        continue
      }
      guard let slot = declare(binder, .parameter) else { continue }
      var parameter = Routine.Parameter(
        name: tree.name(name), slot: slot, type: type, initial: initial, range: tree.range(binder))
      classify(&parameter, of: routine)
      unit.routines[routine].parameters.append(parameter)
    }
  }

  /// The parameter of that name that the current routine has declared already.
  private func parameter(_ name: NameID, of routine: Int) -> Routine.Slot? {
    guard case .slot(let slot, depth) = meanings[name.index] else { return nil }
    let known = unit.routines[routine].slots[Int(slot)]
    return known.role == .parameter ? known : nil
  }

  /// Reads off the header what a parameter takes.
  private mutating func classify(_ parameter: inout Routine.Parameter, of routine: Int) {
    if let type = parameter.type, case .type(let element, let dimensions) = tree.kind(type) {
      parameter.hasDimensions = dimensions.map { !$0.isEmpty } ?? false
      guard let element else { return }
      switch tree.name(of: element) {
      case "size" where dimensions == nil: parameter.kind = .size
      case "option" where dimensions == nil && isLibrary: parameter.kind = .option
      case let name where ElementName.type(name) != nil: break
      case let name:
        unit.routines[routine].isFaulty = true
        let known = ElementName.all + ["size"]
        let suggestion = ElementName.counterpart(name) ?? Suggestion.nearest(to: name, among: known)
        problems.report(
          Diagnostic(
            .elementName, "there is no type '\(name)'; the types are \(known.joined(separator: ", "))",
            at: tree.range(element), fixIt: suggestion.map { .init(range: tree.range(element), replacement: $0) }))
      }
    } else if parameter.type != nil {
      unit.routines[routine].isFaulty = true
    } else if let initial = parameter.initial, isFunctionForm(initial) {
      parameter.kind = .function
    } else if let initial = parameter.initial, case .string = tree.kind(initial) {
      parameter.kind = .option
    }
  }

  /// Whether an expression is a function by its form: a function's name, primes, `grad(f)`.
  private mutating func isFunctionForm(_ id: SyntaxID) -> Bool {
    switch tree.kind(id) {
    case .name(let name): return meaning(name).isFunction
    case .prime: return true
    case .call(let callee, _):
      guard case .name(let name) = tree.kind(callee), case .builtin(.derivative) = meaning(name) else { return false }
      return true
    default: return false
    }
  }

  /// A bare name among the dimensions binds, an expression is checked; a `size` parameter may be used as a dimension.
  private mutating func declareDimensions(of routine: Int) {
    for (position, parameter) in unit.routines[routine].parameters.enumerated() {
      guard let type = parameter.type, case .type(_, let dimensions?) = tree.kind(type) else { continue }
      for dimension in dimensions {
        guard case .name(let name) = tree.kind(dimension) else {
          if case .ellipsis = tree.kind(dimension) {} else { steps.append(.visit(dimension)) }
          continue
        }
        switch meaning(name) {
        case .slot(let slot, depth):
          unit.bindings[dimension.index] = .slot(slot, up: 0)
          let known = unit.routines[routine].slots[Int(slot)]
          if known.role == .parameter { useAsDimension(Int(slot), dimension, of: routine) }
        default:
          let slot = addSlot(name, .dimension, tree.range(dimension), owner: position, in: routine)
          unit.bindings[dimension.index] = .slot(Int32(slot), up: 0)
          setMeaning(.slot(Int32(slot), depth: depth), of: name)
        }
      }
    }
  }

  private mutating func useAsDimension(_ slot: Int, _ dimension: SyntaxID, of routine: Int) {
    unit.routines[routine].slots[slot].isUsed = true
    guard let owner = unit.routines[routine].parameters.first(where: { $0.slot == slot }), owner.kind != .size else {
      return
    }
    unit.routines[routine].isFaulty = true
    problems.report(
      Diagnostic(
        .duplicateParameter, "'\(owner.name)' is both a parameter and a dimension", at: tree.range(dimension),
        notes: [.note(.duplicateParameter, "the parameter; a size is declared '\(owner.name): size'", at: owner.range)])
    )
  }
}
