import NablaDiagnostics
import NablaGraph

/// The values of names.
extension Lowering {
  mutating func name(_ id: SyntaxID) {
    switch unit.binding(id) {
    case .none: push(.invalid)
    case .builtin(let builtin): push(value(of: builtin))
    case .library(let index):
      push(.function(functions.intern(.routine(unit: Lowering.libraryUnit, index: Int(index), frame: -1, serial: 0))))
    case .function(let index, let up):
      let surroundings = up < 0 ? -1 : ancestor(Int(up))
      let serial = surroundings < 0 ? 0 : frames[surroundings].edition
      let current = frame < 0 ? Lowering.programUnit : frames[frame].unit
      push(
        .function(
          functions.intern(.routine(unit: current, index: Int(index), frame: surroundings, serial: serial))))
    case .constant(let routine, let part): constant(Int(routine), part: Int(part), at: id)
    case .slot(let index, let up): slot(Int(index), up: Int(up), at: id)
    }
  }

  /// The frame `up` functions out.
  func ancestor(_ up: Int) -> Int {
    var index = frame
    for _ in 0..<up where index >= 0 { index = frames[index].parent }
    return index
  }

  private mutating func slot(_ slot: Int, up: Int, at id: SyntaxID) {
    let owner = ancestor(up)
    guard owner >= 0 else { return push(.invalid) }
    let value = slots[frames[owner].base + slot]
    switch value {
    case .pending(let definition):
      // Evaluates the definition in its frame, then asks again.
      tasks.append(.evaluate(id))
      demand(definition, in: owner)
    case .absent:
      report(.usedBeforeDefinition, "'\(tree.text(id))' is used before it has a value", at: id)
      push(.invalid)
    default: push(value)
    }
  }

  /// Evaluates a definition of a `where` clause that somebody asks for: in its own frame, and surrounded by the loops and
  /// comprehensions that the clause stands in, not by those that ask.
  mutating func demand(_ definition: SyntaxID, in owner: Int) {
    tasks.append(.surround(surroundings))
    tasks.append(.enter(frame))
    surroundings = frames[owner].definitionSurroundings[definition] ?? []
    enter(owner)
    startDefinition(definition)
  }

  /// A constant of the program is evaluated when it is first asked for.
  private mutating func constant(_ routine: Int, part: Int, at id: SyntaxID) {
    let definition = unit.routines[routine]
    if definition.isFaulty { return push(.invalid) }
    guard let value = constants[routine] else {
      tasks.append(.evaluate(id))
      tasks.append(.surround(surroundings))
      surroundings = []
      pushFrame(
        unit: Lowering.programUnit, routine: routine, parent: -1, purpose: .constant(routine), site: nil)
      tasks.append(.leave)
      tasks.append(.evaluate(definition.body))
      return
    }
    if part < 0 {
      if case .tuple = value {
        report(.tuple, "'\(definition.name)' is a tuple: a tuple needs a name for each part", at: definition.range)
        return push(.invalid)
      }
      setName(definition.name, of: value)
      return push(value)
    }
    guard case .destructuring(let names, let body) = tree.kind(definition.syntax) else { return push(.invalid) }
    let parts = parts(of: value, count: names.count, at: body)
    push(part < parts.count ? parts[part] : .invalid)
  }

  private mutating func value(of builtin: Builtin) -> Value {
    switch builtin {
    case .pi: .number(.pi)
    case .e: .number(.e)
    case .infinity: .number(.infinity)
    case .notANumber: .number(.nan)
    case .yes: .boolean(true)
    case .no: .boolean(false)
    case .training: .boolean(options.training)
    case .newaxis: .newaxis
    case .leading: .leadingAxes
    case .place: .sizes(SizeArray(initialContexts.last?.variable.type.shape ?? .scalar))
    case .elementwise(let f): .function(functions.intern(.elementwise(f)))
    case .reduction(let reduction): .function(functions.intern(.reduction(reduction)))
    case .derivative, .diff, .stop, .extent, .einsum, .primitive:
      .function(functions.intern(.builtin(builtin)))
    }
  }

  /// Gives a name of the current frame its value. A name that an expression is differentiated by gets a fresh input
  /// that stands for the value until the frame is left.
  mutating func setSlot(_ slot: Int, _ value: Value) {
    let place = frames[frame].base + slot
    let declaration = unit.routines[frames[frame].routine].slots[slot]
    guard declaration.isObserved, let (node, firmness) = observable(value, at: declaration.range) else {
      slots[place] = value
      return
    }
    if mode == .check {
      slots[place] = .node(standIn(graph.type(of: node)), firmness)
      return
    }
    let name = tree.name(declaration.name)
    let input = graph.parameter(name, graph.type(of: node))
    observations.append(Observation(input: input, value: node, serial: frames[frame].serial))
    slots[place] = .node(input, firmness)
  }

  /// A value that derivatives can be taken by, as a node.
  private mutating func observable(_ value: Value, at range: SourceRange) -> (NodeID, Firmness)? {
    switch value {
    case .number(let constant): return (graph.constant(constant, options.floatType), .weakReal)
    case .sizes(let array):
      // Exact integers always have a place in a float.
      return materialise(.sizes(array), options.floatType, at: range).map { ($0, .weakReal) }
    case .node(let id, let firmness):
      if graph.type(of: id).element.isFloat { return (id, firmness == .firm ? .firm : .weakReal) }
      return nil
    default: return nil
    }
  }
}
