import NablaData
import NablaRuntime

extension Dataset {
  /// Adds a column `weight` before that of the classes: what each example counts by its class. A loss that takes it has
  /// `weight*…` for each example.
  ///
  /// Balanced weights are `count/(classes · examples of the class)`, which are 1 on average.
  ///
  /// - Source: G. King, L. Zeng, "Logistic Regression in Rare Events Data", 2001, as scikit-learn's `balanced`.
  /// - Throws: ``DatasetError/unfit(column:_:)`` without classes, or with more or fewer of them than weights.
  mutating func weigh(_ weights: DataOptions.ClassWeights) throws(DatasetError) {
    guard let position = columns.firstIndex(where: { $0.classes != nil && $0.width == 1 }),
      let classes = columns[position].classes
    else { throw .unfit(column: "weight", "no column has classes that could be weighed") }
    let factors: [Double]
    switch weights {
    case .balanced:
      factors = summary(of: columns[position]).classCounts.map { members in
        members == 0 ? 0 : Double(count) / (Double(classes.count) * Double(members))
      }
    case .numbers(let numbers):
      guard numbers.count == classes.count else {
        throw .unfit(column: "weight", "\(numbers.count) weights for \(classes.count) classes")
      }
      factors = numbers
    }
    var values: [Float] = []
    values.reserveCapacity(count)
    scan(columns[position]) { _, _, label in
      let index = Int(exactly: label) ?? -1
      values.append(factors.indices.contains(index) ? Float(factors[index]) : 1)
      return true
    }
    columns.insert(DatasetColumn("weight", Tensor(Column(values))), at: position)
  }
}
