import Nabla
import Testing

/// Pictures of functions of arrays.
struct ArrayDrawingTests {
  @Test func `derivatives flow back through arrays to every parameter`() throws {
    let f = try Formula("f(w: [2], x: [2, 2], b) = sum((x @ w + b)^2)")
    let dot = try f.dot(at: ["w": [1, 2], "x": [1, 0, 0, 1], "b": [1]], backward: true)
    // x @ w + b = [2, 3], so the derivative by it is [4, 6].
    for text in ["[[1, 0], [0, 1]]", "[[4, 8], [6, 12]]", "= [4, 6]", "= 10"] { #expect(dot.contains(text), "\(text)") }
    // From the sum to the square, to the sum in it, to b and the product, and to w and x.
    #expect(dot.split(separator: "class=\"backward\"").count - 1 == 6)
  }
}
