import NablaGraph

/// Writes the function of a gather or a scatter. It gives 1 where an index lies outside, and leaves the particulars in
/// `failure`: the site, the index, the extent and the axis.
struct CIndexed: CKernelFunction {
  let kernel: IndexedKernel
  let parameters: CArrayParameters
  private(set) var requirements = CRequirements()

  init(_ kernel: IndexedKernel, _ parameters: CArrayParameters) {
    self.kernel = kernel
    self.parameters = parameters
  }

  mutating func write(name: String) -> String {
    var text = """
      static NABLA_NOINLINE int \(name)(\(parameters.declarations), int64_t *failure, int64_t site) {
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
    var (source, target) = ("start", "number * \(kernel.slice.reduce(1) { $0 * $1.extent })")
    var run = 1
    for (axis, part) in kernel.slice.enumerated() {
      text += "\(indent)for (int64_t i\(axis) = 0; i\(axis) < \(part.extent); ++i\(axis)) {\n"
      indent += "  "
      source += " + i\(axis) * \(part.stride)"
    }
    for (axis, part) in kernel.slice.enumerated().reversed() {
      target += " + i\(axis) * \(run)"
      run *= part.extent
    }
    let array = "\(parameters.name(of: kernel.array))[\(source)]"
    let dense = "\(parameters.name(of: kernel.dense))[\(target)]"
    let element = parameters.element(of: kernel.array)
    if kernel.isAdding {
      let sum = CTemplate(.add, on: element)
      requirements.add(sum)
      text += "\(indent)\(array) = \(sum.text(array, dense));\n"
    } else {
      text += "\(indent)\(dense) = \(array)\(element == .bool ? " != 0" : "");\n"
    }
    for _ in kernel.slice {
      indent.removeLast(2)
      text += "\(indent)}\n"
    }
    return text + "    }\n  }\n  return 0;\n}\n\n"
  }
}
