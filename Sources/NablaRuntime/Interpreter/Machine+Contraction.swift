import NablaGraph

extension Machine {
  /// Sums of products. Every element of the result adds its products in the order of the summed axes, whatever the
  /// block, so that a point's value does not depend on its neighbours.
  func contract(
    _ instruction: Instruction, _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>,
    _ result: UnsafeMutablePointer<Double>, _ count: Int, _ points: Int
  ) {
    let walk = list.contractions[Int(instruction.index)]
    result.update(repeating: 0, count: count)
    if instruction.to.isInteger {
      // Lanes hold integers by their bits.
      UnsafeMutableRawBufferPointer(start: result, count: 8 * count).withMemoryRebound(to: Int64.self) { lanes in
        guard let base = lanes.baseAddress else { return }
        ContractionLoop<Int64>(walk, points)
          .run(UnsafeRawPointer(x), UnsafeRawPointer(y), base)
        if instruction.to == .i32 {
          for i in 0..<count { base[i] = Int64(Int32(truncatingIfNeeded: base[i])) }
        }
      }
      return
    }
    ContractionLoop<Double>(walk, points).run(UnsafeRawPointer(x), UnsafeRawPointer(y), result)
    if instruction.to == .f32 { for i in 0..<count { result[i] = Double(Float(result[i])) } }
  }
}
