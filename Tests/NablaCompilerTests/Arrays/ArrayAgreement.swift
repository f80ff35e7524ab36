import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Small random numbers for the inputs of a program of arrays, at several points. Floats are quarters, so that short
/// sums and products are exact in any order.
func arrayColumns(for signature: Signature, points: Int, seed: UInt64) -> [Column] {
  var random = SplitMix64(seed: seed)
  return signature.inputs.map { port in
    let count = port.count * points
    return switch port.type.element {
    case .f64: Column((0..<count).map { _ in Double(Int.random(in: -8...8, using: &random)) / 4 })
    case .f32: Column((0..<count).map { _ in Float(Int.random(in: -8...8, using: &random)) / 4 })
    case .i64: Column((0..<count).map { _ in Int64.random(in: -4...4, using: &random) })
    case .i32: Column((0..<count).map { _ in Int32.random(in: -4...4, using: &random) })
    case .bool: Column((0..<count).map { _ in Bool.random(using: &random) })
    }
  }
}

/// Runs a program on both backends and expects equal integers, and floats within a part of the largest number of each
/// result: sums may be added in another order, and floats of 32 bits are rounded after other steps.
func expectArrayAgreement(
  _ program: Program, points: Int = 2, seed: UInt64, tolerance: Double = 1e-12, _ comment: String = "",
  compiler: KernelCompiler? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let interpreter = try Interpreter(program)
  let kernel = try (compiler ?? Compilers.usual()).compile(program)
  let inputs = arrayColumns(for: interpreter.signature, points: points, seed: seed)
  let expected = try interpreter.evaluate(inputs, points: points)
  let found = try kernel.evaluate(inputs, points: points)
  let precision = (inputs + expected).contains { $0.element == .f32 } ? max(tolerance, 1e-4) : tolerance
  expectClose(
    expected, found, of: program, precision: precision, "\(comment) seed \(seed)", sourceLocation: sourceLocation)
}

/// Expects equal integers, and floats within a part of the largest number of each result.
func expectClose(
  _ expected: [Column], _ found: [Column], of program: Program, precision: Double, _ comment: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  for (root, (x, y)) in zip(program.roots, zip(expected, found)) {
    let note = "\(comment) \(root.name): \(program.graph.type(of: root.node))"
    #expect(x.integers == y.integers, "\(note)", sourceLocation: sourceLocation)
    let largest = x.doubles.filter(\.isFinite).map(abs).max() ?? 0
    for (place, (p, q)) in zip(x.doubles, y.doubles).enumerated() {
      if p == q || (p.isNaN && q.isNaN) || abs(p - q) <= precision * max(largest, 1) { continue }
      Issue.record(
        "\(note) element \(place): interpreted \(p), compiled \(q)\n\(program.text)", sourceLocation: sourceLocation)
      break
    }
  }
}
