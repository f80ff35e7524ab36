import ArgumentParser
import Nabla
import NablaCompiler
import NablaData
import NablaDiagnostics
import NablaGraph
import NablaOptimization
import NablaRuntime

/// `nabla minimize`: a local minimum, downhill from a starting point.
struct MinimizeCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "minimize", abstract: "Find a local minimum of a function, from a starting point.",
    discussion: """
      The parameters of --start vary, those of --at stay. The exit status is 1 unless the search converged, 130 after ^C.
      Example: nabla minimize 'f(x, y) = (1 - x)^2 + 100*(y - x^2)^2' --start x=-1.2,y=1
      """)

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions

  @Option(name: .long, parsing: .singleValue, help: "Where the search begins: x=1,v=[1,2],w=@w.npy.")
  var start: [String] = []

  @Option(name: .long, help: "The parameters that vary, separated by commas; without it, those of --start.")
  var wrt: String?

  @Option(name: .long, help: "How: gradient, bfgs, lbfgs, newton.")
  var method: Minimizer.Method = .lbfgs

  @Option(name: .long, parsing: .unconditional, help: "The largest derivative of a minimum.")
  var tolerance: Double = 1e-8

  @Option(name: .customLong("max-iterations"), parsing: .unconditional, help: "When to give up.")
  var iterationLimit: Int = 1000

  @Option(name: .long, help: "What runs it: auto, interpreter, c.")
  var backend: Backend = .auto

  @Flag(name: .long, help: "One JSON object.")
  var json = false

  @Flag(name: .long, help: "No progress on the terminal.")
  var quiet = false

  @Option(name: .shortAndLong, help: "A file for the variables that ends in .npy, .npz, .csv or .json.")
  var output: String?

  func validate() throws {
    if !(tolerance >= 0) { throw ValidationError("--tolerance is at least 0, not \(PlainNumber.text(tolerance))") }
    if iterationLimit < 0 { throw ValidationError("--max-iterations is at least 0, not \(iterationLimit)") }
  }

  func perform() throws {
    let file = try output.map(DataFile.init(path:))
    let written = try input.formula()
    let (place, variables) = try place(written)
    let formula = try input.bound(written, at: place)
    let columns = try point.columns(for: formula, at: place)
    let minimizer = Minimizer(method, tolerance: tolerance, iterationLimit: iterationLimit)
    let display = ProgressDisplay(isQuiet: quiet)
    let interrupt = Interrupt()
    let minimum = try Problem.reporting(in: formula.source) {
      try formula.minimize(variables, from: columns, using: minimizer, backend: backend) { progress in
        display.show(progress)
        return !interrupt.isRequested
      }
    }
    display.clear()
    if let file { try file.write(minimum.variables) }
    if json {
      print(jsonObject(formula, minimum).text)
    } else {
      show(formula, minimum)
    }
    StandardError.write(MinimizeCommand.sentence(minimum.search))
    switch minimum.state {
    case .converged: return
    case .stopped: throw ExitStatus.interrupted
    default: throw ExitStatus.failed
    }
  }

  /// The whole point, and which of its parameters vary.
  private func place(_ formula: Formula) throws -> (Point, [String]) {
    let names = Set(formula.parameters)
    let moving = try AssignmentList(start, option: "--start").point { names.contains($0) }
    if let unknown = moving.members.first(where: { !names.contains($0.name) }) {
      let known = formula.parameters.map { "'\($0)'" }.joined(separator: ", ")
      throw Diagnostic("request.unknown-parameter", "start: no parameter '\(unknown.name)'; there are \(known)")
    }
    let fixed = try point.point(for: formula)
    let chosen = try wrt.map(NameList.split)
    let started = Set(moving.members.map(\.name))
    if let twice = fixed.members.first(where: { started.contains($0.name) }) {
      throw ValidationError("'\(twice.name)' is in --start and in --at")
    }
    let variables = chosen ?? formula.parameters.filter { started.contains($0) }
    if variables.isEmpty, started.isEmpty {
      throw ValidationError("a start is needed: --start \(formula.parameters.map { "\($0)=…" }.joined(separator: ","))")
    }
    return (Point(moving.members + fixed.members), variables)
  }

  private func show(_ formula: Formula, _ minimum: FormulaMinimum) {
    print("\(formula.name) = \(PlainNumber.text(minimum.value))")
    for variable in minimum.variables {
      print("\(variable.name) = \(TensorText().text(variable.tensor, indent: variable.name.count + 3))")
    }
  }

  private func jsonObject(_ formula: Formula, _ minimum: FormulaMinimum) -> JSONValue {
    func object(_ tensors: [NamedTensor]) -> JSONValue { .object(tensors.map { .init($0.name, $0.tensor.json) }) }
    return .object(
      ("version", .integer(1)), ("function", .string(formula.name)), ("state", .string(minimum.state.rawValue)),
      ("value", .double(minimum.value)), ("at", object(minimum.variables)), ("gradient", object(minimum.gradient)),
      ("iterations", .integer(minimum.search.iterations)), ("evaluations", .integer(minimum.search.evaluations)))
  }

  /// How it ended, for a person.
  static func sentence(_ minimum: Minimum) -> String {
    func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
    let work = "\(counted(minimum.iterations, "iteration")), \(counted(minimum.evaluations, "evaluation"))"
    let slope = "the largest derivative is \(ProgressDisplay.short(minimum.slope))"
    return switch minimum.state {
    case .converged: "converged after \(work): \(slope)"
    case .saddle: "not a minimum: a saddle point, after \(work): \(slope)"
    case .iterationLimit: "not converged: the limit of iterations, after \(work): \(slope)"
    case .notFinite: "not converged: the function or a derivative is not finite at the last point, after \(work)"
    case .unbounded: "not converged: the function falls without end, after \(work)"
    case .notDescending: "not converged: no smaller value is found, after \(work): \(slope)"
    case .stopped: "interrupted after \(work): \(slope)"
    }
  }
}

extension Minimizer.Method: ExpressibleByArgument {}
