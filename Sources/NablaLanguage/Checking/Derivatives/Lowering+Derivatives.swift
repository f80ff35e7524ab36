import NablaDiagnostics
import NablaGraph

/// `grad(f)` and its kin, and primes: functions made of functions.
extension Lowering {
  /// A parameter of any function, for differentiation by it.
  struct Formal {
    let name: String
    /// Whether it takes floats, as far as the header says.
    let isReal: Bool
    let hasInitial: Bool
    /// Functions of a text take arguments by name.
    let hasLabel: Bool
  }

  /// The parameters of a function; `nil` where the number of arguments says what they are (`jvp(f)`).
  func formals(_ function: FunctionID) -> [Formal]? {
    switch functions[root(of: function)] {
    case .elementwise(let f):
      return (0..<f.arity).map { Formal(name: "\($0)", isReal: true, hasInitial: false, hasLabel: false) }
    case .reduction: return [Formal(name: "0", isReal: true, hasInitial: false, hasLabel: false)]
    case .routine(let unit, let index, _, _):
      return units[unit].routines[index].parameters.map {
        Formal(name: $0.name, isReal: units[unit].takesFloats($0), hasInitial: $0.initial != nil, hasLabel: true)
      }
    default: return nil
    }
  }

  /// The function that a chain of gradients and primes begins with; all of them have its parameters.
  private func root(of function: FunctionID) -> FunctionID {
    var current = function
    while true {
      switch functions[current] {
      case .derivative(let form, let base, _) where form.takesNames: current = base
      case .prime(let base, _): current = base
      default: return current
      }
    }
  }

  /// `grad(f)`, `grad(f, x)`, `jacobian(f, (x, y))`: a function.
  mutating func derivative(_ form: DerivativeForm, of function: Value, _ parts: CallParts, at id: SyntaxID) -> Value {
    let most = form.takesNames ? 2 : 1
    guard (1...most).contains(parts.arguments.count) else {
      let usage = form.takesNames ? "\(form.rawValue)(f) or \(form.rawValue)(f, (x, y))" : "\(form.rawValue)(f)(…)"
      report(.arity, "'\(form.rawValue)' is used as \(usage)", at: id)
      return .invalid
    }
    guard let base = differentiable(function, form.rawValue, at: parts.arguments[0]) else { return .invalid }
    guard parts.arguments.count == 2 else { return .function(functions.intern(.derivative(form, of: base, by: nil))) }
    guard let names = parameterNames(parts.arguments[1], of: base) else { return .invalid }
    return .function(functions.intern(.derivative(form, of: base, by: names)))
  }

  private mutating func differentiable(_ value: Value, _ form: String, at id: SyntaxID) -> FunctionID? {
    guard case .function(let function) = value else {
      if !value.isInvalid {
        report(
          .derivativeOf, "'\(form)' takes a function, not \(describe(value)); 'diff(e, x)' is of an expression", at: id)
      }
      return nil
    }
    if case .builtin = functions[function] {
      report(.derivativeOf, "'\(form)' of '\(describe(function))' is not defined", at: id)
      return nil
    }
    return function
  }

  /// The second argument of `grad`: names of parameters.
  private mutating func parameterNames(_ id: SyntaxID, of function: FunctionID) -> [String]? {
    var listed: [SyntaxID] = [id]
    if case .tuple(let elements) = tree.kind(id) { listed = Array(elements) }
    var names: [String] = []
    for element in listed {
      guard case .name(let nameID) = tree.kind(element) else {
        report(.derivativeBy, "the second argument lists names of parameters, such as '(w, b)'", at: element)
        return nil
      }
      let name = tree.name(nameID)
      if let formals = formals(function), !formals.contains(where: { $0.hasLabel && $0.name == name }) {
        if name == Lowering.weights, listed.count == 1 {
          return [name]
        } else {
          let known = formals.filter(\.hasLabel).map(\.name)
          let nearest = Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
          report(.derivativeBy, "'\(describe(function))' has no parameter '\(name)'\(nearest)", at: element)
        }
        return nil
      }
      if names.contains(name) {
        report(.derivativeBy, "'\(name)' is listed twice", at: element)
        return nil
      }
      names.append(name)
    }
    return names
  }

  /// `f'`
  mutating func prime(_ value: Value, at id: SyntaxID) -> Value {
    if value.isInvalid { return .invalid }
    guard case .function(let function) = value else {
      reportPrime(of: value, at: id)
      return .invalid
    }
    if case .prime(let base, let order) = functions[function] {
      return .function(functions.intern(.prime(of: base, order: order + 1)))
    }
    guard let base = differentiable(value, "a derivative", at: id) else { return .invalid }
    return .function(functions.intern(.prime(of: base, order: 1)))
  }

  /// `f(x)'` for `f'(x)`, or the `A'` of other languages.
  private mutating func reportPrime(of value: Value, at id: SyntaxID) {
    guard case .prime(let base) = tree.kind(id) else { return }
    var replacement: String?
    var advice = ""
    if case .call(let callee, _) = tree.kind(base), tree.nameID(callee) != nil {
      let arguments = tree.source[SourceRange(tree.range(callee).end, tree.range(base).end)]
      replacement = "\(tree.text(callee))'\(arguments)"
      advice = "; the prime stands before the arguments"
    } else if shape(of: value).rank > 0 {
      replacement = "\(tree.text(base)).T"
      advice = "; a transpose is '.T'"
    }
    report(
      .prime, "a prime is the derivative of a function, and this is \(describe(value))\(advice)", at: id,
      fixIt: replacement.map { .init(range: tree.range(id), replacement: $0) })
  }

  // MARK: Calls of derivatives

  /// Calls `grad(f)`, `f'`, …: calls `f` with inputs in place of what is differentiated by, and leaves a
  /// ``Derivation`` that takes the derivative of the result.
  mutating func applyDerivative(_ function: FunctionID, _ arguments: [Argument], at id: SyntaxID) {
    if arguments.contains(where: { $0.value.isInvalid }) { return push(.invalid) }
    var derivation: Derivation
    let base: FunctionID
    switch functions[function] {
    case .derivative(let form, let of, _):
      derivation = Derivation(form: .form(form), function: function, site: id)
      base = of
    case .prime(let of, let order):
      derivation = Derivation(form: .prime(order: order), function: function, site: id)
      base = of
    default: return push(.invalid)
    }
    guard let own = withoutVectors(arguments, &derivation, base, at: id) else { return push(.invalid) }
    guard let formals = formals(base) else {
      derivation.arguments = own
      return start(derivation)
    }
    guard let matched = match(own, to: formals, of: base, at: id) else { return push(.invalid) }
    derivation.arguments = matched
    if needsDefaults(derivation, formals) { evaluateDefaults(derivation, base) } else { start(derivation) }
  }

  /// Takes the vectors off the end of the arguments of `jvp(f)`, `vjp(f)` and `hvp(f)`.
  private mutating func withoutVectors(
    _ arguments: [Argument], _ derivation: inout Derivation, _ base: FunctionID, at id: SyntaxID
  ) -> [Argument]? {
    guard case .form(let form) = derivation.form, !form.takesNames else { return arguments }
    let positional = arguments.filter { $0.label == nil }
    let labelled = arguments.filter { $0.label != nil }
    let candidates: [Int]
    if let formals = formals(base) {
      let required = formals.count { formal in
        !formal.hasInitial && !labelled.contains { $0.label == formal.name }
      }
      candidates = [formals.count - labelled.count, required]
    } else {
      candidates = [form == .vjp ? positional.count - 1 : positional.count / 2]
    }
    for count in candidates where count >= 0 && count <= positional.count {
      let own = positional.prefix(count)
      let vectors = positional.dropFirst(count)
      let expected = (own + labelled).count { isFloat($0.value) }
      if form == .vjp ? !vectors.isEmpty : vectors.count == expected && expected > 0 {
        derivation.vectors = Array(vectors)
        return own + labelled
      }
    }
    let what = form == .vjp ? "a cotangent for each result" : "a vector for each float parameter"
    report(
      .arity, "'\(form.rawValue)(\(describe(base)))' takes the arguments of '\(describe(base))', then \(what)", at: id)
    return nil
  }

  private mutating func match(
    _ arguments: [Argument], to formals: [Formal], of base: FunctionID, at id: SyntaxID
  ) -> [Argument?]? {
    if case .routine(let unit, let index, _, _) = functions[root(of: base)] {
      return match(arguments, to: units[unit].routines[index], at: id)
    }
    return positional(arguments, count: formals.count...formals.count, of: base, at: id).map { _ in arguments }
  }

  /// Whether a parameter that a call leaves out is differentiated by.
  private func needsDefaults(_ derivation: Derivation, _ formals: [Formal]) -> Bool {
    let names = names(of: derivation)
    if case .prime = derivation.form { return false }
    if case .form(let form) = derivation.form, !form.takesNames { return false }
    return zip(formals, derivation.arguments).contains { formal, argument in
      argument == nil && formal.isReal && (names?.contains(formal.name) ?? true)
    }
  }

  func names(of derivation: Derivation) -> [String]? {
    if case .derivative(_, _, let names) = functions[derivation.function] { names } else { nil }
  }

  /// Enters the header of the function that all the derivatives are of, for the values of its defaults.
  private mutating func evaluateDefaults(_ derivation: Derivation, _ base: FunctionID) {
    guard case .routine(let unitIndex, let index, let surroundings, _) = functions[root(of: base)],
      !units[unitIndex].routines[index].isFaulty
    else { return push(.invalid) }
    let values = derivation.arguments.map { $0?.value ?? .absent }
    derivations.append(derivation)
    let site = place(derivation.site)
    pushFrame(unit: unitIndex, routine: index, parent: surroundings, purpose: .defaults, site: site)
    frames[frame].argumentRanges = derivation.arguments.map { $0?.range }
    tasks.append(.completeArguments)
    let kinds = units[unitIndex].routines[index].parameters.map(\.kind)
    bindHeader(
      zip(values, kinds).map { value, kind in
        guard kind == .value, numeric(value) != nil else { return value }
        return operand(value, at: site, in: "an argument").map { .node($0.node, $0.firmness) } ?? .invalid
      })
  }

  /// Reads the defaults out of the header's frame, and starts the derivation.
  mutating func completeArguments() {
    guard var derivation = derivations.popLast() else { return push(.invalid) }
    let parameters = unit.routines[frames[frame].routine].parameters
    for (position, parameter) in parameters.enumerated() where derivation.arguments[position] == nil {
      let value = substituteObservations(in: slots[frames[frame].base + parameter.slot], of: frames[frame])
      let range = frames[frame].site ?? parameter.range
      derivation.arguments[position] = Argument(label: parameter.name, value: value, range: range)
    }
    popFrame()
    if derivation.arguments.contains(where: { $0?.value.isInvalid ?? false }) { return push(.invalid) }
    start(derivation)
  }

  /// Whether a value can be differentiated by.
  func isFloat(_ value: Value) -> Bool {
    switch numeric(value) {
    case .firm(let element)?: element.isFloat
    case .weakReal?: true
    case .weakInteger?: if case .size = value { false } else { true }
    case nil: false
    }
  }
}
