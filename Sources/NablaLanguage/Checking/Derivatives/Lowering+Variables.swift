import NablaDiagnostics
import NablaGraph

/// What a derivative is taken by.
extension Lowering {
  /// Chooses the arguments to differentiate by, puts inputs in their place, and calls the function.
  mutating func start(_ derivation: Derivation) {
    var derivation = derivation
    let base: FunctionID
    switch functions[derivation.function] {
    case .derivative(_, let of, _), .prime(let of, _): base = of
    default: return push(.invalid)
    }
    derivation.isByWeights =
      names(of: derivation) == [Lowering.weights]
      && formals(base)?.contains { $0.name == Lowering.weights } != true
    guard let positions = derivation.isByWeights ? [] : variables(of: derivation, base) else { return push(.invalid) }
    guard let shape = elementwiseShape(derivation, base) else { return push(.invalid) }
    derivation.elementwiseShape = shape
    let formals = formals(base)
    let element = commonElement(positions.compactMap { derivation.arguments[$0]?.value })
    for position in positions {
      guard let argument = derivation.arguments[position],
        var node = materialise(argument.value, element.element, at: argument.range)
      else { return push(.invalid) }
      if let shape, graph.type(of: node).shape != shape {
        node = graph.append(.broadcast, [node], type: TensorType(element.element, shape))
      }
      let name = formals?[position].name ?? "\(position)"
      let type = graph.type(of: node)
      let input = mode == .check ? standIn(type) : graph.parameter(name, type)
      derivation.variables.append(.init(name: name, value: node, firmness: element.firmness, input: input))
      derivation.arguments[position]?.value = .node(input, element.firmness)
    }
    let arguments = derivation.arguments.enumerated().compactMap { position, argument -> Argument? in
      guard var argument else { return nil }
      argument.label = formals.flatMap { $0[position].hasLabel ? $0[position].name : nil }
      return argument
    }
    derivation.arguments = []
    derivation.earlierEffects = takeEffects()
    derivations.append(derivation)
    tasks.append(.differentiate)
    apply(base, arguments, at: derivation.site)
  }

  /// The float type of the variables: that of the firm ones, else the program's.
  private func commonElement(_ values: [Value]) -> Agreement {
    var firm: ElementType?
    for value in values {
      if case .firm(let element)? = numeric(value) { firm = firm.map { max($0, element) } ?? element }
    }
    return firm.map { Agreement(element: $0, firmness: .firm) }
      ?? Agreement(element: options.floatType, firmness: .weakReal)
  }

  /// The positions of the arguments to differentiate by, in order.
  private mutating func variables(of derivation: Derivation, _ base: FunctionID) -> [Int]? {
    if case .prime = derivation.form { return primeVariable(of: derivation, base) }
    let formals = formals(base)
    if let names = names(of: derivation), let formals {
      var positions: [Int] = []
      for name in names {
        guard let position = formals.firstIndex(where: { $0.name == name }),
          let argument = derivation.arguments[position]
        else { return nil }
        guard isFloat(argument.value), formals[position].isReal else {
          let what = isFloat(argument.value) ? "declared otherwise" : describe(argument.value)
          report(.derivativeBy, "'\(name)' is \(what), and derivatives are by floats", at: derivation.site)
          return nil
        }
        positions.append(position)
      }
      return positions
    }
    let positions = derivation.arguments.indices.filter { position in
      guard let argument = derivation.arguments[position] else { return false }
      return isFloat(argument.value) && formals?[position].isReal ?? true
    }
    if positions.isEmpty {
      report(.derivativeBy, "'\(describe(base))' has no float to differentiate by", at: derivation.site)
      return nil
    }
    return positions
  }

  private mutating func primeVariable(of derivation: Derivation, _ base: FunctionID) -> [Int]? {
    let name = describe(base)
    guard let formals = formals(base) else {
      report(.prime, "a prime needs a function of one variable; '\(name)' has more", at: derivation.site)
      return nil
    }
    let values = formals.indices.filter { formals[$0].isReal }
    let required = values.filter { !formals[$0].hasInitial }
    let chosen = required.isEmpty && values.count == 1 ? values : required
    guard chosen.count == 1, let position = chosen.first, let argument = derivation.arguments[position] else {
      let count = chosen.count
      report(
        .prime,
        "a prime needs one parameter without default, and '\(name)' has \(count); write 'grad(\(name), x)' or 'diff'",
        at: derivation.site)
      return nil
    }
    guard isFloat(argument.value) else {
      report(
        .derivativeBy, "the argument is \(describe(argument.value)), and derivatives are by floats",
        at: derivation.site)
      return nil
    }
    return [position]
  }

  /// The shape that a function of scalars is applied at; `.some(nil)` where it is applied to scalars or is none.
  private mutating func elementwiseShape(_ derivation: Derivation, _ base: FunctionID) -> Shape?? {
    guard isScalarFunction(base) else { return .some(nil) }
    var shape = Shape.scalar
    for argument in derivation.arguments {
      guard let argument else { continue }
      let other = self.shape(of: argument.value)
      do {
        shape = try shape.broadcast(with: other)
      } catch {
        report(
          .broadcast, "arguments of shapes that do not broadcast: \(shape) and \(other)", at: derivation.site)
        return nil
      }
    }
    return .some(shape.rank == 0 ? nil : shape)
  }

  private func isScalarFunction(_ function: FunctionID) -> Bool {
    var current = function
    while true {
      switch functions[current] {
      case .elementwise: return true
      case .routine(let unit, let index, _, _): return units[unit].routines[index].isScalar
      case .prime(let base, _), .derivative(.grad, let base, _): current = base
      default: return false
      }
    }
  }

  // MARK: Names that are differentiated by

  /// The value with the inputs that stand for a frame's names replaced by what they stand for.
  mutating func substituteObservations(in value: Value, of frame: Frame) -> Value {
    guard !observations.isEmpty else { return value }
    var replacements: [NodeID: NodeID] = [:]
    for observation in observations where observation.serial == frame.serial {
      replacements[observation.input] = observation.value
    }
    if replacements.isEmpty { return value }
    observations.removeAll { $0.serial == frame.serial }
    substituteInStates(replacements)
    return substituting(replacements, in: value)
  }

  // MARK: The parameters of layers

  /// What names all of them in `grad(f, params)`.
  static let weights = "params"

  /// Takes what the current frame has done so far, so that what follows stands alone.
  private mutating func takeEffects() -> Effects {
    var taken = Effects()
    if frame >= 0 { swap(&taken, &frames[frame].effects) } else { swap(&taken, &entryEffects) }
    return taken
  }

  /// Ends the part that ``takeEffects()`` began: adds the layers' parameters that it uses to a derivation that is by
  /// them.
  mutating func settleEffects(_ derivation: inout Derivation) -> Bool {
    let inner = takeEffects()
    record(derivation.earlierEffects, at: nil)
    record(inner, at: place(derivation.site))
    guard derivation.isByWeights else { return true }
    for variable in inner.sorted where variable.role == .param && variable.type.element.isFloat {
      let node = mode == .check ? standIn(variable.type) : variables[variable.path]
      guard let node else { continue }
      derivation.variables.append(.init(name: variable.path, value: node, firmness: .firm, input: node))
    }
    if !derivation.variables.isEmpty { return true }
    report(.derivativeBy, "'\(name(derivation))' calls no layer that has parameters", at: derivation.site)
    return false
  }

  private mutating func substituting(_ replacements: [NodeID: NodeID], in value: Value) -> Value {
    switch value {
    case .node(let id, let firmness): .node(graph.substituting(replacements, in: [id])[0], firmness)
    case .tuple(let elements, let labels):
      .tuple(elements.map { substituting(replacements, in: $0) }, labels: labels)
    default: value
    }
  }
}
