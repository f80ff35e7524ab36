import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime

/// A network that predicts: a function of a program, the weights of its layers, and how the data that it was trained on
/// were prepared.
///
///     let model = try Model(checkpoint: "run/best.safetensors")
///     let digits = try DataRequest(parsing: "digits.csv.gz").load().all
///     try model.predict(digits).labels       // [0, 1, 2, …]
///     try model.evaluate(digits)             // loss and metrics, by name
///
/// Layers are as they are after training: dropout drops nothing, and normalisation takes the moving averages.
public struct Model: Sendable {
  /// The program.
  public let source: SourceText
  /// The function whose results are predictions.
  public let function: String
  /// The element type of parameters that state none.
  public var floatType: ElementType
  /// Values of sizes that neither the data nor the program say.
  public var sizes: [String: Int]
  /// Parameters and states of the layers by their paths; without them, the first values of a seed.
  public var weights: [NamedTensor]
  /// How the columns that the function takes were prepared, and how the targets were; empty for a model that has not been
  /// trained.
  public var inputs: [ColumnPreparation] = []
  public var target: ColumnPreparation?
  /// The loss that it was trained with, and the metrics that were watched.
  public var loss: String?
  public var metrics: [String] = []

  /// A function of a program.
  ///
  /// - Parameter function: without it, the last of the program whose result has the batch's axis, and else the last.
  /// - Throws: ``DiagnosticsError`` with the problems of the text, ``TrainingError/unknownFunction(_:functions:)``.
  public init(
    _ source: SourceText, function: String? = nil, floatType: ElementType = .f32, sizes: [String: Int] = [:],
    weights: [NamedTensor] = []
  ) throws {
    let isChosen = function.map { [$0: sizes] } ?? [:]
    let module = Module(
      checking: source,
      options: CheckOptions(floatType: floatType, sizes: function == nil ? sizes : [:], ownSizes: isChosen))
    if module.hasErrors { throw DiagnosticsError(source: source, diagnostics: module.diagnostics) }
    let names = module.functions.map(\.name)
    // A file of weights says which function they belong to.
    let owners = Set(weights.compactMap { $0.name.split(separator: ".").first.map { String($0) } })
    let owner = owners.count == 1 ? owners.first.flatMap { module.function($0) } : nil
    let chosen =
      function.map { module.function($0) } ?? owner ?? module.functions.last { $0.batchName != nil && $0.givesBatch }
      ?? module.lastFunction
    guard let chosen else { throw TrainingError.unknownFunction(function ?? "", functions: names) }
    self.source = source
    self.function = chosen.name
    self.floatType = floatType
    self.sizes = sizes
    self.weights = weights
  }

  /// A function of a program's text.
  public init(_ text: String, function: String? = nil, floatType: ElementType = .f32) throws {
    try self.init(SourceText(text), function: function, floatType: floatType)
  }
}

extension NablaLanguage.Signature {
  /// The name of the leading axis of the first array: the number of examples.
  var batchName: String? {
    inputs.lazy.compactMap { $0.type?.shape.dimensions.first?.symbols }.first { $0.count == 1 }?.first
  }

  /// Whether the first result has a value for each example.
  var givesBatch: Bool {
    guard let name = batchName, let result = results.first else { return false }
    return result.type.shape.dimensions.first == Dimension(name)
  }
}

extension Trainer {
  /// The network with the weights that it has now.
  public var model: Model {
    get throws {
      let network = plan.network
      var model = try Model(
        source, function: network.objective.model ?? recipe.loss, floatType: recipe.floatType,
        sizes: network.sizes.filter { $0.key != network.objective.batchName }, weights: weights)
      let columns = zip(network.objective.parameters, network.binding.columns).map {
        ($0.name, ColumnPreparation(training.columns[$1]))
      }
      let own = Set(model.parameters.map(\.name))
      model.inputs = columns.filter { own.contains($0.0) }.map(\.1)
      model.target = columns.first { $0.0 == network.objective.target }?.1
      model.loss = recipe.loss
      model.metrics = recipe.metrics
      return model
    }
  }
}

extension Model {
  /// What the program is checked under: its sizes are those of the function alone.
  func options(_ more: [String: Int] = [:], training: Bool = false) -> CheckOptions {
    CheckOptions(floatType: floatType, ownSizes: [function: sizes.merging(more) { $1 }], training: training)
  }

  /// The parameters and states of the layers that the function calls, by path.
  public var variablePaths: [String] {
    Module(checking: source, options: options()).function(function)?.variables.map(\.path) ?? []
  }
}
