import NablaDiagnostics
import NablaGraph

/// Functions as entry points: called from outside, with the types of their headers.
extension Lowering {
  /// What each parameter of a function of the program takes, or `nil` after a report.
  mutating func header(of index: Int) -> [Signature.Kind]? {
    let routine = units[Lowering.programUnit].routines[index]
    pushFrame(unit: Lowering.programUnit, routine: index, parent: -1, purpose: .header, site: nil)
    headerDimensions = [:]
    let sizes = Set(routine.parameters.lazy.filter { $0.kind == .size }.map(\.slot))
    for slot in routine.slots.indices where routine.slots[slot].role == .dimension || sizes.contains(slot) {
      let name = tree.name(routine.slots[slot].name)
      slots[frames[frame].base + slot] = .size(of: options.sizes[name].map { Dimension($0) } ?? Dimension(name))
    }
    for (position, parameter) in routine.parameters.enumerated() {
      guard let dimensions = dimensions(of: parameter) else { continue }
      for axis in checkedAxes(of: parameter) {
        tasks.append(.checkDimension(parameter: position, axis: axis))
        tasks.append(.evaluate(dimensions[axis]))
      }
    }
    run()
    if isStopped { return nil }
    defer { popFrame() }
    var kinds: [Signature.Kind] = []
    for (position, parameter) in routine.parameters.enumerated() {
      guard let kind = kind(of: parameter, at: position) else { return nil }
      kinds.append(kind)
    }
    return kinds
  }

  private func kind(of parameter: Routine.Parameter, at position: Int) -> Signature.Kind? {
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
        guard let size = headerDimensions[HeaderAxis(parameter: position, axis: axis)] else { return nil }
        extents.append(size)
      }
    }
    return .value(TensorType(elementType(of: parameter) ?? options.floatType, Shape(extents)))
  }

  /// Evaluates a function as an entry point.
  ///
  /// - Parameter kinds: from ``header(of:)``.
  /// - Returns: the inputs in order, and the result.
  mutating func enter(_ index: Int, _ kinds: [Signature.Kind]) -> (inputs: [NodeID], result: Value) {
    let routine = units[Lowering.programUnit].routines[index]
    var inputs: [NodeID] = []
    var arguments: [Value] = []
    for (parameter, kind) in zip(routine.parameters, kinds) {
      switch kind {
      case .value(let type):
        let node = mode == .check ? standIn(type) : graph.parameter(parameter.name, type)
        if mode == .build { graph.addOrigin(Origin(parameter.range, name: parameter.name), to: node) }
        inputs.append(node)
        arguments.append(.node(node, .firm))
      case .size:
        let given = options.sizes[parameter.name].map { Dimension($0) }
        arguments.append(.size(of: given ?? Dimension(parameter.name)))
      case .function, .option: arguments.append(.absent)
      }
    }
    let function = functions.intern(.routine(unit: Lowering.programUnit, index: index, frame: -1, serial: 0))
    call(
      function, unit: Lowering.programUnit, routine: index, surroundings: -1, arguments, ranges: [], site: nil,
      isElementwise: false)
    run()
    return (inputs, isStopped ? .invalid : pop())
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
