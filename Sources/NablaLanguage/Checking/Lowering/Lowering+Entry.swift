import NablaDiagnostics
import NablaGraph

/// Functions as entry points: called from outside, with the types of their headers.
extension Lowering {
  /// What each parameter of a function of the program takes, or `nil` after a report.
  mutating func header(of index: Int) -> [Signature.Kind]? {
    startHeader(unit: Lowering.programUnit, routine: index, parent: -1)
    run()
    return isStopped ? nil : finishHeader()
  }

  /// Enters the header of a function that is looked at by itself: its sizes are what the options say, else names. Pushes
  /// the tasks for extents that are expressions.
  private mutating func startHeader(unit unitIndex: Int, routine index: Int, parent: Int) {
    let routine = units[unitIndex].routines[index]
    pushFrame(unit: unitIndex, routine: index, parent: parent, purpose: .header, site: nil)
    let sizes = Set(routine.parameters.lazy.filter { $0.kind == .size }.map(\.slot))
    for slot in routine.slots.indices where routine.slots[slot].role == .dimension || sizes.contains(slot) {
      let name = tree.name(routine.slots[slot].name)
      slots[frames[frame].base + slot] = .size(of: size(name, of: routine))
    }
    for (position, parameter) in routine.parameters.enumerated() {
      guard let dimensions = dimensions(of: parameter) else { continue }
      for axis in checkedAxes(of: parameter) {
        tasks.append(.checkDimension(parameter: position, axis: axis))
        tasks.append(.evaluate(dimensions[axis]))
      }
    }
  }

  /// The value of a size of an entry point, or its name.
  private func size(_ name: String, of routine: Routine) -> Dimension {
    let value = options.ownSizes[routine.name]?[name] ?? options.sizes[name]
    return value.map { Dimension($0) } ?? Dimension(name)
  }

  /// Leaves a header whose extents are known, with what its parameters take.
  private mutating func finishHeader() -> [Signature.Kind]? {
    defer {
      headerDimensions = headerDimensions.filter { $0.key.serial != frames[frame].serial }
      popFrame()
    }
    var kinds: [Signature.Kind] = []
    for (position, parameter) in unit.routines[frames[frame].routine].parameters.enumerated() {
      guard let kind = kind(of: parameter, at: position) else { return nil }
      kinds.append(kind)
    }
    return kinds
  }

  // MARK: Functions of blocks that nothing calls

  /// Looks at a function of the current block as if it were called with what its header says.
  mutating func checkLocal(_ index: Int) {
    let routine = unit.routines[index]
    if routine.isFaulty || routine.openFunctionParameter != nil { return }
    tasks.append(.callLocal(index))
    startHeader(unit: frames[frame].unit, routine: index, parent: frame)
  }

  mutating func callLocal(_ index: Int) {
    let parent = frames[frame].parent
    guard let kinds = finishHeader() else { return }
    let arguments = arguments(of: unit.routines[index], kinds).values
    tasks.append(.discard)
    let function = functions.intern(
      .routine(unit: frames[frame].unit, index: index, frame: parent, serial: frames[parent].edition))
    call(
      function, unit: frames[frame].unit, routine: index, surroundings: parent, arguments, ranges: [], site: nil,
      isElementwise: false)
  }

  private mutating func kind(of parameter: Routine.Parameter, at position: Int) -> Signature.Kind? {
    switch parameter.kind {
    case .size: return .size
    case .function: return .function
    case .option: return .option
    case .value: break
    }
    var extents: [Dimension] = []
    for (axis, dimension) in (dimensions(of: parameter) ?? []).enumerated() {
      switch tree.kind(dimension) {
      case .ellipsis: continue
      case .name:
        guard let slot = unit.slot(of: dimension), let size = slots[frames[frame].base + slot].size else { return nil }
        extents.append(size)
      default:
        guard
          let size = headerDimensions[
            HeaderAxis(serial: frames[frame].serial, parameter: position, axis: axis)]
        else { return nil }
        extents.append(size)
      }
    }
    guard isManageable(Shape(extents), at: parameter.range) else { return nil }
    return .value(TensorType(elementType(of: parameter) ?? options.floatType, Shape(extents)))
  }

  /// Evaluates a function as an entry point.
  ///
  /// - Parameter kinds: from ``header(of:)``.
  /// - Returns: the inputs in order, and the result.
  mutating func enter(_ index: Int, _ kinds: [Signature.Kind]) -> (inputs: [NodeID], result: Value) {
    let (inputs, arguments) = arguments(of: units[Lowering.programUnit].routines[index], kinds)
    entryEffects = Effects()
    batchNames = Lowering.batchNames(kinds)
    if mode == .build {
      pushFrame(unit: Lowering.programUnit, routine: index, parent: -1, purpose: .entry, site: nil)
      startBody(arguments)
    } else {
      let function = functions.intern(.routine(unit: Lowering.programUnit, index: index, frame: -1, serial: 0))
      call(
        function, unit: Lowering.programUnit, routine: index, surroundings: -1, arguments, ranges: [], site: nil,
        isElementwise: false)
    }
    run()
    return (inputs, isStopped ? .invalid : pop())
  }

  /// The names that only stand for first extents, of arrays with several axes.
  private static func batchNames(_ kinds: [Signature.Kind]) -> Set<String> {
    var first: Set<String> = []
    var others: Set<String> = []
    for case .value(let type) in kinds {
      for (axis, dimension) in type.shape.dimensions.enumerated() {
        if axis == 0, type.shape.rank > 1 {
          first.formUnion(dimension.symbols)
        } else if axis > 0 {
          others.formUnion(dimension.symbols)
        }
      }
    }
    return first.subtracting(others)
  }

  /// Inputs of the types of a header, and the arguments of a call with them.
  private mutating func arguments(
    of routine: Routine, _ kinds: [Signature.Kind]
  ) -> (inputs: [NodeID], values: [Value]) {
    var inputs: [NodeID] = []
    var values: [Value] = []
    for (parameter, kind) in zip(routine.parameters, kinds) {
      switch kind {
      case .value(let type):
        let node = mode == .check ? standIn(type) : graph.parameter(parameter.name, type, at: parameter.range)
        inputs.append(node)
        values.append(.node(node, .firm))
      case .size:
        values.append(.size(of: size(parameter.name, of: routine)))
      case .function, .option: values.append(.absent)
      }
    }
    return (inputs, values)
  }

  /// Evaluates a constant of the program, if nobody has asked for it.
  mutating func checkConstant(_ index: Int) {
    let routine = units[Lowering.programUnit].routines[index]
    guard constants[index] == nil, !routine.isFaulty else { return }
    pushFrame(unit: Lowering.programUnit, routine: index, parent: -1, purpose: .constant(index), site: nil)
    tasks.append(.leave)
    tasks.append(.evaluate(routine.body))
    run()
  }

  // MARK: Results

  /// The index of more nodes is given back with the program that is kept as it was written.
  private static let largeCount = 1 << 14

  /// Hands over the program of an entry point that has been evaluated: its inputs and results, and nothing that they do not need.
  ///
  /// Derivatives leave the nodes behind that they were taken of, states those of their next values, and definitions that
  /// nobody asks for their own.
  mutating func takeProgram(_ inputs: [NodeID], _ roots: [Program.Root]) -> Program {
    let isWhole = graph.parameters.count == inputs.count && !entryEffects.changesState && !hasForced
    var program = Program(graph: Graph(), inputs: inputs, roots: roots)
    swap(&program.graph, &graph)
    if !isWhole { return program.compacted() }
    // What is rewritten is a copy.
    if program.graph.count > Lowering.largeCount { program.graph.releaseIndex() }
    return program
  }

  /// The results of an entry point by name, as nodes.
  mutating func roots(of result: Value, _ index: Int) -> [Program.Root]? {
    var named: [(name: String, value: Value)] = []
    if case .tuple(let elements, let labels) = result {
      for (element, label) in zip(elements, labels) {
        if case .tuple(let inner, let innerLabels) = element {
          named += zip(innerLabels, inner).map { ("\(label).\($0)", $1) }
        } else {
          named.append((label, element))
        }
      }
    } else {
      named = [("value", result)]
    }
    let range = units[Lowering.programUnit].tree.range(units[Lowering.programUnit].routines[index].body)
    var roots: [Program.Root] = []
    for (name, value) in named {
      if value.isInvalid { return nil }
      guard let numeric = numeric(value) else {
        reportNotNumber(value, at: range, in: "the result")
        return nil
      }
      let element: ElementType = if case .firm(let known) = numeric { known } else { options.floatType }
      guard let node = materialise(value, element, at: range) else { return nil }
      roots.append(.init(name, node))
    }
    return roots
  }
}
