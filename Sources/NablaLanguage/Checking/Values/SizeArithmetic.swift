import NablaGraph

/// Arithmetic of sizes that depend on names, within bounds: a short text must not make a huge polynomial.
enum SizeArithmetic {
  static let termLimit = 64
  static let depthLimit = 16
  static let degreeLimit = 16

  enum Failure: Error { case tooLarge, divisionByZero }

  /// The size that an operator gives, or `nil` where it gives none (`/`, `^`).
  static func apply(_ infix: InfixOperator, _ a: Dimension, _ b: Dimension) throws(Failure) -> Dimension? {
    let result: Dimension
    switch infix {
    case .add: result = a + b
    case .subtract: result = a - b
    case .multiply:
      guard a.terms.count * b.terms.count <= termLimit * 4, degree(a) + degree(b) <= degreeLimit else {
        throw .tooLarge
      }
      result = a * b
    case .floorDivide:
      if b.constant == 0 { throw .divisionByZero }
      result = a.floorDividing(by: b)
    case .divide:
      // Exact where every coefficient divides; else it is a number, not a size.
      guard let divisor = b.constant, divisor != 0, a.remainder(dividingBy: b) == 0 else { return nil }
      result = a.floorDividing(by: b)
    default: return nil
    }
    return try bounded(result)
  }

  static func remainder(_ a: Dimension, _ b: Dimension) throws(Failure) -> Dimension {
    if b.constant == 0 { throw .divisionByZero }
    return try bounded(a.remainder(dividingBy: b))
  }

  /// Whether one size is less than another, where that holds for all values of the names: sizes are not negative.
  static func isLess(_ a: Dimension, _ b: Dimension) -> Bool? {
    let difference = a - b
    if difference.isUndefined { return nil }
    if let known = difference.constant { return known < 0 }
    let symbolic = difference.terms.filter { !$0.atoms.isEmpty }
    let number = difference.terms.first { $0.atoms.isEmpty }?.coefficient ?? 0
    // A remainder by an unknown divisor may have any sign.
    guard symbolic.allSatisfy({ $0.atoms.allSatisfy(\.isSymbol) }) else { return nil }
    if number >= 0, symbolic.allSatisfy({ $0.coefficient > 0 }) { return false }
    if number <= 0, symbolic.allSatisfy({ $0.coefficient < 0 }) { return number < 0 ? true : nil }
    return nil
  }

  private static func bounded(_ dimension: Dimension) throws(Failure) -> Dimension {
    guard dimension.terms.count <= termLimit, depth(dimension) != nil else { throw .tooLarge }
    return dimension
  }

  /// The most elements of an array of known sizes.
  static let elementLimit = 1 << 48

  /// Whether the number of elements of an array can be written down, with room for the derivatives of arrays.
  static func isManageable(_ shape: Shape) -> Bool {
    let count = shape.count
    if count.isUndefined || count.terms.count > termLimit || depth(count) == nil { return false }
    return count.constant.map { $0 <= elementLimit } ?? true
  }

  private static func degree(_ dimension: Dimension) -> Int { dimension.terms.map(\.atoms.count).max() ?? 0 }

  /// How deep quotients and remainders stand in one another; `nil` beyond the limit.
  static func depth(_ dimension: Dimension, limit: Int = depthLimit) -> Int? {
    var deepest = 0
    for term in dimension.terms {
      for atom in term.atoms {
        switch atom {
        case .symbol: continue
        case .floorQuotient(let a, let b), .remainder(let a, let b):
          guard limit > 0, let x = depth(a, limit: limit - 1), let y = depth(b, limit: limit - 1) else { return nil }
          deepest = max(deepest, x + 1, y + 1)
        }
      }
    }
    return deepest
  }
}

extension Dimension.Atom {
  fileprivate var isSymbol: Bool { if case .symbol = self { true } else { false } }
}
