import NablaData

extension Dataset {
  /// Some of the examples, by their positions in this set.
  ///
  /// - Precondition: the positions lie in `0..<count`.
  public func subset(_ examples: [Int]) -> Dataset {
    precondition(examples.allSatisfy { $0 >= 0 && $0 < count }, "examples of the set")
    return Dataset(columns: columns, rows: .list(examples.map { rows[$0] }))
  }

  /// Examples that follow each other.
  ///
  /// - Precondition: the range lies in `0..<count`.
  public func subset(_ range: Range<Int>) -> Dataset {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "examples of the set")
    switch rows {
    case .progression(let start, let step, _):
      return Dataset(
        columns: columns,
        rows: .progression(start: start + range.lowerBound * step, step: step, count: range.count))
    case .list(let rows): return Dataset(columns: columns, rows: .list(Array(rows[range])))
    }
  }

  /// The first examples, at most so many.
  public func prefix(_ limit: Int) -> Dataset { subset(0..<min(max(limit, 0), count)) }

  /// Two sets: what is trained on, and what is held out.
  ///
  /// - Parameter column: the classes of a stratified split; without it, the first column that has classes.
  /// - Throws: ``DatasetError/split(_:count:)`` where one of them would be empty.
  public func split(_ rule: SplitRule, by column: String? = nil) throws(DatasetError) -> (
    training: Dataset, held: Dataset
  ) {
    let result: (Dataset, Dataset)
    switch rule {
    case .fraction(let share):
      // As Keras cuts: `int(count*(1 - share))` examples come first.
      let cut = Int((Double(count) * (1 - share)).rounded(.down))
      result = (subset(0..<cut), subset(cut..<count))
    case .every(let period):
      let held = Array(stride(from: period - 1, to: count, by: period))
      result = (subset((0..<count).filter { $0 % period != period - 1 }), subset(held))
    case .stratified(let share): result = try stratified(share, by: column)
    }
    guard result.0.count > 0, result.1.count > 0 else { throw .split("\(rule)", count: count) }
    return result
  }

  private func stratified(_ share: Double, by name: String?) throws(DatasetError) -> (Dataset, Dataset) {
    let found =
      try name.map { name throws(DatasetError) in columns[try position(of: name)] }
      ?? columns.first { $0.classes != nil && $0.width == 1 }
    guard let column = found, let classes = column.classes, column.width == 1 else {
      throw .unfit(column: name ?? "y", "a stratified split needs a column of classes")
    }
    var members = [[Int]](repeating: [], count: classes.count)
    scan(column) { example, _, value in
      if let label = Int(exactly: value), members.indices.contains(label) { members[label].append(example) }
      return true
    }
    var isHeld = [Bool](repeating: false, count: count)
    for examples in members {
      let kept = examples.count - Int((Double(examples.count) * share).rounded())
      for example in examples[kept...] { isHeld[example] = true }
    }
    return (subset((0..<count).filter { !isHeld[$0] }), subset((0..<count).filter { isHeld[$0] }))
  }
}
