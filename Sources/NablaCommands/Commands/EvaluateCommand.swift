import ArgumentParser
import Foundation
import NablaData
import NablaDiagnostics
import NablaNetworks
import NablaRuntime

/// `nabla evaluate`: how good a trained network is.
struct EvaluateCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure a trained network on examples: its loss and metrics.",
    discussion: """
      A checkpoint knows its loss and metrics, and how the data were prepared. Metrics are those of the whole set: layers
      such as precision, auc and confusion keep what they are made of from batch to batch, other functions are averaged.
      Example: nabla evaluate run/best.safetensors --data digits.csv --metrics accuracy,macro_f1,confusion
      """)

  @OptionGroup var network: ModelOptions
  @OptionGroup var examples: ExampleOptions

  @Option(name: .long, help: "A function of the program, or a loss such as sparse_cross_entropy.")
  var loss: String?

  @Option(name: .long, help: "Functions of predictions and targets, separated by commas: accuracy,precision.")
  var metrics: String?

  @Flag(name: .long, help: "One JSON object in place of a table.")
  var json = false

  func perform() throws {
    var model = try network.read()
    let data = try examples.read(for: &model)
    try model.requireWeights()
    guard loss != nil || model.loss != nil else {
      throw ValidationError("--loss is needed: the weights do not say what they were trained with")
    }
    let metrics = try metrics.map(CallList.split)
    let measures = try Problem.inProgram(model.source) {
      try model.evaluate(data, loss: loss, metrics: metrics, batch: examples.batch, backend: examples.backend)
    }
    if json {
      let values = measures.map { JSONValue.Member($0.name, $0.tensor.json) }
      let object = JSONValue.object(
        ("version", .integer(1)), ("examples", .integer(data.count)), ("measures", .object(values)))
      return try StandardOutput.write(object.text + "\n")
    }
    let width = max(measures.map(\.name.count).max() ?? 0, "examples".count)
    func cell(_ name: String) -> String { name + String(repeating: " ", count: width - name.count + 2) }
    print("\(cell("examples"))\(data.count)")
    for measure in measures {
      let text =
        measure.tensor.rank == 0
        ? String(format: "%.6g", measure.tensor.doubles.first ?? .nan)
        : TensorText().text(measure.tensor, indent: width + 2)
      print("\(cell(measure.name))\(text)")
    }
  }
}
