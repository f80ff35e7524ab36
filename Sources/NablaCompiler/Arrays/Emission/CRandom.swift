import NablaGraph

/// Writes the function that draws random numbers, with the section of the mathematical text that the interpreter calls.
struct CRandom: CKernelFunction {
  let kernel: RandomKernel
  let parameters: CArrayParameters

  var requirements: CRequirements {
    var all = CRequirements()
    all.sections = [section]
    return all
  }

  private var element: ElementType { parameters.element(of: kernel.result) }

  private var section: String {
    switch element {
    case .f64, .bool: "random_uniform"
    case .f32: "random_uniform_single"
    case .i64, .i32: "random_bits"
    }
  }

  mutating func write(name: String) -> String {
    // The lowest bits, without the overflow that a conversion to a signed type is.
    let drawn = "nabla_\(section)(key, \(kernel.site), i)"
    let value = element.isInteger ? "(\(element.cType))(\(element.cUnsigned))\(drawn)" : drawn
    return """
      static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {
        for (int64_t k = 0; k < \(kernel.keys); ++k) {
          const int64_t key = \(parameters.name(of: kernel.key))[k];
          for (int64_t i = 0; i < \(kernel.count); ++i)
            \(parameters.name(of: kernel.result))[k * \(kernel.count) + i] = \(value);
        }
      }


      """
  }
}
