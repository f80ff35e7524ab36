import NablaGraph

/// Writes a C function that evaluates a plan at one point.
///
/// Definitions name their parameters `x0`, `x1`, …; prototypes name them as the program does, as far as C can.
struct PointFunction {
  /// How the function takes its inputs.
  enum Inputs {
    /// A parameter each.
    case parameters
    /// One array of a type.
    case array(ElementType)
  }

  let name: String
  let plan: KernelPlan
  let inputs: Inputs
  /// The type that the function returns; the first and only output.
  var returns: ElementType?
  /// Parameters that take the outputs, such as `double *value`.
  var resultParameters: [String] = []
  /// Where the first outputs go, unless one is returned.
  var targets: [String] = []
  /// The array that takes the outputs after those.
  var targetArray = "r"

  /// Bytes of workspace that the function keeps on the stack; more are a parameter.
  static let stackLimit = 64 << 10

  var needsWorkspace: Bool { plan.slots.byteCount > PointFunction.stackLimit }

  var takesArray: Bool { if case .array = inputs { true } else { false } }

  /// The declaration without a semicolon; `names` are those of the inputs.
  func prototype(_ names: [String]) -> String {
    var parameters: [String]
    switch inputs {
    case .parameters: parameters = zip(plan.inputs, names).map { "\($0.element.cType) \($1)" }
    case .array(let element): parameters = ["const \(element.cType) *x"]
    }
    parameters += resultParameters
    if needsWorkspace { parameters.append("void *workspace") }
    return "\(returns?.cType ?? "void") \(name)(\(parameters.isEmpty ? "void" : parameters.joined(separator: ", ")))"
  }

  /// The functions of the parts, if any, and the function.
  func write(_ body: inout CBody) -> String {
    var text = ""
    let parts = CParts(plan: plan, name: name)
    parts.writeFunctions(&body, to: &text)
    let parameters = plan.inputs.indices.map { "x\($0)" }
    text += prototype(parameters) + " {\n"
    if plan.isWhole {
      writeWhole(&body, to: &text)
    } else {
      writeParts(parts, &body, to: &text)
    }
    return text + "}\n"
  }

  private func writeWhole(_ body: inout CBody, to text: inout String) {
    let used = Set(plan.usedInputs(in: 0..<plan.statements.count, andResults: true))
    switch inputs {
    case .parameters:
      for input in plan.inputs.indices where !used.contains(input) { text += "  (void)x\(input);\n" }
    case .array(let element):
      if used.isEmpty { text += "  (void)x;\n" }
      for input in used.sorted() { text += "  const \(element.cType) x\(input) = x[\(input)];\n" }
    }
    for part in plan.parts { body.write(part, indent: "  ", to: &text) }
    for (output, result) in plan.results.enumerated() { writeResult(output, body.name(result), to: &text) }
  }

  private func writeParts(_ parts: CParts, _ body: inout CBody, to text: inout String) {
    if needsWorkspace {
      parts.writeBanks(of: "workspace", to: &text)
    } else {
      text += "  double w[\(max(plan.slots.doubles, 1))];\n  int64_t v[\(max(plan.slots.integers, 1))];\n"
      text += "  w[0] = 0;\n  v[0] = 0;\n"
    }
    parts.writeLiterals(&body, to: &text)
    if case .array = inputs, let first = plan.slots.inputs.first {
      // Equal types lie side by side. As many lines would take a compiler quadratic time.
      let place = parts.place(ofInput: 0).replacing("[\(first)]", with: "[\(first) + k]")
      text += "  for (int k = 0; k < \(plan.inputs.count); ++k) \(place) = x[k];\n"
    } else {
      for input in plan.inputs.indices { text += "  \(parts.place(ofInput: input)) = x\(input);\n" }
    }
    parts.writeCalls(indent: "  ", to: &text)
    let loop = plan.outputs.count > CExport.parameterLimit ? targets.count..<plan.outputs.count : 0..<0
    for (output, result) in plan.results.enumerated() where !loop.contains(output) {
      writeResult(output, parts.value(of: result), to: &text)
    }
    if let first = loop.first { parts.writeResults(loop, element: plan.outputs[first].element, to: targetArray, &text) }
  }

  private func target(_ output: Int) -> String {
    output < targets.count ? targets[output] : "\(targetArray)[\(output - targets.count)]"
  }

  private func writeResult(_ output: Int, _ value: String, to text: inout String) {
    text += returns == nil ? "  \(target(output)) = \(value);\n" : "  return \(value);\n"
  }
}
