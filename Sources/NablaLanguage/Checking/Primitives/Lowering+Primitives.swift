import NablaDiagnostics
import NablaGraph

/// Calls of primitives: arguments by position and name, and what each parameter may be.
extension Lowering {
  mutating func call(_ primitive: Primitive, _ arguments: [Argument], at id: SyntaxID) -> Value {
    guard let call = match(arguments, to: primitive, at: id) else { return .invalid }
    setOrigin(id)
    return primitive.row.meaning(&self, call) ?? .invalid
  }

  private mutating func match(_ arguments: [Argument], to primitive: Primitive, at id: SyntaxID) -> PrimitiveCall? {
    if arguments.contains(where: { $0.value.isInvalid }) { return nil }
    let parameters = primitive.row.parameters
    var call = PrimitiveCall(primitive: primitive, site: id)
    var positional = parameters[...]
    for argument in arguments {
      let parameter: Primitive.Parameter
      if let label = argument.label {
        guard let known = parameters.first(where: { $0.name == label && !$0.isVariadic }) else {
          let nearest = Suggestion.label(label, among: parameters.map(\.name)).map { "; did you mean '\($0)'?" }
          report(
            .unknownLabel, "'\(primitive.rawValue)' has no parameter '\(label)'\(nearest ?? ""): \(usage(primitive))",
            at: argument.range)
          return nil
        }
        parameter = known
      } else if let first = positional.first {
        parameter = first
        if !first.isVariadic { positional.removeFirst() }
      } else {
        report(.arity, "too many arguments: \(usage(primitive))", at: id)
        return nil
      }
      if parameter.isVariadic {
        call.list.append(argument)
      } else if call.arguments.updateValue(argument, forKey: parameter.name) != nil {
        report(
          .duplicateArgument, "'\(primitive.rawValue)' is given its '\(parameter.name)' twice", at: argument.range)
        return nil
      }
    }
    for parameter in parameters where !parameter.isOptional {
      if parameter.isVariadic ? call.list.isEmpty : call.arguments[parameter.name] == nil {
        report(.arity, "'\(parameter.name)' is missing: \(usage(primitive))", at: id)
        return nil
      }
    }
    return call
  }

  func usage(_ primitive: Primitive) -> String { "\(primitive.rawValue)(\(primitive.row.header))" }

  // MARK: What an argument may be

  func range(of name: String, _ call: PrimitiveCall) -> SourceRange { call.arguments[name]?.range ?? place(call.site) }

  /// An argument that is a number or an array, as a node.
  mutating func array(_ name: String, _ call: PrimitiveCall) -> (node: NodeID, firmness: Firmness)? {
    guard let argument = call.arguments[name] else { return nil }
    return operand(argument.value, at: argument.range, in: "'\(name)' of '\(call.primitive.rawValue)'")
  }

  /// An argument that is a list of sizes, or one.
  mutating func sizes(_ name: String, _ call: PrimitiveCall) -> [Dimension]? {
    guard let argument = call.arguments[name] else { return nil }
    if let sizes = argument.value.sizes { return sizes }
    report(
      .notSize,
      "'\(name)' of '\(call.primitive.rawValue)' is a list of sizes, known before the run, not \(describe(argument.value))",
      at: argument.range)
    return nil
  }

  mutating func size(_ name: String, _ call: PrimitiveCall) -> Dimension? {
    guard let argument = call.arguments[name] else { return nil }
    if let size = argument.value.size { return size }
    report(
      .notSize,
      "'\(name)' of '\(call.primitive.rawValue)' is a size, known before the run, not \(describe(argument.value))",
      at: argument.range)
    return nil
  }

  /// An argument that is a literal integer.
  mutating func integer(_ name: String, _ call: PrimitiveCall) -> Int? {
    guard let argument = call.arguments[name] else { return nil }
    if let value = argument.value.rational?.integer { return value }
    report(
      .argumentType, "'\(name)' of '\(call.primitive.rawValue)' is an integer, not \(describe(argument.value))",
      at: argument.range)
    return nil
  }

  mutating func flag(_ name: String, _ call: PrimitiveCall) -> Bool? {
    guard let argument = call.arguments[name] else { return false }
    if case .boolean(let truth) = argument.value { return truth }
    report(.argumentType, "'\(name)' is true or false, not \(describe(argument.value))", at: argument.range)
    return nil
  }

  /// An argument that chooses among words; the first where it is left out.
  mutating func option(_ name: String, _ call: PrimitiveCall, among words: [String]) -> String? {
    guard let argument = call.arguments[name] else { return words.first }
    if case .string(let word) = argument.value, words.contains(word) { return word }
    let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
    report(.argumentType, "'\(name)' is one of \(list), not \(describe(argument.value))", at: argument.range)
    return nil
  }

  /// One axis of an array; a negative one counts from the end.
  ///
  /// - Parameter fallback: where the argument is left out.
  mutating func axis(_ call: PrimitiveCall, named name: String = "axis", rank: Int, default fallback: Int) -> Int? {
    var axis = fallback
    if let argument = call.arguments[name] {
      guard let given = argument.value.rational?.integer else {
        report(.axis, "an axis is an integer, not \(describe(argument.value))", at: argument.range)
        return nil
      }
      axis = given
    }
    guard axis >= -rank, axis < rank else {
      report(.axis, "there is no axis \(axis) among \(rank)", at: range(of: name, call))
      return nil
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Whether no axis is named, which means the flattened array.
  func isFlattened(_ call: PrimitiveCall) -> Bool {
    guard let axis = call.arguments["axis"] else { return true }
    return axis.value == .string("all")
  }

  // MARK: Nodes

  /// An operation on nodes, where its typing rule accepts them.
  mutating func append(_ operation: Operation, _ operands: [NodeID], _ type: TensorType, at range: SourceRange)
    -> NodeID?
  {
    do {
      let result = try graph.resultType(of: operation, operands, stated: type)
      guard isManageable(result.shape, at: range) else { return nil }
      return graph.append(operation, operands, type: type)
    } catch {
      report(.reshape, "\(SizeArithmetic.message(error, operation))", at: range)
      return nil
    }
  }

  mutating func reshaped(_ node: NodeID, _ dimensions: [Dimension], at range: SourceRange) -> NodeID? {
    let type = graph.type(of: node)
    if type.shape.dimensions == dimensions { return node }
    return append(.reshape, [node], TensorType(type.element, Shape(dimensions)), at: range)
  }

  /// The array with its elements in one axis.
  mutating func flattened(_ node: NodeID, at range: SourceRange) -> NodeID? {
    reshaped(node, [graph.type(of: node).shape.count], at: range)
  }

  /// A part of one axis.
  mutating func cut(_ node: NodeID, axis: Int, _ slice: Operation.Slice, at range: SourceRange) -> NodeID? {
    let type = graph.type(of: node)
    var slices = type.shape.dimensions.map { Operation.Slice(start: 0, count: $0) }
    slices[axis] = slice
    return append(.slice(slices), [node], type, at: range)
  }
}

extension SizeArithmetic {
  /// Why a typing rule refuses, in words.
  static func message(_ error: TypeError, _ operation: Operation) -> String {
    switch error {
    case .reshape(let from, let to):
      "the shape \(from) has \(from.count) elements, and \(to) has \(to.count)"
    case .broadcast(let a, let b, let axis): "the shapes \(a) and \(b) differ on axis \(axis)"
    case .attribute(let demand): "'\(operation.name)' needs \(demand)"
    default: "'\(operation.name)' does not apply to these arrays"
    }
  }
}
