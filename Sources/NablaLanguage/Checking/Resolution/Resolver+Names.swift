import NablaDiagnostics

/// Uses of names.
extension Resolver {
  mutating func use(_ id: SyntaxID, asFunction: Bool) {
    guard let name = tree.nameID(id) else { return }
    var found = meaning(name)
    if !asFunction, found == .undefined || found.isLibrary && operands.contains(name), declareImplicit(name, at: id) {
      found = meaning(name)
    }
    switch found {
    case .unknown, .faulty: break
    case .undefined: reportUndefined(name, at: id, asFunction: asFunction)
    case .builtin(let builtin):
      unit.bindings[id.index] = .builtin(builtin)
      if !builtin.isPlain { noteDepth() }
    case .library(let routine):
      unit.bindings[id.index] = .library(routine)
      noteDepth()
    case .function(let routine, let declared):
      noteDepth()
      unit.bindings[id.index] = .function(routine, up: declared < 0 ? -1 : depth - declared)
      unit.routines[Int(routine)].isMentioned = true
      mention(definitionOfRoutine[Int(routine)], at: id)
    case .constant(let routine, let part):
      noteDepth()
      unit.bindings[id.index] = .constant(routine, part: part)
      mention(definitionOfRoutine[Int(routine)], at: id)
    case .slot(let slot, let declared):
      unit.bindings[id.index] = .slot(slot, up: depth - declared)
      let routine = surroundings[Int(declared)]
      unit.routines[routine].slots[Int(slot)].isUsed = true
      if let definition = definitionOfSlot[SlotPlace(routine: routine, slot: Int(slot))] {
        mention(definition, at: id)
      }
      if asFunction { noteCall(ofSlot: Int(slot), in: routine, at: id) }
    }
  }

  /// The routines around the current place hold more than operators.
  mutating func noteDepth() {
    for routine in surroundings { unit.routines[routine].isPlain = false }
  }

  mutating func mention(_ definition: Int, at id: SyntaxID) {
    guard let user = definitionStack.last else { return }
    definitions[user].mentions.append(.init(definition: definition, range: tree.range(id)))
  }

  /// A parameter without type that the body calls is a function parameter.
  private mutating func noteCall(ofSlot slot: Int, in routine: Int, at id: SyntaxID) {
    guard unit.routines[routine].slots[slot].role == .parameter,
      let position = unit.routines[routine].parameters.firstIndex(where: { $0.slot == slot }),
      unit.routines[routine].parameters[position].type == nil
    else { return }
    unit.routines[routine].parameters[position].kind = .function
    if unit.routines[routine].parameters[position].callRange == nil {
      unit.routines[routine].parameters[position].callRange = tree.range(id)
    }
  }

  /// Makes a free name of a bare expression a parameter.
  mutating func declareImplicit(_ name: NameID, at id: SyntaxID) -> Bool {
    guard let routine = implicitRoutine else { return false }
    let slot = addSlot(name, .parameter, tree.range(id), in: routine)
    unit.routines[routine].parameters.append(
      Routine.Parameter(
        name: tree.name(name), slot: slot, type: nil, initial: nil, range: tree.range(id)))
    meanings[name.index] = .slot(Int32(slot), depth: 0)
    return true
  }

  // MARK: Undefined names

  /// Reports the first use in each function.
  private mutating func reportUndefined(_ name: NameID, at id: SyntaxID, asFunction: Bool) {
    guard reported.insert(Reported(routine: current, name: name)).inserted,
      problems.diagnostics.count < ProblemList.limit
    else { return }
    let spelling = tree.name(name)
    let range = tree.range(id)
    // A constant is no help for what is missing in it.
    let constant = current.flatMap { unit.routines[$0].role == .constant ? unit.routines[$0].name : nil }
    var visible: [(name: String, meaning: Meaning)] = []
    for index in meanings.indices {
      switch meanings[index] {
      case .unknown, .undefined, .faulty, .builtin, .library: continue
      case _ where tree.names[index] == constant: continue
      case let meaning: visible.append((tree.names[index], meaning))
      }
    }
    if let problem = foreign(spelling, at: range) { return problems.report(problem) }
    let factors = Set(visible.filter { $0.meaning.isValue }.map(\.name)).union(["pi", "π"])
    if let product = Suggestion.product(spelling, of: factors) {
      let text = product.joined(separator: "*")
      let isOperand = asFunction ? "\(text)*" : text
      problems.report(
        Diagnostic(
          .undefinedName, "'\(spelling)' is not defined; a product is written '\(text)'", at: range,
          fixIt: .init(range: range, replacement: isOperand)))
      return
    }
    let isFit = { (meaning: Meaning) in asFunction ? meaning.isFunction : meaning.isValue }
    let fitting = visible.filter { isFit($0.meaning) }.map(\.name)
    let builtins = Builtin.names.filter { name in
      Builtin.named(name).map { isFit(.builtin($0)) } ?? false
    }
    // A function where a value is wanted is a misspelt argument, at most one letter off, and not one of two.
    let words = Builtin.names + library.keys.filter { $0.utf8.count > 2 }
    let known = visible.filter { isFit($0.meaning) || $0.name.utf8.count > 2 }.map(\.name)
    let nearest =
      Suggestion.nearest(to: spelling, among: fitting + builtins + (asFunction ? Array(library.keys) : []))
      ?? Suggestion.nearest(to: spelling, among: known + words, within: 1)
    let advice = nearest.map { "; did you mean '\($0)'?" } ?? ""
    let what = asFunction ? "there is no function '\(spelling)'" : "'\(spelling)' is not defined"
    var notes: [Diagnostic] = []
    if let constant, let current, !asFunction, advised.insert(current).inserted {
      let text = "'\(constant)' has no parameters; a function names them: '\(constant)(\(spelling), …) = …'"
      notes.append(Diagnostic(CheckProblem.undefinedName.id, .note, text))
    }
    problems.report(
      Diagnostic(
        .undefinedName, what + advice, at: range, notes: notes,
        fixIt: nearest.map { .init(range: range, replacement: $0) }))
  }

  /// Behind the last point of `torch.nn.functional.relu`.
  private func moduleEnd(from start: Int) -> Int {
    let bytes = tree.source.utf8
    var end = start + 1
    while true {
      var next = end
      while next < bytes.count, NameCharacter.continues(bytes[next]) { next += 1 }
      guard next > end, next < bytes.count, bytes[next] == UInt8(ascii: ".") else { return end }
      end = next + 1
    }
  }

  /// A name of another language or of a module: how it is written here.
  private func foreign(_ name: String, at range: SourceRange) -> Diagnostic? {
    guard let advice = ForeignName.advice(name) else { return nil }
    let bytes = tree.source.utf8
    let isMember = range.end < bytes.count && bytes[range.end] == UInt8(ascii: ".")
    if ForeignName.isModule(name) != isMember { return nil }
    var fix: Diagnostic.FixIt?
    if isMember {
      fix = Diagnostic.FixIt(range: SourceRange(range.start, moduleEnd(from: range.end)), replacement: "")
    } else if name == "T", range.start > 0, bytes[range.start - 1] == UInt8(ascii: "^") {
      fix = Diagnostic.FixIt(range: SourceRange(range.start - 1, range.end), replacement: ".T")
    }
    return Diagnostic(.undefinedName, "'\(name)' is not defined; \(advice)", at: range, fixIt: fix)
  }
}
