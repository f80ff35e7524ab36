import CNablaMath
import NablaGraph

extension Machine {
  /// Fills a register with what a site draws with the key of each point.
  func draw(
    _ instruction: Instruction, _ key: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>,
    _ points: Int
  ) {
    let site = list.sites[Int(instruction.index)]
    let elements = Int(instruction.elements)
    @inline(__always)
    func each(_ number: (_ key: Int64, _ element: Int64) -> Double) {
      for point in 0..<points {
        let key = Int64(bitPattern: key[point].bitPattern)
        for element in 0..<elements { result[element * points + point] = number(key, Int64(element)) }
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
