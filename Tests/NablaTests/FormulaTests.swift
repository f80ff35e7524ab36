import Nabla
import Testing

/// The face of the library, with values from the lesson that the first formula comes from.
struct FormulaTests {
  @Test func `the seed formula`() throws {
    let f = try Formula("f(a, b, c) = 3*(a + b*c)")
    #expect(f.parameters == ["a", "b", "c"])
    #expect(try f.evaluate(["a": 5, "b": 3, "c": 2]) == 33)
    #expect(try f.gradient(["a": 5, "b": 3, "c": 2]) == ["a": 3, "b": 6, "c": 9])
    #expect(try f.derivativeTexts().map(\.text) == ["3", "3*c", "3*b"])
  }

  @Test(arguments: [
    ("f(z) = sigmoid(z)", "sigmoid(z)*(1 - sigmoid(z))"),
    ("f(z) = log(1 + exp(z))", "sigmoid(z)"),
    ("f(x) = x^3", "3*x^2"),
    ("f(x) = 1/x", "-1/x^2"),
    ("f(x) = sin(x)", "cos(x)"),
    ("f(x) = cos(x)", "-sin(x)"),
    ("f(x) = exp(x)", "exp(x)"),
    ("f(x) = log(x)", "1/x"),
    ("f(x) = x/3", "1/3"),
    ("f(x) = 5", "0"),
  ])
  func `derivatives read as in a textbook`(_ text: String, _ expected: String) throws {
    #expect(try Formula(text).derivativeTexts()[0].text == expected)
  }

  @Test(arguments: [
    "f(z, y) = -(y*log(sigmoid(z)) + (1 - y)*log(1 - sigmoid(z)))",
    "f(z, y) = -(y*log(1/(1 + exp(-z))) + (1 - y)*log(1 - 1/(1 + exp(-z))))",
    "f(z, y) = -(y*log(a) + (1 - y)*log(1 - a)) where a = 1/(1 + exp(-z))",
  ])
  func `the derivative of logistic regression's loss is the prediction less the label`(_ text: String) throws {
    let f = try Formula(text)
    #expect(try f.derivative(by: "z").simplifiedText() == "sigmoid(z) - y")
    for (z, y) in [(1000.0, 1.0), (1000, 0), (-1000, 1), (-1000, 0)] {
      let value = try f.compiled([.value, .gradient], by: ["z"]).evaluate(["z": [z], "y": [y]])
      #expect(value[0][0] == (z > 0 ? 1000 * (1 - y) : 1000 * y))
      #expect(value[1][0] == (z > 0 ? 1 : 0) - y)
    }
  }

  @Test func `second and higher derivatives`() throws {
    let f = try Formula("f(x) = x^4")
    #expect(try f.derivativeTexts(order: 2)[0].text == "12*x^2")
    #expect(try f.derivativeTexts(order: 4)[0].text == "24")
    #expect(try f.derivativeTexts(order: 5)[0].text == "0")
    #expect(throws: DerivativeError.order(0)) { try f.derivativeTexts(order: 0) }
    let g = try Formula("g(x: [n], a) = a^3*sum(x^2)")
    #expect(throws: DerivativeError.orderByArray(2, "x", g.program.graph.type(of: g.program.inputs[0]))) {
      try g.derivativeTexts(order: 2)
    }
    #expect(try g.derivativeTexts(by: ["a"], order: 2)[0].text == "6*a*sum(x^2)")
  }

  @Test func `errors carry values`() throws {
    let f = try Formula("f(x, y) = x*y")
    #expect(throws: DerivativeError.unknownParameter("z", parameters: ["x", "y"])) { try f.derivativeTexts(by: ["z"]) }
    #expect(throws: DiagnosticsError.self) { try Formula("f(x) = x +* 2") }
  }

  @Test func `a Hessian`() throws {
    let f = try Formula("f(x, y) = x^2*y + sin(y)")
    let hessian = try f.hessian(["x": 2, "y": 0])
    #expect(hessian == [[0, 4], [4, 0]])
  }

  @Test func `defaults stand in for what a point leaves out`() throws {
    let f = try Formula("gauss(x, mu = 0, sigma = 1) = exp(-((x - mu)/sigma)^2/2)/(sigma*sqrt(2*pi))")
    // 1/√(2π).
    #expect(abs(try f.evaluate(["x": 0]) - 0.3989422804014327) < 1e-16)
  }

  @Test func `expressions built in Swift`() throws {
    let (a, b, c) = Expression.variables("a", "b", "c")
    let f = 3 * (a + b * c)
    #expect("\(f)" == "3*(a + b*c)")
    #expect("\(f.derivative(by: b))" == "3*c")
    #expect(try Formula(f).gradient(["a": 5, "b": 3, "c": 2]) == ["a": 3, "b": 6, "c": 9])
  }

  @Test func `expressions of different origin share variables of one name`() throws {
    let x = Expression.variable("x")
    let again = Expression.variable("x")
    let f = Formula(sin(x) * again + 1)
    #expect(f.parameters == ["x"])
    #expect(try f.evaluate(["x": 0]) == 1)
  }

  @Test func `many derivatives that share nearly everything state it once`() throws {
    // Speelpenning's product: each of the 1500 derivatives is all other factors.
    let names = (0..<1500).map { "x\($0)" }
    let f = try Formula("f(\(names.joined(separator: ", "))) = \(names.joined(separator: "*"))")
    let list = try f.derivativeList()
    #expect(list.rows.count == 1 && list.rows[0].count == 1500 && list.rows[0][7].name == "x7")
    #expect(!list.shared.isEmpty)
    let length = (list.shared.map(\.value) + list.rows[0].map(\.text)).reduce(0) { $0 + $1.utf8.count }
    #expect(length < 1500 * 100)
    // Few enough, each states its own.
    let small = try Formula("g(a, b, c) = a*b*c").derivativeList()
    #expect(small.shared.isEmpty && small.rows[0].map(\.text) == ["b*c", "a*c", "a*b"])
  }
}
