import NablaData
import NablaRuntime

extension Dataset {
  /// The set with a column `weight` before that of the classes: what each example counts by its class. A loss of the library
  /// is weighed by it; one of a program that takes it has `weight*…` for each example.
  ///
  /// Balanced weights are `count/(classes · examples of the class)`, which are 1 on average.
  ///
  /// - Source: G. King, L. Zeng, "Logistic Regression in Rare Events Data", 2001, as scikit-learn's `balanced`.
  /// - Throws: ``DatasetError/unfit(column:_:)`` without classes, or with more or fewer of them than weights.
  public func weighed(_ weights: DataOptions.ClassWeights) throws(DatasetError) -> Dataset {
    // A table has read a column of weights itself.
    if case .column(let name) = weights {
      guard columns.contains(where: { $0.name == "weight" }) else {
        throw .noColumn(name, known: columns.map(\.name))
      }
      return self
    }
    guard let position = columns.firstIndex(where: { $0.classes != nil && $0.width == 1 }),
      let classes = columns[position].classes
    else { throw .unfit(column: "weight", "no column has classes that could be weighed") }
    let factors: [Double]
    switch weights {
    case .balanced:
      factors = summary(of: columns[position]).classCounts.map { members in
        members == 0 ? 0 : Double(count) / (Double(classes.count) * Double(members))
      }
    case .column: factors = []
    case .numbers(let numbers):
      guard numbers.count == classes.count else {
        throw .unfit(column: "weight", "\(numbers.count) weights for \(classes.count) classes")
      }
      factors = numbers
    }
    // By their place among the stored examples, as every column has its numbers.
    var values = [Float](repeating: 1, count: columns[position].count)
    scan(columns[position]) { example, _, label in
      let index = Int(exactly: label) ?? -1
      if factors.indices.contains(index) { values[rows[example]] = Float(factors[index]) }
      return true
    }
    var result = self
    result.columns.insert(DatasetColumn("weight", Tensor(Column(values))), at: position)
    return result
  }
}
