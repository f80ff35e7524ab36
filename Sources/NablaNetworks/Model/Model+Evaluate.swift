import NablaCompiler
import NablaData
import NablaDatasets
import NablaGraph
import NablaRuntime

extension Model {
  /// Loss and metrics over a data set, by name; a metric such as a confusion matrix is an array.
  ///
  /// - Parameters:
  ///   - data: as for ``predict(_:batch:backend:)``, with the targets.
  ///   - loss: without it, the loss that the model was trained with.
  ///   - metrics: without them, those that were watched in training.
  /// - Throws: ``TrainingError`` for data and weights that do not fit, `DatasetError`, ``DiagnosticsError``.
  public func evaluate(
    _ data: Dataset, loss: String? = nil, metrics: [String]? = nil, batch: Int = 256, backend: Backend = .c
  ) throws -> [NamedTensor] {
    if data.count == 0 { throw TrainingError.noExamples("evaluate") }
    guard let loss = loss ?? self.loss else { throw TrainingError.noLoss }
    var data = try prepared(data)
    // Only here the targets matter: what is wrong with them is an error.
    if let target {
      let name = data[target.name] != nil ? target.name : data.columns.last?.name ?? target.name
      data = try data.prepared(name, as: target)
    }
    var recipe = Recipe(loss: loss)
    recipe.model = function
    recipe.metrics = metrics ?? self.metrics
    recipe.floatType = floatType
    recipe.modelSizes = sizes
    recipe.batch = batch
    var plan = try NetworkPlan(source, recipe, columns: data.columnTypes(floatType))
    if plan.isStateful {
      recipe.batch = 1
      plan = try NetworkPlan(source, recipe, columns: data.columnTypes(floatType))
    }
    try plan.check(data)
    let memory = VariableMemory(plan.variables)
    try memory.initialise(try plan.initialisations(), seed: 0)
    if !weights.isEmpty {
      let named = Dictionary(weights.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
      for (index, variable) in plan.variables.enumerated() where variable.belongsToModel {
        guard let tensor = named[variable.name] else {
          throw TrainingError.mismatch(path: "the weights", "there is no '\(variable.name)'")
        }
        memory[index] = try tensor.fitted(to: variable, path: "the weights")
      }
    }
    return try Evaluation(plan, memory: memory, backend: backend, threads: 1).measures(of: data)
  }
}
