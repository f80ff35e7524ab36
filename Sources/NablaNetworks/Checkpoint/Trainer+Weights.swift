import NablaRuntime

/// Which weights of a file a network has taken.
public struct WeightTransfer: Hashable, Sendable {
  /// A parameter or state that begins as it would without the file.
  public struct Missing: Hashable, Sendable {
    public let path: String
    /// The shapes, where the file has the path with another one.
    public let reason: String?
  }

  /// The paths that were found, with the shape that is wanted.
  public var taken: [String] = []
  public var missing: [Missing] = []
  /// What the file has beside these, without what rules and metrics keep.
  public var unused: [String] = []
}

extension Trainer {
  /// Begins with the weights that another network has under the same paths and in the same shapes; everything else keeps
  /// its first value. A network with another last layer is trained on from what all layers before it have learned:
  ///
  ///     let report = try trainer.begin(with: Model(checkpoint: "digits.safetensors").weights, path: "digits")
  ///     report.missing.map(\.path)                  // ["net.dense_3.W", "net.dense_3.b"]
  ///
  /// - Parameter path: what messages call the file.
  /// - Throws: ``TrainingError/mismatch(path:_:)`` where nothing of it fits.
  @discardableResult
  public func begin(with tensors: [NamedTensor], path: String) throws -> WeightTransfer {
    let named = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    var report = WeightTransfer()
    var found: [(Int, Tensor)] = []
    for (index, variable) in plan.variables.enumerated() where variable.belongsToModel {
      guard let tensor = named[variable.name] else {
        report.missing.append(.init(path: variable.name, reason: nil))
        continue
      }
      let shape = variable.type.shape.dimensions.map { $0.constant ?? 0 }
      guard tensor.shape == shape else {
        report.missing.append(.init(path: variable.name, reason: "\(tensor.shape) there and \(shape) here"))
        continue
      }
      found.append((index, try tensor.fitted(to: variable, path: path)))
      report.taken.append(variable.name)
    }
    let own = Set(plan.variables.map(\.name))
    let weights = Set(report.taken + report.missing.map(\.path))
    // Slots of a rule have the name of a parameter before their own.
    report.unused = tensors.map(\.name).filter { name in
      !own.contains(name) && !weights.contains { name.hasPrefix($0 + ".") } && !name.contains(".total_")
    }
    if found.isEmpty {
      let names = tensors.prefix(4).map { "'\($0.name)' \($0.tensor.shape)" }.joined(separator: ", ")
      throw TrainingError.mismatch(
        path: path, "it has \(names.isEmpty ? "nothing" : names), and none of it is one of the network's variables")
    }
    for (index, tensor) in found { memory[index] = tensor }
    return report
  }
}
