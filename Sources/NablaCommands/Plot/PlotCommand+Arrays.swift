import ArgumentParser
import Nabla
import NablaDiagnostics
import NablaPlots
import NablaRuntime

/// Functions without free numbers: their values themselves.
extension PlotCommand {
  /// More bars cannot be told apart; more pictures are no page.
  private static let most = (bars: 200, usualBars: 40, images: 256, numbers: 4_000_000)

  func arrays(_ formulas: [Formula]) throws -> any Plot {
    var tensors: [(name: String, tensor: Tensor)] = []
    for formula in formulas {
      for (index, tensor) in try values(of: formula).enumerated() {
        tensors.append((formula.resultName(index), tensor))
      }
    }
    guard let (name, first) = tensors.first else { throw ValidationError("there is nothing to draw") }
    for (name, tensor) in tensors {
      if tensor.count == 0 { throw ValidationError("'\(name)' is empty, \(tensor.type): there is nothing to draw") }
      if tensor.count > PlotCommand.most.numbers {
        throw ValidationError("'\(name)' has \(tensor.count) numbers; a plot shows \(PlotCommand.most.numbers)")
      }
      note(tensor.doubles, of: name, isLogarithmic: page.log.contains("y"))
    }
    let chosen = kind ?? PlotCommand.usualKind(of: first)
    if [.heat, .images].contains(chosen), tensors.count > 1 {
      throw ValidationError("\(chosen.rawValue) show one array, not \(tensors.count): --function \(formulas[0].name)")
    }
    switch (chosen, first.rank) {
    case (.images, 2...3):
      let (rows, columns) = (first.shape[first.rank - 2], first.shape[first.rank - 1])
      let count = first.count / (rows * columns)
      guard count <= PlotCommand.most.images else {
        throw ValidationError("'\(name)' has \(count) pictures; a page has \(PlotCommand.most.images): take a slice")
      }
      return ImageGrid(first.doubles, rows: rows, columns: columns, title: page.title)
    case (.heat, 2):
      return HeatMap(
        first.doubles, rows: first.shape[0], columns: first.shape[1], x: page.x(), y: page.y(), title: page.title)
    case (.bars, 0...1), (.lines, 0...1):
      guard tensors.allSatisfy({ $0.tensor.rank <= 1 }) else { throw ValidationError("bars and lines are vectors") }
      return chosen == .bars ? try bars(tensors) : lines(tensors)
    default:
      throw ValidationError("\(chosen.rawValue) cannot show an array of \(first.rank) axes: '\(name)'")
    }
  }

  private static func usualKind(of tensor: Tensor) -> Kind {
    switch tensor.rank {
    case 0, 1: tensor.count > most.usualBars ? .lines : .bars
    case 2: .heat
    default: .images
    }
  }

  private func bars(_ tensors: [(name: String, tensor: Tensor)]) throws -> BarChart {
    let count = tensors.map(\.tensor.count).max() ?? 0
    guard count <= PlotCommand.most.bars else {
      throw ValidationError("bars show up to \(PlotCommand.most.bars) numbers, not \(count): --kind lines")
    }
    return BarChart(
      tensors.map { .init(ReadableName.text($0.name), $0.tensor.doubles) }, categories: (0..<count).map(String.init),
      x: page.x(), y: page.y(), title: page.title)
  }

  private func lines(_ tensors: [(name: String, tensor: Tensor)]) -> LineChart {
    let count = tensors.map(\.tensor.count).max() ?? 0
    let series = tensors.map { name, tensor in
      LineChart.Series(
        ReadableName.text(name), tensor.doubles.enumerated().map { PlotPoint(Double($0.offset + 1), $0.element) },
        hasMarkers: count <= 40)
    }
    return LineChart(series, x: page.x(isCount: true), y: page.y(), title: page.title)
  }

  /// The results of a function whose parameters all have values.
  func values(of formula: Formula) throws -> [Tensor] {
    let given = try point.point(for: formula)
    let known = Set(formula.parameters + formula.sizeParameters)
    let own = Point(given.members.filter { known.contains($0.name) })
    let bound = try input.bound(formula, at: own).started(seed: input.seed)
    let columns = try self.point.columns(for: bound, at: own)
    let evaluator = try Evaluator(bound, [.value], backend: .interpreter)
    let results = try Problem.reporting(in: bound.source) { try evaluator.evaluate(columns, points: 1) }
    return ResultAssembly(evaluator.derived, results).tensors(.value).map(\.tensor)
  }
}
