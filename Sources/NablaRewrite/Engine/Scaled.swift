import BigInt
import NablaGraph

/// A rational multiple of a node: how the engine holds a value until someone needs it as one node.
///
/// A negation, a constant factor and a constant itself (a multiple of the node `1`) cost nothing while they travel up
/// the graph; sums and products absorb them, and only what absorbs nothing makes them a node.
struct Scaled: Hashable {
  var scale: Rational
  var node: NodeID

  init(_ scale: Rational, _ node: NodeID) {
    self.scale = scale
    self.node = node
  }

  init(_ node: NodeID) { self.init(.one, node) }

  var negated: Scaled { Scaled(-scale, node) }
}

/// A summand: a coefficient and what it multiplies.
struct Term {
  var coefficient: Rational
  var node: NodeID
}

/// A factor of a product: a base and its literal exponent.
struct Factor: Equatable {
  var base: NodeID
  var exponent: Rational
}

extension Rational {
  /// Exact arithmetic stops here: coefficients and folded constants with more bits stay apart.
  static let bitLimit = 4096

  /// The same for sums, where many denominators meet.
  static let sumLimit = 512

  var isUnit: Bool { isOne || self == .minusOne }

  /// The exact square root, where it is rational.
  var squareRoot: Rational? {
    guard !isNegative else { return nil }
    if let n = integer {
      if n < 2 { return self }
      // Below 2⁵² the root of a double is right.
      if n < 1 << 52 {
        let root = Int(Double(n).squareRoot())
        return root * root == n ? Rational(root) : nil
      }
    }
    let (n, d) = (numerator, denominator)
    let (p, q) = (n.squareRoot(), d.squareRoot())
    return p * p == n && q * q == d ? Rational(p, q) : nil
  }

  /// The exact power, where it is rational and within the limit; exponents are integers and halves.
  func power(_ exponent: Rational) -> Rational? {
    if isOne || exponent.isOne { return self }
    if let n = exponent.integer { return power(n, bitLimit: Rational.bitLimit) }
    guard let doubled = (exponent * 2).integer, let root = squareRoot else { return nil }
    return root.power(doubled, bitLimit: Rational.bitLimit)
  }
}
