import NablaGraph
import NablaRewrite
import TestSupport
import Testing

/// Both sides of every rule, evaluated by the operation table, at special values and at numbers of many sizes: what a
/// rule's soundness class promises, and nothing of the engine.
struct RuleSoundnessTests {
  static let all = RewriteRule.all + RewriteRule.expansions

  private static let exact = all.filter { $0.soundness == .exact }
  private static let inexact = all.filter { $0.soundness != .exact }
  private static let conditional = all.filter { if case .domain = $0.soundness { true } else { false } }

  @Test(arguments: exact)
  func `an exact rule is bit-identical on every input`(_ rule: RewriteRule) {
    var random = SplitMix64(seed: 1)
    let sample = RuleSample(rule)
    let points = sample.specialPoints + (0..<500).map { _ in sample.randomPoint(&random) }
    for point in points where rule.conditions.allSatisfy({ RuleSample.satisfies($0, point) }) {
      let (before, after) = (rule.pattern.evaluate(point), rule.replacement.evaluate(point))
      #expect(same(before, after), "at \(point): \(before), \(after)")
    }
  }

  @Test(arguments: inexact)
  func `a rule is an identity of the reals wherever its pattern is finite`(_ rule: RewriteRule) {
    var random = SplitMix64(seed: 2)
    let sample = RuleSample(rule)
    var sharp = 0
    // Of the special values only the real numbers.
    let points = sample.specialPoints.filter { $0.allSatisfy(\.isFinite) }
    for point in points + (0..<800).map({ _ in sample.randomPoint(&random) })
    where rule.conditions.allSatisfy({ RuleSample.satisfies($0, point) }) {
      let before = rule.pattern.estimate(point)
      guard before.value.isFinite else { continue }
      let after = rule.replacement.estimate(point)
      #expect(before.agrees(with: after), "at \(point): \(before), \(after)")
      if before.isSharp, after.isSharp { sharp += 1 }
    }
    // Enough points at which the comparison could have failed.
    #expect(sharp >= (rule.pattern.variables.isEmpty ? 1 : 50), "\(sharp) points say something")
  }

  @Test(arguments: conditional)
  func `a rule that asks for a condition is wrong without it`(_ rule: RewriteRule) {
    guard case .domain(let conditions) = rule.soundness else { return }
    var random = SplitMix64(seed: 3)
    let sample = RuleSample(rule)
    let points = sample.specialPoints + (0..<2000).map { _ in sample.randomPoint(&random) }
    let isNeeded = points.contains { point in
      if conditions.allSatisfy({ RuleSample.satisfies($0, point) }) { return false }
      let (before, after) = (rule.pattern.evaluate(point), rule.replacement.evaluate(point))
      return before.isFinite && !(abs(before - after) <= 0.01 * abs(before))
    }
    #expect(isNeeded)
  }

  @Test
  func `rules have names of their own`() {
    var seen: [String: Int] = [:]
    for rule in RewriteRule.all { seen["\(rule.phase) \(rule.name)", default: 0] += 1 }
    #expect(seen.filter { $0.value > 1 }.isEmpty)
  }

  @Test(arguments: all)
  func `a replacement mentions only what the pattern binds`(_ rule: RewriteRule) {
    let bound = Set(rule.pattern.variables)
    #expect(bound.isSuperset(of: rule.replacement.variables))
    #expect(bound.isSuperset(of: rule.conditions.map(\.variable)))
  }
}
