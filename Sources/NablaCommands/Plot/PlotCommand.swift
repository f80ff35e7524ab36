import ArgumentParser
import Foundation
import Nabla
import NablaDiagnostics
import NablaGraph
import NablaPlots

/// `nabla plot`: functions, paths, regions, arrays and training logs as SVG.
struct PlotCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw the values of functions, or the log of a training run.",
    discussion: """
      A function of one free number is a curve, of two a contour plot, of none bars, a heat map or images; a network is \
      drawn with --kind layers, and a trained one measured with --kind roc, precision or confusion. A SOURCE that ends in .jsonl is a log of training; several between commas are compared.
      Example: nabla plot 'f(x) = tanh(x)' --over x=-4..4 --derivative -o tanh.svg
      """)

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case curve, contour, regions, bars, lines, heat, images, units, layers, roc, precision, confusion
  }

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case svg, csv
  }

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions
  @OptionGroup var page: PageOptions

  @Option(name: .long, help: "What the free parameters span: x=-5..5,y=0..2*pi; -5..5 without it.")
  var over: String?

  @Flag(name: .long, help: "The derivative of each curve too.")
  var derivative = false

  @Flag(name: .long, help: "A small chart for each function, side by side.")
  var panels = false

  @Option(name: .long, parsing: .singleValue, help: "Where the paths of --method begin: x=-1,y=2.")
  var start: [String] = []

  @Option(
    name: .long, help: "The paths of these: gradient, bfgs, lbfgs, newton, or update rules: 'momentum,adam(0.1)'.")
  var method: String?

  @Option(name: .long, help: "How many steps update rules take.")
  var steps = 50

  @Option(name: .long, help: "Functions of the program whose value is a path, [n, 2], separated by commas.")
  var path: String?

  @Option(name: .long, help: "A function of the program whose value is points, [n, 2], or with a class [n, 3].")
  var points: String?

  @Option(name: .long, help: "What the axis to the right of a log has: epoch, step or rate.")
  var against: String?

  @Option(name: .long, help: "What is drawn: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var kind: Kind?

  @Option(name: .long, help: "svg, a picture, or csv, its numbers; without it, as the file's name ends.")
  var format: Format?

  @Option(name: .shortAndLong, help: "A file that ends in .svg or .csv; without it, the text is printed.")
  var output: String?

  func validate() throws {
    if let against, !["epoch", "step", "rate"].contains(against) {
      throw ValidationError("--against is epoch, step or rate, not '\(against)'")
    }
    if !(1...100_000).contains(steps) { throw ValidationError("--steps is between 1 and 100000, not \(steps)") }
    if let output, Format(ofPath: output) == nil {
      throw ValidationError("a plot's name ends in .svg or .csv, not '\(output)'")
    }
    if let output, let format, Format(ofPath: output) != format {
      throw ValidationError("--format \(format.rawValue) does not go with '\(output)'")
    }
  }

  func perform() throws {
    let plot = try plot()
    let text: String
    switch format ?? output.flatMap(Format.init(ofPath:)) ?? .svg {
    case .svg: text = try page.svg(of: plot)
    case .csv:
      guard let table = plot.table else { throw ValidationError("this picture is no table of numbers: --format svg") }
      text = table.csv
    }
    guard let output else {
      if isatty(STDOUT_FILENO) == 1 { StandardError.write("note: this is SVG; '-o plot.svg' writes it to a file") }
      return try StandardOutput.write(text)
    }
    try OutputFile(path: output).write(text.utf8)
  }

  private func plot() throws -> any Plot {
    if input.source.hasSuffix(".jsonl") {
      // A comma may be part of a path, too.
      let isOne = SourceFile(path: input.source).exists
      let paths = isOne ? [input.source] : input.source.split(separator: ",").map(String.init)
      let logs = try paths.map { try TrainingLog(path: $0, against: against) }
      return TrainingLog.plot(logs, page)
    }
    if let kind, [.roc, .precision, .confusion].contains(kind) {
      try requireUse(count: nil)
      return try measured(kind)
    }
    if kind == .layers {
      try requireUse(count: nil)
      return try layers()
    }
    let module = try input.module()
    let names = try input.function.map(NameList.split)
    let formulas = try names.map { try $0.map { try formula($0, of: module) } } ?? [formula(nil, of: module)]
    if kind == .units {
      try requireUse(count: nil)
      return try UnitDiagram(PlotCommand.units(of: formulas[0]), title: page.title)
    }
    let fixed = try point.point(for: formulas[0])
    let ranges = try PlotRanges(over, of: formulas, at: fixed)
    try requireUse(count: ranges.members.count)
    switch (kind, ranges.members.count) {
    case (nil, 0), (.bars, 0), (.lines, 0), (.heat, 0), (.images, 0): return try arrays(formulas)
    case (nil, 1), (.curve, 1): return try curves(formulas, ranges.members[0])
    case (nil, 2), (.contour, 2), (.regions, 2): return try surface(formulas, ranges.members, module, at: fixed)
    default: throw PlotCommand.misfit(kind, ranges.members.map(\.name))
    }
  }

  func formula(_ name: String?, of module: Module) throws -> Formula {
    var input = input
    input.function = name
    return try input.formula(of: module)
  }

  /// - Parameter count: how many free numbers there are; `nil` for a picture of a network.
  /// - Throws: a usage error for an option that another kind of plot has.
  private func requireUse(count: Int?) throws {
    let isSurface = count == 2
    for (option, isGiven, fits, kinds) in [
      ("--path", path != nil, isSurface, "contours and regions"),
      ("--points", points != nil, isSurface, "contours and regions"),
      ("--method", method != nil, isSurface && kind != .regions, "contours"),
      ("--start", !start.isEmpty, isSurface && kind != .regions, "contours"),
      ("--derivative", derivative, count == 1, "curves"), ("--panels", panels, count == 1, "curves"),
      ("--equal", page.hasEqualUnits, isSurface, "contours and regions"),
      ("--over", over != nil, count != nil, "curves, contours and regions"),
      ("--log", !page.log.isEmpty, count != nil, "curves, lines, bars and logs"),
    ] where isGiven && !fits {
      throw ValidationError("\(option) is for \(kinds)")
    }
  }

  /// Why a kind of plot cannot show a function of these free numbers.
  private static func misfit(_ kind: Kind?, _ names: [String]) -> ValidationError {
    let found = names.isEmpty ? "none" : names.joined(separator: ", ")
    switch kind {
    case .curve: return ValidationError("a curve has one free number, not \(found): --at gives the others")
    case .contour, .regions:
      return ValidationError("\(kind?.rawValue ?? "") need two free numbers, not \(found): --at gives the others")
    case .bars, .lines, .heat, .images:
      return ValidationError("\(kind?.rawValue ?? "") show arrays of known numbers; give \(found) with --at")
    case .units, .layers, .roc, .precision, .confusion, nil:
      return ValidationError("a plot has one or two free numbers, or none, not \(found): --at gives the others")
    }
  }

  /// How many units each layer of a chain of dense layers has.
  static func units(of formula: Formula) throws -> [Int] {
    var counts: [Int] = []
    for variable in formula.variables where variable.role == .param && variable.type.shape.rank == 2 {
      let shape = variable.type.shape.dimensions.compactMap(\.constant)
      guard shape.count == 2, counts.isEmpty || counts.last == shape[0] else {
        throw ValidationError("'\(formula.name)' is no chain of dense layers of known sizes")
      }
      if counts.isEmpty { counts.append(shape[0]) }
      counts.append(shape[1])
    }
    if counts.isEmpty { throw ValidationError("'\(formula.name)' has no layers with a matrix of weights") }
    return counts
  }
}

extension PlotCommand.Format {
  init?(ofPath path: String) {
    guard let known = Self.allCases.first(where: { path.hasSuffix(".\($0.rawValue)") }) else { return nil }
    self = known
  }
}
