import NablaGraph

extension ArrayExport {
  var header: String {
    var text = """
      \(isShared ? "#ifndef NABLA_SHARE\n#define NABLA_SHARE\n\(CShare.types)#endif\n\n" : "")\
      \(CHeader.workspace(name, workspaceSize))
      /// The value at one point.
      \(description(of: value))\(prototype(value));

      """
    if let gradient {
      text += """

        /// The value and its partial derivatives at one point.
        \(description(of: gradient))\(prototype(gradient));

        """
    }
    let about = """
       Arrays lie in row-major order. Every function gives 0, or 1 where an index lies outside its
      // axis; then the results are in no particular state.
      """
    return CHeader(name: name, about: about, declarations: text + mapDeclaration).text
  }

  private func description(of function: PointFunction) -> String {
    var lines = zip(function.plan.inputs, inputs).map { "/// \($1): \(type($0))\n" }
    lines += zip(function.plan.outputs, function.results).map { "/// \($1): \(type($0)), written\n" }
    if function.needsWorkspace { lines.append("/// workspace: \(name)_workspace bytes, aligned as a double\n") }
    return lines.joined()
  }

  private var mapDeclaration: String {
    let plan = mapped.plan
    var text = CHeader.map(
      hasGradient: gradient != nil, inputs: zip(plan.inputs, inputs).map { "\(type($0)), \($1)" },
      results: zip(plan.outputs, mapped.results).map { "\(type($0)), \($1)" })
    text += "/// workspace: \(name)_workspace bytes. parallel: "
    text +=
      plan.isShared
      ? "a nabla_parallel of up to \(plan.threads) threads, or null for OpenMP's.\n" : "not used, may be null.\n"
    return text + CArrayFile.prototype(name: mapName, returns: "int") + ";\n"
  }
}
