import NablaDiagnostics
import NablaGraph
import NablaLanguage

/// What is made small, as a function of the program's own language:
///
///     objective(x: f32[m, 28, 28], y: i32[m]) = loss(x: x, y: y)
///
/// or, for a loss of the library, of what a function of the program predicts:
///
///     objective(x: f32[m, 28, 28], y: i32[m]) {
///         prediction = mnist(x: x)
///         mean(sparse_cross_entropy(prediction, y))
///     }
struct Objective: Sendable {
  /// A parameter of the header; without a type it is a size.
  struct Parameter: Sendable {
    let name: String
    let type: TensorType?

    init(_ parameter: NablaLanguage.Signature.Parameter) { self.init(parameter.name, parameter.type) }

    init(_ name: String, _ type: TensorType?) {
      self.name = name
      self.type = type
    }
  }

  /// Its name, which the program does not have yet.
  let name: String
  /// The program with the function at its end.
  let source: SourceText
  /// The parameters that take columns of the data, with their types for a batch.
  let parameters: [(name: String, type: TensorType)]
  /// The dimension that is the number of examples.
  let batchName: String
  /// The function that predicts, if it is known.
  let model: String?
  /// The parameter that predictions are compared with, if it is known.
  let target: String?
  /// The parameter that has the weights of the examples.
  let weights: String?
  /// Whether the prediction is a second result, since the loss does not call the function that predicts.
  let returnsPrediction: Bool

  /// The column of the data that says what the loss of each example counts.
  static let weightColumn = "weight"

  /// - Parameters:
  ///   - columns: of the data; for a loss of the library the last one has the targets, and there may be weights.
  ///   - returnsPrediction: whether the prediction is asked for beside the loss.
  init(_ module: Module, _ recipe: Recipe, columns: ColumnTypes, returnsPrediction: Bool = false) throws {
    if module.hasErrors { throw DiagnosticsError(source: module.source, diagnostics: module.diagnostics) }
    name = module.unusedName("objective")
    let text: ObjectiveText
    if let loss = module.function(recipe.loss) {
      text = try ObjectiveText(ownLoss: loss, in: module, recipe)
    } else {
      text = try ObjectiveText(libraryLoss: recipe.loss, in: module, recipe, columns: columns)
    }
    parameters = text.parameters.compactMap { parameter in parameter.type.map { (parameter.name, $0) } }
    guard
      let batch = parameters.lazy.compactMap({ $0.type.shape.dimensions.first?.symbols }).first(where: { $0.count == 1 }
      ),
      let batchName = batch.first
    else { throw TrainingError.noBatchAxis(recipe.loss) }
    self.batchName = batchName
    model = text.model?.name
    self.target = text.target
    weights = text.weights
    self.returnsPrediction = returnsPrediction
    source = module.source.appending(text.definition(named: name, returnsPrediction: returnsPrediction))
  }
}

extension Module {
  /// A name like one that is wished for, which the program does not have.
  func unusedName(_ wish: String) -> String {
    let names = Set(functions.map(\.name))
    return [wish, "\(wish)_of_training"].first { !names.contains($0) } ?? "\(wish)_of_\(names.count)_functions"
  }

  /// The last function that has parameters of its own and leaves one column of the data to targets, or another one to
  /// weights too; else the last one.
  fileprivate func predictor(columns: Int) -> NablaLanguage.Signature? {
    let fitting = functions.filter { !$0.variables.isEmpty && !$0.results.contains { $0.type.isScalar } }
    func last(takes count: Int) -> NablaLanguage.Signature? {
      fitting.last { $0.dataParameters.count { $0.type != nil } == count }
    }
    return last(takes: columns - 1) ?? last(takes: columns - 2) ?? lastFunction
  }
}

extension NablaLanguage.Signature {
  /// What the data gives: sizes, and what has no default.
  fileprivate var dataParameters: [Parameter] { parameters.filter { $0.initial == nil || $0.kind == .size } }
}

extension SourceText {
  /// The program with a definition behind it: every place in the text stays where it is.
  func appending(_ definition: String) -> SourceText {
    SourceText(utf8: utf8 + Array("\n\n\(definition)\n".utf8), name: name)
  }
}

/// The pieces that the text of an objective is put together from.
private struct ObjectiveText {
  typealias Parameter = Objective.Parameter

  let parameters: [Parameter]
  /// The loss of a batch; of a loss of the library, in terms of `prediction`.
  let loss: String
  let isOfPrediction: Bool
  let model: NablaLanguage.Signature?
  /// What the model's result is compared with.
  let target: String?
  let weights: String?

  /// A loss that the program has written itself.
  init(ownLoss loss: NablaLanguage.Signature, in module: Module, _ recipe: Recipe) throws {
    if loss.results.count != 1 || loss.results[0].type.isScalar == false || !loss.results[0].type.element.isFloat {
      throw TrainingError.lossType(loss.name, loss.results.map(\.type))
    }
    parameters = loss.dataParameters.map(Parameter.init)
    self.loss = "\(loss.name)(\(ObjectiveText.arguments(parameters)))"
    isOfPrediction = false
    weights = nil
    let model = try ObjectiveText.model(of: loss, in: module, recipe)
    self.model = model
    let own = Set(model?.inputs.map(\.name) ?? [])
    // What an example counts is no target.
    let others = parameters.filter { $0.type != nil && !own.contains($0.name) && $0.name != Objective.weightColumn }
    target = others.count == 1 ? others[0].name : nil
  }

  /// A loss of the library, of what a function of the program predicts.
  init(libraryLoss text: String, in module: Module, _ recipe: Recipe, columns: ColumnTypes) throws {
    let call = try RuleCall(text, for: "loss")
    let functions = module.functions.map(\.name)
    try call.require(in: module, as: "loss")
    guard let model = recipe.model.map({ module.function($0) }) ?? module.predictor(columns: columns.count) else {
      throw TrainingError.unknownFunction(recipe.model ?? "", functions: functions)
    }
    let inputs = model.dataParameters.map(Parameter.init)
    let taken = Set(inputs.map(\.name))
    // A column of weights is none that the model takes, and comes beside the targets.
    let isWeighed =
      columns.count == inputs.count { $0.type != nil } + 2 && !taken.contains(Objective.weightColumn)
      && columns.contains { $0.name == Objective.weightColumn && $0.type.shape.knownCount == 1 }
    let target = columns.last { !isWeighed || $0.name != Objective.weightColumn }?.type
    guard let batch = inputs.lazy.compactMap({ $0.type?.shape.dimensions.first }).first, let target else {
      throw TrainingError.noBatchAxis(model.name)
    }
    let y = taken.contains("y") ? "targets_of_examples" : "y"
    let type = TensorType(target.element, Shape([batch] + target.shape.dimensions))
    weights = isWeighed ? "weights_of_examples" : nil
    parameters =
      inputs + [Parameter(y, type)]
      + (weights.map { [Parameter($0, TensorType(recipe.floatType, Shape([batch])))] } ?? [])
    self.model = model
    self.target = y
    isOfPrediction = true
    let prediction = model.results.first.map { Prediction.spelling("prediction", $0.type, against: type) }
    let value = call.text(after: [prediction ?? "prediction", y])
    // The loss of an example is the mean over whatever axes it has.
    loss = weights.map { "mean(\($0)*mean(reshape(\(value), [\(batch), -1]), axis: 1))" } ?? "mean(\(value))"
  }

  /// The function whose results are predictions.
  private static func model(of loss: NablaLanguage.Signature, in module: Module, _ recipe: Recipe) throws
    -> NablaLanguage.Signature?
  {
    if let name = recipe.model {
      guard let model = module.function(name) else {
        throw TrainingError.unknownFunction(name, functions: module.functions.map(\.name))
      }
      return model
    }
    let owners = Set(loss.variables.compactMap { $0.path.split(separator: ".").first.map { String($0) } })
    guard owners.count == 1, let owner = owners.first, owner != loss.name else { return nil }
    return module.function(owner)
  }

  private static func arguments(_ parameters: [Parameter]) -> String {
    parameters.map { "\($0.name): \($0.name)" }.joined(separator: ", ")
  }

  /// The call of the function that predicts.
  private var prediction: String? {
    guard let model else { return nil }
    let taken = Set(parameters.map(\.name))
    let inputs = model.parameters.filter { taken.contains($0.name) }.map(Parameter.init)
    return "\(model.name)(\(ObjectiveText.arguments(inputs)))"
  }

  func definition(named name: String, returnsPrediction: Bool) -> String {
    let types = parameters.map { parameter in "\(parameter.name): \(parameter.type?.description ?? "size")" }
    let header = "\(name)(\(types.joined(separator: ", ")))"
    guard let prediction, isOfPrediction || returnsPrediction else { return "\(header) = \(loss)" }
    let value = returnsPrediction ? "(\(loss), prediction)" : loss
    return "\(header) {\n    prediction = \(prediction)\n    \(value)\n}"
  }
}

extension Prediction {
  /// A prediction as losses and metrics take it: a last axis of one number is no axis where the targets have none.
  static func spelling(_ name: String, _ type: TensorType, against target: TensorType) -> String {
    let isColumn = type.shape.dimensions.last == 1 && type.shape.rank == target.shape.rank + 1
    return isColumn ? "\(name)[..., 0]" : name
  }
}
