import NablaDiagnostics
import NablaGraph
import NablaLanguage

/// What is measured beside the loss, as a function of the program's own language, of predictions and targets:
///
///     measures(prediction: f32[m, 10], y: i32[m]) =
///         (mean(accuracy(prediction, y)), macro_f1(prediction, y))
///
/// A metric that is a layer keeps what it is made of as states, which begin anew with every epoch: its last value is that
/// of the epoch. Values of any other function are averaged over the examples.
struct MetricSet: Sendable {
  /// What an epoch has of a metric.
  enum Kind: Hashable, Sendable {
    /// The mean of batches, each with the weight of its examples.
    case mean
    /// What the last batch gave.
    case last
  }

  /// Its name, which the program does not have.
  let function: String
  /// The program with the function at its end.
  let source: SourceText
  /// In the order of the results.
  let metrics: [(name: String, kind: Kind)]

  static let prediction = "prediction_of_model"

  /// - Parameters:
  ///   - prediction: the type of what is predicted for a batch.
  ///   - target: the parameter of the objective that it is compared with.
  init(
    _ calls: [RuleCall], _ module: Module, prediction: TensorType, target: (name: String, type: TensorType)
  ) {
    function = module.unusedName("measures")
    let guess = Prediction.spelling(MetricSet.prediction, prediction, against: target.type)
    var names: Set<String> = []
    metrics = calls.map { call in
      // Of two with one name, the second is called what it is written as.
      let name = names.insert(call.name).inserted ? call.name : call.description
      return (name, module.isLayer(call.name) ? .last : .mean)
    }
    let values = zip(calls, metrics).map { call, metric in
      let value = call.text(after: [guess, target.name])
      return metric.kind == .mean ? "mean(\(value))" : value
    }
    let header = "\(function)(\(MetricSet.prediction): \(prediction), \(target.name): \(target.type))"
    let value = values.count == 1 ? values[0] : "(\(values.joined(separator: ",\n     ")))"
    source = module.source.appending("\(header) =\n    \(value)")
  }
}
