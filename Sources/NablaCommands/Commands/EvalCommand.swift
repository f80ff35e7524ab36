import ArgumentParser
import Nabla
import NablaCompiler
import NablaData
import NablaGraph
import NablaRuntime

/// `nabla eval`: values and derivatives at a point.
struct EvalCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "The value of a function, and its derivatives, at a point.",
    discussion: """
      Arrays are lists, or files: .npy, .npz (x=@data.npz:x for one array of it), .csv (a column by its name) and .json.
      Example: nabla eval 'f(a,b,c) = 3*(a + b*c)' --at a=5,b=3,c=2 --gradient
      """)

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

  @Option(name: .long, parsing: .unconditional, help: "The order of the gradient.")
  var order: Int = 1

  @Option(name: .long, help: "What runs it: auto, interpreter, c.")
  var backend: Backend = .auto

  @Flag(name: .long, help: "Fail at the first value that is not finite, and say where it comes from.")
  var checkFinite = false

  @Option(name: .long, help: "How it is written: text, json.")
  var format: Format = .text

  @Option(name: .shortAndLong, help: "A file that ends in .npy, .npz, .csv or .json, instead of printing.")
  var output: String?

  func perform() throws {
    let wants = try wants()
    let file = try output.map(DataFile.init(path:))
    let (formula, columns) = try input.formula(at: point)
    let evaluator = try Evaluator(formula, wants, by: try wrt.map(NameList.split), order: order, backend: backend)
    let parts = try vectorColumns(evaluator.derived, formula)
    let results = try Problem.reporting(in: formula.source) { try evaluator.evaluate(columns + parts, points: 1) }
    let assembly = ResultAssembly(evaluator.derived, results)
    if let note = evaluator.note { StandardError.write("note: \(note)") }
    try write(wants, assembly, ResultText(formula, order: order), to: file)
    if checkFinite, let problem = try FinitenessCheck(evaluator.derived).problem(at: columns + parts) {
      StandardError.report([problem], in: formula.source)
      throw ExitStatus.failed
    }
  }

  private func write(_ wants: [Want], _ assembly: ResultAssembly, _ text: ResultText, to file: DataFile?) throws {
    if let file, file.format != .json {
      return try file.write(wants.flatMap { text.named($0, assembly) })
    }
    if file == nil, format == .text {
      for want in wants { text.print(want, assembly) }
      return
    }
    let object = JSONValue.object(wants.map { .init($0.rawValue, assembly.entries($0, points: 1)[0]) })
    if let file { return try file.write(text: object.text + "\n") }
    print(object.text)
  }

  private func wants() throws -> [Want] {
    var wants: [Want] = []
    for name in try want.map(NameList.split) ?? ["value"] {
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
    let reader = PointReader(formula, derived)
    if vector.contains("=") {
      return try reader.vector(try AssignmentList([vector], option: "--vector").point(), whole: .json(.null))
    }
    return try reader.vector(nil, whole: try AssignmentList.value(vector, of: "vector", option: "--vector"))
  }
}

extension Backend: ExpressibleByArgument {}
