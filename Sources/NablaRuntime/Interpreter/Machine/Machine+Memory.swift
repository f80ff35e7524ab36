import NablaGraph

extension Machine {
  /// Brings the numbers of a block of points into lanes.
  func load(_ instruction: Instruction, _ result: UnsafeMutablePointer<Double>, _ first: Int, _ points: Int) {
    let position = Int(instruction.index)
    let base = arguments[position]
    let stride = inputStrides[position]
    let elements = Int(instruction.elements)

    func each<Value: BitwiseCopyable>(_ type: Value.Type, _ convert: (Value) -> Double) {
      let values = base.assumingMemoryBound(to: type) + first * stride
      for element in 0..<elements {
        for point in 0..<points { result[element * points + point] = convert(values[point * stride + element]) }
      }
    }
    switch instruction.from {
    case .f64:
      if stride == 1 && elements == 1 {
        result.update(from: base.assumingMemoryBound(to: Double.self) + first, count: points)
      } else {
        each(Double.self) { $0 }
      }
    case .f32: each(Float.self) { Double($0) }
    case .i64: each(Int64.self) { Double(bitPattern: UInt64(bitPattern: $0)) }
    case .i32: each(Int32.self) { Double(bitPattern: UInt64(bitPattern: Int64($0))) }
    case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }

  /// Writes lanes to where the caller wants them.
  func store(_ instruction: Instruction, _ x: UnsafeMutablePointer<Double>, _ first: Int, _ points: Int) {
    let position = Int(instruction.index)
    let base = results[position]
    let stride = outputStrides[position]
    let elements = Int(instruction.elements)

    func each<Value: BitwiseCopyable>(_ type: Value.Type, _ convert: (Double) -> Value) {
      let values = base.assumingMemoryBound(to: type) + first * stride
      for element in 0..<elements {
        for point in 0..<points { values[point * stride + element] = convert(x[element * points + point]) }
      }
    }
    switch instruction.to {
    case .f64:
      if stride == 1 && elements == 1 {
        (base.assumingMemoryBound(to: Double.self) + first).update(from: x, count: points)
      } else {
        each(Double.self) { $0 }
      }
    case .f32: each(Float.self) { Float($0) }
    case .i64: each(Int64.self) { Int64(bitPattern: $0.bitPattern) }
    case .i32: each(Int32.self) { Int32(truncatingIfNeeded: Int64(bitPattern: $0.bitPattern)) }
    case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }
}
