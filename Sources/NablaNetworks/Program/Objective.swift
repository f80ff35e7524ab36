import NablaDiagnostics
import NablaGraph
import NablaLanguage

/// What is trained and evaluated, as a function of the program's own language: the loss, then the metrics.
///
///     objective(x: f32[m, 28, 28], y: i32[m]) {
///         prediction = mnist(x)
///         (loss(x, y), mean(accuracy(prediction, y)))
///     }
struct Objective: Sendable {
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
  /// The loss and the metrics, in the order of the results.
  let measures: [String]

  /// - Parameter target: the type of an example's target in the data, for a loss of the library.
  init(_ module: Module, _ recipe: Recipe, target: TensorType?) throws {
    if module.hasErrors { throw DiagnosticsError(source: module.source, diagnostics: module.diagnostics) }
    let names = Set(module.functions.map(\.name))
    name =
      ["objective", "objective_of_training"].first { !names.contains($0) } ?? "objective_of_\(names.count)_functions"
    let text: ObjectiveText
    if let loss = module.function(recipe.loss) {
      text = try ObjectiveText(ownLoss: loss, in: module, recipe)
    } else {
      text = try ObjectiveText(libraryLoss: recipe.loss, in: module, recipe, target: target)
    }
    parameters = text.parameters.compactMap { parameter in parameter.type.map { (parameter.name, $0) } }
    guard
      let batch = parameters.lazy.compactMap({ $0.type.shape.dimensions.first?.symbols }).first(where: { $0.count == 1 }
      ),
      let batchName = batch.first
    else { throw TrainingError.noBatchAxis(recipe.loss) }
    self.batchName = batchName
    model = text.model?.name
    measures = ["loss"] + (try recipe.metrics.map { try RuleCall($0, for: "metric").name })
    source = SourceText(
      utf8: module.source.utf8 + Array("\n\n\(try text.definition(named: name, metrics: recipe.metrics))\n".utf8),
      name: module.source.name)
  }
}

/// The pieces that the text of an objective is put together from.
private struct ObjectiveText {
  /// A parameter of the header; without a type it is a size.
  struct Parameter {
    let name: String
    let type: TensorType?

    init(_ parameter: NablaLanguage.Signature.Parameter) { self.init(parameter.name, parameter.type) }

    init(_ name: String, _ type: TensorType?) {
      self.name = name
      self.type = type
    }
  }

  let parameters: [Parameter]
  let loss: String
  let model: NablaLanguage.Signature?
  /// What the model's result is compared with.
  let target: String?

  /// A loss that the program has written itself.
  init(ownLoss loss: NablaLanguage.Signature, in module: Module, _ recipe: Recipe) throws {
    if loss.results.count != 1 || loss.results[0].type.isScalar == false || !loss.results[0].type.element.isFloat {
      throw TrainingError.lossType(loss.name, loss.results.map(\.type))
    }
    parameters = loss.parameters.filter { $0.initial == nil || $0.kind == .size }.map(Parameter.init)
    self.loss = "\(loss.name)(\(ObjectiveText.arguments(parameters)))"
    let model = try ObjectiveText.model(of: loss, in: module, recipe)
    self.model = model
    let own = Set(model?.inputs.map(\.name) ?? [])
    // What an example counts is no target.
    let others = parameters.filter { $0.type != nil && !own.contains($0.name) && $0.name != "weight" }
    target = others.count == 1 ? others[0].name : nil
  }

  /// A loss of the library, of what a function of the program predicts.
  init(libraryLoss name: String, in module: Module, _ recipe: Recipe, target: TensorType?) throws {
    let call = try RuleCall(name, for: "loss")
    let functions = module.functions.map(\.name)
    guard Library.standard.signature(of: call.name) != nil else {
      throw TrainingError.unknownLoss(name, functions: functions)
    }
    guard let model = recipe.model.map({ module.function($0) }) ?? module.lastFunction else {
      throw TrainingError.unknownFunction(recipe.model ?? "", functions: functions)
    }
    let inputs = model.parameters.filter { $0.initial == nil || $0.kind == .size }.map(Parameter.init)
    guard let batch = inputs.lazy.compactMap({ $0.type?.shape.dimensions.first }).first, let target else {
      throw TrainingError.noBatchAxis(model.name)
    }
    let taken = Set(inputs.map(\.name))
    let y = taken.contains("y") ? "targets_of_examples" : "y"
    let type = TensorType(target.element, Shape([batch] + target.shape.dimensions))
    parameters = inputs + [Parameter(y, type)]
    self.model = model
    self.target = y
    loss = "mean(\(call.text(after: ["prediction", y])))"
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

  func definition(named name: String, metrics: [String]) throws -> String {
    var results = [loss]
    var prediction = ""
    if let model {
      let taken = Set(parameters.map(\.name))
      let inputs = model.parameters.filter { taken.contains($0.name) }.map(Parameter.init)
      prediction = "    prediction = \(model.name)(\(ObjectiveText.arguments(inputs)))\n"
    }
    for metric in metrics {
      guard let target, model != nil else { throw TrainingError.noModel(loss: loss) }
      results.append("mean(\(try RuleCall(metric, for: "metric").text(after: ["prediction", target])))")
    }
    let header = parameters.map { parameter in "\(parameter.name): \(parameter.type?.description ?? "size")" }
    let value = results.count == 1 ? results[0] : "(\(results.joined(separator: ", ")))"
    // A prediction that nobody looks at would be reported as unused.
    let isUsed = metrics.count > 0 || loss.contains("(prediction,")
    return "\(name)(\(header.joined(separator: ", "))) {\n\(isUsed ? prediction : "")    \(value)\n}"
  }
}
