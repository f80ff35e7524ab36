import CNablaMath
import NablaGraph

extension Machine {
  /// Fills a register with what a site draws with the keys of each point.
  func draw(
    _ instruction: Instruction, _ keys: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>,
    _ points: Int
  ) {
    let (site, count) = (list.draws[Int(instruction.index)].site, list.draws[Int(instruction.index)].count)
    let elements = Int(instruction.elements)
    @inline(__always)
    func each(_ number: (_ key: Int64, _ element: Int64) -> Double) {
      for point in 0..<points {
        for element in 0..<elements {
          let key = Int64(bitPattern: keys[element / count * points + point].bitPattern)
          result[element * points + point] = number(key, Int64(element % count))
        }
      }
    }
    switch instruction.to {
    case .f64, .bool: each { nabla_random_uniform($0, site, $1) }
    case .f32: each { Double(nabla_random_uniform_single($0, site, $1)) }
    case .i64: each { Double(bitPattern: nabla_random_bits($0, site, $1)) }
    case .i32:
      each { key, element in
        let word = Int32(truncatingIfNeeded: nabla_random_bits(key, site, element))
        return Double(bitPattern: UInt64(bitPattern: Int64(word)))
      }
    }
  }
}
