import NablaDiagnostics
import NablaGraph

/// Layers: functions that own variables. Each place of the text that calls a layer owns one set, under a path.
extension Lowering {
  /// What is saved while the start of a variable is evaluated.
  struct InitialContext {
    let variable: LayerVariable
    let effects: Effects
    let callPath: UInt64
    let surroundings: [Repetition]
  }

  // MARK: Paths

  /// The path of a layer that is called at a place of the current function; `nil` after a report.
  mutating func path(ofLayer name: String, at id: SyntaxID) -> String? {
    guard let callee = callParts(id)?.callee, let number = unit.layerNumbers[callee] else {
      report(.functionAsValue, "'\(name)' is a layer: it may be called, and not be handed on", at: id)
      return nil
    }
    let place = frame >= 0 ? frames[frame].path : ""
    return "\(place.isEmpty ? "" : place + ".")\(name)_\(number)"
  }

  // MARK: Variables

  /// Pushes the tasks that declare a variable of the current layer.
  mutating func startVariable(_ id: SyntaxID) {
    guard case .variable(_, _, let type, _) = tree.kind(id), case .type(_, let dimensions) = tree.kind(type) else {
      return
    }
    tasks.append(.declareVariable(id))
    for dimension in (dimensions ?? []).reversed() where !isEllipsis(dimension) { tasks.append(.evaluate(dimension)) }
  }

  /// The extents of the variable are on the stack.
  mutating func declareVariable(_ id: SyntaxID) {
    guard case .variable(let role, let binder, let typeID, let initial) = tree.kind(id),
      case .type(let elementID, let dimensionIDs) = tree.kind(typeID)
    else { return }
    let extents = pop(dimensionIDs?.count { !isEllipsis($0) } ?? 0)
    guard let slot = unit.slot(of: binder) else { return }
    let name = tree.name(of: binder)
    setSlot(slot, .invalid)
    guard let shape = shape(of: name, role, extents, dimensionIDs ?? []) else { return }
    let declared = elementID.flatMap { ElementName.type(tree.name(of: $0)) }
    // What has no elements is no variable: `[if use_bias then units else 0]`.
    if shape.dimensions.contains(0) {
      let none = TensorType(declared ?? floatTypeOfLayer, shape)
      setSlot(slot, .node(graph.append(.broadcast, [graph.constant(.zero, none.element)], type: none), .firm))
      return
    }
    let variable = LayerVariable(
      path: frames[frame].path.isEmpty ? name : "\(frames[frame].path).\(name)", role: role,
      type: TensorType(declared ?? floatTypeOfLayer, shape), range: tree.range(id))
    guard record(Effects(variables: [variable.path: variable]), at: place(binder)) else { return }
    setSlot(slot, .node(role == .state ? present(variable) : node(of: variable), .firm))
    startInitial(of: variable, initial, id)
  }

  /// The extents that a variable's type states. `...` stands for the axes that it stands for in the header.
  private mutating func shape(
    of name: String, _ role: VariableRole, _ extents: [Value], _ dimensions: ArraySlice<SyntaxID>
  ) -> Shape? {
    var rest = extents[...]
    var result: [Dimension] = []
    for dimension in dimensions {
      if isEllipsis(dimension) {
        guard let axes = axesOfEllipsis(for: name, at: dimension) else { return nil }
        result += axes
        continue
      }
      guard let extent = rest.popFirst(), !extent.isInvalid else { return nil }
      guard let size = extent.size, size.constant.map({ $0 >= 0 }) ?? true else {
        report(.notSize, "a dimension is a size, not \(describe(extent))", at: dimension)
        return nil
      }
      result.append(size)
    }
    let shape = Shape(result)
    guard let first = dimensions.first else { return shape }
    if role == .param, let (size, batch) = batchExtent(in: shape) {
      report(
        .variableShape,
        "'\(name)' would have the extent \(size), and '\(batch)' is the number of examples: what is learnt may not "
          + "depend on it", at: dimensions.first { tree.text($0) == size.description } ?? first)
      return nil
    }
    return isManageable(shape, at: place(first)) ? shape : nil
  }

  /// An extent that depends on the number of examples.
  private func batchExtent(in shape: Shape) -> (size: Dimension, batch: String)? {
    for size in shape.dimensions {
      if let batch = size.symbols.intersection(batchNames).min() { return (size, batch) }
    }
    return nil
  }

  /// The axes that `...` stands for in the header of the current layer; all its parameters have to agree.
  private mutating func axesOfEllipsis(for name: String, at id: SyntaxID) -> [Dimension]? {
    var known: (parameter: String, axes: [Dimension])?
    for parameter in unit.routines[frames[frame].routine].parameters {
      guard parameter.kind == .value, let written = dimensions(of: parameter), let first = written.first,
        isEllipsis(first)
      else { continue }
      guard case .node(let node, _) = slots[frames[frame].base + parameter.slot] else { return nil }
      let axes = graph.type(of: node).shape.dimensions.dropLast(written.count - 1)
      if let known, known.axes != Array(axes) {
        report(
          .variableShape,
          "'...' stands for the axes \(Shape(known.axes)) of '\(known.parameter)' and \(Shape(Array(axes))) of "
            + "'\(parameter.name)', and '\(name)' needs one meaning", at: id)
        return nil
      }
      known = known ?? (parameter.name, Array(axes))
    }
    if let known { return known.axes }
    report(
      .variableShape, "'...' in '\(name)' stands for axes of the layer's parameters, and none of them has '...'", at: id
    )
    return nil
  }

  /// The float type of the layer's arguments: of its arrays, if there are any. A number such as a rate does not widen
  /// what is kept for an array.
  private var floatTypeOfLayer: ElementType {
    let types = unit.routines[frames[frame].routine].parameters.compactMap { parameter -> TensorType? in
      guard case .node(let node, .firm) = slots[frames[frame].base + parameter.slot] else { return nil }
      let type = graph.type(of: node)
      return type.element.isFloat ? type : nil
    }
    let arrays = types.filter { $0.shape.rank > 0 }
    return (arrays.isEmpty ? types : arrays).map(\.element).max() ?? options.floatType
  }

  /// The input that a variable is.
  private mutating func node(of variable: LayerVariable) -> NodeID {
    if mode == .check { return standIn(variable.type) }
    if let known = variables[variable.path] { return known }
    let node = graph.parameter(variable.path, variable.type)
    variables[variable.path] = node
    return node
  }

  // MARK: Effects

  /// Notes what a call or declaration in the current frame does; reports variables that would need two types.
  @discardableResult
  mutating func record(_ effects: Effects, at range: SourceRange?) -> Bool {
    if effects.isEmpty { return true }
    if effects.changesState, let range, case .comprehension(let index)? = surroundings.last(where: \.isComprehension),
      frame >= 0, comprehensions[index].serial == frames[frame].serial
    {
      report(
        .comprehension, "a state is set here, and the elements of a comprehension have no order; a loop has one",
        at: range)
    }
    let conflict = frame >= 0 ? frames[frame].effects.merge(effects) : entryEffects.merge(effects)
    guard let (known, new) = conflict else { return true }
    if let range {
      report(
        .variableShape,
        "'\(known.path)' is shared by all calls, which need to agree: \(known.type) and \(new.type)", at: range)
    }
    return false
  }

  // MARK: State

  /// Gives a state its next value.
  mutating func setState(_ index: Int, to value: Value, at id: SyntaxID) -> Value {
    let variable = unit.routines[frames[frame].routine].variables[index]
    let path = frames[frame].path.isEmpty ? variable.name : "\(frames[frame].path).\(variable.name)"
    guard !value.isInvalid, let known = frames[frame].effects.variables[path] else { return .invalid }
    guard let node = fitted(value, to: known, at: id) else { return .invalid }
    frames[frame].effects.changesState = true
    nextStates[path] = node
    return .node(node, .firm)
  }

  /// The value of a state: what was assigned last. Loops carry it, as they carry names.
  private mutating func present(_ state: LayerVariable) -> NodeID {
    // In a check, the last one may be of another function, where the number of examples is called otherwise.
    var value = nextStates[state.path].flatMap { graph.type(of: $0) == state.type ? $0 : nil } ?? node(of: state)
    if mode == .check { return value }
    for case .loop(let index) in surroundings where !loops[index].states.contains(where: { $0.path == state.path }) {
      let input = graph.parameter(state.path, state.type)
      loops[index].states.append(.init(path: state.path, start: value, input: input))
      value = input
      nextStates[state.path] = value
    }
    return value
  }

  /// A value in the type of a variable: promoted and broadcast.
  private mutating func fitted(_ value: Value, to variable: LayerVariable, at id: SyntaxID) -> NodeID? {
    guard numerics([value], at: id, in: "'\(variable.path)'") != nil,
      let node = materialise(value, variable.type.element, at: id)
    else { return nil }
    let shape = graph.type(of: node).shape
    if shape == variable.type.shape { return node }
    guard (try? shape.broadcast(with: variable.type.shape)) == variable.type.shape else {
      report(
        .broadcast, "'\(variable.path)' has the shape \(variable.type.shape), and the value the shape \(shape)", at: id)
      return nil
    }
    return graph.append(.broadcast, [node], type: variable.type)
  }

  /// What stands for names while a derivative is taken is replaced in the states, too.
  mutating func substituteInStates(_ replacements: [NodeID: NodeID]) {
    if nextStates.isEmpty || replacements.isEmpty { return }
    nextStates = nextStates.mapValues { graph.substituting(replacements, in: [$0])[0] }
  }

  // MARK: Starts

  private mutating func startInitial(of variable: LayerVariable, _ initial: SyntaxID?, _ id: SyntaxID) {
    guard mode == .check || collectsInitials && initials[variable.path] == nil else { return }
    guard let initial else {
      initials[variable.path] = graph.append(
        .broadcast, [graph.constant(variable.type.element == .bool ? .boolean(false) : .zero, variable.type.element)],
        type: variable.type)
      return
    }
    initialContexts.append(
      InitialContext(
        variable: variable, effects: frames[frame].effects, callPath: frames[frame].callPath,
        surroundings: surroundings))
    surroundings = []
    // Everyone who shares a variable draws the same start for it.
    frames[frame].callPath = ChancePath.start(of: variable.path)
    tasks.append(.storeInitial(initial))
    tasks.append(.callInitialiser(initial))
    tasks.append(.evaluate(initial))
  }

  /// What stands after `=` is on the stack: a function of the shape is called with it.
  mutating func callInitialiser(_ id: SyntaxID) {
    let value = pop()
    guard case .function(let function) = value, let context = initialContexts.last else { return push(value) }
    var label: String?
    if case .routine(let unit, let index, _, _) = functions[function] {
      guard units[unit].routines[index].parameters.contains(where: { $0.name == "shape" }) else {
        return apply(function, [], at: id)
      }
      label = "shape"
    }
    let shape = SizeArray(context.variable.type.shape)
    apply(function, [Argument(label: label, value: .sizes(shape), range: place(id))], at: id)
  }

  /// The start of the innermost variable is on the stack.
  mutating func storeInitial(_ id: SyntaxID) {
    let value = pop()
    guard let context = initialContexts.popLast() else { return }
    frames[frame].effects = context.effects
    frames[frame].callPath = context.callPath
    surroundings = context.surroundings
    guard !value.isInvalid, let node = fitted(value, to: context.variable, at: id), collectsInitials else { return }
    initials[context.variable.path] = node
  }
}

// MARK: - Programs

extension Lowering {
  /// The next values of the states, by path; one that nothing assigned keeps its value.
  var stateRoots: [Program.Root] {
    entryEffects.sorted.filter { $0.role == .state }.compactMap { state in
      (nextStates[state.path] ?? variables[state.path]).map { Program.Root(state.path, $0) }
    }
  }

  /// The starts of all variables as one program; `nil` after a report.
  var initialisation: Program? {
    mutating get {
      let roots = entryEffects.sorted.compactMap { variable in
        initials[variable.path].map { Program.Root(variable.path, $0) }
      }
      let key = key ?? graph.parameter(Module.keyName, TensorType(.i64))
      let known = Set([key])
      for (root, variable) in zip(roots, entryEffects.sorted) {
        let isClosed = graph.cone(of: [root.node]).allSatisfy { graph.parameterIndex($0) == nil || known.contains($0) }
        if isClosed { continue }
        problems.report(
          Diagnostic(
            .notSize, "the first value of '\(variable.path)' is known before the run: it may not depend on arguments",
            at: nil))
        return nil
      }
      return Program(graph: graph, inputs: [key], roots: roots).compacted()
    }
  }
}
