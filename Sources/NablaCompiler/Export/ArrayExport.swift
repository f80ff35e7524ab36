import NablaGraph

/// The header and the source of an exported function of arrays.
///
/// An array is a pointer to its elements in row-major order, a number a parameter. Every function gives 0, or 1 where
/// an index lies outside its axis.
struct ArrayExport {
  /// One of the functions at one point.
  struct PointFunction {
    let name: String
    let plan: ArrayPlan
    /// Identifiers of the results.
    let results: [String]
    /// What a person calls the results.
    let labels: [String]

    var program: String { "nabla_\(name)_program" }
    var workspaceSize: Int { CArrayFile.workspaceSize(plan) }
    /// A workspace that is not too large for the stack is the function's own.
    var needsWorkspace: Bool { workspaceSize > NablaCompiler.PointFunction.stackLimit }
  }

  let name: String
  /// Identifiers of the inputs.
  let inputs: [String]
  let value: PointFunction
  let gradient: PointFunction?

  /// The function whose map there is.
  var mapped: PointFunction { gradient ?? value }
  var mapName: String { name + "_map" }

  init(name: String, value plan: ArrayPlan, gradient: Program?) throws(CompilerError) {
    var names = CIdentifier.forFunctions
    self.name = names.unique(name)
    let values = plan.outputs.count == 1 ? ["value"] : plan.outputs.indices.map { "r\($0)" }
    var parameters = CIdentifier.forParameters(beside: ["workspace", "in", "out", "failure"] + values)
    inputs = plan.inputs.map { parameters.unique($0.name) }
    value = PointFunction(name: self.name, plan: plan, results: values, labels: plan.outputs.map(\.name))
    guard let gradient else {
      self.gradient = nil
      return
    }
    let whole = try ArrayPlan(gradient, fuses: false)
    let variables = plan.inputs.indices.filter { plan.inputs[$0].element.isFloat }
    guard whole.inputs == plan.inputs, whole.outputs.count == 1 + variables.count, plan.outputs.count == 1 else {
      throw .export("a gradient is the value and a partial derivative by every float input")
    }
    let slopes = variables.map { parameters.unique("by_" + plan.inputs[$0].name) }
    let spelled = inputs
    self.gradient = PointFunction(
      name: self.name + "_gradient", plan: whole, results: values + slopes,
      labels: ["value"] + variables.map { "by \(spelled[$0])" })
  }

  // MARK: Declarations

  /// The declaration of a function without a semicolon.
  private func prototype(_ function: PointFunction) -> String {
    var parameters = zip(function.plan.inputs, inputs).map { port, name in
      port.extents.isEmpty ? "\(port.element.cType) \(name)" : "const \(port.element.cStorage) *\(name)"
    }
    parameters += zip(function.plan.outputs, function.results).map { "\($0.element.cStorage) *\($1)" }
    if function.needsWorkspace { parameters.append("void *workspace") }
    return "int \(function.name)(\(parameters.joined(separator: ", ")))"
  }

  /// The type of a port for people: `double [3][4]`.
  private func type(_ port: ArrayPlan.Port) -> String {
    port.element.cStorage + (port.extents.isEmpty ? "" : " ") + port.extents.map { "[\($0)]" }.joined()
  }

  private func description(of function: PointFunction) -> String {
    var lines = zip(function.plan.inputs, inputs).map { "/// \($1): \(type($0))\n" }
    lines += zip(function.plan.outputs, function.results).map { "/// \($1): \(type($0)), written\n" }
    if function.needsWorkspace { lines.append("/// workspace: \(name)_workspace bytes, aligned as a double\n") }
    return lines.joined()
  }

  // MARK: Source

  var source: String {
    var file = CArrayFile()
    let functions = [value] + (gradient.map { [$0] } ?? [])
    for function in functions { file.add(function.plan, name: function.program) }
    return """
      // Written by Nabla. Any C11 compiler takes it; link with -lm.
      #include "\(name).h"

      #include <math.h>

      // Products and sums are not contracted, so that every compiler gives the same numbers.
      #if defined(__clang__)
      #pragma STDC FP_CONTRACT OFF
      #elif defined(__GNUC__) && !defined(__STRICT_ANSI__)
      #pragma GCC optimize("fp-contract=off")
      #endif
      \(CKernel.noInline)
      \(file.requirements.definitions)
      \(file.functions)\(functions.map(definition).joined(separator: "\n"))
      \(CArrayFile.entry(mapped.plan, name: mapName, program: mapped.program, returns: "int"))
      """
  }

  private func definition(of function: PointFunction) -> String {
    let plan = function.plan
    let taken = zip(plan.inputs, inputs).map { port, name in port.extents.isEmpty ? "&\(name)" : name } + ["0"]
    var text = prototype(function) + " {\n"
    text += "  const void *const in[] = {\(taken.joined(separator: ", "))};\n"
    text += "  void *const out[] = {\((function.results + ["0"]).joined(separator: ", "))};\n"
    if !function.needsWorkspace {
      text += "  double workspace[\(function.workspaceSize / 8 + 1)];\n"
    }
    let offset = plan.canFail ? " + \(CArrayFile.failureSize)" : ""
    text += "  return \(function.program)(in, out, (char *)workspace\(offset), (int64_t *)(void *)workspace);\n"
    return text + "}\n"
  }

  // MARK: Header

  var header: String {
    let guardName = "NABLA_EXPORT_\(name.uppercased())_H"
    var text = """
      // Written by Nabla. Arrays lie in row-major order. Every function gives 0, or 1 where an index lies outside its
      // axis; then the results are in no particular state.
      #ifndef \(guardName)
      #define \(guardName)

      #include <stdint.h>

      #ifdef __cplusplus
      extern "C" {
      #define _Bool bool
      #endif

      /// Bytes of scratch memory, aligned as a double, for every parameter `workspace`.
      enum { \(name)_workspace = \(workspaceSize) };

      /// The value at one point.
      \(description(of: value))\(prototype(value));

      """
    if let gradient {
      text += """

        /// The value and its partial derivatives at one point.
        \(description(of: gradient))\(prototype(gradient));

        """
    }
    return text + mapDeclaration + """

      #ifdef __cplusplus
      #undef _Bool
      }
      #endif

      #endif

      """
  }

  /// Bytes that the functions with a `workspace` parameter need.
  var workspaceSize: Int { max(value.workspaceSize, gradient?.workspaceSize ?? 0, 64) }

  private var mapDeclaration: String {
    let plan = mapped.plan
    var text = """

      /// \(gradient == nil ? "The values" : "The value and its partial derivatives") at any number of points.
      ///
      /// dims[0] is the number of points. args[k] and results[k] are the addresses at the first point, dims[1 + k] and
      /// dims[\(1 + plan.inputs.count) + k] the steps, in elements, to the next; step 0 repeats an input.

      """
    for (position, port) in plan.inputs.enumerated() {
      text += "/// args[\(position)]: \(type(port)), \(inputs[position])\n"
    }
    for (position, port) in plan.outputs.enumerated() {
      text += "/// results[\(position)]: \(type(port)), \(mapped.results[position])\n"
    }
    text += "/// workspace: \(name)_workspace bytes. parallel: not used yet, may be null.\n"
    return text + CArrayFile.prototype(name: mapName, returns: "int") + ";\n"
  }
}
