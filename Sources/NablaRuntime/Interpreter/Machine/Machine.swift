import NablaGraph

/// Executes instructions on one block of points.
///
/// The layout of a register depends on the block: element `e` of point `p` is lane `e*points + p`.
struct Machine {
  let list: InstructionList
  /// All registers, for blocks of up to `lanes` points.
  let memory: UnsafeMutablePointer<Double>
  let lanes: Int
  let arguments: UnsafePointer<UnsafeRawPointer>
  let results: UnsafePointer<UnsafeMutableRawPointer>
  let inputStrides: UnsafePointer<Int>
  let outputStrides: UnsafePointer<Int>

  /// Executes one instruction for the points `first..<first + points`.
  ///
  /// - Throws: ``ExecutionError/indexOutOfRange(_:)``.
  func step(_ instruction: Instruction, first: Int, points: Int) throws(ExecutionError) {
    let count = Int(instruction.elements) * points
    let result = lane(instruction.result)
    let x = lane(instruction.x)
    switch instruction.action {
    case .floats:
      instruction.function.block(x, lane(instruction.y), lane(instruction.z), result, count)
    case .singles:
      instruction.function.block(x, lane(instruction.y), lane(instruction.z), result, count)
      for i in 0..<count { result[i] = Double(Float(result[i])) }
    case .integers:
      integers(instruction, count) { $0 }
    case .narrowIntegers:
      integers(instruction, count) { Int64(Int32(truncatingIfNeeded: $0)) }
    case .integerTest:
      integers(instruction, count) { Int64(bitPattern: ($0 == 0 ? 0.0 : 1.0).bitPattern) }
    case .select:
      let (y, z) = (lane(instruction.y), lane(instruction.z))
      // By bits: an integer that passes through a floating-point register must come out as it went in.
      for i in 0..<count {
        let chosen = x[i] != 0 ? UnsafeRawPointer(y + i) : UnsafeRawPointer(z + i)
        UnsafeMutableRawPointer(result + i).copyMemory(from: chosen, byteCount: 8)
      }
    case .literal:
      let bits = list.literals[Int(instruction.index)].bits
      for i in 0..<count { result[i] = Double(bitPattern: bits) }
    case .clear:
      result.update(repeating: 0, count: count)
    case .load:
      load(instruction, result, first, points)
    case .store:
      store(instruction, x, first, points)
    case .cast:
      cast(instruction, x, result, count)
    case .move:
      move(list.movements[Int(instruction.index)], x, result, points)
    case .accumulate:
      accumulate(list.movements[Int(instruction.index)], instruction.to, x, result, count, points)
    case .reduce:
      reduce(instruction, x, result, count, points)
    case .contract:
      contract(instruction, x, lane(instruction.y), result, count, points)
    case .convolve:
      convolve(instruction, x, lane(instruction.y), result, count, points)
    case .gather:
      try gather(list.gathers[Int(instruction.index)], x, result, points, first: first)
    case .scatter:
      let walk = list.gathers[Int(instruction.index)]
      try scatter(walk, instruction.to, x, result, count, points, first: first)
    case .iota:
      iota(result, Int(instruction.elements), points)
    case .cumulate:
      cumulate(instruction, x, result, count, points)
    case .findExtremum:
      findExtremum(instruction, x, result, count, points)
    case .argsort:
      argsort(instruction, x, result, points)
    case .draw:
      draw(instruction, x, result, points)
    case .scan:
      try scan(list.scans[Int(instruction.index)], first: first, points: points)
    }
  }

  @inline(__always)
  func lane(_ register: UInt32) -> UnsafeMutablePointer<Double> { memory + Int(register) * lanes }

  /// Applies the integer form to lanes, and `wrap` to what it gives.
  @inline(__always)
  private func integers(_ instruction: Instruction, _ count: Int, _ wrap: (Int64) -> Int64) {
    guard let form = instruction.function.integerForm else { preconditionFailure("no meaning on integers") }
    let (x, y, z) = (lane(instruction.x), lane(instruction.y), lane(instruction.z))
    let result = lane(instruction.result)
    for i in 0..<count {
      let value = form.evaluate(integer(x[i]), integer(y[i]), integer(z[i]))
      result[i] = Double(bitPattern: UInt64(bitPattern: wrap(value)))
    }
  }

  @inline(__always)
  private func integer(_ lane: Double) -> Int64 { Int64(bitPattern: lane.bitPattern) }

  private func cast(
    _ instruction: Instruction, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    let (from, to) = (instruction.from, instruction.to)
    if !from.isInteger && to == .f64 {
      if x != result { result.update(from: x, count: count) }
      return
    }
    for i in 0..<count {
      let literal = from.isInteger ? Literal(integer(x[i]), to) : Literal(x[i], to)
      result[i] = Double(bitPattern: literal.bits)
    }
  }
}
