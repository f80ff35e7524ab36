import ArgumentParser
import Foundation
import Nabla
import NablaData
import NablaDatasets
import NablaGraph
import NablaPlots
import NablaRuntime

/// `nabla data`: what a data set holds.
struct DataCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Describe a data set: columns, shapes, ranges, classes.",
    discussion: """
      DATA is a file, a folder with a folder of pictures for each class, several as x=FILE,y=FILE, or fashion-mnist; \
      options follow after colons, as in docs/data.md.
      Example: nabla data examples/data/digits.csv.gz:shape=8x8 --pictures digits.svg
      """)

  @Argument(help: "What is described, as --data of other verbs takes it.")
  var data: String

  @Option(name: .long, help: "Print the first examples.")
  var examples = 0

  @Option(name: .long, help: "Draw the first pictures of each class into a file that ends in .svg.")
  var pictures: String?

  @Flag(name: .long, help: "Take one epoch in shuffled batches of 128, and say how long that took.")
  var speed = false

  func validate() throws {
    if examples < 0 { throw ValidationError("--examples is at least 0, not \(examples)") }
    if let pictures, !pictures.hasSuffix(".svg") {
      throw ValidationError("a picture's name ends in .svg, not '\(pictures)'")
    }
  }

  func perform() throws {
    let loaded = try DataRequest(parsing: data).load()
    describe(loaded.all)
    if let test = loaded.test {
      print("for tests")
      describe(test)
    }
    for example in 0..<min(examples, loaded.all.count) { try show(example, of: loaded.all) }
    if let pictures { try draw(loaded.all, to: pictures) }
    if speed { try measure(loaded.all) }
  }

  // MARK: Text

  private func describe(_ set: Dataset) {
    print("\(set.count) examples")
    for column in set.columns {
      let summary = set.summary(of: column)
      let shape = column.shape.isEmpty ? "" : " \(column.shape)"
      let figures = column.classes.map { "\($0.count) classes" } ?? text(summary.whole)
      print("  \(column.name): \(column.stored.rawValue)\(shape), \(figures)")
      if let classes = column.classes, classes.count <= 300 {
        let total = Double(max(summary.classCounts.reduce(0, +), 1))
        for (index, count) in summary.classCounts.enumerated() {
          let share = (1000 * Double(count) / total).rounded() / 10
          print("    \(Self.visible(classes.name(index))): \(count) (\(PlainNumber.text(share)) %)")
        }
      } else if column.featureNames.count > 1, column.featureNames.count == summary.features.count {
        for (name, part) in zip(column.featureNames, summary.features) { print("    \(name): \(text(part))") }
      }
    }
  }

  private func text(_ part: ColumnSummary.Part) -> String {
    var text = "\(PlainNumber.text(part.least)) to \(PlainNumber.text(part.greatest))"
    text += ", mean \(Self.short(part.mean)), deviation \(Self.short(part.deviation))"
    if part.missing > 0 { text += ", \(part.missing) missing" }
    return text
  }

  private static func short(_ value: Double) -> String { value.isNaN ? "nan" : String(format: "%.4g", value) }

  /// A line end or another character that prints nothing, in its escaped form.
  private static func visible(_ name: String) -> String {
    let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != " " }
    return isPlain || name.count > 1 ? name : String(reflecting: name)
  }

  // MARK: Examples

  private func values(_ set: Dataset, _ position: Int, _ examples: [Int]) -> Tensor {
    let shape = [examples.count] + set.columns[position].shape
    let column = Column(shape.reduce(1, *), of: .f64) { bytes in
      if let base = bytes.baseAddress { set.gather(examples, column: position, into: base, as: .f64) }
    }
    return Tensor(column, shape: shape)
  }

  private func show(_ example: Int, of set: Dataset) throws {
    print("example \(example + 1)")
    for (position, column) in set.columns.enumerated() {
      let values = values(set, position, [example])
      if let classes = column.classes, values.count == 1, values.doubles[0] == values.doubles[0].rounded() {
        print("  \(column.name) = \(Self.visible(classes.name(Int(exactly: values.doubles[0]) ?? -1)))")
      } else if let classes = column.classes, classes.count > 0, column.shape.count == 1, !classes.names.isEmpty {
        let pieces = values.doubles.map { classes.name(Int(exactly: $0) ?? -1) }.filter { !$0.isEmpty }
        print("  \(column.name) = \(String(reflecting: pieces.joined(separator: classes.unit?.separator ?? "")))")
      } else {
        let one = values.reshaped(to: column.shape) ?? values
        print("  \(column.name) = \(TensorText().text(one, indent: column.name.count + 5))")
      }
    }
  }

  /// Up to eight of each class, or the first forty.
  private func draw(_ set: Dataset, to path: String) throws {
    guard let position = set.columns.firstIndex(where: { [2, 3].contains($0.shape.count) && $0.classes == nil }) else {
      throw DatasetError.unfit(
        column: set.columns.first?.name ?? "x", "no example has the shape of a picture; shape=8x8 gives it one")
    }
    let shape = set.columns[position].shape
    let labels = set.columns.firstIndex { $0.classes != nil && $0.shape.isEmpty }
    var examples = Array(0..<min(set.count, 40))
    var captions: [String] = []
    if let labels, let classes = set.columns[labels].classes {
      let numbers = values(set, labels, Array(0..<set.count)).doubles.map { Int(exactly: $0) ?? -1 }
      var shown = [Int](repeating: 0, count: classes.count)
      examples = []
      for (example, label) in numbers.enumerated() {
        guard shown.indices.contains(label), shown[label] < 8 else { continue }
        shown[label] += 1
        examples.append(example)
      }
      examples.sort { (numbers[$0], $0) < (numbers[$1], $1) }
      examples = Array(examples.prefix(160))
      captions = examples.map { classes.name(numbers[$0]) }
    }
    let numbers = values(set, position, examples).doubles
    let channels = shape.count == 3 ? shape[2] : 1
    let grey = channels == 1 ? numbers : Self.grey(numbers, channels)
    let grid = ImageGrid(grey, rows: shape[0], columns: shape[1], captions: captions)
    try OutputFile(path: path).write(Array(grid.svg.utf8))
  }

  private static func grey(_ numbers: [Double], _ channels: Int) -> [Double] {
    stride(from: 0, to: numbers.count, by: channels).map { pixel in
      numbers[pixel..<pixel + channels].reduce(0, +) / Double(channels)
    }
  }

  // MARK: Speed

  private func measure(_ set: Dataset) throws {
    let columns = set.columns.map { column in
      BatchLoader.Column(column.name, column.classes != nil && column.shape.isEmpty ? .i32 : .f32)
    }
    let plan = BatchPlan(count: set.count, batch: 128)
    let loader = try BatchLoader(set, plan, columns: columns, prefetches: false)
    let clock = ContinuousClock()
    let time = clock.measure { for _ in 0..<plan.batchesPerEpoch { _ = loader.next() } }
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    let bytes = zip(set.columns, columns).map { $0.elementCount * $1.element.size }.reduce(0, +)
    let rate = Double(set.count) / max(seconds, 1e-9)
    print(
      "\(plan.batchesPerEpoch) batches in \(Self.short(seconds * 1000)) ms: "
        + "\(Self.short(seconds * 1e6 / Double(plan.batchesPerEpoch))) µs a batch, \(Self.short(rate / 1000)) thousand "
        + "examples and \(Self.short(rate * Double(bytes) / 1e6)) MB a second")
  }
}
