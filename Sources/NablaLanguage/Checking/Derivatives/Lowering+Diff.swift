import NablaCalculus
import NablaDiagnostics
import NablaGraph

/// `diff(e, x)`: the derivative of an expression by a name in scope.
extension Lowering {
  mutating func diff(_ arguments: [Argument], _ parts: CallParts, at id: SyntaxID) -> Value {
    if arguments.contains(where: { $0.value.isInvalid }) { return .invalid }
    if let named = arguments.first(where: { $0.label != nil }), let label = named.label {
      report(.unknownLabel, "'diff' has no parameter named '\(label)'", at: named.range)
      return .invalid
    }
    guard arguments.count >= 2, let variables = variables(arguments, parts) else {
      if arguments.count < 2 { report(.arity, "'diff' is used as diff(e, x), diff(e, x, y) or diff(e, x, 2)", at: id) }
      return .invalid
    }
    guard let numeric = numerics([arguments[0].value], at: id, in: "'diff'")?.first else { return .invalid }
    if case .firm(let element) = numeric, !element.isFloat {
      report(.derivativeOf, "'diff' needs a float, not \(describe(arguments[0].value))", at: id)
      return .invalid
    }
    let element: ElementType = if case .firm(let known) = numeric { known } else { options.floatType }
    guard let value = materialise(arguments[0].value, element, at: id),
      let type = type(of: value, by: variables, at: id)
    else { return .invalid }
    let firmness: Firmness = if case .firm = numeric { .firm } else { .weakReal }
    if mode == .check { return .node(standIn(type), firmness) }
    return .node(built(value, by: variables, at: id), firmness)
  }

  /// The names to differentiate by, in order; a number after a name repeats it.
  private mutating func variables(_ arguments: [Argument], _ parts: CallParts) -> [NodeID]? {
    var variables: [NodeID] = []
    for (argument, syntax) in zip(arguments, parts.arguments).dropFirst() {
      if let order = argument.value.rational?.integer, let last = variables.last, case .number = tree.kind(syntax) {
        guard (1...Lowering.orderLimit).contains(order) else {
          report(.orderLimit, "the order of a derivative is from 1 to \(Lowering.orderLimit)", at: argument.range)
          return nil
        }
        variables += Array(repeating: last, count: order - 1)
        continue
      }
      guard case .name = tree.kind(syntax) else {
        report(.diffVariable, "'diff' varies a parameter or local name, not '\(shortened(syntax))'", at: argument.range)
        return nil
      }
      guard case .node(let node, _) = argument.value, graph.type(of: node).element.isFloat else {
        report(
          .derivativeBy, "'\(tree.text(syntax))' is \(describe(argument.value)), and derivatives are by floats",
          at: argument.range)
        return nil
      }
      variables.append(node)
    }
    return variables
  }

  private static var orderLimit: Int { 1000 }

  private func shortened(_ id: SyntaxID) -> String {
    let text = tree.text(id)
    return text.count <= 40 ? text : "\(text.prefix(36))…"
  }

  private mutating func type(of value: NodeID, by variables: [NodeID], at id: SyntaxID) -> TensorType? {
    var type = graph.type(of: value)
    for variable in variables {
      let other = graph.type(of: variable)
      if other.isScalar { continue }
      guard type.isScalar else {
        report(
          .scalarDerivative,
          "'diff' of the shape \(type.shape) by the shape \(other.shape): 'jacobian' differentiates arrays by arrays",
          at: id)
        return nil
      }
      type.shape = other.shape
    }
    return type
  }

  private mutating func built(_ value: NodeID, by variables: [NodeID], at id: SyntaxID) -> NodeID {
    setOrigin(id)
    // Names computed from a variable are seen through; names older than it cannot depend on it.
    let oldest = variables.min() ?? value
    var replacements: [NodeID: NodeID] = [:]
    for observation in observations where observation.input > oldest && !variables.contains(observation.input) {
      replacements[observation.input] = observation.value
    }
    let root = replacements.isEmpty ? value : graph.substituting(replacements, in: [value])[0]
    var excerpt = Excerpt(of: graph, roots: [root], variables: variables)
    excerpt.stabilise(checkpoint: options.checkpoint)
    var node = excerpt.roots[0]
    for (step, variable) in excerpt.inputs(variables).enumerated() {
      if step > 0 { node = excerpt.canonicalise([node])[0] }
      node = excerpt.derivative(of: node, by: variable)
      if excerpt.graph.count > options.limits.nodes {
        stop(.orderLimit, "the derivative exceeds \(options.limits.nodes) nodes")
        return value
      }
    }
    return excerpt.putBack([node], into: &graph, replacing: [:])[0]
  }
}

extension Excerpt {
  /// A scalar by anything in reverse mode, an array by a scalar in forward mode.
  fileprivate mutating func derivative(of root: NodeID, by variable: NodeID) -> NodeID {
    if graph.type(of: root).isScalar { return graph.gradient(of: root, by: [variable])[0] }
    let one = graph.constant(.one, graph.type(of: variable).element)
    return graph.pushforward(of: [root], from: [variable], along: [one])[0]
  }
}
