import NablaGraph

// Rules that the facts of the operation table imply.
extension RewriteRule {
  /// `f(-x)` is `-f(x)` or `f(x)`.
  static let parity: [RewriteRule] = Elementwise.allCases.filter { $0.arity == 1 }.compactMap { f in
    let facts = f.facts
    if f == .negate || f == .identity { return nil }
    if facts.contains(.odd) {
      return rule("\(f.name) of a negative", .canonicalise, .exact, of(f, -x), -of(f, x))
    }
    return facts.contains(.even) ? rule("\(f.name) of a negative", .canonicalise, .exact, of(f, -x), of(f, x)) : nil
  }

  /// `f(f(x)) = f(x)` and `f(x, x) = x`.
  static let idempotence: [RewriteRule] = Elementwise.allCases.compactMap { f in
    guard f.facts.contains(.idempotent), f != .identity else { return nil }
    return f.arity == 1
      ? rule("\(f.name) twice", .canonicalise, .exact, of(f, of(f, x)), of(f, x))
      : rule("\(f.name) of equals", .canonicalise, .exact, of(f, x, x), x)
  }
}
