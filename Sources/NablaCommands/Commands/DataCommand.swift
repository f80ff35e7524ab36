import ArgumentParser
import Nabla
import NablaData
import NablaDatasets

/// `nabla data`: what a data set holds.
struct DataCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Describe a data set: columns, shapes, ranges, classes.",
    discussion: """
      DATA is a file, or several as x=FILE,y=FILE, or fashion-mnist; options follow after colons, as in docs/data.md.
      Example: nabla data examples/data/digits.csv.gz:scale=16
      """)

  @Argument(help: "What is described, as --data of other verbs takes it.")
  var data: String

  func perform() throws {
    let loaded = try DataRequest(parsing: data).load()
    describe(loaded.all)
    guard let test = loaded.test else { return }
    print("for tests")
    describe(test)
  }

  private func describe(_ set: Dataset) {
    print("\(set.count) examples")
    for column in set.columns {
      let summary = set.summary(of: column)
      var line = "  \(column.name): \(column.stored.rawValue)\(column.shape.isEmpty ? "" : " \(column.shape)")"
      line += ", \(PlainNumber.text(summary.least)) to \(PlainNumber.text(summary.greatest))"
      if summary.missing > 0 { line += ", \(summary.missing) missing" }
      print(line)
      guard let classes = column.classes, classes.count <= 100 else { continue }
      for (index, count) in summary.classCounts.enumerated() { print("    \(classes.name(index)): \(count)") }
    }
  }
}
