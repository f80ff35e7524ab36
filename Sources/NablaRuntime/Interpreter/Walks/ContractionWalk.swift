import NablaGraph

/// A contraction over known extents: how far each label's axis steps in the operands and in the result.
struct ContractionWalk: Hashable, Sendable {
  struct Axis: Hashable, Sendable {
    var extent: Int
    var left = 0
    var right = 0
    var result = 0
  }

  /// Axes of both operands and of the result.
  var batch: [Axis] = []
  /// Axes of the left operand and of the result.
  var rows: [Axis] = []
  /// Axes of the right operand and of the result.
  var columns: [Axis] = []
  /// Axes that are summed over, in the order of their labels.
  var sums: [Axis] = []

  /// - Parameters:
  ///   - left: the extents of the left operand, in row-major order.
  ///   - right: the same of the right operand.
  init(_ contraction: Contraction, left: [Int], right: [Int]) {
    var axes: [Axis?] = Array(repeating: nil, count: contraction.labelCount)
    for (position, label) in contraction.left.enumerated() {
      axes[label] = Axis(extent: left[position], left: Movement.strides(of: left)[position])
    }
    for (position, label) in contraction.right.enumerated() {
      var axis = axes[label] ?? Axis(extent: right[position])
      axis.right = Movement.strides(of: right)[position]
      axes[label] = axis
    }
    let strides = Movement.strides(of: contraction.result.map { axes[$0]?.extent ?? 1 })
    for (position, label) in contraction.result.enumerated() {
      guard var axis = axes[label] else { continue }
      axis.result = strides[position]
      switch (contraction.left.contains(label), contraction.right.contains(label)) {
      case (true, true): batch.append(axis)
      case (true, false): rows.append(axis)
      default: columns.append(axis)
      }
    }
    sums = contraction.summed.compactMap { axes[$0] }
  }

  /// The same with the operands in the other order.
  var swapped: ContractionWalk {
    var result = self
    func turned(_ axes: [Axis]) -> [Axis] {
      axes.map { Axis(extent: $0.extent, left: $0.right, right: $0.left, result: $0.result) }
    }
    (result.rows, result.columns) = (turned(columns), turned(rows))
    result.batch = turned(batch)
    result.sums = turned(sums)
    return result
  }

  static func count(_ axes: [Axis]) -> Int { axes.reduce(1) { $0 * $1.extent } }

  /// The positions of a walk over axes, in row-major order, for one of the strides.
  static func offsets(_ axes: [Axis], _ stride: KeyPath<Axis, Int>) -> [Int] {
    axes.reduce([0]) { offsets, axis in
      let step = axis[keyPath: stride]
      return offsets.flatMap { offset in (0..<axis.extent).map { offset + $0 * step } }
    }
  }
}
