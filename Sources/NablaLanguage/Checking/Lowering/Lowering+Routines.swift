import NablaDiagnostics
import NablaGraph

/// Calls of functions that are written in the language.
extension Lowering {
  mutating func call(
    _ function: FunctionID, unit unitIndex: Int, routine index: Int, surroundings: Int, _ arguments: [Argument],
    at id: SyntaxID
  ) {
    let routine = units[unitIndex].routines[index]
    if routine.isFaulty { return push(.invalid) }
    guard let matched = match(arguments, to: routine, at: id) else { return push(.invalid) }
    var values: [Value] = []
    var isElementwise = false
    for (argument, parameter) in zip(matched, routine.parameters) {
      guard let argument else {
        values.append(.absent)
        continue
      }
      guard let value = accepted(argument, by: parameter, of: routine.name) else { return push(.invalid) }
      if routine.isScalar, parameter.kind == .value, shape(of: value).rank > 0 { isElementwise = true }
      values.append(value)
    }
    var path: String?
    if routine.role == .layer {
      path = self.path(ofLayer: routine.name, at: id)
      if path == nil { return push(.invalid) }
    }
    call(
      function, unit: unitIndex, routine: index, surroundings: surroundings, values,
      ranges: matched.map { $0?.range }, site: place(id), isElementwise: isElementwise, path: path,
      callPath: frame >= 0 ? callPath(to: id) : nil)
  }

  /// Looks a call up, or enters the function.
  mutating func call(
    _ function: FunctionID, unit unitIndex: Int, routine index: Int, surroundings: Int, _ values: [Value],
    ranges: [SourceRange?], site: SourceRange?, isElementwise: Bool, path: String? = nil, callPath: UInt64? = nil
  ) {
    let key = CallKey(function: function, arguments: values, path: path)
    if initialContexts.isEmpty, let known = results[key] {
      if let effects = effects[key] { record(effects, at: site) }
      return push(known)
    }
    pushFrame(
      unit: unitIndex, routine: index, parent: surroundings, purpose: .call(key), site: site,
      isElementwise: isElementwise, path: path, callPath: callPath)
    frames[frame].argumentRanges = ranges
    startBody(values)
  }

  /// Binds the arguments of the current frame, and pushes the tasks that evaluate its body.
  mutating func startBody(_ values: [Value]) {
    tasks.append(.leave)
    tasks.append(.evaluate(unit.routines[frames[frame].routine].body))
    bindHeader(values)
  }

  // MARK: Arguments

  /// The argument of each parameter; `nil` where its default stands. Returns `nil` after a report.
  mutating func match(_ arguments: [Argument], to routine: Routine, at id: SyntaxID) -> [Argument?]? {
    if arguments.contains(where: { $0.value.isInvalid }) { return nil }
    let parameters = routine.parameters
    var matched: [Argument?] = Array(repeating: nil, count: parameters.count)
    var next = 0
    for argument in arguments {
      let position: Int
      if let label = argument.label {
        guard let known = parameters.firstIndex(where: { $0.name == label }) else {
          reportUnknownLabel(label, of: routine, at: argument.range)
          return nil
        }
        position = known
      } else {
        guard next < parameters.count else {
          reportArity(arguments.count, of: routine, at: id)
          return nil
        }
        position = next
        next += 1
      }
      if matched[position] != nil {
        report(
          .duplicateArgument, "'\(routine.name)' is given its '\(parameters[position].name)' twice", at: argument.range)
        return nil
      }
      matched[position] = argument
    }
    for (argument, parameter) in zip(matched, parameters) where argument == nil && parameter.initial == nil {
      reportArity(arguments.count, of: routine, at: id, missing: parameter.name)
      return nil
    }
    return matched
  }

  private mutating func reportUnknownLabel(_ label: String, of routine: Routine, at range: SourceRange) {
    let nearest = Suggestion.label(label, among: routine.parameters.map(\.name))
    let advice = nearest.map { "; did you mean '\($0)'?" } ?? ""
    report(
      .unknownLabel, "'\(routine.name)' has no parameter '\(label)'\(advice): \(header(of: routine))", at: range)
  }

  private mutating func reportArity(
    _ count: Int, of routine: Routine, at id: SyntaxID, missing: String? = nil
  ) {
    let most = routine.parameters.count
    let least = routine.parameters.count { $0.initial == nil }
    let needs = least == most ? "\(most)" : "\(least) to \(most)"
    let lacks = missing.map { count >= least ? ", and '\($0)' is missing" : "" } ?? ""
    report(
      .arity,
      "'\(routine.name)' takes \(needs) argument\(most == 1 ? "" : "s"), not \(count)\(lacks): \(header(of: routine))",
      at: id)
  }

  /// The header of a function, for messages.
  func header(of routine: Routine) -> String {
    let source = units.unit { unit in unit.routines.contains { $0.range == routine.range && $0.name == routine.name } }
    let parameters = routine.parameters.map { parameter -> String in
      let type = parameter.type.flatMap { source?.tree.text($0) }.map { ": \($0)" } ?? ""
      let initial = parameter.initial.flatMap { source?.tree.text($0) }.map { " = \($0)" } ?? ""
      return parameter.name + type + initial
    }
    let text = "\(routine.name)(\(parameters.joined(separator: ", ")))"
    return text.count <= 80 ? text : "\(routine.name)(…)"
  }

  /// How a call that already has some of its arguments becomes a function.
  private func functionAdvice(_ text: String, for parameter: Routine.Parameter) -> String? {
    guard text.count < 60, text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return nil }
    let rest = text[text.index(after: open)...]
    let definition =
      parameter.name.hasSuffix("initializer")
      ? "start() = \(text)" : "own(z) = \(text[..<open])(z\(rest == ")" ? "" : ", ")\(rest)"
    return "; define one, '\(definition)', and hand on its name"
  }

  /// An argument as its parameter takes it, before its type is looked at.
  private mutating func accepted(
    _ argument: Argument, by parameter: Routine.Parameter, of function: String
  ) -> Value? {
    let what = "'\(parameter.name)' of '\(function)'"
    switch (parameter.kind, argument.value) {
    case (.function, .function), (.option, _): return argument.value
    case (.function, let value):
      let advice = functionAdvice(tree.source[argument.range], for: parameter) ?? ""
      report(.argumentType, "\(what) takes a function, not \(describe(value))\(advice)", at: argument.range)
    case (.size, let value):
      if let size = value.size { return .size(of: size) }
      report(.notSize, "\(what) is a size, known before the run, not \(describe(value))", at: argument.range)
    case (.value, let value):
      return operand(value, at: argument.range, in: what).map { standIn(for: .node($0.node, $0.firmness)) }
    }
    return nil
  }
}
