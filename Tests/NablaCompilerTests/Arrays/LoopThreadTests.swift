import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Loops whose steps threads share: each has examples of a batch of its own, from the first step to the last.
@Suite(.needsCompiler)
struct LoopThreadTests {
  /// What a step hands on beside the state.
  enum Memory: CaseIterable { case none, own, mixed }

  /// A state of rows by units that is multiplied with a matrix in every step, and the sums over steps and rows that the
  /// derivative of a recurrent layer is made of.
  ///
  /// - Parameters:
  ///   - memory: whether each row has a memory beside its state, and whether that comes from another row.
  private static func recurrent(
    _ length: Int, _ rows: Int, _ units: Int, of element: ElementType, memory: Memory, isReversed: Bool = false
  ) -> Program {
    var body = Graph()
    let type = TensorType.array(rows, units, of: element)
    let h = body.parameter("h", type)
    let c = body.parameter("c", type)
    let z = body.parameter("z", .array(rows, 2 * units, of: element))
    let u = body.parameter("U", .array(units, 2 * units, of: element))
    let product = body.append(.contract(Contraction([0, 1], [1, 2], to: [0, 2])), [h, u], type: TensorType())
    // Small, so that no step makes a difference larger.
    let small = body.apply(.multiply, body.constant(.rational(Rational(1, 64)), element), product)
    let both = body.apply(.add, z, small)
    func slice(_ start: Int, _ count: Int) -> Operation.Slice {
      Operation.Slice(start: Dimension(start), count: Dimension(count))
    }
    func part(_ start: Int) -> NodeID {
      let slices = [slice(0, rows), slice(start, units)]
      return body.append(.slice(slices), [both], type: TensorType())
    }
    let gate = body.apply(.sigmoid, part(0))
    var kept = body.apply(.multiply, c, gate)
    if memory == .mixed {
      let turned = Operation.Slice(start: Dimension(rows - 1), step: -1, count: Dimension(rows))
      kept = body.append(.slice([turned, slice(0, units)]), [kept], type: TensorType())
    }
    let next = body.apply(.tanh, memory == .none ? part(units) : body.apply(.add, part(units), kept))
    let step = Program(
      graph: body, inputs: [h, c, z, u],
      roots: [.init("h", next), .init("c", memory == .none ? c : kept), .init("after", next), .init("gate", gate)])
    return program([
      ("h", type), ("c", type), ("z", .array(length, rows, 2 * units, of: element)),
      ("U", .array(units, 2 * units, of: element)),
    ]) { graph, x in
      let function = graph.intern(Function(name: "step", body: step))
      let scan = Scan(function, carried: 2, sequences: 1, length: Dimension(length), isReversed: isReversed)
      let node = graph.append(.scan(scan), x, type: TensorType())
      let results = (0..<4).map { graph.append(.result($0), [node], type: TensorType()) }
      let weights = Contraction([0, 1, 2], [0, 1, 3], to: [2, 3])
      let bias = graph.append(.reduce(.sum, axes: [0, 1]), [results[3]], type: TensorType())
      return results + [
        graph.append(.contract(weights), [results[2], results[3]], type: TensorType()),
        graph.append(.contract(weights), [x[2], results[3]], type: TensorType()), bias,
      ]
    }
  }

  @Test(
    arguments: [[5, 32, 48], [40, 16, 32], [3, 33, 24], [6, 24, 17], [9, 96, 16], [4, 1, 128]], Memory.allCases)
  func `recurrent steps give the same bits with any number of threads`(_ sizes: [Int], _ memory: Memory) throws {
    for (element, isReversed) in [(ElementType.f64, false), (.f32, true)] {
      let f = LoopThreadTests.recurrent(
        sizes[0], sizes[1], sizes[2], of: element, memory: memory, isReversed: isReversed)
      try ThreadTests().expectSameBits(f, seed: 15, "\(element) \(sizes) \(memory)")
    }
  }

  @Test(arguments: [[5, 32, 48], [40, 16, 32], [6, 24, 17]])
  func `halves of a sum over steps and examples are the sum`(_ sizes: [Int]) throws {
    let f = LoopThreadTests.recurrent(sizes[0], sizes[1], sizes[2], of: .f64, memory: .own)
    try expectArrayAgreement(f, points: 2, seed: 17, tolerance: 1e-12, "\(sizes)")
  }

  /// Each has rows of its own, so nobody waits but at the end; where rows are mixed, all wait in every step.
  @Test func `threads that have examples of their own do not wait for each other between steps`() throws {
    func meetings(_ memory: Memory) throws -> Int {
      let f = LoopThreadTests.recurrent(8, 32, 64, of: .f32, memory: memory)
      let text = try CKernel(f, threads: 2, grain: 0).source
      return text.split(separator: "\n").count { $0.hasPrefix("    nabla_meet(share);") }
    }
    #expect(try meetings(.own) + 1 == meetings(.mixed))
  }
}
