import Foundation
import NablaData

extension DataRequest {
  /// Reads what is requested.
  ///
  /// A column that has no name of its own is `x`, or `y` if there is an `x` already. What is to be normalised is known
  /// to ``LoadedData`` and measured when it is split.
  public func load() throws(DatasetError) -> LoadedData {
    var columns: [DatasetColumn] = []
    var held: [DatasetColumn] = []
    var normalised: [String] = []
    var limit: Int?
    for part in parts {
      let known = KnownDataset(rawValue: part.source)
      let names = try part.add(to: &columns, training: true)
      if known != nil { _ = try part.add(to: &held, training: false) }
      if part.options.normalise { normalised += names }
      if let wanted = part.options.limit { limit = Swift.min(limit ?? wanted, wanted) }
    }
    var training = try Dataset(columns)
    if let limit { training = training.prefix(limit) }
    guard training.count > 0 else { throw .empty(parts.map(\.source).joined(separator: ",")) }
    return LoadedData(all: training, test: held.isEmpty ? nil : try Dataset(held), normalised: normalised)
  }
}

/// What a request brought.
public struct LoadedData: Sendable {
  /// The examples, before a part is held out.
  public let all: Dataset
  /// The part that a known set keeps for tests.
  public let test: Dataset?
  /// The columns that are to be normalised.
  public let normalised: [String]

  /// What is trained on, and what is held out, normalised as the examples that are trained on are.
  public func split(
    _ rule: SplitRule?
  ) throws(DatasetError) -> (training: Dataset, held: Dataset?, test: Dataset?, normalisations: [Normalisation]) {
    var training = all
    var held: Dataset?
    if let rule { (training, held) = try all.split(rule) as (Dataset, Dataset?) }
    var test = self.test
    var normalisations: [Normalisation] = []
    for name in normalised {
      let normalisation = try training.normalisation(of: name)
      training = try training.normalised(by: normalisation)
      held = try held?.normalised(by: normalisation)
      test = try test?.normalised(by: normalisation)
      normalisations.append(normalisation)
    }
    return (training, held, test, normalisations)
  }
}

extension DataRequest.Part {
  /// - Returns: the names of the columns that are no labels.
  fileprivate func add(to columns: inout [DatasetColumn], training: Bool) throws(DatasetError) -> [String] {
    var read = try read(columns, training: training)
    if let name {
      guard read.count == 1 else {
        throw .unfit(column: name, "'\(source)' has \(read.count) columns: \(DatasetError.list(read.map(\.name)))")
      }
      read[0].name = name
    }
    var dataset = try Dataset(read)
    var features: [String] = []
    for column in read {
      let isLabel = column.classes != nil || read.count > 1 && column.name == "y"
      if isLabel {
        if options.oneHot { dataset = try dataset.oneHot(column.name) }
        continue
      }
      features.append(column.name)
      if let shape = options.shape { dataset = try dataset.reshaped(column.name, to: shape) }
      if let scale = options.scale { dataset = try dataset.scaled(column.name, by: scale) }
    }
    for column in dataset.columns {
      guard !columns.contains(where: { $0.name == column.name }) else {
        throw .unfit(column: column.name, "there are two of that name: write x=…,y=… to tell them apart")
      }
      columns.append(column)
    }
    return features
  }

  private func read(_ columns: [DatasetColumn], training: Bool) throws(DatasetError) -> [DatasetColumn] {
    if let known = KnownDataset(rawValue: source) { return try known.columns(training: training) }
    let bytes = try SourceBytes(source)
    if bytes.storage.bytes.isEmpty { throw .empty(source) }
    let usual = columns.contains { $0.name == "x" } ? "y" : "x"
    switch bytes.kind {
    case .idx: return [try ArrayFiles.idx(bytes, name: name ?? usual).withUsualClasses(options)]
    case .npy: return [try ArrayFiles.npy(bytes, name: name ?? usual).withUsualClasses(options)]
    case .npz:
      return try ArrayFiles.npz(bytes, member: options.member).map { column throws(DatasetError) in
        try column.withUsualClasses(options)
      }
    case .table:
      var options = options
      if name != nil, options.label == .usual { options.label = .none }
      return try TableExamples(bytes, options).columns()
    }
  }
}

extension DatasetColumn {
  /// Integers, one for each example, are classes.
  func withUsualClasses(_ options: DataOptions) throws(DatasetError) -> DatasetColumn {
    guard shape.isEmpty, options.labelKind != .numbers, count > 0 else { return self }
    if stored.isFloat, options.labelKind != .classes { return self }
    if options.labelKind == .classes { return try Dataset([self]).withClasses(name).columns[0] }
    return (try? Dataset([self]).withClasses(name).columns[0]) ?? self
  }
}
