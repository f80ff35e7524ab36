import NablaData
import NablaGraph
import NablaRuntime

/// What became of the numbers of a column before a program saw them: scaled, shifted, made vectors, in which shape, and
/// what its classes are called. Kept with a trained model, so that data it meets later are prepared in the same way.
public struct ColumnPreparation: Hashable, Codable, Sendable {
  public let name: String
  /// The extents of one example, as the program has it.
  public let shape: [Int]
  /// What the classes are called, in their order; empty where they have only numbers, or where there are none.
  public let classNames: [String]
  public let classCount: Int?
  /// What of a text the numbers stand for; without it, for no part of a text.
  public let textUnit: TextUnit?
  private let affine: AffineEncoding?
  private let oneHot: Int?

  /// What happened to a column.
  public init(_ column: DatasetColumn) {
    name = column.name
    shape = column.shape
    classNames = column.classes?.names ?? []
    textUnit = column.classes?.unit
    switch column.encoding {
    case .plain: (affine, oneHot, classCount) = (nil, nil, column.classes?.count)
    case .affine(let encoding): (affine, oneHot, classCount) = (encoding, nil, nil)
    case .oneHot(let count): (affine, oneHot, classCount) = (nil, count, count)
    }
  }

  /// What is subtracted from stored numbers, and what they are divided by then, one for each feature in turn; `nil` where
  /// they stay as they are.
  public var scaling: (shift: [Double], scale: [Double], fill: [Double]?)? {
    affine.map { ($0.shift, $0.scale, $0.fill) }
  }

  /// The name of a class: its number, if it has no other.
  public func className(_ index: Int) -> String { DatasetColumn.Classes(names: classNames).name(index) }
}

extension Dataset {
  /// The set with a column prepared as another one was; a column that has been prepared so already stays.
  ///
  /// - Throws: ``DatasetError/unfit(column:_:)`` for examples of another size, classes that were not known, and numbers
  ///   that have been scaled in another way.
  public func prepared(_ name: String, as preparation: ColumnPreparation) throws(DatasetError) -> Dataset {
    try replacing(name) { column throws(DatasetError) in
      let origin = column.origin
      do throws(DatasetError) {
        try preparation.apply(to: &column, of: self)
      } catch {
        if case .source = error { throw error }
        throw origin.map { .source($0, error) } ?? error
      }
    }
  }
}

extension ColumnPreparation {
  fileprivate func apply(to column: inout DatasetColumn, of set: Dataset) throws(DatasetError) {
    let wanted: DatasetColumn.Encoding = affine.map { .affine($0) } ?? oneHot.map { .oneHot($0) } ?? .plain
    if column.encoding != .plain {
      guard column.encoding == wanted else {
        throw .unfit(column: column.name, "it is scaled in another way than the data that were trained on")
      }
    } else if let count = classCount {
      try number(&column, of: set, count: count)
      column.encoding = wanted
    } else {
      column.encoding = wanted
      if affine != nil { column.classes = nil }
    }
    let width = oneHot == nil ? column.elementCount : column.width * (oneHot ?? 1)
    guard width == shape.reduce(1, *) else {
      throw .unfit(column: column.name, "examples of shape \(column.shape) instead of \(shape)")
    }
    column.shape = shape
  }

  /// Gives the classes of a column the numbers that they were trained with.
  private func number(_ column: inout DatasetColumn, of set: Dataset, count: Int) throws(DatasetError) {
    let found = column.classes?.names ?? []
    let classes =
      classNames.isEmpty
      ? DatasetColumn.Classes(count: count)
      : textUnit.map { .init(vocabulary: classNames, of: $0) } ?? DatasetColumn.Classes(names: classNames)
    guard !found.isEmpty, found != classNames else {
      try set.require(column, expected: "a class from 0 to \(count - 1)") {
        $0 >= 0 && $0 < Double(count) && $0 == $0.rounded()
      }
      column.classes = classes
      return
    }
    let numbers = Dictionary(classNames.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    // Of texts, what has no number has that of the unknown.
    let unknown: Int32 = textUnit == nil ? 0 : 1
    if textUnit == nil, let stranger = found.first(where: { numbers[$0] == nil }) {
      let known = classNames.isEmpty ? "numbers from 0 to \(count - 1)" : DatasetError.list(classNames)
      throw .unfit(column: column.name, "'\(stranger)' is none of the classes that were trained on: \(known)")
    }
    let translation = found.map { numbers[$0] ?? unknown }
    // The stored examples, not those of the set, which may be a part of them.
    var labels: [Int32] = []
    let whole = Dataset(columns: [column], rows: .progression(start: 0, step: 1, count: column.count))
    whole.scan(column) { _, _, value in
      let label = Int(exactly: value) ?? -1
      labels.append(translation.indices.contains(label) ? translation[label] : 0)
      return true
    }
    // Windows that overlap have numbers of their own now.
    column = DatasetColumn(
      column.name, Tensor(Column(labels), shape: [column.count] + (column.width == 1 ? [] : column.shape)),
      classes: classes)
  }
}
