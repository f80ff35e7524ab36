import Foundation
import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `formulas of the language` {
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
      """)
    func density(_ x: Double, _ mu: Double, _ sigma: Double) -> Double {
      Foundation.exp(-(x - mu) * (x - mu) / (sigma * sigma) / 2) / (sigma * (2 * Double.pi).squareRoot())
    }
    #expect(isClose(try program.value("gauss", 0.3, 0.1, 2), density(0.3, 0.1, 2)))
    #expect(isClose(try program.value("wide", 0.3), density(0.3, 0, 2)))
    let initials = program.module.functions[0].parameters.map(\.initial)
    #expect(initials == [nil, .constant(.zero), .constant(.one)])
  }

  @Test func `juxtaposition, Unicode, exact numbers`() throws {
    let program = Checked(
      """
      area(d) = 1/4 * pi*d^2
      line(x, k) = 2x + 3(x + k)
      hypot2(x, y) = √(x² + y²)
      third() = 1/3
      sum3() = 0.1 + 0.2
      inverse() = 2^-1
      """)
    #expect(isClose(try program.value("area", 2), Double.pi))
    #expect(try program.value("line", 4, 5) == 35)
    #expect(try program.value("hypot2", 3, 4) == 5)
    #expect(try program.value("third") == 1.0 / 3)
    #expect(try program.value("sum3") == 0.3)
    #expect(try program.value("inverse") == 0.5)
  }
}
