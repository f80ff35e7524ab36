import NablaDiagnostics
import NablaGraph

/// Lists, members and reductions.
extension Lowering {
  /// `[a, b]`: the elements, stacked on a new first axis.
  mutating func list(_ values: [Value], at id: SyntaxID) -> Value {
    if let sizes = SizeArray(listing: values) { return .sizes(sizes) }
    if values.count == 1, case .elements(let elements) = values[0] { return list(of: elements, at: id) }
    if values.contains(where: { if case .elements = $0 { true } else { false } }) {
      report(.comprehension, "a comprehension stands alone between brackets; 'concatenate' joins arrays", at: id)
      return .invalid
    }
    guard let classes = numerics(values, at: id, in: "a list") else { return .invalid }
    let common = agreement(classes)
    setOrigin(id)
    var rows: [NodeID] = []
    rows.reserveCapacity(values.count)
    let first = shape(of: values[0])
    let row = TensorType(common.element, Shape([1] + first.dimensions))
    guard isManageable(Shape([Dimension(values.count)] + first.dimensions), at: place(id)) else { return .invalid }
    for (position, value) in values.enumerated() {
      guard let node = materialise(value, common.element, at: id) else { return .invalid }
      let shape = graph.type(of: node).shape
      guard shape == first else {
        report(
          .elements,
          "the elements of a list have one shape: the first has \(first), number \(position + 1) has \(shape)",
          at: id)
        return .invalid
      }
      rows.append(graph.append(.reshape, [node], type: row))
    }
    if rows.count == 1 { return .node(rows[0], common.firmness) }
    return .node(graph.append(.concatenate(axis: 0), rows, type: row), common.firmness)
  }

  mutating func member(_ given: Value, _ name: String, at id: SyntaxID) -> Value {
    var base = given
    if case .sizes = given, name == "T" {
      guard let (node, firmness) = operand(given, at: place(id), in: "'.T'") else { return .invalid }
      base = .node(node, firmness)
    }
    if base.isInvalid || numerics([base], at: id, in: "'.\(name)'") == nil { return .invalid }
    switch name {
    case "shape": return .sizes(SizeArray(shape(of: base)))
    case "T":
      guard case .node(let node, let firmness) = base, case let rank = graph.type(of: node).shape.rank, rank > 1 else {
        return base
      }
      setOrigin(id)
      return .node(
        graph.append(.transpose((0..<rank).reversed()), [node], type: graph.type(of: node)), firmness)
    default:
      let isFunction = Builtin.named(name)?.isFunction ?? (Library.standard.functions[name] != nil)
      let advice =
        name == "transpose"
        ? ": the transpose is written '.T'" : isFunction ? ": '\(name)' is a function, '\(name)(x)'" : ""
      report(.member, "an array has 'T' and 'shape', not '\(name)'\(advice)", at: id)
      return .invalid
    }
  }

  // MARK: Reductions

  /// `sum(x)`, `max(x, axis: 0)`; `max` and `min` of several operands are elementwise.
  mutating func reduction(
    _ reduction: Operation.Reduction, _ arguments: [Argument], _ function: FunctionID, at id: SyntaxID
  ) -> Value {
    let operands = arguments.filter { $0.label == nil }
    if operands.count > 1, let f = reduction.elementwise {
      guard let values = positional(arguments, count: 1...Int.max, of: function, at: id) else { return .invalid }
      var result = values[0]
      for value in values.dropFirst() { result = elementwise(f, [result, value], at: id, named: "'\(f.name)'") }
      return result
    }
    guard let (operand, axes, keepsAxes) = reductionArguments(arguments, function, at: id) else { return .invalid }
    let isLogical = reduction == .any || reduction == .all
    let what = "'\(describe(function))'"
    guard let numeric = numerics([operand], at: id, in: what)?.first else { return .invalid }
    if isLogical, numeric != .firm(.bool) {
      report(.logical, "\(what) needs truth values, not \(describe(operand))", at: id)
      return .invalid
    }
    switch operand {
    case .node: break
    case .sizes(let array):
      if axes.count == array.extents.count, !keepsAxes, let size = reduction.exact(array.elements) { return size }
    case .boolean where !isLogical: return materialise(operand, .i64, at: id).map { .node($0, .firm) } ?? .invalid
    default: return operand
    }
    setOrigin(id)
    guard let (given, firmness) = self.operand(operand, at: place(id), in: what) else { return .invalid }
    var node = given
    if !isLogical, graph.type(of: node).element == .bool { node = graph.cast(node, .i64) }
    if axes.isEmpty { return .node(node, firmness) }
    let type = graph.type(of: node)
    if reduction == .max || reduction == .min, axes.contains(where: { type.shape.dimensions[$0] == 0 }) {
      report(.emptyReduction, "\(what) of no elements has no answer: the shape is \(type.shape)", at: id)
      return .invalid
    }
    var result = graph.append(.reduce(reduction, axes: axes), [node], type: type)
    if keepsAxes {
      let kept = type.shape.dimensions.indices.map { axes.contains($0) ? 1 : type.shape.dimensions[$0] }
      result = graph.append(.reshape, [result], type: TensorType(type.element, Shape(kept)))
    }
    return .node(result, firmness)
  }

  /// `element_count(x, axis: …)`: how many elements a reduction takes in.
  mutating func extent(_ arguments: [Argument], at id: SyntaxID) -> Value {
    let function = functions.intern(.builtin(.extent))
    guard let (operand, axes, _) = reductionArguments(arguments, function, at: id) else { return .invalid }
    let shape = shape(of: operand)
    return .size(of: axes.reduce(Dimension(1)) { $0 * shape.dimensions[$1] })
  }

  private mutating func reductionArguments(
    _ arguments: [Argument], _ function: FunctionID, at id: SyntaxID
  ) -> (operand: Value, axes: [Int], keepsAxes: Bool)? {
    if arguments.contains(where: { $0.value.isInvalid }) { return nil }
    let name = describe(function)
    var operand: Value?
    var axis: Argument?
    var keepsAxes = false
    for argument in arguments {
      switch (argument.label, argument.value) {
      case (nil, let value) where operand == nil: operand = value
      case (nil, _):
        report(.arity, "'\(name)' takes one array; its axes are named: 'axis: 0'", at: argument.range)
        return nil
      case ("axis", _): axis = argument
      case ("keepdims", .boolean(let truth)): keepsAxes = truth
      case ("keepdims", let value):
        report(.argumentType, "'keepdims' is true or false, not \(describe(value))", at: argument.range)
        return nil
      case (let label?, _):
        report(
          .unknownLabel, "'\(name)' has no parameter '\(label)': \(name)(x, axis: …, keepdims: …)", at: argument.range)
        return nil
      }
    }
    guard let operand else {
      report(.arity, "'\(name)' takes an array: \(name)(x, axis: …, keepdims: …)", at: id)
      return nil
    }
    guard let axes = self.axes(axis, of: shape(of: operand).rank) else { return nil }
    return (operand, axes, keepsAxes)
  }

  /// The axes that a reduction collapses; all without `axis:`.
  mutating func axes(_ argument: Argument?, of rank: Int) -> [Int]? {
    guard let argument else { return Array(0..<rank) }
    let listed: [Value]
    switch argument.value {
    case .string("all"): return Array(0..<rank)
    case .leadingAxes: return Array(0..<max(rank - 1, 0))
    case .tuple(let elements, _): listed = elements
    case .sizes(let array): listed = array.elements.map { .size(of: $0) }
    case let value: listed = [value]
    }
    var axes: Set<Int> = []
    for value in listed {
      guard let axis = value.rational?.integer else {
        report(.axis, "an axis is an integer, '(0, 1)' or 'leading', not \(describe(value))", at: argument.range)
        return nil
      }
      guard axis >= -rank, axis < rank else {
        report(.axis, "there is no axis \(axis) among \(rank)", at: argument.range)
        return nil
      }
      axes.insert(axis < 0 ? axis + rank : axis)
    }
    return axes.sorted()
  }
}

extension Operation.Reduction {
  /// The name in programs.
  var name: String {
    switch self {
    case .product: "prod"
    case .firstMax: "first_max"
    case .firstMin: "first_min"
    default: rawValue
    }
  }

  /// The operation of two operands that the reduction repeats, where programs may write it so.
  fileprivate var elementwise: Elementwise? {
    switch self {
    case .max: .max
    case .min: .min
    default: nil
    }
  }

  /// The sum, product, least or largest of sizes, where it is a size itself.
  fileprivate func exact(_ sizes: [Dimension]) -> Value? {
    switch self {
    case .sum, .product:
      var result = Value.number(self == .sum ? .zero : .one)
      for size in sizes {
        guard let known = result.size,
          let next = try? SizeArithmetic.apply(self == .sum ? .add : .multiply, known, size)
        else { return nil }
        result = .size(of: next)
      }
      return result
    case .max, .min:
      guard var best = sizes.first else { return nil }
      for size in sizes.dropFirst() {
        guard let isLess = SizeArithmetic.isLess(best, size) else { return nil }
        if isLess == (self == .max) { best = size }
      }
      return .size(of: best)
    default: return nil
    }
  }
}
