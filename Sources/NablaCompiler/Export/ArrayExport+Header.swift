import NablaGraph

extension ArrayExport {
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

      \(isShared ? "#ifndef NABLA_SHARE\n#define NABLA_SHARE\n\(CShare.types)#endif\n\n" : "")\
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

  private func description(of function: PointFunction) -> String {
    var lines = zip(function.plan.inputs, inputs).map { "/// \($1): \(type($0))\n" }
    lines += zip(function.plan.outputs, function.results).map { "/// \($1): \(type($0)), written\n" }
    if function.needsWorkspace { lines.append("/// workspace: \(name)_workspace bytes, aligned as a double\n") }
    return lines.joined()
  }

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
    text += "/// workspace: \(name)_workspace bytes. parallel: "
    text +=
      plan.isShared
      ? "a nabla_parallel of up to \(plan.threads) threads, or null for OpenMP's.\n" : "not used, may be null.\n"
    return text + CArrayFile.prototype(name: mapName, returns: "int") + ";\n"
  }
}
