import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// What max pooling and its derivative become: windows are never copied, and nothing is scattered.
@Suite(.needsCompiler)
struct PoolingTests {
  /// The place of the greatest element of each window, and a number of each window at that place, added up.
  private func pooling(_ extents: [Int], size: Int, stride: Int, element: ElementType = .f64) -> Program {
    let (n, h, w, c) = (extents[0], extents[1], extents[2], extents[3])
    let (rows, columns) = ((h - size) / stride + 1, (w - size) / stride + 1)
    func walk(_ steps: [Int]) -> View.Axis { .init(steps: steps.map { Dimension($0) }) }
    let view = View(axes: [
      walk([1, 0, 0, 0, 0, 0]), walk([0, stride, 0, 1, 0, 0]), walk([0, 0, stride, 0, 1, 0]), walk([0, 0, 0, 0, 0, 1]),
    ])
    return program([
      ("x", .array(n, h, w, c, of: element)), ("g", .array(n, rows, columns, c, of: element)),
    ]) { graph, x in
      func shaped(_ extents: Int...) -> TensorType { TensorType(element, Shape(extents.map { Dimension($0) })) }
      let windows = graph.append(.view(view), [x[0]], type: shaped(n, rows, columns, size, size, c))
      let turned = graph.append(.transpose([0, 1, 2, 5, 3, 4]), [windows], type: TensorType())
      let flat = graph.append(.reshape, [turned], type: shaped(n, rows, columns, c, size * size))
      let place = graph.append(.argReduce(.max, axis: 4), [flat], type: TensorType())
      let ones = graph.append(.reshape, [place], type: .array(n, rows, columns, c, 1, of: .i64))
      let isGreatest = graph.apply(.equal, graph.append(.iota, [], type: .array(size * size, of: .i64)), ones)
      let share = graph.append(.reshape, [x[1]], type: shaped(n, rows, columns, c, 1))
      let spread = graph.apply(.select, isGreatest, share, graph.constant(.zero, element))
      let split = graph.append(.reshape, [spread], type: shaped(n, rows, columns, c, size, size))
      let back = graph.append(.transpose([0, 1, 2, 4, 5, 3]), [split], type: TensorType())
      return [graph.append(.accumulate(view), [back], type: shaped(n, h, w, c)), place]
    }
  }

  @Test(arguments: [(2, 2, [3, 8, 6, 5]), (3, 3, [2, 6, 9, 16]), (2, 1, [2, 5, 7, 3]), (3, 2, [1, 9, 8, 17])])
  func `windows side by side, overlapping, and with gaps`(_ size: Int, _ stride: Int, _ extents: [Int]) throws {
    for element in [ElementType.f64, .f32, .i64] {
      let f = pooling(extents, size: size, stride: stride, element: element)
      try expectArrayAgreement(f, points: 1, seed: 6, tolerance: 0, "\(element)")
    }
  }

  @Test func `windows side by side are two kernels`() throws {
    #expect(try ArrayPlan(pooling([4, 8, 8, 16], size: 2, stride: 2)).kernels.count == 2)
  }

  @Test func `the first of several greatest and not-a-number win`() throws {
    let x: [Double] = [1, 7, 7, 0, .nan, 2, 9, .nan]
    let found = try Compilers.usual().compile(pooling([1, 2, 4, 1], size: 2, stride: 2))
      .evaluate(["x": x, "g": [10, 20]])
    // [1 7 | 7 0] over [nan 2 | 9 nan]: the greatest of the first window is the one below, of the second the last.
    #expect(found[1] == [2, 3])
    #expect(found[0] == [0, 0, 0, 0, 10, 0, 0, 20])
  }
}
