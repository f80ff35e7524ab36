import Nabla
import NablaData
import NablaDiagnostics
import NablaPlots

/// A log of training: a JSON object a line, with `epoch` or `step`, `loss`, `accuracy` and the like.
struct TrainingLog {
  private let lines: [JSONValue]

  /// - Throws: `source.unreadable`; `data.format` with the line that is no object.
  init(path: String) throws(Diagnostic) {
    var lines: [JSONValue] = []
    for (number, line) in try SourceFile(path: path).bytes().split(separator: 10, omittingEmptySubsequences: false)
      .enumerated()
    where !line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) {
      guard let value = try? JSONParser.parse(Array(line)), value.members != nil else {
        throw Diagnostic("data.format", "\(path):\(number + 1): a line of a log is a JSON object")
      }
      lines.append(value)
    }
    self.lines = lines
    guard series(["loss", "val_loss", "accuracy", "val_accuracy"]).contains(where: { !$0.points.isEmpty }) else {
      throw Diagnostic("data.format", "'\(path)' has no numbers 'loss' or 'accuracy'")
    }
  }

  private func number(_ name: String, of line: JSONValue) -> Double? {
    guard case .number(let text)? = line[name] else { return nil }
    return Double(text)
  }

  /// Epochs where each line has its own, else steps, else the lines themselves.
  private var counter: String {
    for name in ["epoch", "step"] {
      let found = lines.compactMap { number(name, of: $0) }
      if found.count == lines.count, Set(found).count == found.count { return name }
    }
    return "line"
  }

  private func series(_ names: [String]) -> [LineChart.Series] {
    let counter = counter
    return names.map { name in
      let points = lines.enumerated().compactMap { index, line in
        number(name, of: line).map { PlotPoint(number(counter, of: line) ?? Double(index + 1), $0) }
      }
      return LineChart.Series(name, points, hasMarkers: points.count <= 30)
    }
  }

  /// Losses, and beside them accuracies.
  func plot(title: String, log: String) -> any Plot {
    let panels = [["loss", "val_loss"], ["accuracy", "val_accuracy"]].compactMap { names -> LineChart? in
      let present = series(names).filter { !$0.points.isEmpty }
      guard !present.isEmpty else { return nil }
      return LineChart(
        present, x: Axis(counter, isLogarithmic: log.contains("x")),
        y: Axis(names[0], isLogarithmic: log.contains("y") && names[0] == "loss"))
    }
    return PlotGrid(panels, columns: 2, title: title)
  }
}
