/// What a rewrite rule may change, and what it may not.
///
/// Every rule states its class, and a property test holds it to that on random and special operands.
public enum Soundness: Hashable, Sendable {
  /// Bit-identical on every input: −0, ±∞, NaN and subnormals included (a NaN's payload aside).
  case exact
  /// Equal over the reals wherever the original is finite. This includes reordering scalar sums and products and
  /// cancelling common factors.
  case algebraic
  /// Reorders the reduction of an axis.
  case reassociating
  /// Changes a value where the original is finite, unless all conditions hold; runs only where they are proved.
  case domain([Condition])
}
