import ArgumentParser
import Nabla
import NablaDiagnostics
import NablaPlots

/// Functions of one free number.
extension PlotCommand {
  func curves(_ formulas: [Formula], _ range: PlotRanges.Member) throws -> any Plot {
    if page.log.contains("x"), range.range.lowerBound <= 0 {
      throw ValidationError(
        "--log x: a logarithmic axis has no room for 0 and what is below; say --over \(range.name)=0.01..10 or the like"
      )
    }
    let charts = try formulas.map { try series(of: $0, range) }
    let label = charts.count == 1 && charts[0].count == 1 ? "\(formulas[0].name)(\(range.name))" : ""
    guard panels else {
      var all: [LineChart.Series] = []
      var groups = 0
      for chart in charts {
        all += chart.map { series in
          var series = series
          series.group = series.group.map { $0 + groups }
          return series
        }
        groups = 1 + (all.compactMap(\.group).max() ?? -1)
      }
      return LineChart(all, x: page.x(range.name), y: page.y(label), title: page.title)
    }
    let small = charts.map { series in
      var chart = LineChart(series, x: page.x(range.name), y: page.y())
      chart.isSmall = true
      return chart
    }
    return PlotGrid(small, columns: small.count > 4 ? 3 : 2, title: page.title)
  }

  private func series(of formula: Formula, _ range: PlotRanges.Member) throws -> [LineChart.Series] {
    let x = range.steps(801, isLogarithmic: page.log.contains("x"))
    let fixed = try point.point(for: formula)
    let sampling = try Sampling(input, formula, at: fixed, [(range.name, x)], derivative: derivative)
    // A function and its derivative share a colour.
    let functions = sampling.results.count { $0.group == 0 }
    return sampling.results.enumerated().map { index, curve in
      note(curve.values, of: curve.name, isLogarithmic: page.log.contains("y"))
      let points = zip(x, curve.values).map { PlotPoint($0, $1) }
      return LineChart.Series(
        ReadableName.text(curve.name), points, group: derivative ? index - curve.group * functions : nil)
    }
  }

  /// Says what cannot be seen.
  func note(_ values: [Double], of name: String, isLogarithmic: Bool = false) {
    let finite = values.filter(\.isFinite)
    if finite.isEmpty, !values.isEmpty { return StandardError.write("note: no value of '\(name)' is finite here") }
    let hidden = isLogarithmic ? finite.count { $0 <= 0 } : 0
    if hidden > 0 {
      StandardError.write(
        "note: \(hidden) of \(values.count) values of '\(name)' are not positive; a logarithmic axis leaves them out")
    }
  }
}
