import NablaGraph
import NablaLanguage

/// What is said about a loss of probabilities that is given something else, or the other way round: such a network trains,
/// and learns little or nothing.
enum OutputAdvice {
  private static let ofClasses: Set = ["cross_entropy", "sparse_cross_entropy", "focal_cross_entropy", "kl_divergence"]
  private static let ofTwo: Set = ["binary_cross_entropy", "binary_focal_cross_entropy"]
  private static let probabilities: Set = ["softmax", "sigmoid"]
  /// What gives any number, unless it is told another activation.
  private static let unbounded: Set = [
    "dense", "conv1d", "conv2d", "conv2d_transpose", "separable_conv2d", "batch_norm", "layer_norm", "relu", "tanh",
    "leaky_relu", "gelu", "silu", "elu", "selu", "softplus", "identity", "log_softmax",
  ]

  /// - Parameter calls: those of the objective, also of functions of numbers.
  static func notes(_ calls: [TracedCall], in graph: Graph) -> [String] {
    var notes: [String] = []
    for loss in calls where ofClasses.contains(loss.name) || ofTwo.contains(loss.name) {
      guard var prediction = loss.arguments.first?.node else { continue }
      // An axis of one number is left out where targets have none: the network is before that.
      while ["slice", "reshape"].contains(graph.operation(of: prediction).name) {
        prediction = graph.operand(0, of: prediction)
      }
      let takesLogits = loss.arguments.contains { $0.label == "from_logits" && $0.text == "true" }
      let ends = calls.filter { $0.results.first == prediction }
      let names = Set(ends.map(\.name) + ends.flatMap { $0.arguments.map(\.text) })
      let found = probabilities.intersection(names).sorted().first
      let note: String?
      switch (found, takesLogits) {
      case (let found?, true):
        note = "'\(loss.name)' takes logits here, and '\(found)' gives probabilities: leave one of both out"
      case ("sigmoid", false) where ofClasses.contains(loss.name):
        note = "'\(loss.name)' is of classes that exclude each other, which 'softmax' gives, and not 'sigmoid'"
      case ("softmax", false) where graph.type(of: prediction).shape.dimensions.last == 1:
        note = "'softmax' of one number is always 1: 'sigmoid' gives the probability of one class of two"
      case (nil, false) where !unbounded.isDisjoint(with: names):
        let last = ofTwo.contains(loss.name) ? "sigmoid" : "softmax"
        note = "'\(loss.name)' takes probabilities: end the network with '\(last)', or say from_logits: true"
      default: note = nil
      }
      if let note, !notes.contains(note) { notes.append(note) }
    }
    return notes
  }
}
