import NablaGraph

/// Writes the loop of a kernel: all outputs at any number of points, with the kernel interface.
///
/// The loop knows where columns lie and how to step through them; the statements come from ``CBody``.
struct CMap {
  let plan: KernelPlan
  /// The name of the kernel function.
  let name: String
  /// A function of the same plan whose parts this one calls; `nil` to write them.
  var partsOf: String?

  /// The kernel interface, without the name's storage class and a body.
  var signature: String {
    "void \(name)(const void *const *args, void *const *results, const int64_t *dims, void *workspace, "
      + "const void *parallel)"
  }

  /// The functions of the parts, if any, and the kernel.
  func write(_ body: inout CBody) -> String {
    var text = ""
    if plan.isWhole {
      writeWhole(&body, to: &text)
    } else {
      let parts = CParts(plan: plan, name: partsOf ?? name)
      if partsOf == nil { parts.writeFunctions(&body, to: &text) }
      parts.writeTables(to: &text)
      writeKernel(of: parts, &body, to: &text)
    }
    return text
  }

  private func open(_ unused: [String], to text: inout String) {
    text += signature + " {\n"
    for name in unused { text += "  (void)\(name);\n" }
    text += "  const int64_t count = dims[0];\n"
  }

  private func writeWhole(_ body: inout CBody, to text: inout String) {
    open(["args", "results", "workspace", "parallel"], to: &text)
    writeLoop(&body, from: "0", to: &text)
    text += "}\n"
  }

  /// The loop of a whole body over the points from `first` to `count`.
  func writeLoop(_ body: inout CBody, from first: String, to text: inout String) {
    let used = plan.usedInputs(in: 0..<plan.statements.count, andResults: true)
    for input in used {
      let storage = plan.inputs[input].element.cStorage
      text += "  const \(storage) *const a\(input) = (const \(storage) *)args[\(input)];\n"
      text += "  const int64_t s\(input) = dims[\(1 + input)];\n"
    }
    for (output, port) in plan.outputs.enumerated() {
      let storage = port.element.cStorage
      text += "  \(storage) *const r\(output) = (\(storage) *)results[\(output)];\n"
      text += "  const int64_t d\(output) = dims[\(1 + plan.inputs.count + output)];\n"
    }
    text += "  for (int64_t i = \(first); i < count; ++i) {\n"
    for input in used {
      let element = plan.inputs[input].element
      let test = element == .bool ? " != 0" : ""
      text += "    const \(element.cType) x\(input) = a\(input)[i * s\(input)]\(test);\n"
    }
    for part in plan.parts { body.write(part, indent: "    ", to: &text) }
    for (output, result) in plan.results.enumerated() {
      text += "    r\(output)[i * d\(output)] = \(body.name(result));\n"
    }
    text += "  }\n"
  }

  private func writeKernel(of parts: CParts, _ body: inout CBody, to text: inout String) {
    open(["parallel"], to: &text)
    parts.writeBanks(of: "workspace", to: &text)
    parts.writeLiterals(&body, to: &text)
    text += "  for (int64_t i = 0; i < count; ++i) {\n"
    parts.writeReads(to: &text) { element, position in
      "((const \(element.cStorage) *)args[\(position)])[i * dims[1 + \(position)]]"
    }
    parts.writeCalls(indent: "    ", to: &text)
    parts.writeResults(to: &text) { element, position in
      "((\(element.cStorage) *)results[\(position)])[i * dims[\(1 + plan.inputs.count) + \(position)]]"
    }
    text += "  }\n}\n"
  }
}

extension KernelPlan {
  /// The inputs that a range of statements reads, in order.
  func usedInputs(in range: Range<Int>, andResults: Bool = false) -> [Int] {
    var used: Set<Int> = []
    for statement in range {
      for operand in statements[statement].operands {
        if let input = operand.input { used.insert(input) }
      }
    }
    if andResults { used.formUnion(results.compactMap(\.input)) }
    return used.sorted()
  }
}
