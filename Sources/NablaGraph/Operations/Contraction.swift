/// A sum of products of two operands' elements, by a label for each axis: `ab,bc->ac` is the product of matrices.
///
/// Axes with one label run together. A label of the result keeps its axis, any other is summed over. Labels are
/// numbers in the order of their first use, so that a contraction has one spelling and equal ones are equal values.
public struct Contraction: Hashable, Sendable {
  public let left: [Int]
  public let right: [Int]
  public let result: [Int]

  /// The letters of the textual form, in the order of labels.
  static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars)

  /// The most labels that a contraction has.
  public static var labelLimit: Int { letters.count }

  /// A contraction by labels of any kind; only which of them are equal matters.
  public init<Label: Hashable>(_ left: [Label], _ right: [Label], to result: [Label]) {
    var numbers: [Label: Int] = [:]
    func number(_ label: Label) -> Int {
      if let known = numbers[label] { return known }
      numbers[label] = numbers.count
      return numbers.count - 1
    }
    self.left = left.map(number)
    self.right = right.map(number)
    self.result = result.map(number)
  }

  /// How many labels the operands have; labels are `0..<labelCount`.
  public var labelCount: Int { ((left + right).max() ?? -1) + 1 }

  /// The labels that are summed over, in ascending order.
  public var summed: [Int] {
    let kept = Set(result)
    return (0..<labelCount).filter { !kept.contains($0) }
  }

  /// The same with the operands in the other order.
  public var swapped: Contraction { Contraction(right, left, to: result) }

  // MARK: Types

  /// The extent of each label.
  ///
  /// - Throws: ``TypeError/contraction(_:_:left:right:)`` where two axes of one label have different extents.
  public func extents(_ a: Shape, _ b: Shape) throws(TypeError) -> [Dimension] {
    var extents: [Dimension] = []
    for (axis, label) in left.enumerated() where label == extents.count { extents.append(a.dimensions[axis]) }
    for (axis, label) in right.enumerated() {
      if label == extents.count {
        extents.append(b.dimensions[axis])
      } else if extents[label] != b.dimensions[axis] {
        throw .contraction(a, b, left: left.firstIndex(of: label) ?? 0, right: axis)
      }
    }
    return extents
  }

  /// The type of the result. Sums of truth values need a cast.
  public func resultType(_ a: TensorType, _ b: TensorType) throws(TypeError) -> TensorType {
    guard left.count == a.shape.rank, right.count == b.shape.rank else {
      throw .attribute("a label for each axis of \(a.shape) and \(b.shape), not '\(self)'")
    }
    let isPossible =
      [left, right, result].allSatisfy { Set($0).count == $0.count }
      && result.allSatisfy { $0 < labelCount } && labelCount <= Contraction.labelLimit
    guard isPossible else {
      throw .attribute(
        "at most \(Contraction.labelLimit) labels, distinct in each operand, and a result made of them, not '\(self)'")
    }
    guard a.element == b.element else { throw .elementTypes([a.element, b.element]) }
    if a.element == .bool { throw .unsupported(.bool) }
    let extents = try extents(a.shape, b.shape)
    return TensorType(a.element, Shape(result.map { extents[$0] }))
  }

  /// Multiplications and additions together: twice the product of all extents.
  ///
  /// - Precondition: the contraction applies to the shapes.
  public func work(_ a: Shape, _ b: Shape) -> Dimension {
    let extents = (try? extents(a, b)) ?? []
    return extents.reduce(2, *)
  }

  // MARK: Adjoints

  /// The contraction of the cotangent with the right operand, or of the left operand with the cotangent, that gives
  /// the cotangent of the other operand; no transpose is needed. Axes that the operand alone has and that are summed
  /// are not in the result: along them the cotangent is the same everywhere.
  public enum Side: Sendable { case left, right }

  public func adjoint(of side: Side) -> (contraction: Contraction, missing: [Int]) {
    let (own, other) = side == .left ? (left, right) : (right, left)
    let reached = Set(result + other)
    let kept = own.filter { reached.contains($0) }
    let missing = own.indices.filter { !reached.contains(own[$0]) }
    let contraction =
      side == .left ? Contraction(result, right, to: kept) : Contraction(left, result, to: kept)
    return (contraction, missing)
  }
}

extension Contraction: CustomStringConvertible {
  /// `ab,bc->ac`.
  public var description: String { "\(spell(left)),\(spell(right))->\(spell(result))" }

  private func spell(_ labels: [Int]) -> String {
    labels.map { Contraction.letters.indices.contains($0) ? String(Contraction.letters[$0]) : "?" }.joined()
  }
}
