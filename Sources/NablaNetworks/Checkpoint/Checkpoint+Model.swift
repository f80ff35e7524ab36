import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaGraph

/// What a file says of a model beside its weights.
private struct ModelDescription: Codable {
  var program: String
  var programName: String
  var function: String
  var element: String
  var sizes: [String: Int]
  var inputs: [ColumnPreparation]
  var target: ColumnPreparation?
  var loss: String?
  var metrics: [String]
}

extension Checkpoint {
  /// A model, to predict with.
  public init(_ model: Model) {
    self.init(model.weights, metadata: Checkpoint.metadata(of: model))
  }

  static func metadata(of model: Model) -> [String: String] {
    let description = ModelDescription(
      program: String(decoding: model.source.utf8, as: UTF8.self), programName: model.source.name,
      function: model.function, element: model.floatType.rawValue, sizes: model.sizes, inputs: model.inputs,
      target: model.target, loss: model.loss, metrics: model.metrics)
    return ["nabla.version": version, "nabla.model": encoded(description)]
  }

  /// The model whose weights it has.
  ///
  /// - Parameters:
  ///   - path: for messages.
  ///   - source: the program, in place of the one that was trained.
  ///   - function: in place of the one that was trained.
  ///   - sizes: of a program that the file does not know.
  /// - Throws: ``TrainingError/mismatch(path:_:)`` where neither the file nor the caller knows the program.
  public func model(
    path: String, source: SourceText? = nil, function: String? = nil, sizes: [String: Int] = [:]
  ) throws -> Model {
    guard let known = decoded(ModelDescription.self, "nabla.model") else {
      guard let source else {
        throw TrainingError.mismatch(path: path, "it has weights, but does not say which program they belong to")
      }
      let element = tensors.map(\.tensor.element).filter(\.isFloat).max() ?? .f32
      return try Model(source, function: function, floatType: element, sizes: sizes, weights: tensors)
    }
    guard let element = ElementType(rawValue: known.element), element.isFloat else {
      throw TrainingError.mismatch(path: path, "its numbers are of type '\(known.element)'")
    }
    var model = try Model(
      source ?? SourceText(known.program, name: known.programName), function: function ?? known.function,
      floatType: element, sizes: known.sizes.merging(sizes) { $1 }, weights: tensors)
    model.inputs = known.inputs
    model.target = known.target
    model.loss = known.loss
    model.metrics = known.metrics
    return model
  }
}

extension Model {
  /// The model of a checkpoint.
  public init(checkpoint path: String) throws {
    self = try Checkpoint(path: path).model(path: path)
  }

  /// Writes the model with its program and its weights; ``init(checkpoint:)`` reads it.
  public func save(to path: String) throws { try Checkpoint(self).write(to: path) }
}
