import NablaDiagnostics
import Testing

@testable import NablaLanguage

@Suite struct ParserStructureTests {
  private func expression(_ text: String) throws -> String {
    let parsed = Parser.parse(SourceText(text))
    try #require(parsed.diagnostics == [], "\(text)")
    let dump = parsed.tree.sExpression
    return String(dump.dropFirst("[(value ".count).dropLast(2))
  }

  /// Pairs of spellings with one structure: the second says with brackets what the first means.
  @Test(arguments: [
    ("a + b*c^d", "a + (b*(c^d))"), ("a - b - c", "(a - b) - c"), ("a/b*c", "(a/b)*c"), ("a//b@c", "(a//b) @ c"),
    ("-a*b", "(-a)*b"), ("- -a", "-(-a)"), ("a^-b^c", "a^(-(b^c))"), ("-a^b", "-(a^b)"), ("2^-x*y", "(2^(-x))*y"),
    ("not a and b", "(not a) and b"), ("not a == b", "not (a == b)"), ("a or b and c", "a or (b and c)"),
    ("a and not b or c", "(a and (not b)) or c"), ("a + b < c*d", "(a + b) < (c*d)"), ("√x²", "(√x)²"),
    ("√x^2", "(√x)^2"),
    ("-x²", "-(x²)"), ("x²^3", "(x²)^3"), ("2^x²", "2^(x²)"), ("√f(x)[0].T", "√(f(x)[0].T)"), ("2√x", "2(√x)"),
    ("a |> f |> g(b)", "(a |> f) |> g(b)"), ("a + b |> f", "(a + b) |> f"), ("1/2x", "1/(2x)"), ("2x(y)", "2(x(y))"),
    ("2x²", "2(x²)"), ("a + if b then c else d + e", "a + (if b then c else (d + e))"), ("((((x))))", "x"),
    ("f'(x)''", "(f'(x))''"), ("x[i]^2", "(x[i])^2"), ("∂(x^2, x)", "∂((x^2), (x))"), ("-2x", "-(2x)"),
    ("a != b", "a ≠ b"), ("a <= b", "a ≤ b"), ("2π*inf", "2pi*∞"), ("a·b×c", "a*b*c"), ("a−b", "a-b"), ("f′", "f'"),
    ("a\n|> f", "a |> f"), ("a +\n b", "a + b"), ("(a\n + b)", "a + b"), ("if a\nthen b\nelse c", "if a then b else c"),
    ("a\n@ b", "a @ b"), ("x[1, 2:]", "x[(1), (2):]"), ("é", "e\u{301}"),
    ("[[ 0., -1.], [2.5, 3.]]", "[[0, -1], [2.5, 3]]"),
  ])
  func `binds as written with brackets`(_ text: String, _ bracketed: String) throws {
    #expect(try expression(text) == expression(bracketed))
  }

  @Test(arguments: [
    ("a < b <= c", "(chain (name a) < (name b) <= (name c))"),
    ("a == b < c + 1", "(chain (name a) == (name b) < (+ (name c) (num 1)))"),
    ("A.T", "(member (name A) T)"), ("f''", "(prime (prime (name f)))"), ("+x", "(pos (name x))"),
    ("\"a,b->c\"", "(str \"a,b->c\")"), ("[]", "(list [])"), ("f()", "(call (name f) [])"),
    ("√(x)", "(call (name sqrt) [(name x)])"), ("∂(x, y)", "(call (name diff) [(name x), (name y)])"),
    ("x[:]", "(index (name x) [[:]])"), ("x[::]", "(index (name x) [[:]])"),
    ("x[1:]", "(index (name x) [[(num 1), :]])"),
    ("where + 1", "(+ (name where) (num 1))"), ("π", "(name pi)"), ("∞", "(name inf)"), ("size", "(name size)"),
    ("[a for i in x, b]", "(list [(compr (name a) [(i (name x))] None), (name b)])"),
    (
      "f(a for i in x, j in y, k: 1)",
      "(call (name f) [(compr (name a) [(i (name x)), (j (name y))] None), (k (num 1))])"
    ),
  ])
  func `has this structure`(_ text: String, _ expected: String) throws {
    #expect(try expression(text) == expected)
  }

  @Test func `statements are ended by newlines and semicolons`() {
    func dump(_ text: String) -> String { Parser.parse(SourceText(text)).tree.sExpression }
    #expect(dump("a = 1; b = 2") == dump("a = 1\nb = 2\n"))
    #expect(dump("f(x) { y = x; y }") == dump("f(x)\n{\n y = x\n\n y\n}"))
    #expect(dump("a = b where b = 1, c = 2") == dump("a = b\n where b = 1,\n c = 2"))
    #expect(
      dump("a = b where (u, v) = c, g(t) = t")
        == "[(let a (where (name b) [(lets [u, v] (name c)), (fn g [(t None None)] (name t))]))]")
    // On a line of its own, too; without a gap it is the name of a function.
    #expect(dump("a = b\n  where (u, v) = c, (p, q) = d") == dump("a = b where (u, v) = c, (p, q) = d"))
    #expect(dump("a = b\nwhere(u, v) = c") == dump("a = b; where(u, v) = c"))
    #expect(
      dump("f(x) { g(t) = t; g(x) }")
        == "[(fn f [(x None None)] [(fn g [(t None None)] (name t)), (value (call (name g) [(name x)]))])]")
  }

  @Test func `words are reserved only in their places`() {
    let text = "layer = 1\nparam(state) = state + layer\nsize(where) = where\nf(in_, iff) = in_*iff"
    #expect(Parser.parse(SourceText(text)).diagnostics == [])
  }

  @Test func `nodes know where they are`() {
    let text = "f(αβ, x: [n] = 0) = (αβ + x)*sin(2x)' where y = 1"
    let tree = Parser.parse(SourceText(text)).tree
    var found: Set<String> = []
    for id in tree.ids {
      let text = tree.text(id)
      switch tree.kind(id) {
      case .binder(let name): #expect(tree.name(name) == text)
      case .parameter, .prime, .juxtaposition, .type, .definition, .assignment: found.insert(text)
      case .infix: found.insert(text)
      default: break
      }
      for child in tree.children(id) {
        #expect(child < id)
        #expect(tree.range(id).start <= tree.range(child).start && tree.range(child).end <= tree.range(id).end)
      }
    }
    #expect(
      found == [
        "αβ", "x: [n] = 0", "[n]", "αβ + x", "2x", "sin(2x)'", "(αβ + x)*sin(2x)'", "y = 1", text,
      ])
  }

  @Test func `slices begin where their first part does`() {
    let tree = Parser.parse(SourceText("x[a:b, ::2, c:, :d:e]")).tree
    let slices = tree.ids.filter { if case .slice = tree.kind($0) { true } else { false } }
    #expect(slices.map(tree.text) == ["a:b", "::2", "c:", ":d:e"])
  }

  @Test func `reads literals`() throws {
    let tree = Parser.parse(SourceText(#"f("a\"b\\", x⁻¹², .5e3)"#)).tree
    let values = tree.ids.compactMap { id -> String? in
      switch tree.kind(id) {
      case .string: tree.string(id)
      case .number, .superscript: tree.number(id)
      default: nil
      }
    }
    #expect(values == [#"a"b\"#, "-12", ".5e3"])
  }

  @Test func `equal names have one id, whatever their form`() throws {
    let tree = Parser.parse(SourceText("é + e\u{301} + pi + π")).tree
    #expect(tree.names.count == 2)
  }
}
