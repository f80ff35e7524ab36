import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `Printing LaTeX` {
  @Test(arguments: [
    ("x", "x"), ("x1", "x_{1}"), ("theta", #"\theta"#), ("θ", #"\theta"#), ("theta_1", #"\theta_{1}"#),
    ("loss", #"\mathrm{loss}"#), ("x_max", #"x_{\mathrm{max}}"#), ("y_hat", #"\hat{y}"#), ("x₁₂", "x_{12}"),
    ("w_hat_1", #"\hat{w}_{1}"#), ("moving_mean", #"\mathrm{moving}_{\mathrm{mean}}"#), ("Omega", #"\Omega"#),
    ("_", #"\mathrm{\_}"#), (#"\input{x}"#, #"\mathrm{\backslash{}input\{x\}}"#), ("a$b", #"\mathrm{a\$b}"#),
    ("50%", #"\mathrm{50\%}"#),
  ]) func `sets names as mathematicians do`(name: String, expected: String) {
    #expect(ExpressionPrinter(.latex).spelling(of: name) == expected)
  }

  @Test func `sets powers, roots and fractions`() {
    var graph = Graph()
    let (x, y) = (graph.parameter("x"), graph.parameter("theta"))
    func number(_ n: Int, _ d: Int = 1) -> NodeID { graph.constant(.rational(Rational(n, d))) }
    func text(_ f: Elementwise, _ operands: NodeID...) -> String {
      let id = graph.apply(f, operands)
      return ExpressionPrinter(.latex).print(graph, id)
    }
    let sum = graph.apply(.add, x, y)
    let sine = graph.apply(.sin, x)
    #expect(text(.power, x, number(2)) == "x^{2}")
    #expect(text(.power, x, number(3, 2)) == "x^{3/2}")
    #expect(text(.power, sine, number(2)) == #"\sin^{2} x"#)
    #expect(text(.power, sum, y) == #"\left(x + \theta\right)^{\theta}"#)
    #expect(text(.sqrt, sum) == #"\sqrt{x + \theta}"#)
    #expect(text(.sin, sum) == #"\sin \left(x + \theta\right)"#)
    #expect(text(.log1p, sum) == #"\ln\left(1 + x + \theta\right)"#)
    #expect(text(.divide, sum, sine) == #"\frac{x + \theta}{\sin x}"#)
    #expect(text(.sigmoid, sum) == #"\sigma\left(x + \theta\right)"#)
    #expect(text(.hypot, sum, y) == #"\sqrt{{\left(x + \theta\right)}^2 + {\theta}^2}"#)
    #expect(text(.multiply, number(2), sine) == #"2 \sin x"#)
    #expect(text(.multiply, number(2), number(3)) == #"2 \cdot 3"#)
    #expect(text(.multiply, sine, y) == #"\sin x \cdot \theta"#)
    let condition = graph.apply(.less, number(0), x)
    #expect(
      text(.select, condition, x, sum)
        == #"\begin{cases} x & \text{if } x > 0 \\ x + \theta & \text{otherwise} \end{cases}"#)
  }

  @Test func `an operand that a template repeats is shared`() {
    var graph = Graph()
    var x = graph.parameter("x")
    for _ in 0..<40 { x = graph.apply(.xlogx, x) }
    #expect(ExpressionPrinter(.latex).print(graph, x).utf8.count < 2_000)
  }

  @Test(arguments: Elementwise.allCases) func `every operation has balanced delimiters`(f: Elementwise) {
    var graph = Graph()
    let element: ElementType = f.definition.typing == .logical ? .bool : .f64
    var operands = (0..<f.arity).map { graph.parameter("x\($0)", TensorType(element)) }
    if f == .select { operands[0] = graph.parameter("c", TensorType(.bool)) }
    let id = graph.apply(f, operands)
    let text = ExpressionPrinter(.latex).print(graph, id)
    #expect(text.count { $0 == "{" } == text.count { $0 == "}" })
    #expect(text.ranges(of: #"\left"#).count == text.ranges(of: #"\right"#).count)
    #expect(!text.contains("#"))
    let code = ExpressionPrinter(.c).print(graph, id)
    #expect(!code.contains("$"))
    #expect(code.count { $0 == "(" } == code.count { $0 == ")" })
  }
}
