import Foundation
import NablaDiagnostics
import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `Contractions of the language` {
  /// Expressions with the values that NumPy gives them, in row-major order.
  private static let expressions = """
    x @ y => 8, 10, 26, 22
    y @ x => -3, -3, -3, 0, 2, 4, 15, 23, 31
    x @ v => 0, 6
    u @ x => -6, -5, -4
    v @ v => 6
    x.T @ u => -6, -5, -4
    x @ x.T => 5, 14, 14, 50
    t @ y => 8, 10, 26, 22, 44, 34, 62, 46
    t @ v => 0, 6, 12, 18
    u @ t => -6, -5, -4, 0, 1, 2
    t @ x.T => 5, 14, 14, 50, 23, 86, 32, 122
    x[newaxis] @ y[newaxis] => 8, 10, 26, 22
    t @ y[newaxis] => 8, 10, 26, 22, 44, 34, 62, 46
    dot(v, v + 1) => 8
    outer(u, v) => 3, 6, -3, -2, -4, 2
    einsum("ij->ji", x) => 0, 3, 1, 4, 2, 5
    einsum("ij->", x) => 15
    einsum("ij->j", x) => 3, 5, 7
    einsum("ij, jk", x, y) => 8, 10, 26, 22
    einsum("ba,cb", x, y) => -3, 0, 15, -3, 2, 23, -3, 4, 31
    einsum("tij,jk,k->it", t, y, u) => 4, 64, 34, 94
    einsum("i,i,i->i", v, v, v) => 1, 8, -1
    einsum(",i->i", 2, v) => 2, 4, -2
    einsum("i,j->", u, v) => 2
    [1, 2, 3] @ v => 2
    (x > 2) @ v => 0, 2
    x[:0] @ v => 
    x[:, :0] @ y[:0] => 0, 0, 0, 0
    2*x @ v => 0, 12
    """

  @Test(arguments: expressions.split(separator: "\n").map { $0.components(separatedBy: " => ") })
  func values(_ row: [String]) throws {
    let expected = row[1].split(separator: ", ").compactMap { Double($0) }
    let program = Module.silent("f(x: [2, 3], y: [3, 2], v: [3], u: [2], t: [2, 2, 3]) = \(row[0])")
    let range = (0..<12).map { Double($0) }
    let inputs = [
      Tensor(Array(range[..<6]), [2, 3]), Tensor([1, -1, 2, 0, 3, 5], [3, 2]), Tensor([1, 2, -1], [3]),
      Tensor([3, -2], [2]), Tensor(range, [2, 2, 3]),
    ]
    let result = try ProgramEvaluator.evaluate(try program.program(), inputs)
    #expect(result["value"]?.elements == expected)
  }

  /// The type of the result for symbolic sizes.
  @Test(arguments: [
    ("x: [m, n], w: [n]", "x @ w", "f64[m]"), ("w: [n], x: [n, k]", "w @ x", "f64[k]"),
    ("x: [t, m, n], w: [n, k]", "x @ w", "f64[t, m, k]"), ("x: [t, m, n], w: [t, n, k]", "x @ w", "f64[t, m, k]"),
    ("x: [t, 1, m, n], w: [s, n, k]", "x @ w", "f64[t, s, m, k]"), ("x: [n], w: [t, n, k]", "x @ w", "f64[t, k]"),
    ("x: f32[m, n], w: f32[n]", "x @ w", "f32[m]"), ("x: i32[m, n], w: i64[n]", "x @ w", "i64[m]"),
    ("x: [b, i], A: [i, j, k], y: [b, k]", "einsum(\"bi,ijk,bk->bj\", x, A, y)", "f64[b, j]"),
  ])
  func types(_ parameters: String, _ expression: String, _ type: String) throws {
    let module = Module.silent("f(\(parameters)) = \(expression)")
    #expect(module.functions.last?.results[0].type.description == type)
  }

  @Test(
    arguments: [
      (
        "f(x: [m, 784], w: [256, 10]) = x @ w", "shape.contract",
        "'x @ w' needs the inner dimensions to agree: [m, 784] @ [256, 10]", "784 here, 256 there"
      ),
      (
        "f(x: [m, n], w: [m]) = x @ w", "shape.contract", "'x @ w' needs the inner dimensions to agree: [m, n] @ [m]",
        "n here, m there"
      ),
      (
        "f(x: [2, 3, 4], w: [5, 4, 3]) = x @ w", "shape.contract",
        "'x @ w' of shapes whose leading axes do not broadcast: [2, 3, 4] @ [5, 4, 3]", "2 here, 5 there"
      ),
      ("f(x: [3], a) = x @ a", "shape.contract", "'@' is a product of vectors and matrices; with f64 it is '*'", nil),
      (
        "f(x: [3], y: [4]) = einsum(\"i,i\", x, y)", "shape.contract",
        "the axes 'i' of 'einsum' need to agree: [3] and [4]", "3 before, 4 here"
      ),
      (
        "f(x: [3, 4]) = einsum(\"ii->i\", x)", "shape.contract",
        "the axes 'i' of 'einsum' need to agree: [3, 4] and [3, 4]", "3 before, 4 here"
      ),
      ("f(x: [3]) = einsum(\"i,j\", x)", "shape.einsum", "\"i,j\" has 2 operands, and 1 are given", nil),
      (
        "f(x: [3]) = einsum(\"...i,...\", x, x, x)", "shape.einsum", "\"...i,...\" has 2 operands, and 3 are given", nil
      ),
      (
        "f(x: [3]) = einsum(\"...ij->...\", x)", "shape.einsum", "'...ij' names 2 axes, and operand 1 has 1", nil
      ),
      (
        "f(x: [3]) = einsum(\"...i->i\", x)", "shape.einsum",
        "the axes of '...' are in the result, too: write '...' after '->'", nil
      ),
      ("f(x: [3]) = einsum(\"ij\", x)", "shape.einsum", "'ij' names 2 axes, and operand 1 has the shape [3]", nil),
      ("f(x: [3]) = einsum(\"i->k\", x)", "shape.einsum", "the result's axis 'k' is none of an operand", nil),
      ("f(x: [3]) = einsum(\"i->ii\", x)", "shape.einsum", "the result has an axis twice", nil),
      ("f(x: [3]) = einsum(\"1->1\", x)", "shape.einsum", "an axis is a letter from a to z or A to Z, not '1'", nil),
      ("f(x: [3]) = einsum(\"i->->i\", x)", "shape.einsum", "'->' stands once, before the axes of the result", nil),
      (
        "f(x: [3]) = einsum(x)", "check.arity",
        "'einsum' takes a text with the axes, and arrays: einsum(\"ij,jk->ik\", a, b)", nil
      ),
    ] as [(String, String, String, String?)])  // swift-format-ignore
  func problems(_ text: String, _ id: String, _ message: String, _ label: String?) throws {
    let errors = Module(checking: SourceText(text)).diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.id) == [id])
    #expect(errors.first?.message == message)
    #expect(errors.first?.label == label)
  }

  @Test func `einsum contracts the cheapest pair first`() throws {
    // (A·B)·v is a product of matrices, A·(B·v) is none.
    let program = try Module.silent("f(A: [n, n], B: [n, n], v: [n]) = einsum(\"ij,jk,k->i\", A, B, v)").program()
    let products = program.graph.ids.filter {
      if case .contract = program.graph.operation(of: $0) { true } else { false }
    }
    #expect(products.map { program.graph.type(of: $0).description } == ["f64[n]", "f64[n]"])
  }

  @Test func `many operands and many axes`() {
    let operands = (0..<60).map { _ in "v" }.joined(separator: ", ")
    let letters = (0..<60).map { _ in "i" }.joined(separator: ",")
    #expect(!Module.silent("f(v: [3]) = einsum(\"\(letters)->i\", \(operands))").hasErrors)
    let deep = (0..<60).reduce("x") { text, _ in "[\(text)]" }
    let module = Module(checking: SourceText("f(x: [2, 2]) = \(deep) @ \(deep)"))
    #expect(module.diagnostics.map(\.id) == ["limit.size"])
  }
}
