import Foundation
import Nabla
import NablaData
import NablaDiagnostics
import NablaPlots

/// A log of training: a JSON object a line, with `epoch` or `step`, `loss`, `accuracy` and the like.
struct TrainingLog {
  /// What the run is called: its file's name without ending.
  let name: String
  private let lines: [JSONValue]
  /// What the axis to the right has.
  private let counter: String

  /// - Parameter counter: `epoch`, `step` or `rate`; without it, epochs where each line has its own, else steps, else the lines
  ///   themselves. Lines of steps are for steps and rates, and those of epochs for all else, where there are both.
  /// - Throws: `source.unreadable`; `data.format` with the line that is no object.
  init(path: String, against counter: String? = nil) throws(Diagnostic) {
    var lines: [JSONValue] = []
    for (number, line) in try SourceFile(path: path).bytes().split(separator: 10, omittingEmptySubsequences: false)
      .enumerated()
    where !line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) {
      guard let value = try? JSONParser.parse(Array(line)), value.members != nil else {
        throw Diagnostic("data.format", "\(path):\(number + 1): a line of a log is a JSON object")
      }
      lines.append(value)
    }
    let parts = [lines.filter { $0["seconds"] == nil }, lines.filter { $0["seconds"] != nil }]
    let isOfSteps = counter == "step" || counter == "rate"
    self.lines = parts.contains(where: \.isEmpty) ? lines : parts[isOfSteps ? 0 : 1]
    self.counter = counter ?? TrainingLog.usualCounter(self.lines)
    name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    guard TrainingLog.measures.flatMap({ [$0, "val_" + $0] }).contains(where: has) else {
      throw Diagnostic("data.format", "'\(path)' has no numbers 'loss' or 'accuracy'")
    }
  }

  private static let measures = ["loss", "accuracy"]

  private static func number(_ name: String, of line: JSONValue) -> Double? {
    guard case .number(let text)? = line[name] else { return nil }
    return Double(text)
  }

  private func has(_ measure: String) -> Bool { lines.contains { TrainingLog.number(measure, of: $0) != nil } }

  private static func usualCounter(_ lines: [JSONValue]) -> String {
    for name in ["epoch", "step"] {
      let found = lines.compactMap { number(name, of: $0) }
      if found.count == lines.count, Set(found).count == found.count { return name }
    }
    return "line"
  }

  private func series(_ measure: String, _ name: String) -> LineChart.Series {
    let points = lines.enumerated().compactMap { index, line in
      TrainingLog.number(measure, of: line).map {
        PlotPoint(TrainingLog.number(counter, of: line) ?? Double(index + 1), $0)
      }
    }
    return LineChart.Series(name, points, hasMarkers: points.count <= 30)
  }

  /// Losses, and beside them accuracies: of one run what it was trained on and what was held out, of several one line each.
  static func plot(_ logs: [TrainingLog], _ page: PageOptions) -> any Plot {
    let panels = measures.compactMap { measure -> LineChart? in
      var series: [LineChart.Series] = []
      var label = measure
      if logs.count == 1 {
        let names = [(measure, "training"), ("val_" + measure, "validation")].filter { logs[0].has($0.0) }
        series = names.map { logs[0].series($0.0, $0.1) }
      } else {
        // What was held out says more, where all runs have it.
        if logs.allSatisfy({ $0.has("val_" + measure) }) { label = "val_" + measure }
        series = logs.filter { $0.has(label) }.map { $0.series(label, ReadableName.text($0.name)) }
        if label != measure { label = "validation \(measure)" }
      }
      guard !series.isEmpty else { return nil }
      var y = page.y(label)
      if measure == "accuracy" { y.isLogarithmic = false }
      if measure == "accuracy" { y.label = label }
      return LineChart(series, x: page.x(logs[0].counter, isCount: logs[0].counter != "rate"), y: y)
    }
    return PlotGrid(panels, columns: 2, title: page.title)
  }
}
