import Nabla
import Testing

/// Explanations and pictures of functions as they are written.
struct ExplanationTests {
  @Test func `each of several results by itself`() throws {
    let f = try Formula("f(x, y) = (x*y, x + y)")
    #expect(f.results.indices.map { f.resultName($0) } == ["f_0", "f_1"])
    #expect(
      try f.explanation(at: ["x": [2], "y": [3]]).gradient.map(\.text) == ["∂f_0/∂x = y = 3", "∂f_0/∂y = x = 2"])
    #expect(try f.explanation(result: 1).gradient.map(\.text) == ["∂f_1/∂x = 1", "∂f_1/∂y = 1"])
    let named = try Formula("f(x, y) { u = x*y; v = x + y; (u, v) }")
    #expect(named.results.indices.map { named.resultName($0) } == ["u", "v"])
    let dot = try named.dot(at: ["x": [2], "y": [3]], backward: true, result: 1)
    #expect(dot.contains("∂v/∂x = 1") && !dot.contains("∂u/∂"))
  }

  @Test func `a result that is a parameter is a step`() throws {
    let explanation = try Formula("f(x) = x").explanation(at: ["x": [3]])
    #expect(explanation.function == "f(x) = x")
    #expect(explanation.forward.map(\.text) == ["f = x = 3"])
    #expect(explanation.gradient.map(\.text) == ["∂f/∂x = 1"])
  }

  @Test(arguments: ["3", "f(x) = x < 3", "f(n: i64) = n + 1"])
  func `what has no derivative is explained forwards`(_ text: String) throws {
    let explanation = try Formula(text).explanation()
    #expect(explanation.gradient.isEmpty && !explanation.text.contains("Backward"))
    #expect(explanation.forward.count == 1)
  }

  @Test(arguments: [
    ("f(x) = x^2", [Want.value, .gradient]), ("f(x) = (x, x^2)", [.value, .jacobian]), ("f(x) = x > 1", [.value]),
    ("3", [.value]), ("f(n: i32) = n + 1", [.value]), ("f(x) = [x, 2*x]", [.value, .jacobian]),
  ])
  func `what a function has`(_ text: String, _ wants: [Want]) throws {
    #expect(try Formula(text).valueAndDerivatives == wants)
  }
}
