import NablaCompiler
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime

/// Trains the parameters of a program's layers on data.
///
///     var recipe = Recipe(loss: "sparse_cross_entropy")
///     recipe.optimizer = "adam(0.001)"
///     recipe.epochs = 10
///     let trainer = try Trainer(model, recipe, training: digits)
///     for try await progress in trainer.run() {
///       if let epoch = progress.finished { print(epoch.epoch, epoch["loss"] ?? .nan) }
///     }
///     trainer.model                          // with the weights that were learned
///
/// A run is a function of the program, the recipe and the data: the same one gives the same bits, also when it is
/// stopped, saved and resumed.
///
/// `@unchecked Sendable`: it may move from thread to thread, but is used by one at a time.
public final class Trainer: @unchecked Sendable {
  public let recipe: Recipe
  public var earlyStopping: EarlyStopping?
  public var plateau: PlateauRule?
  /// The epochs that are done.
  public private(set) var history: [EpochRecord] = []
  /// Why something else runs the steps than was asked for; one line for a person.
  public private(set) var note: String?

  let source: SourceText
  let plan: TrainingPlan
  let memory: VariableMemory
  let evaluation: Evaluation
  let training: Dataset
  let validation: Dataset?
  let batches: BatchPlan
  /// Everything beside the variables that a resumed run goes on with.
  var state: RunState
  /// The variables of the best epoch.
  var bestWeights: VariableMemory.Snapshot?
  private let backend: Backend
  let threads: Int
  private var steps: [StepKind: BatchProgram] = [:]

  private struct StepKind: Hashable {
    let count: Int
    let part: TrainingPlan.Part
  }

  /// Where a run is.
  struct RunState: Hashable, Codable, Sendable {
    var step = 0
    var cursor = BatchCursor()
    var means: RunningMeans
    var rate = 0.0
    var scale = 1.0
    var stopping = BestValue()
    var plateau = BestValue()
    var isStopped = false
  }

  /// Checks the program and gives all variables their first values.
  ///
  /// - Parameters:
  ///   - backend: what runs the steps.
  ///   - threads: how many threads share a step; results do not depend on it.
  /// - Throws: ``DiagnosticsError`` for problems of the text, ``TrainingError``, `DatasetError`.
  public init(
    _ source: SourceText, _ recipe: Recipe, training: Dataset, validation: Dataset? = nil, backend: Backend = .c,
    threads: Int = 1
  ) throws {
    if training.count == 0 { throw TrainingError.noExamples("train on") }
    self.source = source
    self.recipe = recipe
    self.training = training
    self.validation = validation.flatMap { $0.count == 0 ? nil : $0 }
    self.backend = backend
    self.threads = threads
    plan = try TrainingPlan(source, recipe, columns: training.columnTypes(recipe.floatType))
    for data in [training, self.validation].compactMap({ $0 }) { try plan.network.check(data) }
    batches = BatchPlan(
      count: training.count, batch: max(recipe.batch, 1), seed: UInt64(bitPattern: Int64(recipe.seed)),
      plan.network.isStateful ? .streams : recipe.shuffles ? .shuffled : .stored)
    memory = VariableMemory(plan.variables)
    state = RunState(means: RunningMeans(plan.network.measures.count))
    try memory.initialise(try plan.initialisations(), seed: recipe.seed)
    evaluation = Evaluation(plan.network, memory: memory, backend: backend, threads: threads)
    if let metric = try plan.network.firstArrayMetric() { throw metric }
  }

  /// Trains a model, from the weights that it has.
  ///
  /// - Parameter recipe: what the model says of itself, its function, element type and sizes, takes the place of what the
  ///   recipe says.
  public convenience init(
    _ model: Model, _ recipe: Recipe, training: Dataset, validation: Dataset? = nil, backend: Backend = .c,
    threads: Int = 1
  ) throws {
    var recipe = recipe
    recipe.model = model.function
    recipe.floatType = model.floatType
    recipe.modelSizes = model.sizes
    try self.init(
      model.source, recipe, training: training, validation: validation, backend: backend, threads: threads)
    if !model.weights.isEmpty { try load(model.weights, path: model.source.name) }
  }

  /// What in the program is probably meant otherwise, such as a loss of probabilities that is given logits.
  public var advice: [String] { plan.network.advice }

  /// The program of a step on so many examples, ready to run.
  ///
  /// - Parameter step: the number of the batch, from 1: the last of ``Recipe/accumulation`` changes the parameters.
  func stepProgram(_ count: Int, step: Int) throws -> BatchProgram {
    let kind = StepKind(count: count, part: plan.part(of: step))
    if let known = steps[kind] { return known }
    let program = try BatchProgram(
      try plan.step(batch: count, part: kind.part), memory: memory, backend: backend, threads: threads)
    note = note ?? program.note
    steps[kind] = program
    return program
  }

  /// Looks for better ways to cut the products of matrices of a step, before the first one is compiled. What is found is
  /// kept for every later program on this processor; sums may then be added up in other parts, so that last bits change.
  ///
  /// - Parameter seconds: after which nothing more is tried.
  /// - Throws: ``CompilerError``.
  public func tune(seconds: Double) throws -> [KernelTuner.Finding] {
    let step = try plan.step(batch: min(batches.batch, training.count))
    return try KernelTuner(try KernelCompiler()).tune(step.program, seconds: seconds)
  }

  /// The number of the update that a batch belongs to, from 1.
  func update(of step: Int) -> Int { (step - 1) / max(recipe.accumulation, 1) + 1 }

  /// Loss and metrics over a data set, as the network is after training.
  public func evaluate(_ data: Dataset) throws -> [EpochRecord.Measure] {
    try evaluation.measures(of: data).map { .init(name: $0.name, value: $0.tensor.doubles.first ?? .nan) }
  }

  /// What an epoch is measured by, by the names that a monitor has.
  public var measureNames: [String] {
    let names = plan.network.measures
    return names + (validation == nil ? [] : names.map { "val_\($0)" })
  }

  func restore(_ state: RunState, _ history: [EpochRecord]) {
    self.state = state
    self.history = history
  }

  func append(_ record: EpochRecord) { history.append(record) }
}

extension NetworkPlan {
  /// An error for a metric that is no single number.
  fileprivate func firstArrayMetric() throws -> TrainingError? {
    guard let metrics else { return nil }
    let options = recipe.options(metrics.function, sizes)
    let results = Module(checking: metrics.source, options: options).function(metrics.function)?.results ?? []
    for (metric, result) in zip(metrics.metrics, results) where !result.type.isScalar {
      return .metricType(metric.name, result.type)
    }
    return nil
  }
}

extension VariableMemory {
  /// Gives variables their first values.
  func initialise(_ programs: [Program], seed: Int) throws {
    let positions = Dictionary(
      variables.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
    for program in programs where !program.roots.isEmpty {
      let executable = try Interpreter(program)
      let columns = try executable.evaluate([Column([Module.key(seed: seed)])], points: 1)
      for (column, port) in zip(columns, executable.signature.outputs) {
        guard let variable = positions[port.name] else { continue }
        self[variable] = Tensor(column, shape: port.type.shape.dimensions.map { $0.constant ?? 0 })
      }
    }
  }
}

extension Dataset {
  /// The types that a program has for the columns: classes are integers, everything else floats.
  func columnTypes(_ float: ElementType) -> ColumnTypes {
    columns.map { column in
      let isClass = column.classes != nil && (column.shape.isEmpty || !column.element.isFloat)
      return (column.name, TensorType(isClass ? .i32 : float, Shape(column.shape.map { Dimension($0) })))
    }
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
