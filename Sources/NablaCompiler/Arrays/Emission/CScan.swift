import NablaGraph

/// Writes the function of a scan: a loop that calls the body's program with the addresses of each step.
struct CScan: CKernelFunction {
  let kernel: ScanKernel
  let parameters: CArrayParameters
  /// The function of the body.
  let body: String

  var requirements: CRequirements { CRequirements() }

  private var last: Int { kernel.length - 1 }

  mutating func write(name: String) -> String {
    let (carried, sequences) = (kernel.carried, kernel.sequences)
    var text = """
      static NABLA_NOINLINE int \(name)(\(parameters.declarations), int64_t *failure) {
        const void *in[\(kernel.body.inputs.count + 1)];
        void *out[\(kernel.body.outputs.count + 1)];
        (void)in;
        (void)out;

      """
    let copies = onFirst(carried.map(before).joined())
    text += copies
    // Who looks whether a step has failed has looked whether anything before has.
    if parameters.isShared, !copies.isEmpty || kernel.canFail { text += "  nabla_meet(share);\n" }
    for (number, buffer) in kernel.captured.enumerated() {
      text += "  in[\(carried.count + sequences.count + number)] = \(parameters.name(of: buffer));\n"
    }
    text += "  for (int64_t step = 0; step < \(kernel.length); ++step) {\n"
    text += "    const int64_t i = \(kernel.isReversed ? "\(last) - step" : "step");\n    (void)i;\n"
    for (number, value) in carried.enumerated() { text += addresses(number, value) }
    for (number, buffer) in sequences.enumerated() {
      let count = kernel.body.inputs[carried.count + number].extents.elementCount
      text += "    in[\(carried.count + number)] = \(parameters.name(of: buffer)) + i * \(count);\n"
    }
    for (number, buffer) in kernel.outputs.enumerated() {
      let count = kernel.body.outputs[carried.count + number].extents.elementCount
      text += "    out[\(carried.count + number)] = \(parameters.name(of: buffer)) + i * \(count);\n"
    }
    let scratch = parameters.name(of: kernel.scratch)
    let share = parameters.isShared ? ", share" : ""
    text += "    if (\(body)(in, out, (char *)\(scratch), failure\(share))) return 1;\n"
    // The next step reads what this one has written.
    if parameters.isShared, !kernel.keepsApart { text += "    nabla_meet(share);\n" }
    text += "  }\n"
    let last = onFirst(carried.map(after).joined())
    if parameters.isShared, kernel.keepsApart, !last.isEmpty { text += "  nabla_meet(share);\n" }
    return text + last + "  return 0;\n}\n\n"
  }

  /// Small copies, which the first thread makes.
  private func onFirst(_ copies: String) -> String {
    parameters.isShared && !copies.isEmpty ? "  if (share->thread == 0) {\n\(copies)  }\n" : copies
  }

  // MARK: Carried values

  /// Where the element of an array lies that belongs to a step.
  private func element(_ buffer: Int, _ count: Int, ofStep step: String) -> String {
    "\(parameters.name(of: buffer)) + (\(kernel.isReversed ? "\(last) - (\(step))" : step)) * \(count)"
  }

  private func before(_ value: ScanKernel.Carried) -> String {
    let count = parameters.count(of: value.start)
    if kernel.length == 0 { return value.result.map { copy(parameters.name(of: value.start), to: $0, count) } ?? "" }
    guard case .before(let output, _) = value.memory else { return "" }
    return copy(parameters.name(of: value.start), to: output, count, at: element(output, count, ofStep: "0"))
  }

  /// The addresses of a carried value at a step, and after it.
  private func addresses(_ number: Int, _ value: ScanKernel.Carried) -> String {
    let count = parameters.count(of: value.start)
    let start = parameters.name(of: value.start)
    let (now, next): (String, String)
    switch value.memory {
    case .alternating(let even, let odd):
      let (even, odd) = (parameters.name(of: even), parameters.name(of: odd))
      now = "step == 0 ? \(start) : step % 2 ? \(odd) : \(even)"
      let own = "step % 2 ? \(even) : \(odd)"
      next = value.result.map { "step == \(last) ? \(parameters.name(of: $0)) : \(own)" } ?? own
    case .after(let output):
      now = "step == 0 ? \(start) : \(element(output, count, ofStep: "step - 1"))"
      next = element(output, count, ofStep: "step")
    case .before(let output, let end):
      now = element(output, count, ofStep: "step")
      next = "step == \(last) ? \(parameters.name(of: end)) : \(element(output, count, ofStep: "step + 1"))"
    }
    return "    in[\(number)] = \(now);\n    out[\(number)] = \(next);\n"
  }

  private func after(_ value: ScanKernel.Carried) -> String {
    guard kernel.length > 0, case .after(let output) = value.memory, let result = value.result else { return "" }
    let count = parameters.count(of: value.start)
    return copy(element(output, count, ofStep: "\(last)"), to: result, count)
  }

  private func copy(_ source: String, to target: Int, _ count: Int, at place: String? = nil) -> String {
    "  for (int64_t k = 0; k < \(count); ++k) (\(place ?? parameters.name(of: target)))[k] = (\(source))[k];\n"
  }
}
