import NablaGraph
import NablaRuntime

/// Which functions an export has, and the texts of the header and the source.
struct ExportLayout {
  let name: String
  /// Identifiers of the inputs.
  let inputs: [String]
  let value: PointFunction
  let gradient: PointFunction?
  let map: CMap
  /// Positions of the inputs that the gradient is by.
  let variables: [Int]

  init(name: String, value: Program, gradient: Program?) throws(CompilerError) {
    var names = CIdentifier.forFunctions
    self.name = names.unique(name)
    let valuePlan = try KernelPlan(value)
    let gradientPlan = try gradient.map { program throws(CompilerError) in try KernelPlan(program) }
    variables = valuePlan.inputs.indices.filter { valuePlan.inputs[$0].element.isFloat }
    if let gradientPlan {
      guard gradientPlan.inputs == valuePlan.inputs, gradientPlan.outputs.count == 1 + variables.count else {
        throw .export("a gradient is the value and a partial derivative by every float input")
      }
    }
    let results = valuePlan.outputs.indices.map { "r\($0)" }
    var parameters = CIdentifier.forParameters(beside: ["value", "gradient", "workspace", "r"] + results)
    inputs = valuePlan.inputs.map { parameters.unique($0.name) }
    self.value = try ExportLayout.valueFunction(self.name, valuePlan)
    let named = self.name
    self.gradient = try gradientPlan.map { plan throws(CompilerError) in
      try ExportLayout.gradientFunction(named, plan)
    }
    let twin = self.gradient ?? self.value
    map = CMap(plan: twin.plan, name: self.name + "_map", partsOf: twin.name)
  }

  private static func valueFunction(_ name: String, _ plan: KernelPlan) throws(CompilerError) -> PointFunction {
    var function = PointFunction(name: name, plan: plan, inputs: try style(plan, array: false))
    if plan.outputs.count == 1 {
      function.returns = plan.outputs[0].element
    } else if plan.outputs.count <= CExport.parameterLimit {
      function.resultParameters = plan.outputs.enumerated().map { "\($1.element.cType) *r\($0)" }
      function.targets = plan.outputs.indices.map { "*r\($0)" }
    } else if let element = uniform(plan.outputs) {
      function.resultParameters = ["\(element.cType) *r"]
    } else {
      throw .export("\(plan.outputs.count) results of different types")
    }
    return function
  }

  private static func gradientFunction(_ name: String, _ plan: KernelPlan) throws(CompilerError) -> PointFunction {
    var function = PointFunction(name: name + "_gradient", plan: plan, inputs: try style(plan, array: true))
    let element = plan.outputs[0].element.cType
    function.resultParameters = ["\(element) *value", "\(element) *gradient"]
    function.targets = ["*value"]
    function.targetArray = "gradient"
    return function
  }

  /// Parameters for a few inputs, unless an array is preferred and possible; an array for many.
  private static func style(_ plan: KernelPlan, array: Bool) throws(CompilerError) -> PointFunction.Inputs {
    if let element = uniform(plan.inputs), array || plan.inputs.count > CExport.parameterLimit {
      return .array(element)
    }
    if plan.inputs.count > CExport.parameterLimit { throw .export("\(plan.inputs.count) inputs of different types") }
    return .parameters
  }

  private static func uniform(_ ports: [KernelPlan.Port]) -> ElementType? {
    guard let first = ports.first?.element, ports.allSatisfy({ $0.element == first }) else { return nil }
    return first
  }

  /// Bytes that the functions with a `workspace` parameter need.
  var workspaceSize: Int {
    max(map.plan.slots.byteCount, value.plan.slots.byteCount, gradient?.plan.slots.byteCount ?? 0)
  }

  // MARK: Source

  var source: String {
    var functions = ""
    var requirements = CRequirements()
    func add(_ plan: KernelPlan, _ write: (inout CBody) -> String) {
      var body = CBody(plan)
      functions += "\n" + write(&body)
      requirements.formUnion(body.requirements)
    }
    add(value.plan) { value.write(&$0) }
    if let gradient { add(gradient.plan) { gradient.write(&$0) } }
    functions += "\n" + mapText(&requirements)
    let longParts = [value.plan, map.plan].contains { !$0.isWhole }
    return """
      // Written by Nabla. Any C11 compiler takes it; GCC and Clang compute several points at once. Link with -lm.
      #include "\(name).h"

      #include <math.h>

      // Products and sums are not contracted, so that every compiler gives the same numbers.
      #if defined(__clang__)
      #pragma STDC FP_CONTRACT OFF
      #elif defined(__GNUC__) && !defined(__STRICT_ANSI__)
      #pragma GCC optimize("fp-contract=off")
      #endif
      \(longParts ? CKernel.noInline : "")
      \(requirements.definitions)\(functions)
      """
  }

  // MARK: Header

  var header: String {
    var text = workspaceSize > 0 ? CHeader.workspace(name, workspaceSize) + "\n" : ""
    text += "/// \(valueDescription)\n\(value.prototype(inputs));\n"
    if let gradient {
      text += "\n/// The value and its partial derivatives at one point. \(order(of: gradient))\n"
      text +=
        "/// gradient: " + variables.enumerated().map { "[\($0)] by \(inputs[$1])" }.joined(separator: ", ") + ".\n"
      text += gradient.prototype(inputs) + ";\n"
    }
    return CHeader(name: name, declarations: text + mapDeclaration).text
  }

  private var valueDescription: String {
    let what = value.plan.outputs.count == 1 ? "The value at one point." : "The values at one point."
    let order = order(of: value)
    return order.isEmpty ? what : what + " " + order
  }

  private func order(of function: PointFunction) -> String {
    guard function.takesArray else { return "" }
    return "x: " + inputs.enumerated().map { "[\($0)] \($1)" }.joined(separator: ", ") + "."
  }

  private var mapDeclaration: String {
    let plan = map.plan
    let text = CHeader.map(
      hasGradient: gradient != nil,
      inputs: zip(plan.inputs, inputs).map { "const \($0.element.cStorage) *, \($1)" },
      results: plan.outputs.enumerated().map { position, output in
        guard gradient != nil else { return "\(output.element.cStorage) *" }
        return "\(output.element.cStorage) *, "
          + (position == 0 ? "the value" : "by \(inputs[variables[position - 1]])")
      })
    let workspace = plan.isWhole ? "not used, may be null" : "\(name)_workspace bytes"
    return text + "/// workspace: \(workspace). parallel: not used, may be null.\n" + map.signature + ";\n"
  }
}
