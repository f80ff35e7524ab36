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
      Example: nabla eval 'f(x: [n]) = sum((x[i+1] - x[i]^2)^2 for i in 0..<n-1)' --at 'x=[1,2,3]' --want hessian --sparse
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json }

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions

  @Flag(name: .long, help: "The partial derivatives too.")
  var gradient = false

  @Flag(name: .long, help: "The derivatives of all results by all parameters too.")
  var jacobian = false

  @Flag(name: .long, help: "The second derivatives too.")
  var hessian = false

  @Option(name: .long, help: "Any of value, gradient, jacobian, hessian, jvp, vjp, hvp, separated by commas.")
  var want: String?

  @Option(name: .long, help: "The parameters to differentiate by, separated by commas; without it, all.")
  var wrt: String?

  @Option(name: .long, help: "The vector of jvp, hvp (by parameter) or vjp (by result): x=1,y=0.")
  var vector: String?

  @Option(name: .long, parsing: .unconditional, help: "The order of the gradient.")
  var order: Int = 1

  @Flag(name: .long, help: "Jacobian and Hessian by the entries that can be other than zero: compressed sparse rows.")
  var sparse = false

  @Option(name: .long, help: "What runs it: auto, interpreter, c.")
  var backend: Backend = .auto

  @Flag(name: .long, help: "Fail at the first value that is not finite, and say where it comes from.")
  var checkFinite = false

  @Option(name: .long, help: "How it is written: text, json.")
  var format: Format = .text

  @Option(name: .shortAndLong, help: "A file that ends in .npy, .npz, .csv or .json, instead of printing.")
  var output: String?

  func perform() throws {
    let all = try wants()
    let wants = sparse ? all.filter { !$0.isMatrix } : all
    let file = try output.map(DataFile.init(path:))
    let (formula, columns) = try input.formula(at: point)
    let matrices = try sparse ? matrices(all, formula, columns) : []
    let evaluator = try Evaluator(
      formula, wants.isEmpty ? [.value] : wants, by: try wrt.map(NameList.split), order: order, backend: backend)
    let parts = try vectorColumns(evaluator.derived, formula)
    let results = try Problem.reporting(in: formula.source) { try evaluator.evaluate(columns + parts, points: 1) }
    let assembly = ResultAssembly(evaluator.derived, results)
    if let note = evaluator.note { StandardError.write("note: \(note)") }
    try write(wants, assembly, matrices, ResultText(formula, order: order), to: file)
    if checkFinite, let problem = try FinitenessCheck(evaluator.derived).problem(at: columns + parts) {
      StandardError.report([problem], in: formula.source)
      throw ExitStatus.failed
    }
  }

  private func write(
    _ wants: [Want], _ assembly: ResultAssembly, _ matrices: [SparseResult], _ text: ResultText, to file: DataFile?
  ) throws {
    if let file, file.format != .json {
      let isAlone = wants.isEmpty && matrices.count == 1
      let parts = matrices.flatMap { $0.tensors(prefix: isAlone ? "" : "\($0.want.rawValue).") }
      return try file.write(wants.flatMap { text.named($0, assembly) } + parts)
    }
    if file == nil, format == .text {
      for want in wants { text.print(want, assembly) }
      for matrix in matrices { print(matrix.text) }
      return
    }
    let object = JSONValue.object(
      wants.map { .init($0.rawValue, assembly.entries($0, points: 1)[0]) }
        + matrices.map { .init($0.want.rawValue, $0.json) })
    if let file { return try file.write(text: object.text + "\n") }
    print(object.text)
  }

  private func matrices(_ wants: [Want], _ formula: Formula, _ columns: [Column]) throws -> [SparseResult] {
    let matrices = wants.filter(\.isMatrix)
    if matrices.isEmpty { throw ValidationError("--sparse is for --want jacobian or hessian") }
    let names = try wrt.map(NameList.split)
    return try matrices.map { want in
      try Problem.reporting(in: formula.source) {
        try SparseResult(want, of: formula, by: names, at: columns, backend: backend)
      }
    }
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
    let flags: [(Bool, Want)] = [(gradient, .gradient), (jacobian, .jacobian), (hessian, .hessian)]
    for (isGiven, flag) in flags where isGiven && !wants.contains(flag) { wants.append(flag) }
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

extension Want {
  /// Whether there is a row and a column for each entry.
  fileprivate var isMatrix: Bool { self == .jacobian || self == .hessian }
}

extension Backend: ExpressibleByArgument {}
