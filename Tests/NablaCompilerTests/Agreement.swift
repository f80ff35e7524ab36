import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Columns of random and special values for the inputs of a program.
func columns(for signature: Signature, points: Int, seed: UInt64) -> [Column] {
  var random = SplitMix64(seed: seed)
  return signature.inputs.map { port in
    switch port.type.element {
    case .f64: Column((0..<points).map { _ in number(&random) })
    case .f32: Column((0..<points).map { _ in Float(number(&random)) })
    case .i64: Column((0..<points).map { _ in integer(&random) })
    case .i32: Column((0..<points).map { _ in Int32(truncatingIfNeeded: integer(&random)) })
    case .bool: Column((0..<points).map { _ in Bool.random(using: &random) })
    }
  }
}

private func number(_ random: inout SplitMix64) -> Double {
  switch Int.random(in: 0..<4, using: &random) {
  case 0: specialValues.randomElement(using: &random) ?? 0
  case 1: Double(Int.random(in: -5...5, using: &random))
  default: Double.random(in: -4...4, using: &random)
  }
}

private func integer(_ random: inout SplitMix64) -> Int64 {
  switch Int.random(in: 0..<3, using: &random) {
  case 0: [0, 1, -1, .max, .min, .max - 1, 1 << 31, -1 << 31].randomElement(using: &random) ?? 0
  default: Int64.random(in: -20...20, using: &random)
  }
}

/// Runs both and expects equal outputs, within `tolerance` ulps; subnormal differences of one step count as one.
func expectAgreement(
  _ a: some Executable, _ b: some Executable, points: Int, seed: UInt64, ulps tolerance: UInt64 = 0,
  _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let inputs = columns(for: a.signature, points: points, seed: seed)
  let first = try a.evaluate(inputs, points: points)
  let second = try b.evaluate(inputs, points: points)
  for (port, (x, y)) in zip(a.signature.outputs, zip(first, second)) {
    #expect(x.integers == y.integers, "\(comment) \(port.name) seed \(seed)", sourceLocation: sourceLocation)
    for (point, (p, q)) in zip(x.doubles, y.doubles).enumerated() where ulps(p, q) > tolerance {
      let operands = inputs.map { $0.doubles[point] }
      Issue.record(
        "\(comment) \(port.name) at \(operands): \(p) and \(q), \(ulps(p, q)) ulps, seed \(seed)",
        sourceLocation: sourceLocation)
    }
  }
}
