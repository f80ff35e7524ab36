import ArgumentParser
import Foundation
import NablaData
import NablaDiagnostics
import NablaNetworks
import NablaRuntime

/// `nabla predict`: what a trained network says of examples.
struct PredictCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Tell what a trained network says of examples.",
    discussion: """
      A checkpoint knows how the data were prepared that it was trained on: the examples are given as they are stored. Of
      classes, the most probable one is printed with its probability, and of anything else the numbers.
      Example: nabla predict run/best.safetensors --data new.csv -o labels.csv
      """)

  @OptionGroup var network: ModelOptions
  @OptionGroup var examples: ExampleOptions

  @Flag(name: .long, help: "All numbers of the result, in place of the class.")
  var probabilities = false

  @Flag(name: .long, help: "The class with the greatest number, also where nothing says that there are classes.")
  var classes = false

  @Option(name: .shortAndLong, help: "A file in place of standard output: .csv, .json, .npy, .npz or .safetensors.")
  var output: String?

  @Flag(name: .long, help: "One JSON object in place of a table.")
  var json = false

  func validate() throws {
    if probabilities, classes { throw ValidationError("one of --probabilities and --classes") }
  }

  func perform() throws {
    var model = try network.read()
    let data = try examples.read(for: &model)
    try model.requireWeights()
    let prediction = try Problem.inProgram(model.source) {
      try model.predict(data, batch: examples.batch, backend: examples.backend)
    }
    let text = PredictionText(prediction, showsClasses: classes || prediction.isClassification && !probabilities)
    guard let output else { return try StandardOutput.write(json ? text.json.text + "\n" : try text.csv()) }
    switch try DataFormat(path: output) {
    case .csv: try OutputFile(path: output).write(try text.csv().utf8)
    case .json: try OutputFile(path: output).write((text.json.text + "\n").utf8)
    case .npy: try DataFile(path: output).write(try text.array())
    case .npz, .safetensors: try DataFile(path: output).write(text.arrays)
    }
  }
}

extension Model {
  /// - Throws: `predict.weights` where the program has parameters, and nothing says their values.
  func requireWeights() throws {
    guard weights.isEmpty, let first = variablePaths.first else { return }
    throw Diagnostic(
      "predict.weights", "'\(function)' has parameters such as '\(first)': give their values with --weights")
  }
}
