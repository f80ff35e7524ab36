import NablaGraph

/// Writes the function that packs the right operand of a product before a scan.
struct CPacking: CKernelFunction {
  let kernel: PackingKernel
  let parameters: CArrayParameters
  private let product: CTiledContraction?

  /// - Parameter lanes: the vectors of the file; without them products are plain loops, which read the operand where it
  ///   lies.
  init(_ kernel: PackingKernel, _ parameters: CArrayParameters, lanes: CLanes?) {
    self.kernel = kernel
    self.parameters = parameters
    product = kernel.product.tiling.flatMap { tiling in
      lanes.map { CTiledContraction(kernel.product, tiling, parameters, $0) }
    }
  }

  var requirements: CRequirements { product?.requirements ?? CRequirements() }

  mutating func write(name: String) -> String {
    product?.packing(name: name, to: kernel.result)
      ?? "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n\(parameters.mentions)}\n\n"
  }
}
