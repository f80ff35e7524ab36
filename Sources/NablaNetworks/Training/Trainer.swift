import NablaCompiler
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime

/// Trains the parameters of a program's layers on data.
///
///     var recipe = Recipe(loss: "loss")
///     recipe.optimizer = "adam(0.001)"
///     let trainer = try Trainer(SourceText(text, name: "mnist.nabla"), recipe, training: digits)
///     try trainer.run { progress in true }
///     trainer.weights                        // the parameters and states by their paths
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

  let plan: TrainingPlan
  let memory: VariableMemory
  /// Everything beside the variables that a resumed run goes on with.
  var state: RunState
  private let training: Dataset
  private let validation: Dataset?
  private let batches: BatchPlan
  private let backend: Backend
  private let threads: Int
  private var steps: [Int: BatchProgram] = [:]
  private var evaluations: [Int: BatchProgram] = [:]
  private var bestWeights: VariableMemory.Snapshot?

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
    self.recipe = recipe
    self.training = training
    self.validation = validation.flatMap { $0.count == 0 ? nil : $0 }
    self.backend = backend
    self.threads = threads
    plan = try TrainingPlan(source, recipe, columns: training.columns.map { ($0.name, $0.type(recipe.floatType)) })
    batches = BatchPlan(
      count: training.count, batch: max(recipe.batch, 1), seed: UInt64(bitPattern: Int64(recipe.seed)),
      shuffles: recipe.shuffles)
    memory = VariableMemory(plan.variables)
    state = RunState(means: RunningMeans(plan.objective.measures.count))
    try initialise()
  }

  private func initialise() throws {
    let key = Column([Module.key(seed: recipe.seed)])
    for program in try plan.initialisations() where !program.roots.isEmpty {
      let executable = try Interpreter(program)
      let columns = try executable.evaluate([key], points: 1)
      for (column, port) in zip(columns, executable.signature.outputs) {
        guard let variable = plan.variables.firstIndex(where: { $0.path == port.name }) else { continue }
        memory[variable] = Tensor(column, shape: port.type.shape.dimensions.map { $0.constant ?? 0 })
      }
    }
  }

  // MARK: Running

  /// Trains until all epochs are done, early stopping ends it, or the report says so.
  ///
  /// - Parameter report: called after every step; `false` stops the run there, where it can be resumed.
  /// - Returns: whether the run is complete.
  /// - Throws: ``TrainingError/notFinite(step:epoch:place:)``; the variables are then those of the beginning of the epoch.
  @discardableResult
  public func run(_ report: (TrainingProgress) throws -> Bool = { _ in true }) throws -> Bool {
    if state.isStopped || state.cursor.epoch >= recipe.epochs { return true }
    let loader = try loader(training, batches, from: state.cursor)
    var saved = (memory: memory.snapshot, state: state)
    let clock = ContinuousClock()
    var start = clock.now
    var seen = 0
    while state.cursor.epoch < recipe.epochs {
      let batch = loader.next()
      let program = try stepProgram(batch.count)
      state.step += 1
      try program.run(
        batch.columns, step: state.step, scale: state.scale, key: Module.key(seed: recipe.seed, step: state.step))
      state.rate = program.rate
      state.means.add(program.measures, weight: Double(batch.count))
      seen += batch.count
      guard program.measures[0].isFinite else { throw try notFinite(after: saved) }
      let epoch = batch.epoch + 1
      state.cursor = batch.cursor
      var record: EpochRecord?
      let examples = batch.isLastOfEpoch ? batches.examplesPerEpoch : batch.cursor.position
      let measures = state.means.measures(plan.objective.measures)
      if batch.isLastOfEpoch {
        if memory.firstNotFinite != nil { throw try notFinite(after: saved) }
        let held = try validation.map { try evaluate($0) } ?? []
        record = EpochRecord(
          epoch: epoch, step: state.step, rate: state.rate, training: measures, validation: held,
          seconds: (clock.now - start).seconds)
        history.append(contentsOf: record.map { [$0] } ?? [])
        state.means = RunningMeans(plan.objective.measures.count)
        if let record { finish(record) }
        saved = (memory.snapshot, state)
      }
      let elapsed = max((clock.now - start).seconds, 1e-9)
      let goesOn = try report(
        TrainingProgress(
          epoch: epoch, epochs: recipe.epochs, examples: examples, examplesPerEpoch: batches.examplesPerEpoch,
          measures: measures, speed: Double(seen) / elapsed, finished: record))
      if batch.isLastOfEpoch {
        start = clock.now
        seen = 0
      }
      if state.isStopped { break }
      if !goesOn { return state.cursor.epoch >= recipe.epochs }
    }
    if let best = bestWeights, earlyStopping?.restoresBest == true { memory.restore(best) }
    return true
  }

  /// What follows from the measures of an epoch.
  private func finish(_ record: EpochRecord) {
    if let rule = earlyStopping, let value = record[rule.monitor] {
      if state.stopping.add(value, monitor: rule.monitor, leastChange: rule.leastChange) {
        if rule.restoresBest { bestWeights = memory.snapshot }
      } else if state.stopping.wait >= max(rule.patience, 1) {
        state.isStopped = true
      }
    }
    if let rule = plateau, let value = record[rule.monitor] {
      _ = state.plateau.add(value, monitor: rule.monitor, leastChange: rule.leastChange)
      if state.plateau.wait >= max(rule.patience, 1) {
        state.scale = max(state.scale * rule.factor, rule.leastScale)
        state.plateau.pause(rule.cooldown)
      }
    }
  }

  /// Loss and metrics over a data set, as the network is after training.
  public func evaluate(_ data: Dataset) throws -> [EpochRecord.Measure] {
    if data.count == 0 { throw TrainingError.noExamples("evaluate") }
    let plan = BatchPlan(count: data.count, batch: max(recipe.batch, 1), shuffles: false)
    let loader = try loader(data, plan)
    var means = RunningMeans(self.plan.objective.measures.count)
    for _ in 0..<plan.batchesPerEpoch {
      let batch = loader.next()
      let program = try evaluationProgram(batch.count)
      try program.run(batch.columns, step: state.step, scale: 1, key: Module.key(seed: recipe.seed))
      means.add(program.measures, weight: Double(batch.count))
    }
    return means.measures(self.plan.objective.measures)
  }

  func restore(_ state: RunState, _ history: [EpochRecord]) {
    self.state = state
    self.history = history
  }

  // MARK: Programs

  private func loader(_ data: Dataset, _ batches: BatchPlan, from cursor: BatchCursor = BatchCursor()) throws
    -> BatchLoader
  {
    // Held-out data have the columns of the training data, in their order.
    let columns = zip(plan.objective.parameters, plan.binding.columns).map { parameter, column in
      BatchLoader.Column(data.columns[column].name, parameter.type.element)
    }
    return try BatchLoader(data, batches, columns: columns, from: cursor)
  }

  private func stepProgram(_ count: Int) throws -> BatchProgram {
    if let known = steps[count] { return known }
    let program = try BatchProgram(
      try plan.step(batch: count), memory: memory, backend: backend, threads: threads)
    note = note ?? program.note
    steps[count] = program
    return program
  }

  private func evaluationProgram(_ count: Int) throws -> BatchProgram {
    if let known = evaluations[count] { return known }
    let program = try BatchProgram(
      try plan.evaluation(batch: count), memory: memory, backend: backend, threads: threads)
    evaluations[count] = program
    return program
  }

  // MARK: Numbers that are none

  /// Goes through the epoch again from its beginning, which gives the same numbers, to the step that failed, and looks
  /// for the first value that is not finite. The variables are those of the beginning of the epoch afterwards.
  private func notFinite(after saved: (memory: VariableMemory.Snapshot, state: RunState)) throws -> TrainingError {
    let failed = state.step
    memory.restore(saved.memory)
    state = saved.state
    let loader = try loader(training, batches, from: state.cursor)
    var place: Diagnostic?
    var step = state.step
    while place == nil, step < failed {
      let before = memory.snapshot
      let batch = loader.next()
      let program = try stepProgram(batch.count)
      step += 1
      let key = Module.key(seed: recipe.seed, step: step)
      try program.run(batch.columns, step: step, scale: state.scale, key: key)
      if program.measures[0].isFinite, memory.firstNotFinite == nil { continue }
      memory.restore(before)
      let tracer = try FinitenessTrace(try plan.step(batch: batch.count), memory)
      place = try tracer.firstNotFinite(batch.columns, step: step, scale: state.scale, key: key)
      break
    }
    memory.restore(saved.memory)
    return .notFinite(step: step, epoch: saved.state.cursor.epoch + 1, place: place)
  }
}

extension DatasetColumn {
  /// The type of an example, for a program: classes are integers, everything else floats.
  fileprivate func type(_ float: ElementType) -> TensorType {
    TensorType(classes != nil && (shape.isEmpty || !element.isFloat) ? .i32 : float, Shape(shape.map { Dimension($0) }))
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
