import ArgumentParser
import Nabla
import NablaDiagnostics
import NablaGraph
import NablaOptimization
import NablaPlots
import NablaRuntime

/// `nabla plot`: functions, paths, regions, arrays and training logs as SVG.
struct PlotCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw the values of functions, or the log of a training run.",
    discussion: """
      A function of one free number is a curve, of two a contour plot, of none bars, a heat map or images. A SOURCE that \
      ends in .jsonl is a log of training.
      Example: nabla plot 'f(x) = tanh(x)' --over x=-4..4 --derivative -o tanh.svg
      """)

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case curve, contour, regions, bars, lines, heat, images, units
  }

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions

  @Option(name: .long, help: "What the free parameters span: x=-5..5,y=0..2*pi; -5..5 without it.")
  var over: String?

  @Flag(name: .long, help: "The derivative of each curve too.")
  var derivative = false

  @Option(name: .long, parsing: .singleValue, help: "Where the paths of --method begin: x=-1,y=2.")
  var start: [String] = []

  @Option(name: .long, help: "The paths of these methods: gradient, bfgs, lbfgs, newton.")
  var method: String?

  @Option(name: .long, help: "Functions of the program whose value is a path, [n, 2], separated by commas.")
  var path: String?

  @Option(name: .long, help: "A function of the program whose value is points, [n, 2], or with a class [n, 3].")
  var points: String?

  @Option(name: .long, help: "What is drawn: curve, contour, regions, bars, lines, heat, images, units.")
  var kind: Kind?

  @Option(name: .long, help: "Which axes are logarithmic: x, y or xy.")
  var log: String = ""

  @Option(name: .long, help: "A line above the picture.")
  var title: String = ""

  @Option(name: .shortAndLong, help: "A file that ends in .svg; without it, SVG is printed.")
  var output: String?

  func validate() throws {
    if !log.allSatisfy({ "xy".contains($0) }) { throw ValidationError("--log is x, y or xy, not '\(log)'") }
    if let output, !output.hasSuffix(".svg") {
      throw ValidationError("a plot's name ends in .svg, not '\(output)'")
    }
  }

  func perform() throws {
    let svg = try plot().svg
    guard let output else { return print(svg, terminator: "") }
    try OutputFile(path: output).write(svg.utf8)
  }

  private func plot() throws -> any Plot {
    if input.source.hasSuffix(".jsonl") { return try TrainingLog(path: input.source).plot(title: title, log: log) }
    let module = try input.module()
    let names = try input.function.map(NameList.split)
    let formulas = try names.map { try $0.map { try formula($0, of: module) } } ?? [formula(nil, of: module)]
    if kind == .units { return try UnitDiagram(PlotCommand.units(of: formulas[0]), title: title) }
    let fixed = try point.point(for: formulas[0])
    let ranges = try PlotRanges(over, of: formulas, at: fixed)
    switch (kind, ranges.members.count) {
    case (nil, 0), (.bars, 0), (.lines, 0), (.heat, 0), (.images, 0): return try arrays(formulas, at: fixed)
    case (nil, 1), (.curve, 1): return try curves(formulas, ranges.members[0], at: fixed)
    case (nil, 2), (.contour, 2), (.regions, 2): return try surface(formulas[0], ranges.members, module, at: fixed)
    default:
      let free = ranges.members.map(\.name).joined(separator: ", ")
      throw ValidationError(
        "\(kind?.rawValue ?? "a plot") has one or two free numbers, or none, not \(free.isEmpty ? "none" : free): --at gives the others"
      )
    }
  }

  private func formula(_ name: String?, of module: Module) throws -> Formula {
    var input = input
    input.function = name
    return try input.formula(of: module)
  }

  private func axis(_ label: String, _ letter: Character) -> Axis { Axis(label, isLogarithmic: log.contains(letter)) }

  // MARK: Kinds

  private func curves(_ formulas: [Formula], _ range: PlotRanges.Member, at fixed: Point) throws -> any Plot {
    let x = range.steps(801, isLogarithmic: log.contains("x"))
    var series: [LineChart.Series] = []
    for formula in formulas {
      let sampling = try Sampling(input, formula, at: fixed, [(range.name, x)], derivative: derivative)
      for curve in sampling.results {
        series.append(
          .init(curve.name, zip(x, curve.values).map { PlotPoint($0, $1) }, group: derivative ? curve.group : nil))
      }
    }
    if derivative {
      // A function and its derivative share a colour.
      var group = -1
      for index in series.indices {
        if series[index].group == 0 { group += 1 }
        series[index].group = group
      }
    }
    let label = series.count == 1 ? "\(formulas[0].name)(\(range.name))" : ""
    return LineChart(series, x: axis(range.name, "x"), y: axis(label, "y"), title: title)
  }

  private func surface(
    _ formula: Formula, _ ranges: [PlotRanges.Member], _ module: Module, at fixed: Point
  ) throws -> any Plot {
    let (x, y) = (ranges[0].steps(141), ranges[1].steps(141))
    let places = y.flatMap { y in x.map { (x: $0, y: y) } }
    let sampling = try Sampling(
      input, formula, at: fixed, [(ranges[0].name, places.map(\.x)), (ranges[1].name, places.map(\.y))])
    guard sampling.results.count == 1 else { throw ValidationError("a plot over two parameters has one result") }
    let grid = ValueGrid(x: x, y: y, values: sampling.results[0].values)
    let classes = try points.map { try examples($0, module) } ?? []
    let (xAxis, yAxis) = (Axis(ranges[0].name), Axis(ranges[1].name))
    if kind == .regions {
      let top = max(1, min(9, Int((grid.values.filter(\.isFinite).max() ?? 1).rounded())))
      return RegionPlot(
        grid, thresholds: (0..<top).map { Double($0) + 0.5 }, names: (0...top).map { "region \($0)" }, x: xAxis,
        y: yAxis,
        points: classes, title: title)
    }
    var paths =
      try path.map(NameList.split)?.map { PlotPath($0, try pairs($0, module).map { PlotPoint($0[0], $0[1]) }) } ?? []
    paths += try searches(formula, ranges, at: fixed)
    return ContourPlot(grid, x: xAxis, y: yAxis, paths: paths, points: classes, title: title)
  }

  private func arrays(_ formulas: [Formula], at fixed: Point) throws -> any Plot {
    var tensors: [(String, Tensor)] = []
    for formula in formulas {
      for (index, tensor) in try values(formula, at: fixed).enumerated() {
        tensors.append((formula.resultName(index), tensor))
      }
    }
    guard !tensors.isEmpty else { throw ValidationError("there is nothing to draw") }
    let (name, first) = tensors[0]
    let chosen = kind ?? (first.rank == 3 ? .images : first.rank == 2 ? .heat : .bars)
    switch (chosen, first.rank) {
    case (.images, 2...3):
      let (rows, columns) = (first.shape[first.rank - 2], first.shape[first.rank - 1])
      guard rows > 0, columns > 0 else { throw ValidationError("'\(name)' has no pixels") }
      return ImageGrid(first.doubles, rows: rows, columns: columns, title: title)
    case (.heat, 2):
      return HeatMap(first.doubles, rows: first.shape[0], columns: first.shape[1], title: title)
    case (.bars, 0...1), (.lines, 0...1):
      guard tensors.allSatisfy({ $0.1.rank <= 1 }) else { throw ValidationError("bars and lines are vectors") }
      let count = tensors.map(\.1.count).max() ?? 0
      if chosen == .bars {
        return BarChart(
          tensors.map { .init($0.0, $0.1.doubles) }, categories: (0..<count).map(String.init), y: axis("", "y"),
          title: title)
      }
      let series = tensors.map { name, tensor in
        LineChart.Series(
          name, tensor.doubles.enumerated().map { PlotPoint(Double($0.offset + 1), $0.element) },
          hasMarkers: count <= 40)
      }
      return LineChart(series, x: axis("", "x"), y: axis("", "y"), title: title)
    default:
      throw ValidationError("\(chosen.rawValue) cannot show an array of \(first.rank) axes: '\(name)'")
    }
  }

  // MARK: What lies on a plot

  private func values(_ formula: Formula, at point: Point) throws -> [Tensor] {
    let known = Set(formula.parameters + formula.sizeParameters)
    let own = Point(point.members.filter { known.contains($0.name) })
    let bound = try input.bound(formula, at: own).started(seed: input.seed)
    let columns = try self.point.columns(for: bound, at: own)
    let evaluator = try Evaluator(bound, [.value], backend: .interpreter)
    let results = try Problem.reporting(in: bound.source) { try evaluator.evaluate(columns, points: 1) }
    return ResultAssembly(evaluator.derived, results).tensors(.value).map(\.tensor)
  }

  /// The rows of a matrix that a function of the program is.
  private func pairs(_ name: String, _ module: Module) throws -> [[Double]] {
    let formula = try formula(name, of: module)
    let found = try values(formula, at: try point.point(for: formula))
    guard found.count == 1, found[0].rank == 2, (2...3).contains(found[0].shape[1]) else {
      throw ValidationError("'\(name)' is no path or set of points: its value is not an array [n, 2]")
    }
    let (numbers, width) = (found[0].doubles, found[0].shape[1])
    return stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) }
  }

  private func examples(_ name: String, _ module: Module) throws -> [PlotPoints] {
    var classes: [Double: [PlotPoint]] = [:]
    for row in try pairs(name, module) {
      classes[row.count > 2 ? row[2] : 0, default: []].append(PlotPoint(row[0], row[1]))
    }
    return classes.sorted { $0.key < $1.key }.map { PlotPoints("\(name) \(PlainNumber.text($0.key))", $0.value) }
  }

  private func searches(_ formula: Formula, _ ranges: [PlotRanges.Member], at fixed: Point) throws -> [PlotPath] {
    guard !start.isEmpty || method != nil else { return [] }
    let begin = try AssignmentList(start, option: "--start").point()
    let names = ranges.map(\.name)
    guard names.allSatisfy({ begin[$0] != nil }) else {
      throw ValidationError("a start is needed: --start \(names.map { "\($0)=…" }.joined(separator: ","))")
    }
    let own = Point(fixed.members + begin.members)
    let bound = try input.bound(formula, at: own)
    let columns = try point.columns(for: bound, at: own)
    return try NameList.split(method ?? "gradient").map { name in
      guard let method = Minimizer.Method(rawValue: name) else {
        throw ValidationError(
          "--method: no '\(name)'; there are \(Minimizer.Method.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      var walk: [PlotPoint] = []
      _ = try bound.minimize(
        names, from: columns, using: Minimizer(method, tolerance: 1e-6, iterationLimit: 200), backend: .interpreter
      ) { progress in
        // The variables come in calling order, which is that of the axes.
        walk.append(PlotPoint(progress.x[0], progress.x[1]))
        return true
      }
      return PlotPath(name, walk)
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
