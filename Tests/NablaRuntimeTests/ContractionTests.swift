import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// The interpreter's contraction against the definition, element by element.
struct ContractionTests {
  /// A contraction by letters, and an extent for each letter.
  struct Case: CustomTestStringConvertible, Sendable {
    let text: String
    let extents: [Character: Int]

    init(_ text: String, _ extents: [Character: Int]) { (self.text, self.extents) = (text, extents) }

    var left: [Character] { Array(text.prefix { $0 != "," }) }
    var right: [Character] { Array(text.drop { $0 != "," }.dropFirst().prefix { $0 != "-" }) }
    var result: [Character] { Array(text.drop { $0 != ">" }.dropFirst()) }
    var testDescription: String {
      text + " " + extents.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    func type(_ letters: [Character], _ element: ElementType) -> TensorType {
      TensorType(element, Shape(letters.map { Dimension(extents[$0] ?? 1) }))
    }

    func count(_ letters: [Character]) -> Int { letters.reduce(1) { $0 * (extents[$1] ?? 1) } }

    /// The position of a place in row-major order.
    private func offset(_ letters: [Character], _ place: [Character: Int]) -> Int {
      letters.reduce(0) { $0 * (extents[$1] ?? 1) + (place[$1] ?? 0) }
    }

    /// The sum of products, by walking over every combination of indices.
    func evaluate<Number: Numeric>(_ a: [Number], _ b: [Number], _ add: (Number, Number, Number) -> Number) -> [Number]
    {
      var sums = Array(repeating: Number.zero, count: count(result))
      var places: [[Character: Int]] = [[:]]
      for letter in Set(left + right).sorted() {
        places = places.flatMap { place in
          (0..<(extents[letter] ?? 1)).map { place.merging([letter: $0]) { $1 } }
        }
      }
      for place in places {
        let target = offset(result, place)
        sums[target] = add(sums[target], a[offset(left, place)], b[offset(right, place)])
      }
      return sums
    }
  }

  static let cases = [
    Case("ij,jk->ik", ["i": 2, "j": 3, "k": 4]), Case("ij,jk->ik", ["i": 5, "j": 7, "k": 9]),
    Case("ij,jk->ki", ["i": 6, "j": 1, "k": 3]), Case("ji,kj->ik", ["i": 4, "j": 5, "k": 6]),
    Case("ij,j->i", ["i": 7, "j": 3]), Case("i,ij->j", ["i": 3, "j": 10]), Case("i,i->", ["i": 11]),
    Case("i,j->ij", ["i": 3, "j": 5]), Case("bij,bjk->bik", ["b": 3, "i": 2, "j": 4, "k": 5]),
    Case("bi,ijk->bjk", ["b": 2, "i": 3, "j": 2, "k": 3]), Case("ij,ij->", ["i": 3, "j": 4]),
    Case("ijk,j->k", ["i": 2, "j": 3, "k": 4]), Case("ij,k->", ["i": 2, "j": 3, "k": 2]),
    Case(",ij->ji", ["i": 2, "j": 3]), Case(",->", [:]), Case("ij,jk->ik", ["i": 0, "j": 3, "k": 4]),
    Case("ij,jk->ik", ["i": 2, "j": 0, "k": 4]), Case("ij,jk->ik", ["i": 2, "j": 3, "k": 0]),
    Case("ij,jk->ik", ["i": 3, "j": 300, "k": 2]), Case("ij,jk->ik", ["i": 3, "j": 4, "k": 131]),
  ]

  private func interpreter(_ item: Case, _ element: ElementType) throws -> Interpreter {
    try Interpreter(
      program([("a", item.type(item.left, element)), ("b", item.type(item.right, element))]) { graph, x in
        let contraction = Contraction(item.left, item.right, to: item.result)
        return [graph.append(.contract(contraction), x, type: TensorType())]
      })
  }

  /// Small integers, whose sums are exact in any order.
  private func numbers(_ count: Int, _ random: inout SplitMix64) -> [Double] {
    (0..<count).map { _ in Double(Int.random(in: -9...9, using: &random)) }
  }

  @Test(arguments: cases, [1, 2, 9]) func `floats`(_ item: Case, _ points: Int) throws {
    var random = SplitMix64(seed: 7)
    let a = (0..<points).map { _ in numbers(item.count(item.left), &random) }
    let b = (0..<points).map { _ in numbers(item.count(item.right), &random) }
    let expected = zip(a, b).flatMap { item.evaluate($0, $1) { $0 + $1 * $2 } }
    let doubles = try interpreter(item, .f64).evaluate(
      [Column(a.flatMap { $0 }), Column(b.flatMap { $0 })], points: points)
    #expect(doubles[0].doubles == expected)
    let singles = try interpreter(item, .f32).evaluate(
      [Column(a.flatMap { $0.map { Float($0) } }), Column(b.flatMap { $0.map { Float($0) } })], points: points)
    #expect(singles[0].doubles == expected)
  }

  @Test(arguments: cases) func `integers wrap`(_ item: Case) throws {
    var random = SplitMix64(seed: 8)
    let a = (0..<item.count(item.left)).map { _ in Int64.random(in: .min ... .max, using: &random) }
    let b = (0..<item.count(item.right)).map { _ in Int64.random(in: .min ... .max, using: &random) }
    let wide = try interpreter(item, .i64).evaluate([Column(a), Column(b)], points: 1)
    #expect(wide[0].integers == item.evaluate(a, b) { $0 &+ $1 &* $2 })
    let (c, d) = (a.map { Int32(truncatingIfNeeded: $0) }, b.map { Int32(truncatingIfNeeded: $0) })
    let narrow = try interpreter(item, .i32).evaluate([Column(c), Column(d)], points: 1)
    #expect(narrow[0].integers == item.evaluate(c, d) { $0 &+ $1 &* $2 }.map { Int64($0) })
  }

  @Test func `a point's value does not depend on its neighbours`() throws {
    let item = Case("ij,jk->ik", ["i": 5, "j": 37, "k": 6])
    var random = SplitMix64(seed: 9)
    let a = (0..<3 * 5 * 37).map { _ in Double.random(in: -1...1, using: &random) }
    let b = (0..<3 * 37 * 6).map { _ in Double.random(in: -1...1, using: &random) }
    let run = try interpreter(item, .f64)
    let together = try run.evaluate([Column(a), Column(b)], points: 3)[0].doubles
    var apart: [Double] = []
    for p in 0..<3 {
      let left = Column(Array(a[p * 185..<(p + 1) * 185]))
      let right = Column(Array(b[p * 222..<(p + 1) * 222]))
      apart += try run.evaluate([left, right], points: 1)[0].doubles
    }
    #expect(together == apart)
  }
}
