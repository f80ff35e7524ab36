import ArgumentParser
import NablaData
import NablaDiagnostics
import NablaNetworks
import NablaPlots
import NablaRuntime

/// How good a trained network is, over all thresholds or class by class.
extension PlotCommand {
  func measured(_ kind: Kind) throws -> any Plot {
    guard let data = point.data else { throw ValidationError("--kind \(kind.rawValue) needs --data") }
    var model = try ModelOptions.model(
      input.source, weights: nil, function: input.function, dtype: nil, sizes: try SourceOptions.sizes(input.size))
    try model.requireWeights()
    let loaded = try ExampleOptions.examples(data, for: &model, asIs: false)
    let examples = loaded.test ?? loaded.all
    func values(_ metrics: [String]) throws -> [Tensor] {
      try Problem.inProgram(model.source) { try model.evaluate(examples, metrics: metrics).dropFirst().map(\.tensor) }
    }
    switch kind {
    case .roc:
      let found = try values(["roc_curve", "auc"])
      let area = PlotCommand.digits(found[1].doubles.first)
      let chance = LineChart.Series("by chance", [PlotPoint(0, 0), PlotPoint(1, 1)])
      return LineChart(
        [LineChart.Series("area \(area)", PlotCommand.points(found[0])), chance], x: page.x("false positives"),
        y: page.y("true positives"), title: page.title)
    case .precision:
      let found = try values(["precision_recall_curve", "pr_auc"])
      let area = PlotCommand.digits(found[1].doubles.first)
      return LineChart(
        [LineChart.Series("area \(area)", PlotCommand.points(found[0]))], x: page.x("recall"), y: page.y("precision"),
        title: page.title.isEmpty ? "area \(area)" : page.title)
    default:
      let found = try values(["confusion"])[0]
      var map = HeatMap(
        found.doubles, rows: found.shape[0], columns: found.shape[1], x: page.x("predicted"), y: page.y("true class"),
        title: page.title)
      if model.classNames.count == found.shape[0] { map.names = model.classNames }
      return map
    }
  }

  private static func digits(_ value: Double?) -> String {
    value.map { $0.isNaN ? "nan" : "\(($0 * 10_000).rounded() / 10_000)" } ?? ""
  }

  /// The rows of an array [n, 2].
  private static func points(_ tensor: Tensor) -> [PlotPoint] {
    let numbers = tensor.doubles
    return stride(from: 0, to: numbers.count - 1, by: 2).map { PlotPoint(numbers[$0], numbers[$0 + 1]) }
  }
}
