import NablaGraph
import NablaLanguage

/// One call for a batch as one program, with what its inputs and outputs are. A step of training has the loss and the
/// metrics of the batch, the gradient, and the next values of everything that changes, each in the place of the last.
public struct TrainingProgram: Sendable {
  /// What an input of the program is.
  public enum Input: Hashable, Sendable {
    /// A parameter of the function, by position.
    case data(Int)
    /// A variable of the plan, by position.
    case variable(Int)
    /// The number of the step, from 1.
    case step
    /// What the learning rate is multiplied by.
    case scale
    /// What random numbers are made of.
    case key
  }

  /// What an output of the program is.
  public enum Output: Hashable, Sendable {
    /// The loss, then the metrics.
    case measure(Int)
    case rate
    /// The next value of a variable of the plan.
    case variable(Int)
    /// A result of a function that predicts.
    case result(Int)
  }

  public let program: Program
  public let inputs: [Input]
  public let outputs: [Output]
}

/// Something that a run keeps.
public struct TrainingVariable: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A parameter that the rule changes.
    case learned
    /// A parameter that stays.
    case frozen
    /// What a layer keeps from step to step.
    case state
    /// What the rule keeps of a parameter.
    case slot
    /// What a metric keeps from batch to batch of an epoch.
    case metric
    /// What a layer keeps of a batch's examples for those that follow them, until the epoch ends. A batch with fewer
    /// examples has the first ones.
    case memory
  }

  /// In files and messages.
  public let name: String
  /// In the programs.
  public let path: String
  /// All extents are numbers.
  public let type: TensorType
  public let kind: Kind

  /// Whether it is part of the network, and not of its training.
  public var belongsToModel: Bool { kind == .learned || kind == .frozen || kind == .state }

  /// Whether a path is its own, or that of a layer or a function that it belongs to.
  func isPart(of path: String) -> Bool { self.path == path || self.path.hasPrefix(path + ".") }

  /// Whether it has its first value at the beginning of every epoch.
  var beginsAnew: Bool { kind == .metric || kind == .memory }
}

extension TrainingVariable {
  /// - Parameter batch: what the number of examples is called, and how many there are at most: what a layer keeps of each
  ///   of them is memory.
  init(_ variable: LayerVariable, as kind: Kind, batch: (name: String, count: Int)) {
    let type = variable.type.substituting([batch.name: batch.count])
    self.init(name: variable.path, path: variable.path, type: type, kind: type == variable.type ? kind : .memory)
  }
}
