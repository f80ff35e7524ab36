import NablaGraph
import Testing

@testable import NablaDrawing

@Suite struct `Drawing DOT` {
  private func seed(backward: Bool = true, at point: [String: Double]? = Formulas.seedPoint) throws -> String {
    try DOTWriter().write(
      Formulas.seed, DerivationOptions(point: point?.mapValues { [$0] }, backward: backward))
  }

  @Test func `the seed's picture has its values and its derivatives`() throws {
    let text = try seed()
    for tooltip in [
      "u = b·c = 6; ∂f/∂u = 3", "v = a + u = 11; ∂f/∂v = 3", "f = 3·v = 33; ∂f/∂f = 1", "a = 5; ∂f/∂a = 3",
      "b = 3; ∂f/∂b = 3·c = 6", "c = 2; ∂f/∂c = 3·b = 9",
    ] { #expect(text.contains("tooltip=\"\(tooltip)\"")) }
    try expectGolden(text, "seed.dot")
  }

  @Test func `without a point the derivatives are formulas`() throws {
    let text = try seed(at: nil)
    #expect(text.contains("∂<I>f</I>/∂<I>b</I> = 3·<I>c</I>"))
    #expect(!text.contains("<B>"))
  }

  @Test func `without derivatives nothing flows back`() throws {
    #expect(!(try seed(backward: false)).contains("backward"))
  }

  @Test func `paths that meet show their shares and their sum`() throws {
    let options = DerivationOptions(at: Formulas.logisticPoint, functionName: "L")
    let text = try DOTWriter().write(Formulas.logistic, options)
    // With a = σ(0.1) and y = 1 the derivative by z is a - 1, by a it is -1/a.
    #expect(text.contains("tooltip=\"z = u + v + b = 0.1; ∂L/∂z"))
    #expect(text.contains("∂<I>L</I>/∂<I>z</I> = −0.475021"))
    #expect(text.contains("∂<I>L</I>/∂<I>a</I> = −1.90484"))
  }

  @Test func `every arrow goes from an earlier step to a later one`() throws {
    let text = try DOTWriter().write(
      Formulas.logistic, DerivationOptions(at: Formulas.logisticPoint, functionName: "L"))
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      guard parts.count > 2, parts[1] == "->" else { continue }
      let (tail, head) = (Int(parts[0].dropFirst()), Int(parts[2].dropFirst()))
      #expect((tail ?? .max) < (head ?? .min))
    }
  }

  @Test func `a step that is used twice is drawn once`() throws {
    var graph = Graph()
    let x = graph.parameter("x")
    let square = graph.apply(.multiply, x, x)
    let root = graph.apply(.add, square, graph.apply(.exp, square))
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", root)])
    let text = try DOTWriter().write(program, DerivationOptions(at: ["x": 2]))
    #expect(text.ranges(of: "label=<<I>u</I> = ").count == 1)
    // One arrow from x although the product uses it twice; its slope is 2x.
    #expect(text.ranges(of: "s0 -> s1 [id=\"edge").count == 1)
    #expect(text.contains("= 55.5982 · 4 = "))
  }

  @Test func `many steps run down the page`() throws {
    #expect(DOTWriter().write(try Derivation(Formulas.chain(5))).contains("rankdir=LR"))
    #expect(DOTWriter().write(try Derivation(Formulas.chain(6))).contains("rankdir=TB"))
    let backward = DerivationOptions(backward: true)
    #expect(DOTWriter().write(try Derivation(Formulas.chain(4), backward)).contains("rankdir=LR"))
    #expect(DOTWriter().write(try Derivation(Formulas.chain(5), backward)).contains("rankdir=TB"))
  }

  @Test func `inputs stand side by side only where the flow is from left to right`() throws {
    let backward = DerivationOptions(at: Formulas.logisticPoint, functionName: "L")
    let long = DOTWriter().write(try Derivation(Formulas.logistic, backward))
    #expect(long.contains("rankdir=TB") && !long.contains("rank=source"))
    #expect(try seed().contains("rank=source"))
  }

  @Test func `a long chain is cut off and says so`() throws {
    let derivation = try Derivation(
      Formulas.chain(10_000), DerivationOptions(at: ["x": 1], functionName: "f"))
    #expect(derivation.steps.count <= 60)
    #expect(derivation.elidedCount == 10_001 - derivation.steps.count)
    let text = DOTWriter().write(derivation)
    #expect(text.contains("… \(DOTWriter.grouped(derivation.elidedCount)) more"))
    #expect(text.contains("s0 -> elided") && text.contains("elided -> s1"))
    #expect(DOTWriter.grouped(9_941) == "9,941")
  }

  @Test func `depth keeps what is near the result`() throws {
    var options = DerivationOptions(backward: true)
    options.depth = 2
    let derivation = try Derivation(Formulas.chain(10), options)
    #expect(derivation.steps.map(\.role) == [.input, .intermediate, .intermediate, .output])
    #expect(derivation.steps[1].formula == "sin(…)")
    #expect(derivation.elidedCount == 7)
  }

  @Test func `many inputs leave room for the steps`() throws {
    let derivation = try Derivation(Formulas.squares(1_000), DerivationOptions(backward: true))
    #expect(derivation.steps.count <= 60)
    #expect(derivation.steps.contains { $0.role == .output })
    // 1,000 inputs, as many squares, and sums that take five more terms each.
    #expect(derivation.elidedCount + derivation.steps.count == 2_200)
  }

  @Test func `named values stand for what is too large to draw`() throws {
    var graph = Graph()
    let x = graph.parameter("x")
    var node = x
    for index in 0..<300 {
      node = graph.apply(.sin, node)
      if index % 60 == 59 { graph.addOrigin(Origin(name: "h\(index / 60 + 1)"), to: node) }
    }
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", node)])
    let derivation = try Derivation(program, DerivationOptions(at: ["x": 1]))
    #expect(derivation.elidedCount == 0)
    #expect(derivation.steps.map(\.name) == ["x", "h1", "h2", "h3", "h4", "f"])
  }

  @Test(arguments: [
    #""><script>alert(1)</script>"#, "a\"b", "a\\b", "a\\", "line\nbreak\r\n\ttab\u{0}nul", "<b>&amp;", "]]>", "}\n->",
    "\u{202E}evil", String(repeating: "x", count: 10_000), "", "é⁂", "%>\\N\\G",
  ]) func `hostile names end no label`(name: String) throws {
    var graph = Graph()
    let x = graph.parameter(name)
    let y = graph.parameter("y")
    let sum = graph.apply(.add, x, y)
    graph.addOrigin(Origin(name: name), to: sum)
    let root = graph.apply(.sin, sum)
    let program = Program(graph: graph, inputs: [x, y], roots: [.init(name, root)])
    let options = DerivationOptions(
      point: [name: [1], "y": [2]], backward: true, functionName: name)
    let text = try DOTWriter().write(program, options)
    #expect(text.utf8.count < 8_000)
    #expect(!text.contains("<script") && !text.contains("\r") && !text.contains("\u{0}") && !text.contains("\u{202E}"))
    for line in text.split(separator: "\n") { #expect(isWellFormed(String(line)), "\(line)") }
  }

  @Test(arguments: [
    ("x1", "<I>x</I>", "1"), ("a_0_1", "<I>a</I>", "0,1"), ("v_max", "<I>v</I>", "max"),
    ("theta_max", "<I>θ</I>", "max"),
    ("y_hat_2", "<I>y\u{302}</I>", "2"), ("W12", "<I>W</I>", "12"), ("layer3", "<I>layer</I>", "3"),
  ]) func `short indices stand below, smaller`(name: String, letter: String, index: String) {
    #expect(MathLabel.name(name) == "\(letter)<SUB><FONT POINT-SIZE=\"10\">\(index)</FONT></SUB>")
  }

  @Test(arguments: ["loss_of_z", "learning_momentum", "moving_mean", "net.dense_1.W", "f.lstm_1.U"])
  func `phrases and paths stay as they are typed`(name: String) {
    #expect(MathLabel.name(name) == "<I>\(name)</I>")
    #expect(MathLabel.formula("2·\(name)") == "2·<I>\(name)</I>")
  }

  @Test(arguments: [
    "", "a", "\"", "\\", "\\\"", "a\nb", "<>&'\"", "\u{0}\u{1}", String(repeating: "\\", count: 1_000),
  ]) func `quoting keeps text inside its quotes`(text: String) {
    #expect(isWellFormed("x [label=\(DOTString.quoted(text))]"))
    #expect(isWellFormed("x [label=<\(MathLabel.escaped(text))>]"))
    #expect(isWellFormed("x [label=<\(MathLabel.formula(text))>]"))
    #expect(isWellFormed("x [label=<\(MathLabel.name(text))>]"))
  }

  /// Reads one line as DOT does: strings end, tags balance, brackets close.
  private func isWellFormed(_ line: String) -> Bool {
    var depth = 0
    var inString = false
    var escaped = false
    for character in line {
      if inString {
        if escaped {
          escaped = false
        } else if character == "\\" {
          escaped = true
        } else if character == "\"" {
          inString = false
        }
        continue
      }
      switch character {
      case "\"" where depth == 0: inString = true
      case "<": depth += 1
      case ">" where line.contains("->") && depth == 0: break
      case ">": depth -= 1
      default: break
      }
      if depth < 0 || depth > 2 { return false }
    }
    return depth == 0 && !inString
  }
}
