import ArgumentParser
import Nabla
import NablaData
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
    let module = try input.module()
    let formula = try input.formula(of: module)
    let bound = try input.bound(formula, at: point)
    let names = try wrt.map(NameList.split)
    switch format {
    case .c: print(try formula.derivativeCode(.c, by: names, order: order))
    case .swift: print(try formula.derivativeCode(.swift, by: names, order: order))
    case .json: try printJSON(formula, bound, names)
    case .text, .unicode, .latex: try printLines(formula, bound, names)
    }
  }

  private func printLines(_ formula: Formula, _ bound: Formula, _ names: [String]?) throws {
    let style: ExpressionStyle = format == .latex ? .latex : format == .unicode ? .unicode : .text
    let values = try values(bound, names)
    let list = try formula.derivativeList(by: names, order: order, style)
    for part in list.shared { print("\(part.name) = \(part.value)") }
    for (result, row) in list.rows.enumerated() {
      for (index, derivative) in row.enumerated() {
        let label = DerivativeLabel(formula.resultName(result), derivative.name, order: order).text(style)
        let value = values.map { " = " + $0[result][index].text } ?? ""
        print("\(label) = \(derivative.text)\(value == " = " + derivative.text ? "" : value)")
      }
    }
    for note in formula.derivativeNotes() { StandardError.write("note: \(note)") }
  }

  private func printJSON(_ formula: Formula, _ bound: Formula, _ names: [String]?) throws {
    let list = try formula.derivativeList(by: names, order: order)
    func object(_ rows: [[JSONValue]]) -> JSONValue {
      let objects = zip(list.rows, rows).map { names, row in
        JSONValue.object(zip(names, row).map { .init($0.name, $1) })
      }
      if objects.count == 1 { return objects[0] }
      return .object(objects.enumerated().map { .init(formula.resultName($0), $1) })
    }
    func strings(_ list: DerivativeList) -> [[JSONValue]] { list.rows.map { $0.map { .string($0.text) } } }
    func definitions(_ list: DerivativeList) -> JSONValue? {
      list.shared.isEmpty ? nil : .object(list.shared.map { .init($0.name, .string($0.value)) })
    }
    let latex = try formula.derivativeList(by: names, order: order, .latex)
    print(
      JSONValue.object(
        ("version", .integer(1)), ("function", .string(formula.name)), ("order", .integer(order)),
        ("value", .string(formula.text(.text))), ("shared", definitions(list)),
        ("derivatives", object(strings(list))), ("shared_latex", definitions(latex)), ("latex", object(strings(latex))),
        ("at", try values(bound, names).map(object))
      ).text)
  }

  /// Whether the first derivatives of several results, or of an array, are asked for.
  private func isJacobian(_ formula: Formula) -> Bool { !formula.hasOneScalar && order == 1 }

  /// The derivatives at the point given, if there is one, a row a result; there, sizes are numbers.
  private func values(_ formula: Formula, _ names: [String]?) throws -> [[JSONValue]]? {
    guard !point.isEmpty else { return nil }
    let columns = try point.requiredColumns(for: formula)
    let want: Want = isJacobian(formula) ? .jacobian : .gradient
    let evaluator = try Evaluator(formula, [want], by: names, order: order, backend: .interpreter)
    let results = try Problem.reporting(in: formula.source) { try evaluator.evaluate(columns, points: 1) }
    let entry = ResultAssembly(evaluator.derived, results).entries(want, points: 1)[0]
    let rows = formula.results.count > 1 && order == 1 ? (entry.members ?? []).map(\.value) : [entry]
    return rows.map { ($0.members ?? []).map(\.value) }
  }
}
