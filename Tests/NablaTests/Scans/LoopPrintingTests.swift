import Nabla
import NablaGraph
import NablaLanguage
import NablaRuntime
import TestSupport
import Testing

/// Loops as text: as blocks that parse back, for derived programs too.
struct LoopPrintingTests {
  private func text(_ source: String, _ style: ExpressionStyle = .text) throws -> String {
    let formula = try Formula(source)
    return ExpressionPrinter(style).print(formula.program, named: formula.name)
  }

  static let golden: [String] = [
    """
    rnn(x: [t, m, i], h0: [m, n], W: [i, n], U: [n, n], b: [n]) {
      h = h0
      for xt in x {
        h = tanh(xt @ W + h @ U + b)
      }
      h
    }
    """,
    """
    states(x: [t, n], h0: [n], U: [n, n]) {
      h = h0
      for xt in x {
        h = tanh(xt + h @ U)
        h
      }
    }
    """,
    """
    squares(x: [n]) {
      for xi in x {
        xi^2
      }
    }
    """,
    """
    fibonacci(a, b) {
      a_2 = a
      b_2 = b
      for _ in 0..<5 {
        (a_2, b_2) = (b_2, a_2 + b_2)
      }
      b_2
    }
    """,
    """
    nested(A: [m, n], w) {
      s = w
      for row in A {
        t = s
        for a in row {
          t = sin(t*a)
        }
        s = s/2 + t
      }
      s
    }
    """,
    """
    differences(x: [n], last) {
      last_2 = last
      ds = for xi in x {
        y = xi - last_2
        last_2 = xi
        y
      }
      (ds, last_2)
    }
    """,
    """
    backwards(x: [n], a) {
      s = 0
      ss = for xi in x[::-1] {
        s = s*a + xi
        s
      }
      ss[::-1]
    }
    """,
  ]

  @Test(arguments: golden)
  func `a printed loop is what is parsed`(_ source: String) throws {
    let printed = try text(source)
    if !source.hasPrefix("fibonacci"), !source.hasPrefix("differences") { #expect(printed == source) }
    #expect(try text(printed) == printed)
    #expect(try Formula(printed).program.text == (try Formula(text(printed)).program.text))
  }

  @Test func `carried names are assigned one after the other where nothing reads the old value`() throws {
    let source = """
      f(x: [n], a) {
        c = 1
        h = 0
        for xi in x {
          c = a*c + xi*h
          h = tanh(c)
        }
        h
      }
      """
    #expect(try text(source) == source)
  }

  @Test func `derivatives of loops`() throws {
    let formula = try Formula("f(x: [n], a) { s = 1; for xi in x { s = sin(a*s + xi) }; s }")
    let texts = try formula.derivativeTexts()
    #expect(
      texts[1].text == """
        {
          s = 1
          ss = for xi in x {
            y = s
            s = sin(s*a + xi)
            y
          }
          ds = 1
          da = 0
          for s_ in ss[::-1], xi_ in x[::-1] {
            da = ds*s_*cos(s_*a + xi_) + da
            ds = ds*a*cos(s_*a + xi_)
          }
          da
        }
        """)
  }

  @Test func `LaTeX and one line`() throws {
    let formula = try Formula("f(x: [n], a) { s = 1; for xi in x { s = a*s + xi }; s }")
    #expect(
      ExpressionPrinter(.latex).print(formula.program, named: "f") == #"""
        \begin{array}{l}
        f\left(x, a\right) \\
        \quad s \leftarrow 1 \\
        \quad \textbf{for } \xi \in x \\
        \quad \quad s \leftarrow a \cdot s + \xi \\
        \quad s
        \end{array}
        """#)
    #expect(
      ExpressionPrinter(isOnOneLine: true).print(formula.program, named: "f")
        == "f(x: [n], a) { s = 1; for xi in x { s = a*s + xi }; s }")
  }

  /// Values and gradients, printed and parsed again, are the same numbers. (What writes into a part of an array has no
  /// notation yet.)
  @Test(arguments: LoopProblem.all.filter { !$0.text.contains("[0]") && !$0.text.contains("if ") })
  func `printed programs compute the same`(_ problem: LoopProblem) throws {
    let options = CheckOptions(sizes: problem.sizes)
    let formula = try Formula(problem.text, options: options)
    let derived = try formula.differentiated([.value, .gradient]).program
    let printed = ExpressionPrinter().print(derived, named: "g")
    let again = try Formula(printed, options: options)
    let inputs = formula.parameters.map { Column(problem.inputs[$0] ?? []) }
    let results = try Interpreter(again.program).evaluate(inputs).map(\.doubles)
    #expect(abs(results[0][0] - problem.value) <= 1e-11 * max(1, abs(problem.value)))
    for (name, values) in zip(formula.parameters, results.dropFirst()) {
      for (a, b) in zip(values, problem.gradient[name] ?? []) { #expect(abs(a - b) <= 1e-10 * max(1, abs(b))) }
    }
  }
}
