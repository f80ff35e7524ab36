import NablaDiagnostics
import NablaGraph

/// What takes a comprehension: brackets, reductions, and functions that take an array.
extension Lowering {
  /// `[e for …]`: the elements as an array.
  mutating func list(of elements: Elements, at id: SyntaxID) -> Value {
    if elements.mask != nil {
      report(
        .loopBound,
        "the bounds of an array may not depend on earlier indices; a reduction such as 'sum(… for …)' may have such",
        at: id)
      return .invalid
    }
    return .node(elements.node, elements.firmness)
  }

  /// Calls a function one of whose arguments is a comprehension.
  ///
  /// A reduction collapses the comprehension's axes only, so `sum(e for …)` has the shape of `e`. Other functions get
  /// an array.
  ///
  /// - Returns: the arguments with arrays in place of comprehensions; `nil` where the result has been pushed.
  mutating func withoutElements(_ function: FunctionID, _ arguments: [Argument], at id: SyntaxID) -> [Argument]? {
    guard let position = arguments.firstIndex(where: { if case .elements = $0.value { true } else { false } }),
      case .elements(let elements) = arguments[position].value
    else { return arguments }
    guard arguments.allSatisfy({ $0.label != nil || $0.range == arguments[position].range }) else {
      report(.comprehension, "a comprehension is the only array that a call takes", at: arguments[position].range)
      push(.invalid)
      return nil
    }
    let namesAxes = arguments.contains { $0.label == "axis" }
    if case .reduction(let reduction) = functions[function], arguments.count == 1 {
      push(reduced(elements, reduction, at: id))
      return nil
    }
    let summary = namesAxes ? nil : statistic(function)
    var result = arguments
    if let mask = elements.mask {
      guard let summary, Lowering.maskedStatistics.contains(summary) else {
        report(
          .loopBound,
          "'\(describe(function))' takes a whole array; bounds that depend on earlier indices are for sum, prod, min, max, "
            + "any, all, mean, norm and logsumexp", at: arguments[position].range)
        push(.invalid)
        return nil
      }
      guard let array = masked(elements, mask, for: summary, at: id) else {
        push(.invalid)
        return nil
      }
      if summary == "mean" {
        push(array)
        return nil
      }
      result[position].value = array
    } else {
      result[position].value = .node(elements.node, elements.firmness)
    }
    if summary != nil, graph.type(of: elements.node).shape.rank > elements.axes {
      let axes = (0..<elements.axes).map { Value.number(Constant($0)) }
      let value = axes.count == 1 ? axes[0] : .tuple(axes, labels: axes.indices.map(String.init))
      result.append(Argument(label: "axis", value: value, range: arguments[position].range))
    }
    return result
  }

  /// The name of a library function that, left to itself, takes all of an array together.
  private func statistic(_ function: FunctionID) -> String? {
    guard case .routine(Lowering.libraryUnit, let index, _, _) = functions[function] else { return nil }
    let library = units[Lowering.libraryUnit]
    let routine = library.routines[index]
    guard let axis = routine.parameters.first(where: { $0.name == "axis" })?.initial,
      case .string = library.tree.kind(axis), library.tree.string(axis) == "all"
    else { return nil }
    return routine.name
  }

  private static let maskedStatistics: Set<String> = ["mean", "norm", "logsumexp"]

  /// The elements that count, with what changes nothing in place of the others.
  private mutating func masked(_ elements: Elements, _ mask: NodeID, for statistic: String, at id: SyntaxID) -> Value? {
    switch statistic {
    case "norm": return filled(elements, mask, .zero, at: id).map { .node($0, elements.firmness) }
    case "logsumexp":
      return filled(elements, mask, .bits((-Double.infinity).bitPattern), at: id).map { .node($0, elements.firmness) }
    case "mean":
      let sum = reduced(elements, .sum, at: id)
      let ones = graph.apply(.select, mask, graph.constant(.one, .i64), graph.constant(.zero, .i64))
      let axes = Array(0..<elements.axes)
      let count = graph.append(.reduce(.sum, axes: axes), [ones], type: graph.type(of: ones))
      return elementwise(.divide, [sum, .node(count, .firm)], at: id, named: "'mean'")
    default: return nil
    }
  }

  /// The elements reduced over the comprehension's axes.
  private mutating func reduced(_ elements: Elements, _ reduction: Operation.Reduction, at id: SyntaxID) -> Value {
    var node = elements.node
    let isLogical = reduction == .any || reduction == .all
    if isLogical != (graph.element(of: node) == .bool) {
      if isLogical {
        report(
          .logical, "'\(reduction.rawValue)' needs truth values, not \(graph.type(of: node))", at: id)
        return .invalid
      }
      node = graph.cast(node, .i64)
    }
    setOrigin(id)
    let axes = Array(0..<elements.axes)
    if let mask = elements.mask {
      var numbers = elements
      numbers.node = node
      guard let masked = filled(numbers, mask, reduction.neutral(graph.element(of: node)), at: id) else {
        return .invalid
      }
      node = masked
    } else if reduction == .sum, mode == .build, let product = graph.sumOfProducts(node, over: axes, joinsEqual: true) {
      return .node(product, elements.firmness)
    }
    return .node(graph.append(.reduce(reduction, axes: axes), [node], type: graph.type(of: node)), elements.firmness)
  }

  /// The elements where the mask is true, and a constant elsewhere.
  private mutating func filled(_ elements: Elements, _ mask: NodeID, _ rest: Constant, at id: SyntaxID) -> NodeID? {
    let type = graph.type(of: elements.node)
    setOrigin(id)
    guard rest.isValue(of: type.element) else { return nil }
    let ones = Array(repeating: Dimension(1), count: type.shape.rank - elements.axes)
    let shape = Shape(graph.type(of: mask).shape.dimensions + ones)
    let condition = ones.isEmpty ? mask : graph.append(.reshape, [mask], type: TensorType(.bool, shape))
    return graph.apply(.select, condition, elements.node, graph.constant(rest, type.element))
  }
}

extension Operation.Reduction {
  /// What a further element must be to change nothing.
  fileprivate func neutral(_ element: ElementType) -> Constant {
    switch self {
    case .sum: return .zero
    case .product: return .one
    case .any: return .boolean(false)
    case .all: return .boolean(true)
    case .max, .firstMax: return element.isFloat ? .bits((-Double.infinity).bitPattern) : element.least
    case .min, .firstMin: return element.isFloat ? .infinity : element.greatest
    }
  }
}

extension ElementType {
  fileprivate var least: Constant { Constant(self == .i32 ? Int(Int32.min) : Int.min) }
  fileprivate var greatest: Constant { Constant(self == .i32 ? Int(Int32.max) : Int.max) }
}
