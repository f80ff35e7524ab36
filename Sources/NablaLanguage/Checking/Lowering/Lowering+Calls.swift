import NablaDiagnostics
import NablaGraph

/// Calls: evaluating callee and arguments, and telling apart what is called.
extension Lowering {
  /// The parts of a call. `x |> f(a)` is `f(x, a)`.
  struct CallParts {
    let callee: SyntaxID
    let arguments: [SyntaxID]
    let isPiped: Bool
  }

  func callParts(_ id: SyntaxID) -> CallParts? {
    switch tree.kind(id) {
    case .call(let callee, let arguments): return CallParts(callee: callee, arguments: Array(arguments), isPiped: false)
    case .pipe(let value, let function):
      if case .call(let callee, let arguments) = tree.kind(function) {
        return CallParts(callee: callee, arguments: [value] + arguments, isPiped: true)
      }
      return CallParts(callee: function, arguments: [value], isPiped: true)
    default: return nil
    }
  }

  /// Pushes the tasks that evaluate callee and arguments.
  mutating func startCall(_ id: SyntaxID) {
    if let (_, arguments) = elementwiseCall(id) {
      tasks.append(.finish(id))
      for argument in arguments.reversed() { tasks.append(.evaluate(argument)) }
      return
    }
    guard let parts = callParts(id) else { return push(.invalid) }
    var arguments = parts.arguments[...]
    if case .builtin(.derivative) = unit.binding(parts.callee) {
      // `grad(f, (w, b))`: the names are those of parameters, not values.
      arguments = arguments.prefix(1)
    }
    tasks.append(.finish(id))
    for argument in arguments.reversed() {
      if case .argument(_, let value) = tree.kind(argument) {
        tasks.append(.evaluate(value))
      } else {
        tasks.append(.evaluate(argument))
      }
    }
    tasks.append(.evaluate(parts.callee))
  }

  /// A call of a function of the table with as many arguments as it takes: nothing is to be found out.
  private func elementwiseCall(_ id: SyntaxID) -> (Elementwise, ArraySlice<SyntaxID>)? {
    // Calls that are noted down are carried out like any other.
    guard !tracesElementwise, case .call(let callee, let arguments) = tree.kind(id),
      case .builtin(.elementwise(let f)) = unit.binding(callee), arguments.count == f.arity
    else { return nil }
    for argument in arguments {
      switch tree.tag(argument) {
      case .argument, .comprehension: return nil
      default: continue
      }
    }
    return (f, arguments)
  }

  /// Callee and arguments are on the value stack.
  mutating func finishCall(_ id: SyntaxID) {
    if let (f, arguments) = elementwiseCall(id) {
      let values = pop(arguments.count)
      let isInvalid = values.contains { $0.isInvalid }
      return push(isInvalid ? .invalid : elementwise(f, values, at: id, named: "'\(f.name)'"))
    }
    guard let parts = callParts(id) else { return push(.invalid) }
    if case .builtin(.derivative(let form)) = unit.binding(parts.callee) {
      let function = parts.arguments.isEmpty ? Value.absent : pop()
      _ = pop()
      return push(derivative(form, of: function, parts, at: id))
    }
    let values = pop(parts.arguments.count)
    let callee = pop()
    var arguments: [Argument] = []
    arguments.reserveCapacity(values.count)
    for (argument, value) in zip(parts.arguments, values) {
      if case .argument(let label, let inner) = tree.kind(argument) {
        arguments.append(Argument(label: tree.name(of: label), value: value, range: place(inner)))
      } else {
        arguments.append(Argument(value: value, range: place(argument)))
      }
    }
    switch callee {
    case .invalid: push(.invalid)
    case .function(let function):
      if case .builtin(.diff) = functions[function] { return push(diff(arguments, parts, at: id)) }
      guard let arrays = withoutElements(function, arguments, at: id) else { return }
      openTrace(function, parts, arguments)
      apply(function, arrays, at: id)
    default: reportNotAFunction(callee, parts, at: id)
    }
  }

  private mutating func reportNotAFunction(_ callee: Value, _ parts: CallParts, at id: SyntaxID) {
    push(.invalid)
    if parts.isPiped {
      report(.notAFunction, "'\(tree.text(parts.callee))' is no function", at: parts.callee)
      return
    }
    let text = tree.text(parts.callee)
    let shown = text.utf8.count > 40 ? "this value" : "'\(text)'"
    let end = tree.range(parts.callee).end
    report(
      .notAFunction, "\(shown) is \(describe(callee)), not a function; a product is written with '*'", at: id,
      fixIt: parts.arguments.count == 1 ? .init(range: SourceRange(end, end), replacement: "*") : nil)
  }

  /// Calls a function: pushes the result, or the tasks that compute it.
  mutating func apply(_ function: FunctionID, _ arguments: [Argument], at id: SyntaxID) {
    switch functions[function] {
    case .elementwise(let f):
      guard let values = positional(arguments, count: f.arity...f.arity, of: function, at: id) else {
        return push(.invalid)
      }
      push(elementwise(f, values, at: id, named: "'\(f.name)'"))
    case .reduction(let reduction): push(self.reduction(reduction, arguments, function, at: id))
    case .builtin(.stop):
      guard let values = positional(arguments, count: 1...1, of: function, at: id) else { return push(.invalid) }
      push(stop(values[0], at: id))
    case .builtin(.extent): push(extent(arguments, at: id))
    case .builtin(.primitive(let primitive)): push(call(primitive, arguments, at: id))
    case .builtin(.einsum): push(einsum(arguments, at: id))
    case .builtin:
      push(.invalid)
      report(.functionAsValue, "'\(describe(function))' may not be handed on; call it here", at: id)
    case .routine(let unit, let index, let surroundings, _):
      call(function, unit: unit, routine: index, surroundings: surroundings, arguments, at: id)
    case .derivative, .prime: applyDerivative(function, arguments, at: id)
    }
  }

  /// The values of arguments without labels, or `nil` after a report.
  mutating func positional(
    _ arguments: [Argument], count: ClosedRange<Int>, of function: FunctionID, at id: SyntaxID
  ) -> [Value]? {
    if arguments.contains(where: { $0.value.isInvalid }) { return nil }
    let name = describe(function)
    if let named = arguments.first(where: { $0.label != nil }), let label = named.label {
      report(.unknownLabel, "'\(name)' has no parameter named '\(label)'", at: named.range)
      return nil
    }
    guard count.contains(arguments.count) else {
      let number = count.lowerBound
      let needs = "\(number) argument\(number == 1 ? "" : "s")"
      report(.arity, "'\(name)' takes \(needs), not \(arguments.count)", at: id)
      return nil
    }
    return arguments.map(\.value)
  }

  private mutating func stop(_ value: Value, at id: SyntaxID) -> Value {
    guard numerics([value], at: id, in: "'stop'") != nil else { return .invalid }
    guard case .node(let node, let firmness) = value else { return value }
    setOrigin(id)
    return .node(graph.append(.stop, [node], type: graph.type(of: node)), firmness)
  }

  // MARK: Names of functions

  /// A function as the text would have it.
  func describe(_ function: FunctionID) -> String {
    // Derivatives of derivatives may be nested as deep as the text is long.
    var prefix = ""
    var suffix = ""
    var current = function
    for _ in 0..<8 {
      switch functions[current] {
      case .elementwise(let f): return prefix + f.name + suffix
      case .reduction(let reduction): return prefix + reduction.name + suffix
      case .builtin(.primitive(let primitive)): return prefix + primitive.rawValue + suffix
      case .builtin(let builtin): return prefix + "\(builtin)" + suffix
      case .routine(let unit, let index, _, _): return prefix + units[unit].routines[index].name + suffix
      case .derivative(let form, let base, _):
        prefix += form.rawValue + "("
        suffix = ")" + suffix
        current = base
      case .prime(let base, let order):
        suffix = String(repeating: "'", count: min(order, 8)) + suffix
        current = base
      }
    }
    return prefix + "…" + suffix
  }
}
