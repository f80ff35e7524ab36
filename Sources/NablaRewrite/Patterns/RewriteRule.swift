/// A rewrite as data: in a phase, what matches the pattern becomes the replacement.
///
/// A pattern is written in the form that the engine builds: `subtract` for negative terms, constants last in a sum and
/// first in a product, one `divide`. Sums and products at the root of a pattern also match as part of a larger sum or
/// product; inside, `+` and `*` match in either order.
public struct RewriteRule: Sendable {
  public let name: String
  public let phase: Phase
  public let soundness: Soundness
  public let pattern: Pattern
  public let replacement: Pattern
  /// Which expressions the metavariables may stand for, beyond what soundness demands.
  public let guards: [Condition]

  /// All that must be proved before the rule fires.
  public var conditions: [Condition] {
    if case .domain(let conditions) = soundness { return guards + conditions }
    return guards
  }

  /// The metavariables that stand for constants.
  var constants: Set<Int> { Set(conditions.filter(\.property.isOfConstants).map(\.variable)) }
}

/// One line of a table of rules.
func rule(
  _ name: String, _ phase: Phase, _ soundness: Soundness, _ pattern: Pattern, _ replacement: Pattern,
  where guards: Condition...
) -> RewriteRule {
  RewriteRule(
    name: name, phase: phase, soundness: soundness, pattern: pattern, replacement: replacement, guards: guards)
}
