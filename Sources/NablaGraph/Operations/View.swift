/// Places in an array that are affine in other places: diagonals and sliding windows.
///
/// Element `r` of the view is element `start + steps · r` of the array, for each of the array's axes. What a slice, a
/// transpose or a broadcast says is said by these; a view is for an axis of the result that walks along two axes of
/// the array, and for two that walk along one.
public struct View: Hashable, Sendable {
  /// The walk along one axis of the array.
  public struct Axis: Hashable, Sendable {
    public var start: Dimension
    /// One for each axis of the view.
    public var steps: [Dimension]

    public init(start: Dimension = 0, steps: [Dimension]) {
      self.start = start
      self.steps = steps
    }
  }

  /// One for each axis of the array.
  public var axes: [Axis]

  public init(axes: [Axis]) { self.axes = axes }

  /// Checks that an array and a view of it may have these shapes; what cannot be known yet may.
  func verify(array: Shape, view: Shape) throws(TypeError) {
    guard axes.count == array.rank, axes.allSatisfy({ $0.steps.count == view.rank }) else {
      throw .attribute("a walk along each axis of \(array) with a step for each axis of \(view)")
    }
    if view.dimensions.contains(0) { return }
    for (axis, extent) in zip(axes, array.dimensions) where !axis.isWithin(extent, walking: view) {
      throw .attribute("a walk that stays within each axis of \(array)")
    }
  }
}

extension View.Axis {
  /// Whether no place is known to lie outside.
  fileprivate func isWithin(_ extent: Dimension, walking view: Shape) -> Bool {
    if start.isUndefined || steps.contains(where: \.isUndefined) { return false }
    var (least, greatest) = (start, start)
    for (step, count) in zip(steps, view.dimensions) {
      let reach = step * (count - 1)
      guard let sign = step.constant else { return true }
      if sign > 0 { greatest = greatest + reach } else { least = least + reach }
    }
    let isBefore = least.constant.map { $0 < 0 } ?? false
    let isBeyond = (extent - 1 - greatest).constant.map { $0 < 0 } ?? false
    return !isBefore && !isBeyond && !least.isUndefined && !greatest.isUndefined
  }
}
