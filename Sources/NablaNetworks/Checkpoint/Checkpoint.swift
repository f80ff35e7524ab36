import Foundation
import NablaData
import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// Everything that a run needs to go on as if it had never stopped: the variables, the slots of the rule, and where the
/// run was. It is one safetensors file, which other programs can read the weights from.
public struct Checkpoint: Sendable {
  public var tensors: [NamedTensor]
  /// What the file says beside its arrays, under names that begin with `nabla.`.
  var metadata: [String: String]

  public static let version = "1"

  init(_ tensors: [NamedTensor], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Weights alone.
  public static func weights(_ tensors: [NamedTensor]) -> Checkpoint { Checkpoint(tensors, metadata: [:]) }

  public init(path: String) throws(DataError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .file(path: path, reason: "\(SystemReason(error))")
    }
    (tensors, metadata) = try data.withUnsafeBytes { bytes in
      Result { () throws(DataError) in (try Safetensors.tensors(bytes), try Safetensors.metadata(bytes)) }
    }.get()
  }

  /// Writes the file whole or not at all: what was there before stays until the new one is on the disk.
  public func write(to path: String) throws(DataError) {
    let bytes = try Safetensors.bytes(of: tensors, metadata: metadata)
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .file(path: path, reason: "\(SystemReason(error))")
    }
  }

  /// Whether it can be resumed; a file of weights cannot.
  public var isResumable: Bool { metadata["nabla.state"] != nil }

  /// The epochs that were done.
  public var history: [EpochRecord] { decoded([EpochRecord].self, "nabla.history") ?? [] }

  func decoded<Value: Decodable>(_ type: Value.Type, _ name: String) -> Value? {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return metadata[name].flatMap { try? decoder.decode(type, from: Data($0.utf8)) }
  }
}

extension Trainer {
  /// The parameters and the states of the layers, by their paths.
  public var weights: [NamedTensor] {
    plan.variables.indices.filter { plan.variables[$0].kind != .slot }
      .map { NamedTensor(plan.variables[$0].name, memory[$0]) }
  }

  /// The whole run, to be resumed.
  ///
  /// - Complexity: linear in the variables, which are copied.
  public var checkpoint: Checkpoint {
    let tensors = plan.variables.indices.map { NamedTensor(plan.variables[$0].name, memory[$0]) }
    return Checkpoint(
      tensors,
      metadata: [
        "nabla.version": Checkpoint.version, "nabla.recipe": signature, "nabla.state": Trainer.encoded(state),
        "nabla.history": Trainer.encoded(history),
      ])
  }

  /// What must be the same for a run to be resumed: that which decides its numbers.
  private var signature: String {
    "loss \(recipe.loss); optimizer \(recipe.optimizer); schedule \(recipe.schedule ?? "none"); "
      + "penalty \(recipe.penalty ?? "none"); batch \(recipe.batch); seed \(recipe.seed); shuffles \(recipe.shuffles)"
  }

  private static func encoded(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Goes on where a checkpoint was taken.
  ///
  /// - Throws: ``TrainingError/mismatch(path:_:)`` where it is one of another program or recipe.
  public func resume(_ checkpoint: Checkpoint, path: String) throws {
    guard let state = checkpoint.decoded(RunState.self, "nabla.state") else {
      throw TrainingError.mismatch(path: path, "it has weights, but not the state of a run")
    }
    if let found = checkpoint.metadata["nabla.recipe"], found != signature {
      throw TrainingError.mismatch(path: path, "it was made with '\(found)', not '\(signature)'")
    }
    try load(checkpoint.tensors, path: path, isWhole: true)
    restore(state, checkpoint.history)
  }

  /// Takes the values of parameters and states from arrays of their names.
  ///
  /// - Parameter isWhole: whether every variable must be there; else the others keep their values.
  public func load(_ tensors: [NamedTensor], path: String, isWhole: Bool = false) throws {
    let named = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    var found: [(Int, Tensor)] = []
    for (index, variable) in plan.variables.enumerated() {
      guard let tensor = named[variable.name] else {
        if isWhole || variable.kind == .learned {
          throw TrainingError.mismatch(path: path, "it has no '\(variable.name)'")
        }
        continue
      }
      let shape = variable.type.shape.dimensions.map { $0.constant ?? 0 }
      guard tensor.shape == shape else {
        throw TrainingError.mismatch(path: path, "'\(variable.name)' is \(tensor.shape) there, and \(shape) here")
      }
      found.append((index, try tensor.converted(to: variable.type.element)))
    }
    // Only when all of it fits is anything changed.
    for (index, tensor) in found { memory[index] = tensor }
  }
}
