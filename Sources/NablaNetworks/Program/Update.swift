import NablaDiagnostics
import NablaGraph
import NablaLanguage

/// What a step does to the parameters, as a function of the program's own language: clipping, the rule, the constraint.
///
///     update(step: f32, scale: f32, w1: f32[784, 256], g1: f32[784, 256]) {
///         rate = scale*(0.001)
///         (rate, adam(w1, g1, step, rate))
///     }
struct Update: Sendable {
  let name: String
  /// The program with the function at its end.
  let source: SourceText
  /// The learned parameters, in the order of the function's results after the rate.
  let parameters: [TrainingVariable]
  private let rule: RuleCall

  /// - Parameter element: the float type of numbers that steps are counted and scaled in.
  init(_ module: Module, _ recipe: Recipe, of parameters: [TrainingVariable], element: ElementType) throws {
    self.parameters = parameters
    var rule = try RuleCall(recipe.optimizer, for: "optimizer")
    try rule.require(in: module, as: "update rule")
    let signature = module.definition(rule.name) ?? Library.standard.signature(of: rule.name)
    guard let signature, signature.parameters.count >= 4, signature.parameters[2].name == "step",
      signature.parameters[3].name == "rate"
    else { throw TrainingError.notARule(rule.name, expected: "update rule, a layer of (w, g, step, rate, …)") }
    var rate = rule.take("rate")
    if rate == nil {
      switch signature.parameters[3].initial {
      case .constant(let value)?: rate = "\(value)"
      case .expression(let text)?: rate = text
      case nil: throw TrainingError.notARule(recipe.optimizer, expected: "update rule with a learning rate")
      }
    }
    if let schedule = recipe.schedule {
      let call = try RuleCall(schedule, for: "schedule")
      try call.require(in: module, as: "schedule")
      rate = call.text(after: ["step"])
    }
    let constraints = try recipe.constraints.map {
      try ParameterRule($0, as: "constraint", in: module, of: parameters)
    }
    try recipe.weightDecay?.requirePaths(in: parameters)
    self.rule = rule

    name = module.unusedName("update")
    var header = ["step: \(element.rawValue)", "scale: \(element.rawValue)"]
    var lines = ["rate = scale*(\(rate ?? "0"))"]
    if case .globalNorm(let limit)? = recipe.clipping {
      let squares = parameters.indices.map { "sum(g\($0 + 1)^2)" }
      lines.append("norm = sqrt(\(squares.joined(separator: " + ")))")
      lines.append("clip = \(limit)*min(1/norm, 1/\(limit))")
    }
    var results = ["rate"]
    for (index, parameter) in parameters.enumerated() {
      let (w, g) = ("w\(index + 1)", "g\(index + 1)")
      header += ["\(w): \(parameter.type)", "\(g): \(parameter.type)"]
      let gradient =
        switch recipe.clipping {
        case nil: g
        case .value(let limit): "clip_by_value(\(g), \(limit))"
        case .norm(let limit): "clip_by_norm(\(g), \(limit))"
        case .globalNorm: "clip*\(g)"
        }
      let decay = recipe.weightDecay.flatMap { $0.applies(to: parameter) ? $0.part : nil }
      let decayed = decay.map { "\(w)*(1 - \($0)*rate)" } ?? w
      var result = rule.text(after: [decayed, gradient, "step", "rate"])
      for constraint in constraints where constraint.applies(to: parameter) {
        result = constraint.call.text(after: [result])
      }
      if let momentum = recipe.averaging { result = "averaged(\(result), step, \(momentum))" }
      results.append(result)
    }
    let body = (lines + ["(\(results.joined(separator: ",\n     ")))"]).map { "    \($0)\n" }.joined()
    let text = "\(name)(\(header.joined(separator: ", "))) {\n\(body)}"
    source = module.source.appending(text)
  }

  /// The name in files of a parameter's moving average.
  static func average(of parameter: TrainingVariable) -> String { "\(parameter.path).averaged.average" }

  /// The name of a slot in files: `mnist.dense_1.W.adam.m` for the state `m` of the rule's call for that parameter.
  func slotName(_ path: String) -> String {
    let parts = path.split(separator: ".").map { String($0) }
    guard parts.count >= 3, parts[0] == name, let mark = parts[1].lastIndex(of: "_"),
      let number = Int(parts[1][parts[1].index(after: mark)...]), parameters.indices.contains(number - 1)
    else { return path }
    return ([parameters[number - 1].path, String(parts[1][..<mark])] + parts[2...]).joined(separator: ".")
  }
}
