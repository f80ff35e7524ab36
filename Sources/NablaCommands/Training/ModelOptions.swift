import ArgumentParser
import Foundation
import NablaCompiler
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaNetworks

/// A network with its weights, for the verbs that use one.
struct ModelOptions: ParsableArguments {
  @Argument(
    help: "A .nabla file, '-' for standard input, the program text itself, or a checkpoint, which has one in it.")
  var source: String

  @Option(name: .long, help: "A file of weights: a checkpoint, .safetensors or .npz.")
  var weights: String?

  @Option(name: .long, help: "The function whose result is a prediction; without it, the one that was trained.")
  var model: String?

  @Option(name: .long, help: "The element type of parameters that state none: f32 or f64; a checkpoint knows its own.")
  var dtype: String?

  @Option(name: .long, parsing: .singleValue, help: "Values of sizes, such as hidden=128.")
  var size: [String] = []

  func validate() throws {
    if source.hasSuffix(".safetensors"), weights != nil {
      throw ValidationError("'\(source)' has weights already; --weights is for a program")
    }
  }

  /// The model; its weights are empty where no file of them is named.
  func read() throws -> Model {
    try ModelOptions.model(
      source, weights: weights, function: model, dtype: try dtype.map(SourceOptions.floatType),
      sizes: try SourceOptions.sizes(size))
  }

  /// - Parameters:
  ///   - source: a program, or a checkpoint.
  ///   - dtype: without it, what the weights are.
  static func model(
    _ source: String, weights: String?, function: String?, dtype: ElementType?, sizes: [String: Int]
  ) throws -> Model {
    var model: Model
    if source.hasSuffix(".safetensors") {
      model = try Checkpoint(path: source).model(path: source, function: function)
    } else {
      let text = try SourceOptions.text(of: source)
      if let weights, weights.hasSuffix(".safetensors") {
        model = try Checkpoint(path: weights).model(path: weights, source: text, function: function, sizes: sizes)
      } else {
        let tensors = try weights.map { try DataFile(path: $0).tensors() } ?? []
        let element = tensors.map(\.tensor.element).filter(\.isFloat).max() ?? .f32
        model = try Model(text, function: function, floatType: dtype ?? element, sizes: sizes, weights: tensors)
      }
    }
    if let dtype { model.floatType = dtype }
    model.sizes.merge(sizes) { $1 }
    return model
  }
}

/// The examples that a network is used on.
struct ExampleOptions: ParsableArguments {
  @Option(name: .long, help: "Files or the name of a set: digits.csv, x=a.npy,y=b.npy, fashion-mnist.")
  var data: String

  @Option(name: .customLong("held-out"), help: "Only the examples that this --validation would have held out.")
  var heldOut: String?

  @Flag(name: .customLong("as-is"), help: "Prepare the data as --data says, and not as those of training were.")
  var isPrepared = false

  @Option(name: .long, help: "How many examples are computed at once.")
  var batch = 256

  @Option(name: .long, help: "What runs it: auto, interpreter, c.")
  var backend: Backend = .c

  func validate() throws {
    if batch < 1 { throw ValidationError("--batch is at least 1, not \(batch)") }
  }

  /// The examples for a model, which loses what it knows of their preparation where that is not wanted.
  func read(for model: inout Model) throws -> Dataset {
    let loaded = try ExampleOptions.examples(data, for: &model, asIs: isPrepared)
    guard let heldOut else { return loaded.test ?? loaded.all }
    let rule = try TrainCommand.splitRule(heldOut, option: "--held-out")
    return try loaded.all.split(rule).held
  }

  static func examples(_ text: String, for model: inout Model, asIs: Bool) throws -> LoadedData {
    var request = try DataRequest(parsing: text)
    // The target keeps its classes: what they are called is no preparation.
    if asIs { model.inputs = [] } else if !model.inputs.isEmpty { request = request.unprepared }
    for input in model.inputs {
      guard let unit = input.textUnit, let length = input.shape.first else { continue }
      for index in request.parts.indices where request.parts[index].options.tokens == nil {
        request.parts[index].options.tokens = DataOptions.Tokens(unit: unit, length: length)
      }
    }
    return try load(request, model)
  }

  /// A table without a label is one whose columns all count.
  private static func load(_ request: DataRequest, _ model: Model) throws -> LoadedData {
    let usual = Result { try request.load(floats: model.floatType) }
    if case .success(let loaded) = usual, model.takes(loaded.all) { return loaded }
    var bare = request
    for index in bare.parts.indices where bare.parts[index].options.label == .usual {
      bare.parts[index].options.label = .none
    }
    if bare != request, let loaded = try? bare.load(floats: model.floatType), model.takes(loaded.all) { return loaded }
    return try usual.get()
  }
}

extension DataRequest {
  /// The request for the numbers as they are stored.
  fileprivate var unprepared: DataRequest {
    var request = self
    for index in request.parts.indices {
      request.parts[index].options.scale = nil
      request.parts[index].options.normalise = false
      request.parts[index].options.oneHot = false
    }
    return request
  }
}
