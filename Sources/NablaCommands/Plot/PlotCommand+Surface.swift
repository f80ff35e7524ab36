import ArgumentParser
import Nabla
import NablaData
import NablaDiagnostics
import NablaNetworks
import NablaOptimization
import NablaPlots

/// Functions of two free numbers, and what lies on them.
extension PlotCommand {
  func surface(
    _ formulas: [Formula], _ ranges: [PlotRanges.Member], _ module: Module, at fixed: Point
  ) throws -> any Plot {
    guard formulas.count == 1 else {
      throw ValidationError("a plot over two parameters shows one function: --function \(formulas[0].name)")
    }
    if !page.log.isEmpty { throw ValidationError("--log is for curves, lines, bars and logs") }
    let formula = formulas[0]
    // Classes have edges: what is between two places of the grid is not known.
    let count = kind == .regions ? 301 : 141
    let (x, y) = (ranges[0].steps(count), ranges[1].steps(count))
    let places = y.flatMap { y in x.map { (x: $0, y: y) } }
    let sampling = try Sampling(
      input, formula, at: fixed, [(ranges[0].name, places.map(\.x)), (ranges[1].name, places.map(\.y))])
    guard sampling.results.count == 1 else { throw ValidationError("a plot over two parameters has one result") }
    note(sampling.results[0].values, of: sampling.results[0].name)
    let grid = ValueGrid(x: x, y: y, values: sampling.results[0].values)
    let classes = try points.map { try examples($0, module) } ?? []
    let axes = (x: page.x(ranges[0].name), y: page.y(ranges[1].name))
    var paths =
      try path.map(NameList.split)?.map { name in
        PlotPath(ReadableName.text(name), try rows(of: name, module).map { PlotPoint($0[0], $0[1]) })
      } ?? []
    if kind == .regions {
      let top = max(1, min(9, Int(min(max(grid.finiteMaximum, 0), 9).rounded())))
      let areWhole = grid.values.allSatisfy { !$0.isFinite || $0 == $0.rounded() }
      let name = areWhole ? ReadableName.text(formula.name) + " = " : "class "
      // The examples have the colours of their classes.
      let areShown = (0...top).allSatisfy { index in classes.contains { $0.name == "class \(index)" } }
      return RegionPlot(
        grid, thresholds: (0..<top).map { Double($0) + 0.5 },
        names: areShown ? [] : (0...top).map { "\(name)\($0)" },
        x: axes.x, y: axes.y, points: classes, title: page.title)
    }
    paths += try searches(formula, ranges, at: fixed)
    var plot = ContourPlot(grid, x: axes.x, y: axes.y, paths: paths, points: classes, title: page.title)
    plot.hasEqualUnits = page.hasEqualUnits
    return plot
  }

  // MARK: What lies on a plot

  /// The rows of a matrix that a function of the program is.
  private func rows(of name: String, _ module: Module) throws -> [[Double]] {
    let formula = try formula(name, of: module)
    let found = try values(of: formula)
    guard found.count == 1, found[0].rank == 2, (2...3).contains(found[0].shape[1]) else {
      throw ValidationError("'\(name)' is no path or set of points: its value is not an array [n, 2]")
    }
    guard found[0].count > 0 else { throw ValidationError("'\(name)' has no points") }
    let (numbers, width) = (found[0].doubles, found[0].shape[1])
    return stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) }
  }

  private func examples(_ name: String, _ module: Module) throws -> [PlotPoints] {
    var classes: [Double: [PlotPoint]] = [:]
    let rows = try rows(of: name, module)
    for row in rows { classes[row.count > 2 ? row[2] : 0, default: []].append(PlotPoint(row[0], row[1])) }
    let hasClasses = rows.allSatisfy { $0.count > 2 }
    return classes.sorted { $0.key < $1.key }.map {
      PlotPoints(hasClasses ? "class \(PlainNumber.text($0.key))" : ReadableName.text(name), $0.value)
    }
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
    return try CallList.split(method ?? "gradient").map { name in
      guard let method = Minimizer.Method(rawValue: name) else {
        return PlotPath(name, try walk(name, formula, names, at: fixed, from: begin))
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

  /// The way of an update rule.
  private func walk(
    _ text: String, _ formula: Formula, _ names: [String], at fixed: Point, from begin: Point
  ) throws -> [PlotPoint] {
    let rule = try RuleCall(text, for: "--method")
    let start = try names.map { name -> String in
      guard case .json(.number(let text))? = begin[name] else {
        throw ValidationError("--start: '\(name)' is a number")
      }
      return text
    }
    let modules = try [false, true].map { isExpression in
      let way = try UpdateRuleWalk(
        rule, on: formula, over: names, at: fixed, from: start, steps: steps, in: formula.source,
        isExpression: isExpression)
      return Module(checking: way.source, options: try input.options())
    }
    let module = modules.first { !$0.hasErrors } ?? modules[0]
    if module.hasErrors {
      // What is wrong is the rule: the program has been checked.
      StandardError.report(module.diagnostics.prefix(1).map { Diagnostic($0.id, $0.message) }, in: SourceText(""))
      let methods = Minimizer.Method.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--method: '\(text)' is neither one of \(methods) nor an update rule such as adam(0.1)")
    }
    let found = try values(of: try self.formula(UpdateRuleWalk.function, of: module))
    guard let places = found.first, places.shape == [steps, 2] else {
      throw ValidationError("--method: '\(text)' is no update rule: its value is not the next place")
    }
    let numbers = places.doubles
    return stride(from: 0, to: numbers.count, by: 2).map { PlotPoint(numbers[$0], numbers[$0 + 1]) }
  }
}

extension ValueGrid {
  fileprivate var finiteMaximum: Double { values.filter(\.isFinite).max() ?? 1 }
}
