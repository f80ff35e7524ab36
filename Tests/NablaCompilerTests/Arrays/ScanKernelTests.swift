import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Scans over arrays: where carried values lie, and what is packed before the first step.
@Suite(.needsCompiler)
struct ScanKernelTests {
  /// h ← (z + h·U)/4 with U or its transpose; outputs are the state before the step, after it, or both.
  private func recurrent(
    length: Int, rows: Int, units: Int, outputs: [String], used: [Int], isReversed: Bool, isTurned: Bool
  ) -> Program {
    let element = ElementType.f64
    var body = Graph()
    let h = body.parameter("h", .array(rows, units, of: element))
    let z = body.parameter("z", .array(rows, units, of: element))
    let u = body.parameter("U", .array(units, units, of: element))
    let product = body.append(
      .contract(Contraction([0, 1], isTurned ? [2, 1] : [1, 2], to: [0, 2])), [h, u], type: TensorType())
    let quarter = body.constant(.rational(Rational(1, 4)), element)
    let next = body.apply(.multiply, quarter, body.apply(.add, z, product))
    var roots: [Program.Root] = [.init("h", next)]
    for output in outputs { roots.append(.init(output, output == "before" ? h : output == "after" ? next : product)) }
    let step = Program(graph: body, inputs: [h, z, u], roots: roots)
    return program([
      ("h", .array(rows, units, of: element)), ("z", .array(length, rows, units, of: element)),
      ("U", .array(units, units, of: element)),
    ]) { graph, x in
      let function = graph.intern(Function(name: "step", body: step))
      let scan = Scan(function, carried: 1, sequences: 1, length: Dimension(length), isReversed: isReversed)
      let node = graph.append(.scan(scan), x, type: TensorType())
      return used.map { graph.append(.result($0), [node], type: TensorType()) }
    }
  }

  @Test(arguments: [1, 2, 3, 8])
  func `states lie in outputs, and weights are packed once`(_ length: Int) throws {
    for outputs in [[], ["before"], ["after"], ["before", "after"], ["product", "before"], ["after", "after"]] {
      for (rows, units) in [(1, 19), (5, 16), (13, 33)] {
        for isReversed in [false, true] {
          let f = recurrent(
            length: length, rows: rows, units: units, outputs: outputs, used: Array(0...outputs.count),
            isReversed: isReversed, isTurned: rows == 5)
          try expectArrayAgreement(f, points: 2, seed: 3, tolerance: 1e-12, "\(length) \(outputs) \(rows)×\(units)")
        }
      }
    }
  }

  @Test func `only the last state, or only the stack, is wanted`() throws {
    for used in [[0], [1], [2]] {
      let f = recurrent(
        length: 6, rows: 8, units: 24, outputs: ["before", "after"], used: used, isReversed: false, isTurned: true)
      try expectArrayAgreement(f, points: 1, seed: 5, tolerance: 1e-12, "\(used)")
    }
  }

  @Test func `a step of a recurrent layer is a product with what follows it, and a copy`() throws {
    let f = recurrent(
      length: 6, rows: 8, units: 24, outputs: ["before", "after"], used: [0, 1, 2], isReversed: false, isTurned: true)
    let kernels = try ArrayPlan(f).kernels
    let packed = kernels.count { if case .pack = $0 { true } else { false } }
    #expect(packed == 1 && kernels.count == 2)
    guard case .scan(let scan)? = kernels.last else {
      Issue.record("the last kernel is the scan")
      return
    }
    // What follows the product is done to its tiles. One of the two outputs is the state itself; the other is a copy.
    #expect(scan.body.kernels.count == 2)
  }
}
