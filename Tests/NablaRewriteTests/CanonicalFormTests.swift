import NablaGraph
import NablaRewrite
import Testing

/// What makes a form canonical: one for equal expressions, and a fixed point.
struct CanonicalFormTests {
  private static let seeds = 0..<300 as Range<UInt64>

  private static func expression(_ seed: UInt64) -> RandomExpression {
    var random = SplitMix64(seed: seed)
    return RandomExpression(size: 12, &random)
  }

  @Test
  func `the order of operands does not matter`() {
    for seed in CanonicalFormTests.seeds {
      let expression = CanonicalFormTests.expression(seed)
      var graph = expression.graph
      var random = SplitMix64(seed: seed)
      let shuffled = graph.shufflingOperands(of: expression.root, &random)
      // One after the other, so that they do not share.
      let a = Rewriter().rewrite(&graph, roots: [expression.root], through: [.canonicalise])
      let b = Rewriter().rewrite(&graph, roots: [shuffled], through: [.canonicalise])
      #expect(
        a == b,
        "seed \(seed): \(graph.infixText(of: expression.root)): \(graph.infixText(of: a[0])) and \(graph.infixText(of: b[0]))"
      )
    }
  }

  @Test
  func `what is written and read again has the same form`() {
    // What the test's own notation can say.
    let operations = RandomExpression.all.filter {
      ![.notEqual, .lessEqual, .and, .or, .not, .strongMultiply, .identity].contains($0)
    }
    let names = (0..<RandomExpression.parameters).map { "p\($0)" }
    for seed in CanonicalFormTests.seeds {
      var random = SplitMix64(seed: seed)
      let expression = RandomExpression(size: 12, operations: operations, &random)
      let written = Formula(expression.graph.infixText(of: expression.root), names: names)
      let once = written.canonicalised()
      let again = Formula(once, names: names).canonicalised()
      #expect(once == again, "seed \(seed)")
    }
  }

  @Test(arguments: [Phase.canonicalise, .stabilise, .readable])
  func `a phase has nothing to do after itself`(_ phase: Phase) {
    for seed in CanonicalFormTests.seeds {
      let expression = CanonicalFormTests.expression(seed)
      var graph = expression.graph
      let once = Rewriter().rewrite(&graph, roots: [expression.root], through: [phase])
      let twice = Rewriter().rewrite(&graph, roots: once, through: [phase])
      #expect(
        once == twice,
        "seed \(seed): \(graph.infixText(of: expression.root)): \(graph.infixText(of: once[0])) and \(graph.infixText(of: twice[0]))"
      )
    }
  }

  @Test(arguments: Phase.allCases)
  func `a phase keeps the value wherever it was finite`(_ phase: Phase) {
    var compared = 0
    for seed in CanonicalFormTests.seeds {
      let expression = CanonicalFormTests.expression(seed)
      var graph = expression.graph
      let after = Rewriter().rewrite(&graph, roots: [expression.root], through: [phase])
      var random = SplitMix64(seed: seed)
      for _ in 0..<6 {
        let point = (0..<RandomExpression.parameters).map { _ in RuleSample.randomNumber(&random) }
        let a = graph.estimates(of: [expression.root], at: point)[0]
        guard a.isSharp else { continue }
        let b = graph.estimates(of: after, at: point)[0]
        compared += 1
        #expect(
          a.agrees(with: b),
          "seed \(seed) at \(point): \(a) of \(graph.infixText(of: expression.root)), \(b) of \(graph.infixText(of: after[0]))"
        )
      }
    }
    #expect(compared > 200)
  }
}

extension Graph {
  /// The same expression with the operands of commutative operations in random order, and sums and products
  /// associated anew.
  fileprivate mutating func shufflingOperands(of root: NodeID, _ random: inout SplitMix64) -> NodeID {
    var images: [NodeID: NodeID] = [:]
    let needed = live(from: [root])
    let uses = useCounts(from: [root])
    for index in 0..<count where needed[index] {
      let id = NodeID(index)
      guard let f = elementwise(id) else {
        images[id] = id
        continue
      }
      var operands = operands(of: id).map { images[$0] ?? $0 }
      if f.definition.facts.contains(.commutative), Bool.random(using: &random) { operands.swapAt(0, 1) }
      // (a + b) + c as a + (b + c), the same for products. What two users share stays together.
      if f == .add || f == .multiply, elementwise(operands[0]) == f, uses[operand(0, of: id).index] == 1,
        uses[operand(1, of: id).index] == 1, Bool.random(using: &random)
      {
        let (a, b) = (operand(0, of: operands[0]), operand(1, of: operands[0]))
        images[id] = apply(f, a, apply(f, b, operands[1]))
      } else {
        images[id] = apply(f, operands)
      }
    }
    return images[root] ?? root
  }
}

extension Formula {
  /// The canonical form, as text.
  fileprivate func canonicalised() -> String { rewritten(.canonicalise) }
}
