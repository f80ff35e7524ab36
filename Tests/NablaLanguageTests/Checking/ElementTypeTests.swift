import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `Element types` {
  /// The type of `e` with parameters of all types in scope.
  @Test(arguments: [
    ("x + y", "f64"), ("x + s", "f64"), ("s + i", "f32"), ("s + j", "f32"), ("i + j", "i64"), ("j + j", "i32"),
    ("p + p", "i64"), ("p + 1", "i64"), ("p * s", "f32"), ("p + 0.5", "f64"), ("i + 0.5", "f64"), ("i + 2", "i64"),
    ("j * 2", "i32"), ("s * 0.1", "f32"), ("s * pi", "f32"), ("s * (2*pi)", "f32"), ("s + sin(1)", "f32"),
    ("i / j", "f64"), ("s / i", "f32"), ("i // 2", "i64"), ("j // j", "i32"), ("x // 2", "f64"), ("i ^ 2", "i64"),
    ("i ^ -1", "f64"), ("i ^ j", "f64"), ("s ^ 2", "f32"), ("p ^ 2", "i64"), ("-p", "i64"), ("-j", "i32"),
    ("abs(i)", "i64"),
    ("sin(i)", "f64"), ("sin(s)", "f32"), ("sqrt(p)", "f64"), ("max(i, j)", "i64"), ("max(i, 2)", "i64"),
    ("clamp(j, 0, 3)", "i32"), ("mod(i, 3)", "i64"), ("i < x", "bool"), ("p == p", "bool"), ("i == 1", "bool"),
    ("p and not p", "bool"), ("if p then i else j", "i64"), ("if p then 1 else 0.5", "f64"),
    ("if p then 1 else s", "f32"), ("where(p, 1, 0)", "f64"), ("where(p, 1, 0) * i", "i64"),
    ("where(p, 1, 0.5) * s", "f32"), ("where(p, p, p)", "bool"), ("2", "f64"), ("pi", "f64"), ("true", "bool"),
    ("(2 + where(p, 1, 0)) * j", "i32"), ("where(p, pi, 0) + i", "f64"),
    ("(i + 0.5) * s", "f32"), ("0.9^i * s", "f32"), ("sqrt(i) * s", "f32"), ("(i / j) * s", "f32"),
    ("(i / j) * x", "f64"),
    ("(i * 0.5) * j", "f64"), ("s / (1 - 0.9^j)", "f32"),
  ])
  func promotion(_ expression: String, _ type: String) throws {
    let parameters = "x: f64, y: f64, s: f32, i: i64, j: i32, p: bool"
    let program = try Module.silent("f(\(parameters)) = \(expression)").program()
    #expect("\(program.graph.type(of: program.roots[0].node))" == type)
  }

  @Test func `a number is rounded once, in the type that it meets`() throws {
    let program = try Checked("f(s: f32) = s + 1/3").program()
    let constants = program.graph.ids.filter { program.graph.constant($0) != nil }
    #expect(constants.map { "\(program.graph.type(of: $0)) \(program.graph.constant($0)!)" } == ["f32 1/3"])
    #expect(!program.graph.ids.contains { if case .cast = program.graph.operation(of: $0) { true } else { false } })
  }

  @Test func `the program's float type`() throws {
    let options = CheckOptions(floatType: .f32)
    let module = Checked("f(x, i: i64) = x + sin(i)*pi", options).module
    #expect(module.functions[0].parameters.compactMap(\.type) == [TensorType(.f32), TensorType(.i64)])
    #expect(module.functions[0].results[0].type == TensorType(.f32))
  }

  @Test func `integers`() throws {
    let program = Checked(
      """
      f(i: i64) = i^5 - 3*i//2
      g(i: i64, j: i64) = (i // j) * 1000 + mod(i, j)
      h(p: bool, q: bool) = p + q
      """)
    #expect(try program.value("f", 3) == 243 - 4)
    #expect(try program.value("g", -7, 2) == -4000 + 1)
    #expect(try program.value("g", 7, 0) == 0)
    #expect(try program.value("h", 1, 1) == 2)
  }

  @Test func `a parameter takes its argument's type`() throws {
    let module = Checked(
      """
      double(x) = 2*x
      f(i: i64) = double(i)
      g(s: f32) = double(s) + double(0.1)
      h(x: f32) = widen(x) + 0.1
      widen(x: f64) = x
      """
    ).module
    #expect(module.functions.map { "\($0.results[0].type)" } == ["f64", "i64", "f32", "f64", "f64"])
  }
}
