import NablaDiagnostics
import NablaGraph

/// Why a program cannot be trained, or why training stopped. Carries values; ``diagnostic`` makes the text.
public enum TrainingError: Error, Sendable {
  /// Neither the program nor the library has a function that is called as a loss, a metric, a rule.
  case unknownName(String, what: String, nearest: String?)
  /// A call has an argument that its function does not take.
  case unknownArgument(String, of: String, known: [String], nearest: String?)
  /// What is called does not fit what it is called with.
  case unfit(String, to: String, problem: String, advice: String?)
  /// No loss is named.
  case noLoss
  /// The program has no such function.
  case unknownFunction(String, functions: [String])
  /// The loss has results other than one real scalar.
  case lossType(String, [TensorType])
  /// The function has no parameter whose leading axis can be the examples of a batch.
  case noBatchAxis(String)
  /// The functions of the loss and of the model cannot be brought together.
  case noModel(loss: String)
  /// The loss has more or fewer parameters without a default than the data has columns.
  case columns(parameters: [String], columns: [String])
  /// Examples of another shape than the parameter has.
  case shape(parameter: String, type: TensorType, example: [Int])
  /// The program has nothing to learn.
  case noParameters(String)
  /// No layer or parameter has that path.
  case unknownPath(String, known: [String])
  /// What is called as a rule has no such use.
  case notARule(String, expected: String)
  /// A number that was to be positive.
  case number(String, Double)
  /// The loss or a parameter is no number any more; `place` says which value was the first.
  case notFinite(step: Int, epoch: Int, place: Diagnostic?)
  /// Nothing to train or to evaluate on.
  case noExamples(String)
  /// A metric of several numbers, where one is wanted for each epoch.
  case metricType(String, TensorType)
  /// A function that gives no result for each example.
  case resultType(String, TensorType)
  /// Sizes that have to be known, beside the number of examples.
  case openSizes([String])
  /// A model that does not predict the next piece of a text.
  case noText(String)
  /// A layer that remembers from example to example, where a function of one example is wanted.
  case remembers(String)
  /// A checkpoint or weights file that does not fit the program.
  case mismatch(path: String, String)

  public var diagnostic: Diagnostic {
    func list(_ names: [String]) -> String {
      names.isEmpty ? "none" : names.map { "'\($0)'" }.joined(separator: ", ")
    }
    switch self {
    case .unknownName(let name, let what, let nearest):
      let advice = nearest.map { "; did you mean '\($0)'?" } ?? ""
      return Diagnostic(
        "train.\(what.split(separator: " ").last ?? "name")",
        "there is no \(what) '\(name)'\(advice)")
    case .unknownArgument(let label, let function, let known, let nearest):
      let advice = nearest.map { "did you mean '\($0)'?" } ?? "it has \(list(known))"
      return Diagnostic("train.argument", "'\(function)' has no argument '\(label)'; \(advice)")
    case .unfit(let call, let subject, let problem, let advice):
      return Diagnostic(
        "train.unfit", "'\(call)' does not fit \(subject): \(problem)\(advice.map { "; \($0)" } ?? "")")
    case .noLoss:
      return Diagnostic("train.loss", "no loss is named, and the model does not say which it was trained with")
    case .unknownFunction(let name, let functions):
      return Diagnostic("train.function", "the program has no function '\(name)'; it has \(list(functions))")
    case .lossType(let name, let types):
      return Diagnostic(
        "train.loss",
        "a loss is one real number, and '\(name)' gives \(types.map(\.description).joined(separator: ", "))")
    case .noBatchAxis(let name):
      return Diagnostic(
        "train.batch", "'\(name)' needs a parameter whose leading axis is named, for the examples: x: [m, 4]")
    case .noModel(let loss):
      return Diagnostic(
        "train.model", "it is not plain which function predicts what '\(loss)' looks at: name it with the option model")
    case .columns(let parameters, let columns):
      return Diagnostic(
        "train.columns", "the loss takes \(list(parameters)), and the data has \(list(columns))")
    case .shape(let parameter, let type, let example):
      return Diagnostic(
        "shape.conflict",
        "'\(parameter)' is \(type) of a batch, and an example of the data has the shape \(example)"
          + (example.count > 1 && type.shape.rank == 2
            ? "; the option shape=\(example.reduce(1, *)) after the data puts its numbers in a row" : ""))
    case .noParameters(let name):
      return Diagnostic(
        "train.no-parameters", "'\(name)' calls no layer that owns parameters: there is nothing to train")
    case .unknownPath(let path, let known):
      return Diagnostic("train.path", "no layer or parameter is '\(path)'; there are \(list(known))")
    case .notARule(let name, let expected):
      return Diagnostic("train.rule", "'\(name)' is no \(expected)")
    case .number(let name, let value):
      return Diagnostic("train.number", "the \(name) is positive, not \(value)")
    case .notFinite(let step, let epoch, let place):
      return Diagnostic(
        "train.not-finite", "the loss is no number at step \(step), in epoch \(epoch)", notes: place.map { [$0] } ?? [])
    case .noExamples(let what):
      return Diagnostic("train.no-examples", "there are no examples to \(what)")
    case .metricType(let name, let type):
      return Diagnostic(
        "train.metric", "'\(name)' gives \(type), and an epoch is measured by one number; evaluate shows arrays")
    case .resultType(let name, let type):
      return Diagnostic("predict.result", "'\(name)' gives \(type), and no result for each example of a batch")
    case .openSizes(let names):
      return Diagnostic("shape.open", "the size of \(list(names)) is not known; give it with --size \(names[0])=…")
    case .noText(let name):
      return Diagnostic(
        "generate.model",
        "'\(name)' does not go on with a text: it takes a window of one, and gives a probability for each piece that may "
          + "come next")
    case .remembers(let path):
      return Diagnostic(
        "emit.stateful", "'\(path)' is remembered from example to example, and an exported function remembers nothing")
    case .mismatch(let path, let problem):
      return Diagnostic("train.file", "'\(path)' does not fit the program: \(problem)")
    }
  }
}

extension TrainingError: CustomStringConvertible {
  public var description: String { diagnostic.message }
}
