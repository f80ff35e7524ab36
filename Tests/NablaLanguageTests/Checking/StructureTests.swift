import Foundation
import NablaDiagnostics
import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `Structure of programs` {
  @Test func `blocks rebind names, local functions see what stood before them`() throws {
    let program = Checked(
      """
      f(x) {
        y = x + 1
        g(t) = t*y
        y = 10*y
        g(2) + y
      }
      """)
    #expect(try program.value(nil, 1) == 24)
  }

  @Test func `definitions of a where clause stand in any order`() throws {
    let program = Checked(
      """
      f(x) = a + h(b) where h(t) = t*c, a = b^2, (b, c) = pair(x), pair(s) = (s + 1, s - 1)
      """)
    // At 3: b = 4, c = 2, a = 16, h(b) = 8.
    #expect(try program.value(nil, 3) == 24)
  }

  @Test func `functions of a block call one another in any order`() throws {
    let program = Checked("f(x) {\n  a(t) = b(t) + 1\n  b(t) = t*x\n  a(2)\n}")
    #expect(try program.value(nil, 5) == 11)
  }

  @Test func `constants of the program`() throws {
    let program = Checked(
      """
      f(x) = c*x
      c = b + 1
      (a, b) = pair(2)
      pair(s) = (s, s^2 + a0)
      a0 = 10
      g(x) = a*x
      """)
    #expect(try program.value("f", 2) == 30)
    #expect(try program.value("g", 2) == 4)
  }

  @Test func `several results`() throws {
    let program = Checked(
      """
      polar(x, y) { r = hypot(x, y); phi = atan2(y, x); (r, phi) }
      f(x, y) = (sum, x - y) where sum = x + y
      g(x) = r + phi where (r, phi) = polar(x, x)
      """)
    let polar = try program.results("polar", [Tensor(3), Tensor(4)])
    #expect(polar == ["r": Tensor(5), "phi": Tensor(Foundation.atan2(4, 3))])
    #expect(try program.results("f", [Tensor(3), Tensor(4)]) == ["0": Tensor(7), "1": Tensor(-1)])
    #expect(isClose(try program.value("g", 1), 2.0.squareRoot() + Double.pi / 4))
    #expect(program.module.functions[0].results.map(\.name) == ["r", "phi"])
  }

  @Test func `function parameters`() throws {
    let program = Checked(
      """
      twice(f, x) = f(f(x))
      outer(f, x) = twice(f, x) + 1
      smooth(x, activation = tanh) = activation(2*x)
      g(x) = outer(square, x)
      h(x) = smooth(x) + smooth(x, exp) + smooth(x, activation: sin')
      square(x) = x^2
      k(x, a) = twice(scale, x) where scale(t) = a*t
      d(x) = twice(grad(square), x)
      """)
    #expect(try program.value("g", 3) == 82)
    let expected = Foundation.tanh(1.0) + Foundation.exp(1) + Foundation.cos(1)
    #expect(isClose(try program.value("h", 0.5), expected))
    #expect(try program.value("k", 3, 5) == 75)
    #expect(try program.value("d", 3) == 12)
    #expect(program.module.functions[0].parameters.map(\.kind) == [.function, .value(TensorType())])
    #expect(program.module.functions[1].parameters.map(\.kind) == [.function, .value(TensorType())])
  }

  @Test func pipes() throws {
    let program = Checked(
      """
      add(a, b = 1) = a + b
      f(x) = x
        |> add(2)
        |> add
        |> add(b: 10)
      g(x) = x |> sin' |> abs
      """)
    #expect(try program.value("f", 5) == 18)
    #expect(try program.value("g", Double.pi) == 1)
  }

  @Test func `conditions and chains`() throws {
    let program = Checked(
      """
      f(x) = if 0 <= x < 1 then x^2 else if x >= 1 and not x == 3 then 2x else -1
      g(x, y) = where(x > y or x == -y, x, y)
      h(a, b, c) = if a < b < c then 1 else 0
      p(x) = if x > 0 then (a, b) else (b, a) where a = x, b = 2*x
      """)
    #expect(try program.value("f", 0.5) == 0.25)
    #expect(try program.value("f", 2) == 4)
    #expect(try program.value("f", 3) == -1)
    #expect(try program.value("g", 2, -2) == 2)
    #expect(try program.value("g", 1, 4) == 4)
    #expect(try program.value("h", 1, 2, 3) == 1)
    #expect(try program.value("h", 1, 3, 2) == 0)
    #expect(try program.results("p", [Tensor(-1)]) == ["a": Tensor(-2), "b": Tensor(-1)])
  }

  @Test func `calls with equal arguments are one node`() throws {
    let text = "f0(x) = sin(x)\n" + (1...60).map { "f\($0)(x) = f\($0 - 1)(x) + f\($0 - 1)(x)" }.joined(separator: "\n")
    #expect(try Checked(text).program().graph.count == 62)
  }

  @Test func `nodes know their place and their name`() throws {
    let text = "f(a, b, c) = 3*v where v = a + u, u = b*c"
    let program = try Checked(text).program()
    let names = program.graph.ids.compactMap { program.graph.origin(of: $0).name }
    #expect(names == ["a", "b", "c", "u", "v"])
    let source = SourceText(text)
    let named = program.graph.ids.filter { program.graph.constant($0) == nil }
    let places = named.map { program.graph.origin(of: $0).ranges.map { source[$0] } }
    #expect(places == [["a"], ["b"], ["c"], ["b*c"], ["a + u"], ["3*v"]])
  }
}
