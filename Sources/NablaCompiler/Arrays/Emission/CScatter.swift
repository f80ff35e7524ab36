import NablaGraph
import NablaRuntime

/// Writes the function of a scatter. It gives 1 where an index lies outside, and leaves the particulars in `failure`:
/// the site, the index, the extent and the axis.
struct CScatter: CKernelFunction {
  let kernel: ScatterKernel
  let parameters: CArrayParameters
  private(set) var requirements = CRequirements()

  init(_ kernel: ScatterKernel, _ parameters: CArrayParameters) {
    self.kernel = kernel
    self.parameters = parameters
  }

  mutating func write(name: String) -> String {
    let target = parameters.name(of: kernel.array)
    var text = """
      static NABLA_NOINLINE int \(name)(\(parameters.declarations), int64_t *failure, int64_t site) {
        for (int64_t i = 0; i < \(parameters.count(of: kernel.array)); ++i) \(target)[i] = 0;
        NABLA_ROLLED
        for (int64_t batch = 0; batch < \(kernel.batches); ++batch) {
          NABLA_ROLLED
          for (int64_t place = 0; place < \(kernel.places); ++place) {
            const int64_t number = batch * \(kernel.places) + place;
            int64_t start = batch * \(kernel.batchStride);

      """
    for axis in kernel.axes {
      text += """
              {
                const int64_t value = \(parameters.name(of: axis.indices))[number];
                const int64_t index = value < 0 ? value + \(axis.extent) : value;
                if (index < 0 || index >= \(axis.extent)) {
                  failure[0] = site;
                  failure[1] = value;
                  failure[2] = \(axis.extent);
                  failure[3] = \(axis.number);
                  return 1;
                }
                start += index * \(axis.stride);
              }

        """
    }
    var indent = "      "
    var (place, source) = ("start", "number * \(kernel.slice.reduce(1) { $0 * $1.extent })")
    var run = 1
    for (axis, part) in kernel.slice.enumerated() {
      text += "\(indent)for (int64_t i\(axis) = 0; i\(axis) < \(part.extent); ++i\(axis)) {\n"
      indent += "  "
      place += " + i\(axis) * \(part.stride)"
    }
    for (axis, part) in kernel.slice.enumerated().reversed() {
      source += " + i\(axis) * \(run)"
      run *= part.extent
    }
    let sum = CTemplate(.add, on: parameters.element(of: kernel.array))
    requirements.add(sum)
    let update =
      switch kernel.updates {
      case .array(let buffer): "\(parameters.name(of: buffer))[\(source)]"
      case .literal(let literal): literal.c
      }
    text += "\(indent)\(target)[\(place)] = \(sum.text("\(target)[\(place)]", update));\n"
    for _ in kernel.slice {
      indent.removeLast(2)
      text += "\(indent)}\n"
    }
    return text + (kernel.slice.isEmpty ? "      (void)number;\n" : "") + "    }\n  }\n  return 0;\n}\n\n"
  }
}
