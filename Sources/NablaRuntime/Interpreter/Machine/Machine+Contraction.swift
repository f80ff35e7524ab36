import NablaGraph

/// Sums of products. Every element of the result adds its products in one order, whatever the block, so that a point's
/// value does not depend on its neighbours.
extension Machine {
  func contract(
    _ instruction: Instruction, _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>,
    _ result: UnsafeMutablePointer<Double>, _ count: Int, _ points: Int
  ) {
    let walk = list.contractions[Int(instruction.index)]
    result.update(repeating: 0, count: count)
    if instruction.to.isInteger {
      integers(result, count) {
        ContractionLoop<Int64>(walk, points).run(UnsafeRawPointer(x), UnsafeRawPointer(y), $0)
      }
    } else {
      ContractionLoop<Double>(walk, points).run(UnsafeRawPointer(x), UnsafeRawPointer(y), result)
    }
    finish(result, count, instruction.to)
  }

  func convolve(
    _ instruction: Instruction, _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>,
    _ result: UnsafeMutablePointer<Double>, _ count: Int, _ points: Int
  ) {
    let walk = list.convolutions[Int(instruction.index)]
    result.update(repeating: 0, count: count)
    if instruction.to.isInteger {
      integers(result, count) { result in
        let a = UnsafeRawPointer(x).assumingMemoryBound(to: Int64.self)
        let b = UnsafeRawPointer(y).assumingMemoryBound(to: Int64.self)
        ConvolutionLoop<Int64>(walk, points, a, b).run(into: result)
      }
    } else {
      ConvolutionLoop<Double>(walk, points, x, y).run(into: result)
    }
    finish(result, count, instruction.to)
  }

  /// Lanes hold integers by their bits.
  private func integers(
    _ lanes: UnsafeMutablePointer<Double>, _ count: Int, _ body: (UnsafeMutablePointer<Int64>) -> Void
  ) {
    UnsafeMutableRawBufferPointer(start: lanes, count: 8 * count).withMemoryRebound(to: Int64.self) {
      if let base = $0.baseAddress { body(base) }
    }
  }
}
