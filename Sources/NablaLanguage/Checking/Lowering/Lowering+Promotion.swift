import NablaDiagnostics
import NablaGraph

/// Element types: what operands agree on, and how values become nodes of that type.
extension Lowering {
  /// How a value takes part in the choice of an element type.
  enum Numeric: Hashable {
    case firm(ElementType)
    case weakInteger, weakReal
  }

  /// The element type that operands agree on, and whether it gives way to others.
  struct Agreement {
    var element: ElementType
    var firmness: Firmness
  }

  /// A weak node and the type that it is built again in.
  struct Retyped: Hashable {
    let node: NodeID
    let element: ElementType
  }

  func numeric(_ value: Value) -> Numeric? {
    switch value {
    case .number(let constant): constant.rational?.isInteger == true ? .weakInteger : .weakReal
    case .size, .sizes: .weakInteger
    case .boolean: .firm(.bool)
    case .node(let id, .firm): .firm(graph.type(of: id).element)
    case .node(_, .weakInteger): .weakInteger
    case .node(_, .weakReal): .weakReal
    default: nil
    }
  }

  /// The largest of the firm types, by bool < i32 < i64 < f32 < f64; weak numbers give way. A weak real beside integers
  /// makes the program's float type, which gives way to another float: integers widen none.
  func agreement(_ operands: [Numeric]) -> Agreement {
    var firm: ElementType?
    var hasReal = false
    for operand in operands {
      switch operand {
      case .firm(let element): firm = firm.map { max($0, element) } ?? element
      case .weakReal: hasReal = true
      case .weakInteger: break
      }
    }
    guard let firm else { return Agreement(element: options.floatType, firmness: hasReal ? .weakReal : .weakInteger) }
    if firm.isFloat { return Agreement(element: firm, firmness: .firm) }
    if hasReal { return Agreement(element: options.floatType, firmness: .weakReal) }
    // A bool beside an exact integer counts as 0 or 1.
    let counts = firm == .bool && operands.contains(.weakInteger)
    return Agreement(element: counts ? .i64 : firm, firmness: .firm)
  }

  /// The numeric classes of operands; reports the first that is no number.
  mutating func numerics(
    _ values: [Value], at id: SyntaxID, in what: @autoclosure () -> String
  ) -> [Numeric]? {
    var result: [Numeric] = []
    result.reserveCapacity(values.count)
    for value in values {
      if value.isInvalid { return nil }
      guard let numeric = numeric(value) else {
        reportNotNumber(value, at: place(id), in: what())
        return nil
      }
      result.append(numeric)
    }
    return result
  }

  mutating func reportNotNumber(_ value: Value, at range: SourceRange, in what: String) {
    switch value {
    case .function(let function):
      let name = describe(function)
      report(
        .functionAsValue, "\(what) needs a number, and '\(name)' is a function: call it, as '\(name)(…)'", at: range)
    case .tuple(let elements, _):
      report(.tuple, "\(what) needs a number, not a tuple of \(elements.count)", at: range)
    default: report(.notNumber, "\(what) needs a number, not \(describe(value))", at: range)
    }
  }

  // MARK: Nodes

  /// The value as a node of an element type. Numbers are rounded here, once.
  mutating func materialise(_ value: Value, _ element: ElementType, at id: SyntaxID) -> NodeID? {
    materialise(value, element, at: place(id))
  }

  mutating func materialise(_ value: Value, _ element: ElementType, at range: SourceRange) -> NodeID? {
    switch value {
    case .number(let constant):
      if element.isFloat { return graph.constant(constant, element) }
      guard let integer = constant.rational?.integer, ElementName.holds(integer, element) else {
        report(.integerRange, "\(constant) is not in the range of \(element.rawValue)", at: range)
        return nil
      }
      return graph.constant(Constant(integer), element)
    case .boolean(let truth): return graph.boolean(truth, element)
    case .size(let dimension):
      if let node = size(dimension, options.floatType) { return retype(node, element) }
      report(.sizeLimit, "the size \(dimension) is too large to compute with", at: range)
      return nil
    case .sizes(let array): return materialise(array, element, at: range)
    case .node(let id, let firmness):
      if graph.type(graph.typeID(of: id)).element == element { return id }
      return firmness == .firm ? graph.cast(id, element) : retype(id, element)
    case .invalid: return nil
    default:
      reportNotNumber(value, at: range, in: "this place")
      return nil
    }
  }

  /// A list of sizes as an array.
  private mutating func materialise(_ array: SizeArray, _ element: ElementType, at range: SourceRange) -> NodeID? {
    var cells: [NodeID] = []
    cells.reserveCapacity(array.elements.count)
    for size in array.elements {
      guard let node = materialise(.size(of: size), element, at: range) else { return nil }
      cells.append(graph.append(.reshape, [node], type: TensorType(element, Shape([1]))))
    }
    let type = TensorType(element, array.shape)
    if cells.isEmpty { return graph.append(.broadcast, [graph.constant(.zero, element)], type: type) }
    let joined = cells.count == 1 ? cells[0] : graph.append(.concatenate(axis: 0), cells, type: type)
    return array.extents.count == 1 ? joined : graph.append(.reshape, [joined], type: type)
  }

  /// Any number or array as a node of the type that it has by itself, for operations that look at one operand alone.
  mutating func operand(_ value: Value, at range: SourceRange, in what: String) -> (node: NodeID, firmness: Firmness)? {
    if value.isInvalid { return nil }
    guard let numeric = numeric(value) else {
      reportNotNumber(value, at: range, in: what)
      return nil
    }
    switch (value, numeric) {
    case (.node(let node, let firmness), _): return (node, firmness)
    case (_, .firm(let element)): return materialise(value, element, at: range).map { ($0, .firm) }
    case (_, .weakInteger): return materialise(value, options.floatType, at: range).map { ($0, .weakInteger) }
    case (_, .weakReal): return materialise(value, options.floatType, at: range).map { ($0, .weakReal) }
    }
  }

  /// Builds what a weak node is computed of again in another type, so that its constants are rounded in that type.
  mutating func retype(_ root: NodeID, _ element: ElementType) -> NodeID {
    if graph.type(of: root).element == element { return root }
    if let known = retyped[Retyped(node: root, element: element)] { return known }
    var work = [root]
    while let id = work.last {
      let key = Retyped(node: id, element: element)
      if retyped[key] != nil {
        work.removeLast()
        continue
      }
      if let leaf = retypedLeaf(id, element) {
        retyped[key] = leaf
        work.removeLast()
        continue
      }
      let operands = graph.operands(of: id)
      let missing = operands.filter { retyped[Retyped(node: $0, element: element)] == nil }
      if !missing.isEmpty {
        work += missing
        continue
      }
      work.removeLast()
      let images = operands.compactMap { retyped[Retyped(node: $0, element: element)] }
      var type = graph.type(of: id)
      type.element = element
      retyped[key] = graph.append(graph.operation(of: id), images, type: type)
    }
    return retyped[Retyped(node: root, element: element)] ?? root
  }

  /// A node that is not built again but taken as it is.
  private mutating func retypedLeaf(_ id: NodeID, _ element: ElementType) -> NodeID? {
    if graph.type(of: id).element != options.floatType { return id }
    if let constant = graph.constant(id) {
      if element.isFloat { return graph.constant(constant, element) }
      if let integer = constant.rational?.integer, ElementName.holds(integer, element) {
        return graph.constant(Constant(integer), element)
      }
      return graph.cast(id, element)
    }
    if graph.parameterIndex(id) != nil { return graph.cast(id, element) }
    // A loop has carried its values in the type that it has.
    if graph.elementwise(id) == nil, case .result = graph.operation(of: id) { return graph.cast(id, element) }
    // An operation of reals has no integer form.
    if !element.isFloat, let f = graph.elementwise(id), f.typing == .real { return graph.cast(id, element) }
    return nil
  }

  /// A size as a number. A name is the sum of that many ones: the graph has no other nodes that depend on sizes.
  private mutating func size(_ dimension: Dimension, _ element: ElementType) -> NodeID? {
    guard dimension.terms.count <= SizeArithmetic.termLimit, SizeArithmetic.depth(dimension) != nil else { return nil }
    var sum: NodeID?
    for term in dimension.terms {
      var product: NodeID? =
        term.coefficient == 1 && !term.atoms.isEmpty
        ? nil : graph.constant(Constant(term.coefficient), element)
      for atom in term.atoms {
        guard let factor = size(atom, element) else { return nil }
        product = product.map { graph.apply(.multiply, $0, factor) } ?? factor
      }
      guard let product else { continue }
      sum = sum.map { graph.apply(.add, $0, product) } ?? product
    }
    return sum ?? graph.constant(.zero, element)
  }

  /// Recursion is bounded by ``SizeArithmetic/depthLimit``.
  private mutating func size(_ atom: Dimension.Atom, _ element: ElementType) -> NodeID? {
    switch atom {
    case .symbol(let name):
      let one = graph.constant(.one, element)
      let ones = graph.append(.broadcast, [one], type: TensorType(element, Shape([Dimension(name)])))
      return graph.append(.reduce(.sum, axes: [0]), [ones], type: TensorType(element))
    case .floorQuotient(let a, let b):
      guard let x = size(a, element), let y = size(b, element) else { return nil }
      return graph.apply(.floorDivide, x, y)
    case .remainder(let a, let b):
      guard let x = size(a, element), let y = size(b, element) else { return nil }
      return graph.apply(.mod, x, y)
    }
  }
}

extension Graph {
  /// A truth value, or 0 and 1 in a numeric type.
  fileprivate mutating func boolean(_ truth: Bool, _ element: ElementType) -> NodeID {
    element == .bool ? constant(.boolean(truth), .bool) : constant(Constant(truth ? 1 : 0), element)
  }

  /// The node in another element type.
  mutating func cast(_ id: NodeID, _ element: ElementType) -> NodeID {
    let type = type(of: id)
    if type.element == element { return id }
    if case .boolean(let truth)? = constant(id) { return boolean(truth, element) }
    return append(.cast, [id], type: TensorType(element, type.shape))
  }
}
