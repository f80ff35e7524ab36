/// How tightly a printed form binds, on the scale of the grammar.
///
/// An operand stands without brackets where its strength is at least what its place demands.
struct Strength: Hashable, Comparable, Sendable {
  let value: Int

  init(_ value: Int) { self.value = value }
  init(_ level: Level) { value = Int(level.rawValue) }

  static let any = Strength(Level.any)
  static let not = Strength(Level.not)
  static let comparison = Strength(Level.comparison)
  static let sum = Strength(Level.sum)
  static let product = Strength(Level.product)
  /// What stands in a product without brackets, but not under a power: `\sin x`, a stacked fraction.
  static let factor = Strength(Int(Level.product.rawValue) + 5)
  static let sign = Strength(Level.sign)
  static let power = Strength(Level.power)
  static let atom = Strength(Level.postfix)

  /// What the right operand of a left-associative operator of this strength demands.
  var tighter: Strength { Strength(value + 1) }

  static func < (a: Strength, b: Strength) -> Bool { a.value < b.value }
}
