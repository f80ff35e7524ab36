import NablaGraph

/// Writes the function of a scan: a loop that calls the body's program with the addresses of each step.
struct CScan: CKernelFunction {
  let kernel: ScanKernel
  let parameters: CArrayParameters
  /// The function of the body.
  let body: String

  var requirements: CRequirements { CRequirements() }

  mutating func write(name: String) -> String {
    let (carried, sequences) = (kernel.carried, kernel.sequences)
    var text = """
      static NABLA_NOINLINE int \(name)(\(parameters.declarations), int64_t *failure) {
        const void *in[\(kernel.body.inputs.count + 1)];
        void *out[\(kernel.body.outputs.count + 1)];
        (void)in;
        (void)out;

      """
    for value in carried { text += copy(value.start, to: value.states[0]) }
    for (number, buffer) in kernel.captured.enumerated() {
      text += "  in[\(carried.count + sequences.count + number)] = \(parameters.name(of: buffer));\n"
    }
    text += "  for (int64_t step = 0; step < \(kernel.length); ++step) {\n"
    text += "    const int64_t i = \(kernel.isReversed ? "\(kernel.length - 1) - step" : "step");\n    (void)i;\n"
    for (number, value) in carried.enumerated() {
      let (even, odd) = (parameters.name(of: value.states[0]), parameters.name(of: value.states[1]))
      text += "    in[\(number)] = step % 2 ? \(odd) : \(even);\n"
      text += "    out[\(number)] = step % 2 ? \(even) : \(odd);\n"
    }
    for (number, buffer) in sequences.enumerated() {
      let count = kernel.body.inputs[carried.count + number].extents.elementCount
      text += "    in[\(carried.count + number)] = \(parameters.name(of: buffer)) + i * \(count);\n"
    }
    for (number, buffer) in kernel.outputs.enumerated() {
      let count = kernel.body.outputs[carried.count + number].extents.elementCount
      text += "    out[\(carried.count + number)] = \(parameters.name(of: buffer)) + i * \(count);\n"
    }
    let scratch = parameters.name(of: kernel.scratch)
    text += "    if (\(body)(in, out, (char *)\(scratch), failure)) return 1;\n  }\n"
    for value in carried { text += copy(value.states[kernel.length % 2], to: value.result) }
    return text + "  return 0;\n}\n\n"
  }

  private func copy(_ source: Int, to target: Int) -> String {
    let count = parameters.count(of: target)
    return "  for (int64_t k = 0; k < \(count); ++k) "
      + "\(parameters.name(of: target))[k] = \(parameters.name(of: source))[k];\n"
  }
}
