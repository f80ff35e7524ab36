import NablaData
import NablaGraph

extension DataRequest {
  /// Reads what is requested.
  ///
  /// A column that has no name of its own is `x`, or `y` if there is an `x` already. What is to be normalised is known
  /// to ``LoadedData`` and measured when it is split.
  ///
  /// - Parameter floats: the element type that a program has for floats; numbers of a text are stored in it.
  public func load(floats: ElementType = .f64) throws(DatasetError) -> LoadedData {
    var columns: [DatasetColumn] = []
    var held: [DatasetColumn] = []
    var normalised: [String] = []
    var limit: Int?
    for part in parts {
      let names: [String]
      if let known = KnownDataset(rawValue: part.source) {
        try part.requireUse(of: .all)
        let (training, test) = try known.columns()
        names = try part.add(training, to: &columns)
        _ = try part.add(test, to: &held)
      } else {
        names = try part.add(try part.read(columns, floats), to: &columns)
      }
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
  /// Adds columns that were read, as the part's options say.
  ///
  /// - Returns: the names of the columns that are no labels.
  fileprivate func add(
    _ read: [DatasetColumn], to columns: inout [DatasetColumn]
  ) throws(DatasetError) -> [String] {
    var read = read
    for index in read.indices { read[index].origin = source }
    var isSeries = false
    if let rule = options.window ?? (options.isText ? WindowRule(length: 40) : nil) {
      isSeries = read.count == 1 && read[0].classes == nil
      read = try windowed(read, rule)
    }
    if let name {
      guard read.count == 1 else {
        throw .unfit(column: name, "'\(source)' has \(read.count) columns: \(DatasetError.list(read.map(\.name)))")
      }
      read[0].name = name
    }
    var dataset = try Dataset(read)
    var features: [String] = []
    for column in read {
      // What examples count stays what it is.
      if case .column? = options.weights, column.name == "weight" { continue }
      let isLabel = column.classes != nil || read.count > 1 && column.name == "y" && !isSeries
      if isLabel {
        if options.oneHot { dataset = try dataset.oneHot(column.name) }
        continue
      }
      features.append(column.name)
      if let shape = options.shape { dataset = try dataset.reshaped(column.name, to: shape) }
      if let scale = options.scale { dataset = try dataset.scaled(column.name, by: scale) }
    }
    if let weights = options.weights { dataset = try dataset.weighed(weights) }
    for column in dataset.columns {
      guard !columns.contains(where: { $0.name == column.name }) else {
        throw .unfit(column: column.name, "there are two of that name: write x=…,y=… to tell them apart")
      }
      columns.append(column)
    }
    return features
  }

  /// - Throws: ``DatasetError/idle(option:for:)``.
  fileprivate func requireUse(of sources: DataOptions.Sources) throws(DatasetError) {
    guard let idle = options.firstIdle(of: sources) else { return }
    throw .source(source, .idle(option: idle.key, for: idle.sources))
  }

  /// Windows of the first column, and what comes after them: in the column of labels, or else in the same.
  private func windowed(_ columns: [DatasetColumn], _ rule: WindowRule) throws(DatasetError) -> [DatasetColumn] {
    let (sequence, labels) = (columns[0], columns.last ?? columns[0])
    guard columns.count <= 2, sequence.step == sequence.width, labels.step == labels.width else {
      throw .unfit(column: sequence.name, "windows are of one array, or of a table whose columns stand side by side")
    }
    guard rule.count(sequence.count) > 0 else {
      throw .unfit(
        column: sequence.name,
        "\(sequence.count) rows have no window of \(rule.length) and a row \(rule.horizon) further")
    }
    let x = sequence.windows(rule)
    var y = labels.targets(rule)
    y.name = "y"
    // One number a row needs no axis.
    if y.shape.last == 1, columns.count == 1 { y.shape.removeLast() }
    return [x, y]
  }

  /// The columns of a file or folder, beside those that are there.
  fileprivate func read(_ columns: [DatasetColumn], _ floats: ElementType) throws(DatasetError) -> [DatasetColumn] {
    if PictureFiles.isFolder(source) {
      try requireUse(of: .pictures)
      return try PictureFiles.folder(source, options)
    }
    let bytes = try SourceBytes(source)
    if bytes.storage.bytes.isEmpty { throw .empty(source) }
    if options.isText { return [try TextExamples.column(bytes, name: name ?? "x", options)] }
    switch bytes.kind {
    case .picture: try requireUse(of: .pictures)
    case .idx, .npy: try requireUse(of: .all)
    case .npz: try requireUse(of: .archives)
    case .table: try requireUse(of: .tables)
    }
    let usual = columns.contains { $0.name == "x" } ? "y" : "x"
    switch bytes.kind {
    case .picture: return [try PictureFiles.file(bytes, name: name ?? usual, options)]
    case .idx: return [try ArrayFiles.idx(bytes, name: name ?? usual).withUsualClasses(options, source)]
    case .npy: return [try ArrayFiles.npy(bytes, name: name ?? usual).withUsualClasses(options, source)]
    case .npz:
      return try ArrayFiles.npz(bytes, member: options.member).map { column throws(DatasetError) in
        try column.withUsualClasses(options, source)
      }
    case .table:
      var options = options
      if name != nil {
        // A part with a name is one column: what is asked for as a label stands alone.
        if case .named = options.label, options.features.isEmpty { options.isLabelOnly = true }
        if options.label == .usual { options.label = .none }
      }
      return try TableExamples(bytes, options, floats: floats).columns()
    }
  }
}

extension DatasetColumn {
  /// Integers, one for each example, are classes.
  func withUsualClasses(_ options: DataOptions, _ path: String) throws(DatasetError) -> DatasetColumn {
    guard shape.isEmpty, options.labelKind != .numbers, count > 0, options.window == nil else { return self }
    if stored.isFloat, options.labelKind != .classes { return self }
    if options.labelKind == .classes {
      do {
        return try Dataset([self]).withClasses(name, count: options.classCount).columns[0]
      } catch {
        throw .source(path, error)
      }
    }
    return (try? Dataset([self]).withClasses(name).columns[0]) ?? self
  }
}
