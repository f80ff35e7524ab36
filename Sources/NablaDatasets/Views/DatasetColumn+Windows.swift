import NablaData

/// Which parts of a sequence are examples.
public struct WindowRule: Hashable, Sendable {
  /// How many members of the sequence a window has.
  public var length: Int
  /// How many members lie between the beginnings of two windows.
  public var stride = 1
  /// Which member after the window is to be predicted, from 1.
  public var horizon = 1
  /// Whether what follows each member of the window is to be predicted, and not only what follows the last.
  public var isSequence = false

  public init(length: Int) { self.length = length }

  /// How many windows a sequence has that has a member to predict after each.
  func count(_ members: Int) -> Int {
    let needed = length + horizon
    return members < needed ? 0 : (members - needed) / stride + 1
  }
}

extension DatasetColumn {
  /// Overlapping windows of a sequence whose members are this column's examples: a view, nothing is copied.
  func windows(_ rule: WindowRule) -> DatasetColumn { members(rule.length, from: 0, rule) }

  /// What is to be predicted after each window, as members of this column: one, or one for each member of the window.
  func targets(_ rule: WindowRule) -> DatasetColumn {
    rule.isSequence
      ? members(rule.length, from: rule.horizon, rule) : members(nil, from: rule.length + rule.horizon - 1, rule)
  }

  /// - Parameter length: members of an example; `nil` for one without an axis of its own.
  private func members(_ length: Int?, from start: Int, _ rule: WindowRule) -> DatasetColumn {
    let offset = min(start, count) * step * stored.size
    var column = DatasetColumn(
      name, ByteStorage(storage, offset..<storage.bytes.count), stored,
      shape: length.map { [$0] + shape } ?? shape, count: rule.count(count), step: step * rule.stride, classes: classes)
    (column.featureCount, column.featureNames, column.origin) = (featureCount, featureNames, origin)
    return column
  }
}
