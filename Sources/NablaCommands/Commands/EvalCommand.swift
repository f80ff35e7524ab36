import ArgumentParser
import Nabla
import NablaCompiler
import NablaGraph
import NablaRuntime

/// `nabla eval`: values and derivatives at a point.
struct EvalCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "The value of a function, and its derivatives, at a point.",
    discussion: "Example: nabla eval 'f(a,b,c) = 3*(a + b*c)' --at a=5,b=3,c=2 --gradient")

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json }

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions

  @Flag(name: .long, help: "The partial derivatives too.")
  var gradient = false

  @Option(name: .long, help: "Any of value, gradient, jacobian, hessian, jvp, vjp, hvp, separated by commas.")
  var want: String?

  @Option(name: .long, help: "The parameters to differentiate by, separated by commas; without it, all.")
  var wrt: String?

  @Option(name: .long, help: "The vector of jvp, hvp (by parameter) or vjp (by result): x=1,y=0.")
  var vector: String?

  @Option(name: .long, help: "The order of the gradient.")
  var order: Int = 1

  @Option(name: .long, help: "What runs it: auto, interpreter, c.")
  var backend: Backend = .auto

  @Option(name: .long, help: "How it is written: text, json.")
  var format: Format = .text

  func perform() throws {
    let formula = try input.formula()
    let wants = try wants()
    let columns = try point.requiredColumns(for: formula)
    let evaluator = try Evaluator(formula, wants, by: wrt.map(NameList.split), order: order, backend: backend)
    let parts = try vectorColumns(evaluator.derived, formula)
    let results = try evaluator.evaluate(columns + parts, points: 1)
    let assembly = ResultAssembly(evaluator.derived, results)
    let entries = wants.map { ($0, assembly.entries($0, points: 1)[0]) }
    if let note = evaluator.note { StandardError.write("note: \(note)") }
    if format == .json {
      print(JSONValue.object(entries.map { .init($0.0.rawValue, $0.1) }).text)
    } else {
      for (want, entry) in entries { ResultText(formula.name, order: order).print(want, entry) }
    }
  }

  private func wants() throws -> [Want] {
    var wants: [Want] = []
    for name in want.map(NameList.split) ?? ["value"] {
      guard let known = Want(rawValue: name) else {
        throw ValidationError(
          "--want: no '\(name)'; there are \(Want.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      wants.append(known)
    }
    if gradient, !wants.contains(.gradient) { wants.append(.gradient) }
    return wants
  }

  private func vectorColumns(_ derived: DerivedProgram, _ formula: Formula) throws -> [Column] {
    if derived.vectors.isEmpty { return [] }
    guard let vector else { throw ValidationError("jvp, vjp and hvp need a vector: --vector x=1,y=0") }
    var options = PointOptions()
    options.at = [vector]
    var members: [JSONValue.Member] = []
    for (name, text) in try options.assignments() {
      members.append(.init(name, try PointOptions.value(text, of: name)))
    }
    return try PointReader(formula, derived).vector(.object(members))
  }
}

extension Backend: ExpressibleByArgument {}

/// Prints results as lines: `f = 33`, `df/da = 3`.
struct ResultText {
  private let function: String
  private let order: Int

  init(_ function: String, order: Int = 1) {
    self.function = function
    self.order = order
  }

  func print(_ want: Want, _ entry: JSONValue) {
    for line in lines(want, entry) { Swift.print(line) }
  }

  private func lines(_ want: Want, _ entry: JSONValue) -> [String] {
    guard let members = entry.members else {
      return [want == .value ? "\(function) = \(plain(entry))" : "\(want.rawValue) = \(plain(entry))"]
    }
    switch want {
    case .value: return members.map { "\($0.name) = \(plain($0.value))" }
    case .gradient:
      return members.map {
        "\(DerivativeLabel(function, $0.name, order: order).text(.text)) = \(plain($0.value))"
      }
    case .jacobian:
      return members.flatMap { row in
        row.value.members?.map { "d\(row.name)/d\($0.name) = \(plain($0.value))" }
          ?? ["\(DerivativeLabel(function, row.name).text(.text)) = \(plain(row.value))"]
      }
    case .hessian:
      return members.flatMap { row in
        (row.value.members ?? []).map {
          row.name == $0.name
            ? "\(DerivativeLabel(function, row.name, order: 2).text(.text)) = \(plain($0.value))"
            : "d^2\(function)/d\(row.name) d\($0.name) = \(plain($0.value))"
        }
      }
    case .jvp, .vjp, .hvp: return members.map { "\(want.rawValue) \($0.name) = \(plain($0.value))" }
    }
  }

  /// Numbers as people write them: `nan` and `inf` without quotes.
  private func plain(_ value: JSONValue) -> String {
    if let text = value.string { return text }
    if let values = value.array { return "[" + values.map(plain).joined(separator: ", ") + "]" }
    return value.text
  }
}
