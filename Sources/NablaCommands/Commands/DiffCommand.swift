import ArgumentParser
import Nabla
import NablaGraph
import NablaLanguage

/// `nabla diff`: the partial derivatives, as a mathematician would write them.
struct DiffCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "The partial derivatives of a function, as formulas.",
    discussion: "Example: nabla diff 'f(x) = sin(x)^2' --order 2")

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, unicode, latex, c, swift, json }

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions

  @Option(name: .long, help: "The parameters to differentiate by, separated by commas; without it, all.")
  var wrt: String?

  @Option(name: .long, parsing: .unconditional, help: "The order of the derivative.")
  var order: Int = 1

  @Option(name: .long, help: "How it is written: text, unicode, latex, c, swift, json.")
  var format: Format = .text

  func perform() throws {
    let formula = try input.formula()
    let names = try wrt.map(NameList.split)
    switch format {
    case .c: print(try formula.derivativeCode(.c, by: names, order: order))
    case .swift: print(try formula.derivativeCode(.swift, by: names, order: order))
    case .json: try printJSON(formula, names)
    case .text, .unicode, .latex: try printLines(formula, names)
    }
  }

  private func printLines(_ formula: Formula, _ names: [String]?) throws {
    let style: ExpressionStyle = format == .latex ? .latex : format == .unicode ? .unicode : .text
    let derivatives = try formula.derivativeTexts(by: names, order: order, style)
    let values = try values(formula, names)
    for (index, derivative) in derivatives.enumerated() {
      let label = DerivativeLabel(formula.name, derivative.name, order: order).text(style)
      let value = values.map { " = " + $0[index].text } ?? ""
      print("\(label) = \(derivative.text)\(value == " = " + derivative.text ? "" : value)")
    }
    for note in formula.derivativeNotes() { StandardError.write("note: \(note)") }
  }

  private func printJSON(_ formula: Formula, _ names: [String]?) throws {
    let texts = try formula.derivativeTexts(by: names, order: order, .text)
    let latex = try formula.derivativeTexts(by: names, order: order, .latex)
    let values = try values(formula, names)
    func object(_ entries: [(name: String, text: String)]) -> JSONValue {
      .object(entries.map { .init($0.name, .string($0.text)) })
    }
    print(
      JSONValue.object(
        ("version", .integer(1)), ("function", .string(formula.name)), ("order", .integer(order)),
        ("value", .string(formula.text(.text))), ("derivatives", object(texts)), ("latex", object(latex)),
        ("at", values.map { values in .object(zip(texts, values).map { .init($0.name, $1) }) })
      ).text)
  }

  /// The derivatives at the point given, if there is one.
  private func values(_ formula: Formula, _ names: [String]?) throws -> [JSONValue]? {
    guard !point.at.isEmpty else { return nil }
    let columns = try point.requiredColumns(for: formula)
    let evaluator = try Evaluator(formula, [.gradient], by: names, order: order, backend: .interpreter)
    let results = try evaluator.evaluate(columns, points: 1)
    let entry = ResultAssembly(evaluator.derived, results).entries(.gradient, points: 1)[0]
    return entry.members?.map(\.value)
  }
}
