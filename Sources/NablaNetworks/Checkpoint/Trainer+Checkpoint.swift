import NablaData
import NablaDatasets
import NablaRuntime

extension WeightDecay {
  /// For the text of a recipe.
  fileprivate var spelling: String {
    "\(part)" + (isForAll ? " of all" : "") + (excluded.isEmpty ? "" : " without \(excluded.joined(separator: ", "))")
  }
}

extension Trainer {
  /// The parameters and the states of the layers, by their paths; with ``Recipe/averaging`` the averages of the parameters.
  public var weights: [NamedTensor] {
    plan.variables.indices.filter { plan.variables[$0].belongsToModel }.map { index in
      let variable = plan.variables[index]
      let average = state.step == 0 ? nil : plan.variables.firstIndex { $0.name == Update.average(of: variable) }
      return NamedTensor(variable.name, memory[average ?? index])
    }
  }

  /// The whole run, to be resumed: weights, states, slots of the rule, where the run is, and what the model is.
  ///
  /// - Complexity: linear in the variables, which are copied.
  public var checkpoint: Checkpoint {
    get throws {
      var metadata = Checkpoint.metadata(of: try model)
      metadata["nabla.recipe"] = signature
      metadata["nabla.state"] = Checkpoint.encoded(state)
      metadata["nabla.history"] = Checkpoint.encoded(history)
      let tensors = plan.variables.indices.map { NamedTensor(plan.variables[$0].name, memory[$0]) }
      return Checkpoint(tensors, metadata: metadata)
    }
  }

  /// What must be the same for a run to be resumed: that which decides its numbers.
  private var signature: String {
    func list(_ texts: [String]) -> String { texts.isEmpty ? "none" : texts.joined(separator: ", ") }
    let clipping = recipe.clipping.map { "\($0)" } ?? "none"
    return "loss \(recipe.loss); optimizer \(recipe.optimizer); schedule \(recipe.schedule ?? "none"); "
      + "penalties \(list(recipe.penalties)); constraints \(list(recipe.constraints)); clipping \(clipping); "
      + (recipe.resultPenalties.isEmpty ? "" : "penalties of results \(list(recipe.resultPenalties)); ")
      + "weight decay \(recipe.weightDecay.map(\.spelling) ?? "0.0"); averaging \(recipe.averaging ?? 0); frozen \(list(recipe.frozen)); "
      + "batch \(recipe.batch); accumulation \(recipe.accumulation); seed \(recipe.seed); shuffles \(recipe.shuffles); examples \(training.count)"
  }

  /// Goes on where a checkpoint was taken.
  ///
  /// - Throws: ``TrainingError/mismatch(path:_:)`` where it is one of another program, recipe or data set.
  public func resume(_ checkpoint: Checkpoint, path: String) throws {
    guard var state = checkpoint.decoded(RunState.self, "nabla.state") else {
      throw TrainingError.mismatch(path: path, "it has weights, but not the state of a run")
    }
    if let found = checkpoint.metadata["nabla.recipe"], found != signature {
      throw TrainingError.mismatch(path: path, "it was made with '\(found)', not '\(signature)'")
    }
    guard state.step >= 0, state.cursor.epoch >= 0, (0..<training.count).contains(state.cursor.position) else {
      throw TrainingError.mismatch(path: path, "its run is at no place of these data")
    }
    // Other metrics may be watched from the next epoch on.
    let measures = plan.network.measures.count
    if state.means.count != measures {
      guard state.cursor.position == 0 else {
        throw TrainingError.mismatch(path: path, "in the middle of an epoch its metrics were others")
      }
      state.means = RunningMeans(measures)
    }
    try load(checkpoint.tensors, path: path, isWhole: true)
    restore(state, checkpoint.history)
  }

  /// Takes the weights of a checkpoint for those of the best epoch so far, which a resumed run with
  /// ``EarlyStopping/restoresBest`` ends with if nothing becomes better.
  public func keepBest(_ checkpoint: Checkpoint, path: String) throws {
    let now = memory.snapshot
    try load(checkpoint.tensors, path: path)
    bestWeights = memory.snapshot
    memory.restore(now)
  }

  /// Takes the values of parameters and states from arrays of their names.
  ///
  /// - Parameter isWhole: whether every variable must be there; else the others keep their values.
  public func load(_ tensors: [NamedTensor], path: String, isWhole: Bool = false) throws {
    let named = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    var found: [(Int, Tensor)] = []
    for (index, variable) in plan.variables.enumerated() {
      guard let tensor = named[variable.name] else {
        if isWhole && !variable.beginsAnew || variable.kind == .learned {
          throw TrainingError.mismatch(path: path, "it has no '\(variable.name)'")
        }
        continue
      }
      found.append((index, try tensor.fitted(to: variable, path: path)))
    }
    // Only when all of it fits is anything changed.
    for (index, tensor) in found { memory[index] = tensor }
  }
}
