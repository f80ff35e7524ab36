import Foundation
import NablaDiagnostics
import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `Problems of programs` {
  @Test(arguments: marked)
  func `one problem, at its place`(_ marked: String) {
    let program = MarkedProgram(marked)
    #expect(program.found().sorted() == program.marks.sorted())
  }

  private static let marked = [
    // Names
    """
    f(b, c) = 3*bc + e
                ^^ check.undefined-name
    """,
    """
    f(x) = sine(x) + sine(2*x)
           ^^^^ check.undefined-name
    """,
    """
    f(x) = g(x) + 1
    g(x) = x*y
             ^ check.undefined-name
    h(x) = f(x) + g(x)
    """,
    """
    f(x) = a + y where a = b + x, b = 2*a, y = x
                           ^ check.cycle
    """,
    """
    f(x) = g(x)
           ^ check.recursion
    g(x) = h(x) + 1
    h(x) = f(x)
    k(x) = f(x) + h(x)
    """,
    """
    f(x) {
        t() = f(x)
        ^^^^^^^^^^ check.recursion
        x
    }
    """,
    """
    f(x) = x where t(y) = u(y), u(y) = f(y)
                   ^^^^^^^^^^^ check.recursion
    """,
    """
    a = b + 1
        ^ check.cycle
    b = a
    f(x) = a*x
    """,
    """
    f(x, _y, z) = x^2 where w = x
             ^ check.unused-parameter
                            ^ check.unused-name
    """,
    """
    f(x) = x
    f(x, y) = x*y
    ^ check.duplicate-definition
    """,
    """
    f(n, x: [n]) = n*sum(x)
             ^ check.duplicate-parameter
    """,
    """
    f(x, x) = x
         ^ check.duplicate-parameter
    g(x) = f(x, 1)
    """,
    // Calls
    """
    f(x) = sin(x, 2) + hypot(x)
           ^^^^^^^^^ check.arity
                       ^^^^^^^^ check.arity
    """,
    """
    f(x, y = 2) = x*y
    g(x) = f() + f(x, 1, 2) + f(x, z: 2) + f(x, x: 1)
           ^^^ check.arity
                 ^^^^^^^^^^ check.arity
                                      ^ check.unknown-label
                                                   ^ check.duplicate-argument
    """,
    """
    f(x, k: f64) = k(x + 1) + 2
                   ^^^^^^^^ check.not-a-function
    """,
    """
    f(x, k) = k(x + 1)
              ^ check.function-parameter
    """,
    """
    f(x) = x*sin + sqrt(cos)
           ^^^^^ check.function-as-value
                   ^^^^^^^^^ check.function-as-value
    """,
    """
    f(x) = x |> grad(sin)
           ^^^^^^^^^^^^^^ check.pipe-target
    """,
    """
    pair(x) = (x, x)
    f(x) = 2*pair(x)
           ^^^^^^^^^ check.tuple
    g(x) { (a, b, c) = pair(x); a*b*c }
                       ^^^^^^^ check.tuple
    h(x) { p = pair(x); p + 1 }
               ^^^^^^^ check.tuple
    """,
    """
    g(x) = x^2
    f(x) = x |> grad(g)
           ^^^^^^^^^^^^ check.pipe-target
    h(x) = x |> grad(h)
           ^^^^^^^^^^^^ check.pipe-target
    """,
    // What nobody calls
    """
    f(x) {
        g(t) = sin(t, x)
               ^^^^^^^^^ check.arity
        h(v: [n, 3]) = sum(v) + v[0, 3]
                                ^^^^^^^ shape.index
        k(v: [m], w: [m+1]) { q(t) = v + w; sum(v) }
                                     ^^^^^ shape.broadcast
        x
    }
    """,
    """
    f(x) = x where g(t) = t + y, y = 2*x, u(t) = g(t) + cos()
                                                        ^^^^^ check.arity
    """,
    """
    k = y + 1 where w = 2
        ^ check.undefined-name
    f(x, z) = x + q where r = x
                  ^ check.undefined-name
    """,
    // Derivatives
    """
    f(x, y) = x*y
    g(x) = f'(x, 1) + grad(f, z)(x, 1)
           ^^^^^^^^ check.prime
                              ^ check.derivative-by
    """,
    """
    F(x: [2]) = x^2
    g(x: [2]) = grad(F)(x)
                ^^^^^^^^^^ shape.derivative
    """,
    """
    f(x) = grad(x^2)(x) + diff(x^2, 2*x) + diff(x, pi)
                ^^^ check.derivative-of
                                    ^^^ check.diff-variable
                                                   ^^ check.diff-variable
    """,
    """
    f(n: i64) = 2*n
    g(n: i64) = f'(n)
                ^^^^^ check.prime
    """,
    """
    f(x) = sin(x)'
           ^^^^^^^ check.prime
    """,
    // Types
    """
    f(x: float, y) = x + y
         ^^^^^ type.unknown
    """,
    """
    f(n: i64) = n + 1
    g(x) = f(x) + f(0.5) + f(2)
             ^ type.argument
                    ^^^ type.argument
    """,
    """
    f(x) = if x then 1 else 0
              ^ type.condition
    g(x) = where(x, 1, 0)
           ^^^^^^^^^^^^^^ type.condition
    h(x) = x and not x > 0
           ^^^^^^^^^^^^^^^ type.logical
    """,
    """
    f(n: i32) = n + 3000000000
                ^^^^^^^^^^^^^^ type.integer-range
    """,
    // Shapes
    """
    f(x: [3], y: [4]) = x + y
                        ^^^^^ shape.broadcast
    g(x: [m], y: [n]) = x*y
                        ^^^ shape.broadcast
    """,
    """
    f(u: [n], v: [n]) = sum(u*v)
    g(x: [3], y: [4]) = f(x, y) + f(x, 1)
                             ^ shape.argument
                                       ^ shape.argument
    """,
    """
    f(x: [3]) = if x > 0 then x else 0
                   ^^^^^ shape.condition
    g(x: [3]) = x[3] + sum(x, axis: 1)
                ^^^^ shape.index
                                    ^ shape.axis
    """,
    """
    f(x: [n]) = x[n] + x[n+1]
                ^^^^ shape.index
                       ^^^^^^ shape.index
    """,
    """
    f(x: [3]) = norm(x, axis: 2)
                ^^^^^^^^^^^^^^^^ shape.axis
    """,
    // A problem inside a function that only some calls have.
    """
    f(x, y) = x + y
              ^^^^^ shape.broadcast
    g(a: [3], b: [4]) = f(a, b)
    """,
  ]

  @Test(arguments: CheckProblem.allCases)
  func `every problem has an example that has it`(_ problem: CheckProblem) throws {
    guard let example = problem.entry.example else { return }
    let module = Module(checking: SourceText(example))
    #expect(module.diagnostics.map(\.id) == [problem.id])
    #expect(module.diagnostics.first?.severity == problem.severity || problem == .functionParameter)
  }

  @Test(arguments: [
    ("f(b, c) = 3*bc", "f(b, c) = 3*b*c"), ("f(x) = sine(x)", "f(x) = sin(x)"),
    ("f(x, k: f64) = k(x)", "f(x, k: f64) = k*(x)"),
    ("f(x, k) = k(x)", "f(x, k) = k*(x)"), ("f(x) = x |> grad(sin)", "f(x) = grad(sin)(x)"),
    ("f(x) = sin(2*x)'", "f(x) = sin'(2*x)"),
    ("f(A: [m, n]) = A'", "f(A: [m, n]) = A.T"), ("f(alpha) = 2*alhpa", "f(alpha) = 2*alpha"),
    ("f(x: f46) = x", "f(x: f64) = x"), ("f(r) = 2πr", "f(r) = 2π*r"), ("f(r) = pir²", "f(r) = pi*r²"),
    ("f(r) = πr", "f(r) = π*r"), ("f(x) = x |> grad(cos)", "f(x) = grad(cos)(x)"),
  ])
  func `a fix-it mends the program`(_ broken: String, _ mended: String) throws {
    let module = Module(checking: SourceText(broken))
    let fix = try #require(module.diagnostics.lazy.compactMap(\.fixIt).first)
    let bytes = Array(broken.utf8)
    let text = bytes[..<fix.range.start] + Array(fix.replacement.utf8) + bytes[fix.range.end...]
    #expect(String(decoding: text, as: UTF8.self) == mended)
    #expect(!Module(checking: SourceText(mended)).hasErrors)
  }

  @Test func `messages name what is there`() {
    func message(_ text: String) -> String { Module(checking: SourceText(text)).diagnostics.first?.message ?? "" }
    #expect(message("f(x) = sin(x, 2)") == "'sin' takes 1 argument, not 2")
    #expect(message("f(x, k = 1) = k*x\ng(x) = f()") == "'f' takes 1 to 2 arguments, not 0: f(x, k = 1)")
    #expect(message("f(x: [3], y: [4]) = x + y") == "'+' of shapes that do not broadcast: [3] and [4]")
    #expect(message("f(x) = x*y2") == "'y2' is not defined")
    #expect(message("f(x) = g(x)\ng(x) = f(x)") == "'f' calls itself through 'g'; functions may not be recursive")
  }

  @Test func `a problem in a called function points to the call`() throws {
    let text = "f(x, y) = x + y\ng(a: [3], b: [4]) = f(a, b)"
    let diagnostic = try #require(Module(checking: SourceText(text)).diagnostics.first)
    #expect(diagnostic.notes.map(\.message) == ["'f' is called here"])
    #expect(diagnostic.notes.first?.range.map { SourceText(text)[$0] } == "f(a, b)")
  }

  @Test func `asking for a function that cannot run`() {
    func ids(_ text: String, _ name: String?) -> [String] {
      do {
        _ = try Module(checking: SourceText(text)).program(name)
        return []
      } catch {
        return error.diagnostics.map(\.id)
      }
    }
    #expect(ids("f(x) = x", "g") == ["check.unknown-function"])
    #expect(ids("k = 3", nil) == ["check.no-function"])
    #expect(ids("", nil) == ["check.no-function"])
    #expect(ids("f(x, k) = k(x + 1)", nil) == ["check.function-parameter"])
    #expect(ids("f(x) = y", nil) == ["check.undefined-name"])
    #expect(ids("f(x: [n]) = sum(x^2)\nh(x: [n]) = hessian(f)(x)", nil) == [])
    #expect(ids("f(x) = x", nil) == [])
  }

  @Test func `work beyond the limits is a diagnostic`() throws {
    var options = CheckOptions()
    options.limits.calls = 1000
    let calls =
      "f0(x) = x + 1\n" + (1...60).map { "f\($0)(x) = f\($0 - 1)(sin(x)) + f\($0 - 1)(cos(x))" }.joined(separator: "\n")
    let module = Module(checking: SourceText(calls), options: options)
    #expect(module.diagnostics.isEmpty)
    #expect(throws: DiagnosticsError.self) { try module.program() }
    options.limits.nodes = 1000
    let sum = "f(x) = " + (1...1000).map { "x*\($0)" }.joined(separator: " + ")
    #expect(Module(checking: SourceText(sum), options: options).diagnostics.map(\.id) == ["limit.nodes"])
  }
}
