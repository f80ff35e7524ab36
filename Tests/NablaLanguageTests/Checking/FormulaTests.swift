import Foundation
import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `Formulas of the language` {
  @Test func `the first formula`() throws {
    let program = Checked(
      """
      # a comment
      f(a, b, c) = 3*(a + b*c)
      df(a, b, c) = grad(f)(a, b, c)
      """)
    #expect(try program.value("f", 5, 3, 2) == 33)
    let gradient = try program.results("df", [Tensor(5), Tensor(3), Tensor(2)])
    #expect(gradient == ["a": Tensor(3), "b": Tensor(6), "c": Tensor(9)])
  }

  @Test func `defaults and named arguments`() throws {
    let program = Checked(
      """
      gauss(x, mu = 0, sigma = 1) = exp(-((x - mu)/sigma)^2 / 2) / (sigma*sqrt(2*pi))
      wide(x) = gauss(x, sigma: 2)
      shifted(x) = gauss(sigma: 2, mu: x, x: 1)
      scaled(x, y = 2*x) = x + y
      twice(x) = scaled(x)
      """)
    func density(_ x: Double, _ mu: Double, _ sigma: Double) -> Double {
      Foundation.exp(-(x - mu) * (x - mu) / (sigma * sigma) / 2) / (sigma * (2 * Double.pi).squareRoot())
    }
    #expect(isClose(try program.value("gauss", 0.3, 0.1, 2), density(0.3, 0.1, 2)))
    #expect(isClose(try program.value("wide", 0.3), density(0.3, 0, 2)))
    #expect(isClose(try program.value("shifted", 0.3), density(1, 0.3, 2)))
    #expect(try program.value("twice", 5) == 15)
    #expect(program.module.functions[0].parameters.map(\.initial) == [nil, .constant(.zero), .constant(.one)])
    #expect(program.module.functions[3].parameters[1].initial == .expression("2*x"))
  }

  @Test func `juxtaposition, Unicode, exact numbers`() throws {
    let program = Checked(
      """
      area(d) = 1/4 * π·d^2
      line(x, k) = 2x + 3(x + k)
      hypot2(x, y) = √(x² + y²)
      third() = 1/3
      sum3() = 0.1 + 0.2
      inverse() = 2^-1
      big() = 2^200 - (2^200 - 1)
      negative(x) = -x^2
      tower() = 2^3^2
      """)
    #expect(isClose(try program.value("area", 2), Double.pi))
    #expect(try program.value("line", 4, 5) == 35)
    #expect(try program.value("hypot2", 3, 4) == 5)
    #expect(try program.value("third") == 1.0 / 3)
    #expect(try program.value("sum3") == 0.3)
    #expect(try program.value("inverse") == 0.5)
    #expect(try program.value("big") == 1)
    #expect(try program.value("negative", 3) == -9)
    #expect(try program.value("tower") == 512)
  }

  /// Constant expressions are one exact constant before any rewriting.
  @Test(arguments: [
    "1/3": Rational(1, 3), "0.1 + 0.2": Rational(3, 10), "7//2": 3, "mod(-7, 3)": 2, "2^-3": Rational(1, 8),
  ])
  func `exact constants fold`(_ text: String, _ value: Rational) throws {
    let program = try Checked("f() = \(text)").program()
    #expect(program.graph.constant(program.roots[0].node) == .rational(value))
  }

  @Test func `numbers beyond every float do not hang`() throws {
    let program = Checked(
      """
      huge() = 1e999999999
      tiny() = 1e-999999999
      tower() = 9^9^9^9
      nothing() = 0/0
      """)
    #expect(try program.value("huge") == .infinity)
    #expect(try program.value("tiny") == 0)
    #expect(try program.value("tower") == .infinity)
    #expect(try program.value("nothing").isNaN)
  }

  @Test func `constants of the language`() throws {
    let program = Checked("f(x) = if true and not false then x*e^2 + pi else nan\ng() = -inf")
    #expect(isClose(try program.value("f", 2), 2 * Foundation.exp(2.0) + Double.pi))
    #expect(try program.value("g") == -.infinity)
  }

  @Test func `declared names shadow built-ins`() throws {
    let program = Checked(
      """
      f(e, i, pi, gamma) = e + 10*i + 100*pi + 1000*gamma
      g(sin) = sin^2
      h(x) { exp = 2*x; exp + 1 }
      where(x) = 7*x
      k(x) = where(x) + 1
      sum(a, b) = a - b
      l(x) = sum(x, 1)
      sign(sign) = sign
      """)
    #expect(try program.value("f", 1, 2, 3, 4) == 4321)
    #expect(try program.value("g", 3) == 9)
    #expect(try program.value("h", 3) == 7)
    #expect(try program.value("k", 3) == 22)
    #expect(try program.value("l", 3) == 2)
    #expect(try program.value("sign", 3) == 3)
  }

  @Test func `library source is hygienic`() throws {
    let program = Checked(
      """
      sqrt(_x) = 100
      sum(_x) = 200
      f(x: [2]) = norm(x) + mean(x)
      """)
    #expect(try program.results("f", [Tensor([3, 4], [2])]) == ["value": Tensor(8.5)])
  }

  @Test func `a bare expression is a function of its free names`() throws {
    let program = Checked("y*sin(x)^2 + where(x > e, z^2, 0) where z = k + x")
    #expect(program.module.lastFunction?.name == "f")
    #expect(program.module.lastFunction?.parameters.map(\.name) == ["y", "x", "k"])
    #expect(isClose(try program.value(nil, 2, 3, 4), 2 * pow(Foundation.sin(3), 2) + 49))
    #expect(isClose(try Checked("diff(x^3, x)").value(nil, 2), 12))
    #expect(Checked("pi^2").module.lastFunction?.parameters.isEmpty == true)
  }

  @Test func `the last function is the default`() throws {
    let program = Checked("g(x) = f(x) + 1\nf(x) = x^2\nk = 3")
    #expect(program.module.lastFunction?.name == "f")
    #expect(program.module.functions.map(\.name) == ["g", "f"])
    #expect(try program.value("g", 3) == 10)
    #expect(try program.value(nil, 3) == 9)
  }
}
