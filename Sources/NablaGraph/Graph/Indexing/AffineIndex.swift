/// An integer that is affine in integer inputs and, in an array, in the element's own place:
/// `constant + Σ factor · input + Σ step · place`.
///
/// Reads at such places are views; they can be checked against the extents before the run.
public struct AffineIndex: Hashable, Sendable {
  public var constant: Dimension
  /// The factor of each input, a parameter of rank 0; none is zero.
  public var factors: [NodeID: Dimension]
  /// The step along each axis of the array.
  public var steps: [Dimension]

  init(constant: Dimension, factors: [NodeID: Dimension] = [:], steps: [Dimension] = []) {
    self.constant = constant
    self.factors = factors.filter { $0.value != 0 }
    self.steps = steps
  }

  /// Whether the value depends on no input and is the same everywhere.
  var isConstant: Bool { factors.isEmpty && steps.allSatisfy { $0 == 0 } }

  private var isUndefined: Bool {
    constant.isUndefined || factors.values.contains(where: \.isUndefined) || steps.contains(where: \.isUndefined)
  }

  /// `nil` where a number became too large to be written down.
  var checked: AffineIndex? { isUndefined ? nil : self }

  // MARK: Range

  /// The least and the greatest value; `nil` where the sign of a factor is not known.
  ///
  /// - Parameters:
  ///   - extents: input `k` runs over `0..<extents[k]`, which is not empty.
  ///   - shape: the array's.
  public func range(
    _ extents: [NodeID: Dimension], _ shape: Shape = .scalar
  ) -> (least: Dimension, greatest: Dimension)? {
    var (least, greatest) = (constant, constant)
    var walks: [(step: Dimension, extent: Dimension)] = Array(zip(steps, shape.dimensions)).map { ($0, $1) }
    for (input, factor) in factors {
      guard let extent = extents[input] else { return nil }
      walks.append((factor, extent))
    }
    for (step, extent) in walks where step != 0 {
      let reach = step * (extent - 1)
      switch step.isCertainlyPositive {
      case true?: greatest = greatest + reach
      case false?: least = least + reach
      case nil: return nil
      }
    }
    return least.isUndefined || greatest.isUndefined ? nil : (least, greatest)
  }

  // MARK: Arithmetic

  func scaled(by factor: Dimension) -> AffineIndex {
    AffineIndex(
      constant: constant * factor, factors: factors.mapValues { $0 * factor }, steps: steps.map { $0 * factor })
  }

  /// The sum of two whose steps are along the same axes.
  func adding(_ other: AffineIndex) -> AffineIndex {
    AffineIndex(
      constant: constant + other.constant, factors: factors.merging(other.factors, uniquingKeysWith: +),
      steps: zip(steps, other.steps).map(+))
  }

  /// The same value, repeated to a shape.
  func broadcast(from shape: Shape, to target: Shape) -> AffineIndex {
    let lead = target.rank - shape.rank
    var result = self
    result.steps = target.dimensions.indices.map { axis in
      if axis < lead { return 0 }
      let isStretched = shape.dimensions[axis - lead].isOne && !target.dimensions[axis].isOne
      return isStretched ? 0 : steps[axis - lead]
    }
    return result
  }
}

extension Dimension {
  /// Whether the dimension is above zero or below, for all sizes; `nil` where that depends on them. A product of names
  /// counts as positive: where it is zero, nothing is walked.
  fileprivate var isCertainlyPositive: Bool? {
    let areNames = terms.allSatisfy { term in
      term.atoms.allSatisfy { if case .symbol = $0 { true } else { false } }
    }
    guard areNames, let first = terms.first else { return nil }
    let isPositive = first.coefficient > 0
    return terms.allSatisfy { ($0.coefficient > 0) == isPositive } ? isPositive : nil
  }
}
