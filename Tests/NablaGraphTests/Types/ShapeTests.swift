import NablaGraph
import Testing

private let m = Dimension("m")
private let n = Dimension("n")
private let twice: Dimension = 2 * n
private let less: Dimension = n - 1

@Suite struct ShapeTests {
  @Test(
    arguments: [
      ([], [], []), ([], [3], [3]), ([2, 3], [3], [2, 3]), ([2, 1], [3], [2, 3]), ([2, 1, 4], [3, 1], [2, 3, 4]),
      ([m, n], [n], [m, n]), ([m, 1], [1, n], [m, n]), ([1], [0], [0]), ([m], [1, 1], [1, m]),
      ([less], [less], [less]),
      ([twice], [n, 1], [n, twice]),
    ] as [([Dimension], [Dimension], [Dimension])])
  func `broadcasts as NumPy does`(a: [Dimension], b: [Dimension], expected: [Dimension]) throws {
    #expect(try Shape(a).broadcast(with: Shape(b)) == Shape(expected))
    #expect(try Shape(b).broadcast(with: Shape(a)) == Shape(expected))
  }

  @Test(
    arguments: [
      ([2], [3], 0), ([m], [n], 0), ([m], [2], 0), ([4, m, 3], [n, 3], 1), ([2, 3], [3, 3], 0), ([n], [less], 0),
      ([0], [2], 0),
    ] as [([Dimension], [Dimension], Int)])
  func `only a literal one stretches`(a: [Dimension], b: [Dimension], axis: Int) {
    #expect(throws: TypeError.broadcast(Shape(a), Shape(b), axis: axis)) { try Shape(a).broadcast(with: Shape(b)) }
    #expect(throws: TypeError.broadcast(Shape(b), Shape(a), axis: axis)) { try Shape(b).broadcast(with: Shape(a)) }
  }

  @Test func `tells the axes that were repeated`() {
    let whole = Shape([2, m, 1, 4])
    #expect(whole.axesStretched(from: .scalar) == [0, 1, 2, 3])
    #expect(whole.axesStretched(from: Shape([1, 1, 4])) == [0, 1])
    #expect(whole.axesStretched(from: whole) == [])
  }

  @Test func `counts its elements`() {
    #expect(Shape.scalar.knownCount == 1)
    #expect(Shape([2, 3, 4]).knownCount == 24)
    #expect(Shape([2, 0]).knownCount == 0)
    #expect(Shape([m, 2]).count == 2 * m)
    // 2⁶⁴ elements are no number that a buffer has, and not zero.
    #expect(Shape([4_294_967_296, 4_294_967_296]).knownCount == nil)
  }

  @Test func `types are spelled as the language spells them`() {
    #expect(TensorType(.f32, Shape([m, 3])).description == "f32[m, 3]")
    #expect(TensorType().description == "f64")
    #expect(ElementType.allCases == ElementType.allCases.sorted())
  }
}
