import NablaCalculus
import NablaDiagnostics
import NablaGraph

/// Taking derivatives, once the value is there.
extension Lowering {
  /// The value of the innermost derivation's function is on the stack: pushes the derivative.
  mutating func differentiate() {
    let value = pop()
    guard var derivation = derivations.popLast() else { return push(.invalid) }
    guard settleEffects(&derivation), !value.isInvalid,
      let results = results(value, of: derivation),
      let vectors = vectors(of: derivation, results)
    else { return push(.invalid) }
    let isWeak = results.allSatisfy { $0.firmness != .firm } && derivation.variables.allSatisfy { $0.firmness != .firm }
    let firmness: Firmness = isWeak ? .weakReal : .firm
    let nodes = results.map(\.node)
    guard isManageable(derivation, nodes) else { return push(.invalid) }
    if mode == .check {
      push(typed(derivation, nodes, firmness))
    } else {
      push(built(derivation, nodes, vectors, firmness))
    }
  }

  /// What is differentiated, as floats of the shapes that the derivative takes.
  private mutating func results(
    _ value: Value, of derivation: Derivation
  ) -> [(node: NodeID, firmness: Firmness)]? {
    let site = derivation.site
    var parts = [value]
    if case .tuple(let elements, _) = value {
      guard derivation.form == .form(.jvp) || derivation.form == .form(.vjp) else {
        report(
          .derivativeOf, "\(what(derivation)) needs one result, and '\(name(derivation))' has \(elements.count)",
          at: site)
        return nil
      }
      parts = elements
    }
    var results: [(node: NodeID, firmness: Firmness)] = []
    for part in parts {
      let place = what(derivation)
      guard let numeric = numerics([part], at: site, in: place)?.first else { return nil }
      if case .firm(let element) = numeric, !element.isFloat {
        report(
          .derivativeOf, "\(place) needs a float, and '\(name(derivation))' is \(describe(part))", at: site)
        return nil
      }
      let firmness: Firmness = if case .node(_, let known) = part { known } else { .weakReal }
      let element: ElementType = if case .firm(let known) = numeric { known } else { options.floatType }
      guard var node = materialise(part, element, at: site) else { return nil }
      if let shape = derivation.elementwiseShape, graph.type(of: node).shape != shape {
        guard graph.type(of: node).isScalar else {
          report(
            .scalarDerivative,
            "'\(name(derivation))' is applied to arrays element by element, and its value has "
              + "another shape: \(graph.type(of: node).shape)", at: site)
          return nil
        }
        node = graph.append(.broadcast, [node], type: TensorType(element, shape))
      }
      results.append((node, firmness))
    }
    guard let shape = results.first.map({ graph.type(of: $0.node).shape }) else { return nil }
    let isElementwise = derivation.elementwiseShape != nil
    switch derivation.form {
    case .form(.grad) where shape.rank > 0 && !isElementwise, .prime where shape.rank > 0 && !isElementwise:
      reportNotScalar(derivation, shape, advice: "jacobian")
      return nil
    case .form(.hessian) where shape.rank > 0, .form(.hvp) where shape.rank > 0:
      reportNotScalar(derivation, shape, advice: isElementwise ? nil : "jacobian(grad …)")
      return nil
    default: return results
    }
  }

  private mutating func reportNotScalar(_ derivation: Derivation, _ shape: Shape, advice: String?) {
    let better = advice.map { "; '\($0)' differentiates arrays" } ?? ""
    report(
      .scalarDerivative,
      "\(what(derivation)) needs one number, and '\(name(derivation))' gives the shape \(shape)\(better)",
      at: derivation.site)
  }

  private func what(_ derivation: Derivation) -> String {
    if case .form(let form) = derivation.form { "'\(form.rawValue)'" } else { "a prime" }
  }

  func name(_ derivation: Derivation) -> String {
    switch functions[derivation.function] {
    case .derivative(_, let base, _), .prime(let base, _): describe(base)
    default: ""
    }
  }

  /// Tangents are of the variables' types, cotangents of the results'.
  private mutating func vectors(
    of derivation: Derivation, _ results: [(node: NodeID, firmness: Firmness)]
  ) -> [NodeID]? {
    guard case .form(let form) = derivation.form, !form.takesNames else { return [] }
    let likes = form == .vjp ? results.map(\.node) : derivation.variables.map(\.input)
    guard likes.count == derivation.vectors.count else {
      report(
        .arity,
        "\(what(derivation)) of '\(name(derivation))' takes \(likes.count) vectors, not \(derivation.vectors.count)",
        at: derivation.site)
      return nil
    }
    var nodes: [NodeID] = []
    for (vector, like) in zip(derivation.vectors, likes) {
      let type = graph.type(of: like)
      guard let node = materialise(vector.value, type.element, at: vector.range) else { return nil }
      guard graph.type(of: node).shape == type.shape else {
        report(
          .argumentShape, "the vector has shape \(graph.type(of: node).shape), and \(type.shape) is needed",
          at: vector.range)
        return nil
      }
      nodes.append(node)
    }
    return nodes
  }

  // MARK: Types

  /// In checking: stand-ins of the derivative's types.
  private mutating func typed(_ derivation: Derivation, _ results: [NodeID], _ firmness: Firmness) -> Value {
    let variables = derivation.variables.map { graph.type(of: $0.input) }
    let values = results.map { graph.type(of: $0) }
    func joined(_ a: TensorType, _ b: TensorType) -> TensorType {
      TensorType(b.element, Shape(a.shape.dimensions + b.shape.dimensions))
    }
    switch derivation.form {
    case .form(.grad), .form(.vjp), .form(.hvp), .prime:
      return gathered(variables.map { standIn($0) }, derivation, firmness)
    case .form(.jvp): return gathered(values.map { standIn($0) }, firmness: firmness)
    case .form(.jacobian): return gathered(variables.map { standIn(joined(values[0], $0)) }, derivation, firmness)
    case .form(.hessian):
      return gathered(
        variables.map { row in variables.map { standIn(joined(row, $0)) } }, derivation, firmness)
    }
  }

  /// One value, or a tuple named after the variables.
  private func gathered(_ nodes: [NodeID], _ derivation: Derivation, _ firmness: Firmness) -> Value {
    if nodes.count == 1, !derivation.isByWeights { return .node(nodes[0], firmness) }
    return .tuple(nodes.map { .node($0, firmness) }, labels: derivation.variables.map(\.name))
  }

  private func gathered(_ rows: [[NodeID]], _ derivation: Derivation, _ firmness: Firmness) -> Value {
    if rows.count == 1 { return gathered(rows[0], derivation, firmness) }
    return .tuple(
      rows.map { gathered($0, derivation, firmness) }, labels: derivation.variables.map(\.name))
  }

  private func gathered(_ nodes: [NodeID], firmness: Firmness) -> Value {
    if nodes.count == 1 { return .node(nodes[0], firmness) }
    return .tuple(nodes.map { .node($0, firmness) }, labels: nodes.indices.map(String.init))
  }

  // MARK: Nodes

  /// In building: the derivative, with the arguments in place of the inputs.
  private mutating func built(
    _ derivation: Derivation, _ results: [NodeID], _ vectors: [NodeID], _ firmness: Firmness
  ) -> Value {
    setOrigin(derivation.site)
    let inputs = derivation.variables.map(\.input)
    var excerpt = Excerpt(of: graph, roots: results, variables: inputs)
    excerpt.stabilise(checkpoint: options.checkpoint)
    let variables = excerpt.inputs(inputs)
    let directions = vectors.map { excerpt.takeIn($0, of: graph) }
    let replacements = Dictionary(
      derivation.variables.map { ($0.input, $0.value) }, uniquingKeysWith: { first, _ in first })
    substituteInStates(replacements)
    func back(_ nodes: [NodeID]) -> [NodeID] {
      excerpt.putBack(nodes, into: &graph, replacing: replacements)
    }
    let roots = excerpt.roots
    switch derivation.form {
    case .form(.grad):
      return gathered(back(excerpt.gradient(of: roots[0], by: variables)), derivation, firmness)
    case .prime(let order):
      var node = roots[0]
      for step in 1...max(order, 1) {
        if step > 1 { node = excerpt.canonicalise([node])[0] }
        node = excerpt.gradient(of: node, by: variables)[0]
        if excerpt.graph.count > options.limits.nodes {
          stop(.orderLimit, "a derivative of order \(order) exceeds \(options.limits.nodes) nodes")
          return .invalid
        }
      }
      return .node(back([node])[0], firmness)
    case .form(.jacobian):
      do {
        return gathered(back(try excerpt.graph.jacobian(of: [roots[0]], by: variables)[0]), derivation, firmness)
      } catch {
        reportVectorisation(error, derivation)
        return .invalid
      }
    case .form(.hessian):
      do {
        let flat = back(try excerpt.graph.hessian(of: roots[0], by: variables).flatMap { $0 })
        let count = variables.count
        return gathered((0..<count).map { Array(flat[$0 * count..<($0 + 1) * count]) }, derivation, firmness)
      } catch {
        reportVectorisation(error, derivation)
        return .invalid
      }
    case .form(.hvp):
      let images = excerpt.graph.hessianVectorProduct(of: roots[0], by: variables, vectors: directions)
      return gathered(back(images), derivation, firmness)
    case .form(.jvp):
      return gathered(
        back(excerpt.graph.pushforward(of: roots, from: variables, along: directions)), firmness: firmness)
    case .form(.vjp):
      return gathered(
        back(excerpt.graph.pullback(of: roots, cotangents: directions, to: variables)), derivation, firmness)
    }
  }

  /// Reports a Jacobian or Hessian whose elements cannot be counted.
  private mutating func isManageable(_ derivation: Derivation, _ results: [NodeID]) -> Bool {
    let inputs = derivation.variables.map { graph.type(of: $0.input).shape }
    let outputs: [Shape]
    switch derivation.form {
    case .form(.jacobian): outputs = results.map { graph.type(of: $0).shape }
    case .form(.hessian): outputs = inputs
    default: return true
    }
    return outputs.allSatisfy { output in
      inputs.allSatisfy { isManageable(Shape(output.dimensions + $0.dimensions), at: place(derivation.site)) }
    }
  }

  private mutating func reportVectorisation(_ error: VectorisationError, _ derivation: Derivation) {
    if case .notYet(let part) = error {
      report(
        .unknownSize, "\(what(derivation)) through \(part) needs sizes that are numbers, and small", at: derivation.site
      )
    } else {
      report(.sizeLimit, "\(what(derivation)) has too many axes, or is too large", at: derivation.site)
    }
  }
}

extension Excerpt {
  /// The gradient of a scalar, or element by element of an array whose elements depend on those of the variables.
  mutating func gradient(of root: NodeID, by variables: [NodeID]) -> [NodeID] {
    let type = graph.type(of: root)
    if type.isScalar { return graph.gradient(of: root, by: variables) }
    let one = graph.constant(.one, type.element)
    let ones = graph.append(.broadcast, [one], type: type)
    return graph.pullback(of: [root], cotangents: [ones], to: variables)
  }
}
