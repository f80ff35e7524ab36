import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Convolutions on both backends: every stride, padding and dilation, and what derivatives make of them.
@Suite(.needsCompiler)
struct ConvolutionTests {
  private static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["NABLA_SEED"].flatMap({ UInt64($0) }) { return [seed] }
    guard environment["NABLA_LONG_TESTS"] != nil else { return Array(1...20) }
    let first = UInt64.random(in: 1_000...1_000_000_000)
    print("convolutions from seed \(first)")
    return Array(first..<first + 500)
  }()

  @Test(arguments: seeds)
  func `random convolutions agree`(_ seed: UInt64) throws {
    for element in [ElementType.f64, .f32, seed % 2 == 0 ? .i64 : .i32] {
      let random = RandomConvolution(seed: seed, element: element)
      // Quarters, so that every sum is exact in either precision.
      try expectArrayAgreement(
        random.program, points: 1, seed: seed, tolerance: 0, "\(element) \(random.note)")
    }
  }

  private func convolve(
    _ x: [Int], _ k: [Int], stride: Int = 1, low: Int = 0, high: Int = 0, gap: Int = 1
  ) -> Program {
    let window = Convolution.Window(stride: stride, low: Dimension(low), high: Dimension(high), inputDilation: gap)
    func type(_ extents: [Int]) -> TensorType { TensorType(.f32, Shape(extents.map { Dimension($0) })) }
    return program([("x", type(x)), ("k", type(k))]) { graph, operands in
      let convolution = Convolution(windows: Array(repeating: window, count: k.count - 3))
      return [graph.append(.convolve(convolution), operands, type: TensorType())]
    }
  }

  @Test func `windows are read where they lie`() throws {
    #expect(try ArrayPlan(convolve([4, 12, 12, 1, 8], [3, 3, 1, 8, 16])).kernels.count == 1)
  }

  @Test func `windows that do not overlap are one product, turned either way`() throws {
    let patches = convolve([2, 16, 16, 1, 3], [4, 4, 1, 3, 8], stride: 4)
    let back = convolve([2, 4, 4, 1, 8], [4, 4, 1, 8, 5], low: 3, high: 3, gap: 4)
    for f in [patches, back] {
      #expect(try ArrayPlan(f).kernels.count == 1)
      try expectArrayAgreement(f, points: 1, seed: 4, tolerance: 0)
    }
  }

  @Test func `gaps in the input are not multiplied`() throws {
    // A window of three at distance two: two places of four along each axis meet one element, two meet two.
    let f = convolve([2, 9, 9, 1, 8], [3, 3, 1, 8, 16], low: 1, high: 1, gap: 2)
    let products = try ArrayPlan(f).kernels.count { if case .contract = $0 { true } else { false } }
    #expect(products == 4)
    try expectArrayAgreement(f, points: 1, seed: 4, tolerance: 0)
  }
}
