import NablaData

/// How a column becomes numbers of mean 0 and deviation 1: kept with a model, so that what it is asked later is treated as
/// what it was trained on.
public struct Normalisation: Hashable, Codable, Sendable {
  public let column: String
  /// One for each feature of a row, or one for all numbers of a picture.
  public let mean: [Double]
  public let deviation: [Double]

  public init(column: String, mean: [Double], deviation: [Double]) {
    self.column = column
    self.mean = mean
    self.deviation = deviation
  }
}

extension Dataset {
  /// Means and deviations of the examples of this set: of each feature of a row, also in windows of rows, and of pictures
  /// of all their numbers together. A feature that is the same everywhere has deviation 1.
  ///
  /// The deviation is that of the numbers themselves (divided by their count, not by one less). Missing numbers do not
  /// count.
  public func normalisation(of name: String) throws(DatasetError) -> Normalisation {
    let column = columns[try position(of: name)]
    var affine = AffineEncoding(scale: 1)
    switch column.encoding {
    case .plain: break
    case .affine(let encoding): affine = encoding
    case .oneHot: throw .unfit(column: name, "one-hot vectors are not normalised")
    }
    let period = max(column.featureCount, 1)
    var features = Array(repeating: Moments(), count: period)
    scan(column) { _, index, stored in
      let place = index % affine.period
      features[index % period].add((stored - affine.shift[place]) / affine.scale[place])
      return true
    }
    let deviation = features.map { $0.deviation > 0 && $0.deviation.isFinite ? $0.deviation : 1 }
    return Normalisation(column: name, mean: features.map(\.mean), deviation: deviation)
  }

  /// - Throws: ``DatasetError/unfit(column:_:)`` where the means are those of other features.
  public func normalised(by normalisation: Normalisation) throws(DatasetError) -> Dataset {
    try replacing(normalisation.column) { column throws(DatasetError) in
      let count = normalisation.mean.count
      guard count > 0, count == normalisation.deviation.count, count == 1 || count == column.featureCount else {
        throw .unfit(column: column.name, "\(count) means do not fit examples of shape \(column.shape)")
      }
      try column.encode(AffineEncoding(shift: normalisation.mean, scale: normalisation.deviation))
    }
  }
}
