import Foundation
import NablaGraph
import TestSupport
import Testing

/// What rules rely on, on special and random operands.
@Suite struct ElementwiseFactTests {
  typealias Facts = Elementwise.Facts

  static let special: [Double] = [
    0, -0.0, 0x1p-1074, 0x1p-1030, 1e-20, 0.25, 0.5, 1, 1.5, 2, 3, 7.75, 30, 1e3, 1e10, 1e155, 1e308, .infinity,
  ]
  static let samples: [Double] = {
    var random = SplitMix64(seed: 5)
    let drawn = (0..<30).map { _ in Double.random(in: -4...4, using: &random) }
    return special + special.map { -$0 } + drawn + drawn.map { $0 / 5 }
  }()

  private static func having(_ facts: Facts) -> [Elementwise] {
    Elementwise.allCases.filter { $0.definition.facts.contains(facts) }
  }

  /// Points made of the samples: all of one operand, or pairs.
  private func points(_ f: Elementwise) -> [[Double]] {
    let samples = f.definition.typing == .logical ? [0, 1] : ElementwiseFactTests.samples
    switch f.arity {
    case 1: return samples.map { [$0] }
    case 2: return samples.flatMap { x in samples.map { [x, $0] } }
    default:
      var random = SplitMix64(seed: 6)
      return (0..<500).map { _ in (0..<3).map { _ in samples.randomElement(using: &random) ?? 0 } }
    }
  }

  private func holds(_ f: Elementwise, _ law: ([Double]) -> Bool) -> Bool { points(f).allSatisfy(law) }

  private func same(_ a: Double, _ b: Double) -> Bool { a == b || a.isNaN && b.isNaN }

  private func isOdd(_ f: Elementwise) -> Bool {
    f.arity == 1 && holds(f) { same(f.evaluate([-$0[0]]), -f.evaluate($0)) }
  }

  private func isEven(_ f: Elementwise) -> Bool {
    holds(f) { point in
      point.indices.allSatisfy { index in
        var mirrored = point
        mirrored[index].negate()
        return same(f.evaluate(mirrored), f.evaluate(point))
      }
    }
  }

  private func isCommutative(_ f: Elementwise) -> Bool {
    f.arity == 2 && holds(f) { same(f.evaluate($0), f.evaluate([$0[1], $0[0]])) }
  }

  private func isIdempotent(_ f: Elementwise) -> Bool {
    switch f.arity {
    case 1: holds(f) { same(f.evaluate([f.evaluate($0)]), f.evaluate($0)) }
    case 2: holds(f) { same(f.evaluate([$0[0], $0[0]]), $0[0]) }
    default: false
    }
  }

  private func isNonnegative(_ f: Elementwise) -> Bool {
    holds(f) { point in
      let value = f.evaluate(point)
      return value >= 0 || value.isNaN
    }
  }

  private func preservesZero(_ f: Elementwise) -> Bool { f.evaluate(Array(repeating: 0, count: f.arity)) == 0 }

  private func isWithinUnit(_ f: Elementwise) -> Bool {
    holds(f) { point in
      let value = f.evaluate(point)
      return abs(value) <= 1 || value.isNaN
    }
  }

  private func isBounded(_ f: Elementwise) -> Bool { holds(f) { f.evaluate($0).isFinite } }

  /// A fact that holds on every sample and is not declared is one that a rule misses.
  @Test(arguments: Elementwise.allCases.filter { [.numeric, .real].contains($0.definition.typing) })
  func `declared facts are those that hold`(f: Elementwise) {
    let facts = f.definition.facts
    #expect(facts.contains(.odd) == isOdd(f))
    #expect(facts.contains(.even) == isEven(f))
    #expect(facts.contains(.commutative) == isCommutative(f))
    #expect(facts.contains(.idempotent) == isIdempotent(f))
    #expect(facts.contains(.nonnegative) == isNonnegative(f))
    #expect(facts.contains(.zeroPreserving) == preservesZero(f))
    #expect(facts.contains(.withinUnit) == isWithinUnit(f))
    #expect(facts.contains(.bounded) == isBounded(f))
  }

  @Test(arguments: having(.increasing) + having(.decreasing)) func `monotone functions do not turn`(f: Elementwise) {
    let sign: Double = f.definition.facts.contains(.increasing) ? 1 : -1
    for point in points(f) {
      let value = sign * f.evaluate(point)
      // A library function may turn within its last digits.
      let slack = value.isFinite ? 4 * value.ulp : 0
      for index in point.indices {
        for other in ElementwiseFactTests.samples where other > point[index] {
          var moved = point
          moved[index] = other
          let next = sign * f.evaluate(moved)
          #expect(next.isNaN || value.isNaN || next >= value - slack, "\(f)\(point), \(f)\(moved)")
        }
      }
    }
  }

  @Test(arguments: having(.positive)) func `positive functions are positive until they underflow`(f: Elementwise) {
    #expect(f.definition.facts.contains(.nonnegative))
    for x in ElementwiseFactTests.samples where abs(x) <= 700 { #expect(f.evaluate([x]) > 0, "\(f)(\(x))") }
  }

  @Test(arguments: Elementwise.allCases) func `locally constant functions have no slope`(f: Elementwise) {
    let zero = f.definition.slopes.allSatisfy { $0 == .constant(.zero) }
    #expect(f.definition.facts.contains(.locallyConstant) == zero)
  }

  @Test(arguments: having(.linear)) func `linear functions add up`(f: Elementwise) {
    for slope in f.definition.slopes {
      guard case .constant = slope else { return #expect(slope == -1 as Rule || slope == 1 as Rule) }
    }
    let (x, y) = ([3.0, -5], [0.5, 8])
    let sum = f.evaluate((0..<f.arity).map { 2 * x[$0] + 4 * y[$0] })
    let parts = 2 * f.evaluate(Array(x.prefix(f.arity))) + 4 * f.evaluate(Array(y.prefix(f.arity)))
    #expect(sum == parts)
  }

  @Test(
    arguments: having(.commutative).filter { $0.definition.typing == .comparison || $0.definition.typing == .logical })
  func `tests and logic commute too`(f: Elementwise) {
    #expect(isCommutative(f))
  }
}
