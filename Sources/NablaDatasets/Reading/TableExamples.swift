import NablaData
import NablaGraph
import NablaRuntime

/// Reads a table of text, such as a CSV file: a label `y`, and the other columns side by side as `x`.
///
/// Also scikit-learn's own tables are read, whose first line has the number of examples, the number of features, and the
/// names of the classes.
struct TableExamples {
  private let source: SourceBytes
  private let options: DataOptions
  /// What features are stored as: `f64`, or `f32` for programs that use no more.
  private let stored: StoredElement.Kind
  private var header: [String] = []
  private var classNames: [String] = []
  private var width = 0
  private var label: Int?
  private var features: [Int] = []
  /// The column that says what examples count, and what they do.
  private var weight: Int?
  private var weights: [Float] = []
  private var values: GrowingBytes
  private var rowCount = 0
  /// The labels: numbers as long as there are no words.
  private var labels: [Double] = []
  private var words: [String]?
  /// The texts, where they are what examples are.
  private var texts: TokenTable?

  /// - Parameter floats: the element type that features are gathered in; narrower ones take less room.
  init(_ source: SourceBytes, _ options: DataOptions, floats: ElementType = .f64) throws(DatasetError) {
    try source.requireText()
    self.source = source
    self.options = options
    stored = floats == .f32 ? .float32 : .float64
    texts = options.tokens.map { TokenTable($0.unit) }
    let size = source.storage.bytes.count / 8 * stored.size
    values = try reading(source.path) { () throws(DataError) in try GrowingBytes(expecting: size) }
    var scanner = CSVScanner(source.storage.bytes)
    var row: [CSVScanner.Field] = []
    let path = source.path
    guard let firstLine = try reading(path, { () throws(DataError) in try scanner.nextRow(&row) }) else {
      throw .empty(path)
    }
    let first = row
    var line = try reading(path) { () throws(DataError) in try scanner.nextRow(&row) }
    let isHeader = try takeHeader(first, scanner, second: line == nil ? nil : row)
    try chooseColumns()
    if !isHeader { try add(first, scanner, firstLine) }
    while let number = line {
      try add(row, scanner, number)
      line = try reading(path) { () throws(DataError) in try scanner.nextRow(&row) }
    }
    if rowCount == 0 { throw .empty(path) }
  }

  // MARK: Columns

  /// Looks whether the first row names the columns: it has a word where the second one has a number, or words alone.
  private mutating func takeHeader(
    _ first: [CSVScanner.Field], _ scanner: CSVScanner, second: [CSVScanner.Field]?
  ) throws(DatasetError) -> Bool {
    width = first.count
    let texts = first.map { scanner.text($0) }
    if options.header == nil, let second, first.count >= 3, let features = first[1].value, first[0].value != nil,
      Double(second.count) == features + 1, first[2...].allSatisfy({ $0.value == nil }),
      second.allSatisfy({ $0.value != nil })
    {
      width = second.count
      classNames = Array(texts[2...])
      return true
    }
    let looksLike =
      first.allSatisfy { $0.value == nil }
      || zip(first, second ?? []).contains { $0.value == nil && $1.value.map { !$0.isNaN } ?? false }
    guard options.header ?? looksLike else { return false }
    header = texts
    return true
  }

  private func name(_ column: Int) -> String {
    header.indices.contains(column) && !header[column].isEmpty ? header[column] : "\(column + 1)"
  }

  /// A column by its name, or by its number from 1.
  private func column(_ text: String) throws(DatasetError) -> Int {
    switch text {
    case "first" where !header.contains(text): return 0
    case "last" where !header.contains(text): return width - 1
    default: break
    }
    if let index = header.firstIndex(of: text) { return index }
    if let number = Int(text), number >= 1, number <= width { return number - 1 }
    throw .noColumn(text, known: (0..<width).map { name($0) })
  }

  private mutating func chooseColumns() throws(DatasetError) {
    let labels: Set = ["label", "class", "target", "species", "y"]
    if case .column(let text)? = options.weights { weight = try column(text) }
    switch options.label {
    case .none: label = nil
    case .named(let text): label = try column(text)
    case .usual:
      let hasNone = options.separate || width < 2 || options.window != nil
      let named = header.firstIndex { labels.contains($0.lowercased()) }
      label = hasNone ? nil : named ?? (0..<width).last { $0 != weight }
    }
    let dropped = Set(try options.drop.map { text throws(DatasetError) in try column(text) })
    let chosen = try options.features.map { text throws(DatasetError) in try column(text) }
    let usual = (0..<width).filter { $0 != label && $0 != weight }
    features = (chosen.isEmpty ? usual : chosen).filter { !dropped.contains($0) }
    if options.isLabelOnly { features = [] }
    if texts != nil, features.count != 1 {
      throw .unfit(
        column: "x", "texts stand in one column, and there are \(features.count): features=NAME says in which")
    }
    if features.isEmpty, label == nil { throw .unfit(column: "x", "the options leave no column of the table") }
  }

  // MARK: Rows

  private func place(_ line: Int, _ column: Int) -> String { "line \(line), column '\(name(column))'" }

  private mutating func add(_ row: [CSVScanner.Field], _ scanner: CSVScanner, _ line: Int) throws(DatasetError) {
    func refuse(_ error: DataError) -> DatasetError { .data(.inFile(path: source.path, error)) }
    guard row.count == width else {
      throw refuse(.ragged(path: "line \(line)", expected: width, found: row.count))
    }
    let start = values.count
    var isDropped = false
    if texts != nil { texts?.add(scanner.text(row[features[0]])) }
    for column in features where texts == nil {
      guard var value = row[column].value else {
        let text = scanner.text(row[column])
        let found = text.count > 40 ? "a text of \(text.count) characters" : "'\(text)'"
        throw refuse(.notANumber(path: place(line, column), expected: "a number", found: found))
      }
      if !value.isFinite {
        switch options.missing {
        case .refuse:
          let found = value.isNaN ? "nothing" : "\(value)"
          throw refuse(
            .notANumber(
              path: place(line, column), expected: "a number", found: "\(found) (missing=… says what to do)"))
        case .drop: isDropped = true
        case .keep: break
        case .number(let number): value = number
        }
      }
      do throws(DataError) {
        if stored == .float32 { try values.append(Float(value)) } else { try values.append(value) }
      } catch {
        throw refuse(error)
      }
    }
    if let label {
      if let value = row[label].value, value.isNaN {
        guard options.missing == .drop else {
          throw refuse(.notANumber(path: place(line, label), expected: "a label", found: "nothing"))
        }
        isDropped = true
      }
      if !isDropped {
        if let count = options.classCount, let value = row[label].value,
          !(value >= 0 && value < Double(count) && value == value.rounded())
        {
          throw refuse(
            .notANumber(
              path: place(line, label), expected: "a class from 0 to \(count - 1)", found: PlainNumber.text(value)))
        }
        addLabel(row[label], scanner)
      }
    }
    if let weight, !isDropped {
      guard let value = row[weight].value, value >= 0, value.isFinite else {
        let found = "'\(scanner.text(row[weight]).prefix(40))'"
        throw refuse(.notANumber(path: place(line, weight), expected: "a weight of at least 0", found: found))
      }
      weights.append(Float(value))
    }
    if isDropped {
      values.count = start
      texts?.removeLast()
    } else {
      rowCount += 1
    }
  }

  private mutating func addLabel(_ field: CSVScanner.Field, _ scanner: CSVScanner) {
    if words == nil, let value = field.value { return labels.append(value) }
    // The first word: what came before are words too.
    if words == nil {
      words = labels.map { PlainNumber.text($0) }
      labels = []
    }
    words?.append(scanner.text(field))
  }

  // MARK: Result

  func columns() throws(DatasetError) -> [DatasetColumn] {
    var result = [DatasetColumn]()
    if let texts, let tokens = options.tokens {
      let name = options.separate ? name(features[0]) : "x"
      result.append(texts.examples(name, length: tokens.length ?? 40, limit: options.vocabulary))
    } else if !features.isEmpty {
      let storage = values.finished()
      if options.separate {
        for (index, feature) in features.enumerated() {
          let rest = ByteStorage(storage, index * stored.size..<storage.bytes.count)
          result.append(
            DatasetColumn(name(feature), rest, stored, shape: [], count: rowCount, step: features.count))
        }
      } else {
        var x = DatasetColumn("x", storage, stored, shape: [features.count], count: rowCount)
        x.featureNames = header.isEmpty ? [] : features.map { name($0) }
        result.append(x)
      }
    }
    if weight != nil { result.append(DatasetColumn("weight", Tensor(Column(weights), shape: [weights.count]))) }
    if let label { result.append(try labelColumn(options.separate ? name(label) : "y")) }
    return result
  }

  private func labelColumn(_ name: String) throws(DatasetError) -> DatasetColumn {
    if let words {
      if options.labelKind == .numbers { throw .unfit(column: name, "'\(words[0])' is no number") }
      let names = Set(words).sorted()
      if let count = options.classCount, names.count > count {
        throw .unfit(column: name, "\(names.count) classes, more than \(count): \(DatasetError.list(names))")
      }
      let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
      return DatasetColumn(
        name, Tensor(Column(words.map { numbers[$0] ?? 0 })), classes: DatasetColumn.Classes(names: names))
    }
    guard options.labelKind != .numbers, let count = classCount(labels, isSure: options.labelKind == .classes) else {
      if options.labelKind == .classes,
        let index = labels.firstIndex(where: { !($0 >= 0 && $0 < 0x1p24 && $0 == $0.rounded()) })
      {
        throw .value(column: name, example: index, value: labels[index], expected: "the number of a class")
      }
      return DatasetColumn(name, Tensor(labels))
    }
    let isNamed = classNames.count >= count
    let classes =
      isNamed ? DatasetColumn.Classes(names: classNames) : DatasetColumn.Classes(count: options.classCount ?? count)
    return DatasetColumn(name, Tensor(Column(labels.map { Int32($0) })), classes: classes)
  }

  /// How many classes labels name: they are the integers from 0, none of which is left out, and there are fewer of them
  /// than half the examples.
  private func classCount(_ labels: [Double], isSure: Bool) -> Int? {
    var largest = -1.0
    for label in labels {
      guard label >= 0, label < 0x1p24, label == label.rounded() else { return nil }
      largest = max(largest, label)
    }
    let count = Int(largest) + 1
    if isSure { return count }
    guard count * 2 <= labels.count, count > 1 else { return nil }
    return Set(labels).count == count ? count : nil
  }
}
