import NablaGraph

/// Writes the function that packs the right operand of a product before a scan.
struct CPacking: CKernelFunction {
  let kernel: PackingKernel
  let parameters: CArrayParameters
  private let product: CTiledContraction?

  /// - Parameter isPlain: whether products are plain loops, which read the operand where it lies.
  init(_ kernel: PackingKernel, _ parameters: CArrayParameters, isPlain: Bool) {
    self.kernel = kernel
    self.parameters = parameters
    product = kernel.product.tiling.flatMap {
      isPlain ? nil : CTiledContraction(kernel: kernel.product, tiling: $0, unit: $0.unit, parameters: parameters)
    }
  }

  var requirements: CRequirements { product?.requirements ?? CRequirements() }

  mutating func write(name: String) -> String {
    product?.packing(name: name, to: kernel.result)
      ?? "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n\(parameters.mentions)}\n\n"
  }
}
