import NablaDiagnostics
import NablaGraph

/// Binding arguments to parameters: element types, shapes, dimension names, defaults.
extension Lowering {
  /// Binds the arguments of the current frame and pushes the tasks for defaults and for dimensions to check.
  mutating func bindHeader(_ values: [Value]) {
    let parameters = unit.routines[frames[frame].routine].parameters
    for (position, parameter) in parameters.enumerated() {
      for axis in checkedAxes(of: parameter).reversed() {
        guard let expression = dimensions(of: parameter)?[axis] else { continue }
        tasks.append(.checkDimension(parameter: position, axis: axis))
        tasks.append(.evaluate(expression))
      }
    }
    for (position, value) in values.enumerated().reversed() where value == .absent {
      guard let initial = parameters[position].initial else { continue }
      tasks.append(.bindInitial(position))
      tasks.append(.evaluate(initial))
    }
    // Sizes first: dimensions may name them.
    for (position, value) in values.enumerated() where value != .absent && parameters[position].kind != .value {
      setSlot(parameters[position].slot, value)
    }
    for (position, value) in values.enumerated() where value != .absent && parameters[position].kind == .value {
      bindValue(value, to: parameters[position], at: position)
    }
  }

  mutating func bindInitial(_ position: Int) {
    let parameter = unit.routines[frames[frame].routine].parameters[position]
    let value = pop()
    switch (parameter.kind, value) {
    case (_, .invalid): setSlot(parameter.slot, .invalid)
    case (.value, .number), (.value, .node), (.value, .boolean), (.value, .size), (.value, .sizes):
      // A default is a parameter's value, not a number that the text shows.
      guard let initial = parameter.initial,
        let (node, firmness) = operand(value, at: place(initial), in: "'\(parameter.name)'")
      else { return setSlot(parameter.slot, .invalid) }
      bindValue(standIn(for: .node(node, firmness)), to: parameter, at: position)
    case (.size, let value) where value.size != nil, (.option, let value): setSlot(parameter.slot, value)
    case (.function, .function): setSlot(parameter.slot, value)
    default:
      if let initial = parameter.initial {
        report(.argumentType, "'\(parameter.name)' may not default to \(describe(value))", at: initial)
      }
      setSlot(parameter.slot, .invalid)
    }
  }

  /// Binds a number or array, and the dimension names that its type binds.
  private mutating func bindValue(_ value: Value, to parameter: Routine.Parameter, at position: Int) {
    guard case .node(let node, let firmness) = value,
      let converted = convert(node, firmness, to: parameter, at: position)
    else {
      setSlot(parameter.slot, .invalid)
      return
    }
    if bindDimensions(graph.type(of: node).shape, of: parameter, at: position) {
      setSlot(parameter.slot, converted)
    } else {
      setSlot(parameter.slot, .invalid)
    }
  }

  /// The value in the element type that the header declares. Integers become floats; nothing is narrowed.
  private mutating func convert(
    _ node: NodeID, _ firmness: Firmness, to parameter: Routine.Parameter, at position: Int
  ) -> Value? {
    guard let declared = elementType(of: parameter) else { return .node(node, firmness) }
    let found = graph.type(of: node).element
    let fits = firmness == .firm ? found <= declared : declared.isFloat || firmness == .weakInteger && declared != .bool
    guard fits else {
      let what = firmness == .firm ? found.rawValue : "an exact number"
      report(
        .argumentType, "'\(parameter.name)' is declared \(declared.rawValue), and the argument is \(what)",
        at: range(ofArgument: position))
      return nil
    }
    guard let result = materialise(.node(node, firmness), declared, at: range(ofArgument: position)) else { return nil }
    return .node(result, .firm)
  }

  func elementType(of parameter: Routine.Parameter) -> ElementType? { unit.elementType(of: parameter) }

  func dimensions(of parameter: Routine.Parameter) -> [SyntaxID]? {
    guard let type = parameter.type, case .type(_, let dimensions?) = tree.kind(type) else { return nil }
    return Array(dimensions)
  }

  /// The axes whose extent is an expression; names bind, and `...` stands for any.
  func checkedAxes(of parameter: Routine.Parameter) -> [Int] {
    guard let dimensions = dimensions(of: parameter) else { return [] }
    return dimensions.indices.filter { axis in
      switch tree.kind(dimensions[axis]) {
      case .name, .ellipsis: false
      default: true
      }
    }
  }

  private func range(ofArgument position: Int) -> SourceRange {
    let ranges = frames[frame].argumentRanges
    if position < ranges.count, let range = ranges[position] { return range }
    return frames[frame].site ?? unit.routines[frames[frame].routine].parameters[position].range
  }

  // MARK: Dimensions

  /// Binds the dimension names of a parameter to the extents of its argument, or compares them.
  private mutating func bindDimensions(_ shape: Shape, of parameter: Routine.Parameter, at position: Int) -> Bool {
    guard let dimensions = dimensions(of: parameter), !dimensions.isEmpty else {
      if shape.rank == 0 || frames[frame].isElementwise { return true }
      report(
        .argumentShape, "'\(parameter.name)' is a scalar, and the argument has shape \(shape)",
        at: range(ofArgument: position))
      return false
    }
    let leading = isEllipsis(dimensions[0])
    let named = leading ? dimensions.count - 1 : dimensions.count
    guard leading ? shape.rank >= named : shape.rank == named else {
      leaveUnknown(dimensions)
      let expected = leading ? "at least \(named)" : "\(named)"
      report(
        .argumentShape,
        "'\(parameter.name)' has \(expected) \(named == 1 ? "axis" : "axes"), and the argument has shape \(shape)",
        at: range(ofArgument: position))
      return false
    }
    for (offset, dimension) in dimensions.suffix(named).enumerated() {
      guard tree.nameID(dimension) != nil, let slot = unit.slot(of: dimension) else { continue }
      let extent = shape.dimensions[shape.rank - named + offset]
      let place = frames[frame].base + slot
      if slots[place] == .absent {
        slots[place] = .size(of: extent)
      } else if let known = slots[place].size, known != extent {
        leaveUnknown(dimensions)
        reportExtent(of: parameter, at: position, tree.text(dimension), known, shape)
        return false
      }
    }
    return true
  }

  /// Names that an argument at fault would have bound are no problem of their own.
  private mutating func leaveUnknown(_ dimensions: [SyntaxID]) {
    for dimension in dimensions {
      guard tree.nameID(dimension) != nil, let slot = unit.slot(of: dimension) else { continue }
      let place = frames[frame].base + slot
      if slots[place] == .absent { slots[place] = .invalid }
    }
  }

  func isEllipsis(_ id: SyntaxID) -> Bool { if case .ellipsis = tree.kind(id) { true } else { false } }

  private mutating func reportExtent(
    of parameter: Routine.Parameter, at position: Int, _ name: String, _ expected: Dimension, _ shape: Shape
  ) {
    let what = name == expected.description ? name : "\(name) = \(expected)"
    report(
      .argumentShape, "'\(parameter.name)' needs the extent \(what), and the argument has shape \(shape)",
      at: range(ofArgument: position))
  }

  /// Compares the extent of an argument with the value of an expression in the header.
  mutating func checkDimension(_ position: Int, _ axis: Int) {
    let value = pop()
    if case .header = frames[frame].purpose {
      let place = HeaderAxis(serial: frames[frame].serial, parameter: position, axis: axis)
      headerDimensions[place] = extent(value, of: position, axis)
      return
    }
    let parameter = unit.routines[frames[frame].routine].parameters[position]
    guard let expected = extent(value, of: position, axis), let dimensions = dimensions(of: parameter) else { return }
    let slot = slots[frames[frame].base + parameter.slot]
    guard case .node = slot else { return }
    let shape = shape(of: slot)
    let place = shape.rank - dimensions.count + axis
    guard shape.dimensions.indices.contains(place), shape.dimensions[place] != expected else { return }
    reportExtent(of: parameter, at: position, tree.text(dimensions[axis]), expected, shape)
    setSlot(parameter.slot, .invalid)
  }

  private mutating func extent(_ value: Value, of position: Int, _ axis: Int) -> Dimension? {
    if value.isInvalid { return nil }
    if let size = value.size, size.constant.map({ $0 >= 0 }) ?? true { return size }
    let parameter = unit.routines[frames[frame].routine].parameters[position]
    if let expression = dimensions(of: parameter)?[axis] {
      report(.notSize, "a dimension is a size, not \(describe(value))", at: expression)
    }
    return nil
  }
}

extension CodeUnit {
  /// The element type that a header states.
  func elementType(of parameter: Routine.Parameter) -> ElementType? {
    guard let type = parameter.type, case .type(let element?, _) = tree.kind(type) else { return nil }
    return ElementName.type(tree.name(of: element))
  }

  /// Whether a parameter may be differentiated by.
  func takesFloats(_ parameter: Routine.Parameter) -> Bool {
    parameter.kind == .value && elementType(of: parameter)?.isFloat ?? true
  }
}
