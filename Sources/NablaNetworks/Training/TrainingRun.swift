import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime

/// A trainer at work, step by step.
///
/// `@unchecked Sendable`: it belongs to one run, which uses it from one thread at a time.
final class TrainingRun: @unchecked Sendable {
  private let trainer: Trainer
  private let loader: BatchLoader
  private let clock = ContinuousClock()
  /// The run at the beginning of the epoch, to return to.
  private var saved: (memory: VariableMemory.Snapshot, state: Trainer.RunState)
  private var start: ContinuousClock.Instant
  /// Examples of the epoch since ``start``, and what the steps with them took: what is compiled, and what is done between
  /// steps, says nothing about those to come.
  private var seen = 0
  private var stepping = Duration.zero
  private(set) var isComplete = false

  init(_ trainer: Trainer) throws {
    self.trainer = trainer
    loader = try trainer.plan.network.loader(
      trainer.training, trainer.batches, from: trainer.state.cursor, threads: trainer.threads)
    saved = (trainer.memory.snapshot, trainer.state)
    start = clock.now
  }

  /// Takes a step.
  ///
  /// - Returns: `nil` when all epochs are done, or early stopping has ended the run.
  /// - Throws: ``TrainingError/notFinite(step:epoch:place:)``; the variables are then those of the beginning of the epoch.
  func next() throws -> TrainingProgress? {
    guard !trainer.state.isStopped, trainer.state.cursor.epoch < trainer.recipe.epochs else {
      if !isComplete, let best = trainer.bestWeights, trainer.earlyStopping?.restoresBest == true {
        trainer.memory.restore(best)
      }
      isComplete = true
      return nil
    }
    let kinds = trainer.plan.network.measureKinds
    let beforeBatch = clock.now
    let batch = loader.next()
    let beforeProgram = clock.now
    let program = try trainer.stepProgram(batch.count, step: trainer.state.step + 1)
    let beforeStep = clock.now
    trainer.state.step += 1
    let key = Module.key(seed: trainer.recipe.seed, step: trainer.state.step)
    try trainer.training.naming(trainer.plan.network.integerColumns) {
      let update = trainer.update(of: trainer.state.step)
      try program.run(batch.columns, step: update, scale: trainer.state.scale, key: key)
    }
    if trainer.plan.part(of: trainer.state.step).isUpdate { trainer.state.rate = program.rate }
    trainer.state.means.add(program.measures, kinds, weight: Double(batch.count))
    seen += batch.count
    stepping += beforeProgram - beforeBatch + (clock.now - beforeStep)
    guard program.measures[0].isFinite else { throw try notFinite() }
    trainer.state.cursor = batch.cursor
    let names = trainer.plan.network.measures
    let measures = zip(names, trainer.state.means.values(kinds)).map { EpochRecord.Measure(name: $0, value: $1) }
    let record = batch.isLastOfEpoch ? try finishEpoch(batch.epoch + 1, measures) : nil
    let progress = TrainingProgress(
      epoch: batch.epoch + 1, epochs: trainer.recipe.epochs,
      examples: record == nil ? batch.cursor.position : trainer.batches.examplesPerEpoch,
      examplesPerEpoch: trainer.batches.examplesPerEpoch, step: trainer.state.step, rate: trainer.state.rate,
      batchLoss: program.measures[0], measures: measures,
      speed: Double(seen) / max(stepping.seconds, 1e-9),
      finished: record)
    if record != nil {
      start = clock.now
      (seen, stepping) = (0, .zero)
    }
    return progress
  }

  private func finishEpoch(_ epoch: Int, _ measures: [EpochRecord.Measure]) throws -> EpochRecord {
    if trainer.memory.firstNotFinite != nil { throw try notFinite() }
    let held = try trainer.validation.map { try trainer.evaluate($0) } ?? []
    let record = EpochRecord(
      epoch: epoch, step: trainer.state.step, rate: trainer.state.rate, training: measures, validation: held,
      seconds: (clock.now - start).seconds)
    trainer.append(record)
    trainer.state.means = RunningMeans(measures.count)
    trainer.evaluation.restart()
    trainer.follow(record)
    saved = (trainer.memory.snapshot, trainer.state)
    return record
  }

  /// Goes through the epoch again from its beginning, which gives the same numbers, to the step that failed, and looks
  /// for the first value that is not finite. The variables are those of the beginning of the epoch afterwards.
  private func notFinite() throws -> TrainingError {
    let (memory, plan) = (trainer.memory, trainer.plan)
    let failed = trainer.state.step
    memory.restore(saved.memory)
    trainer.state = saved.state
    let loader = try plan.network.loader(
      trainer.training, trainer.batches, from: saved.state.cursor, threads: trainer.threads)
    var place: Diagnostic?
    var step = saved.state.step
    while step < failed {
      let before = memory.snapshot
      let batch = loader.next()
      step += 1
      let program = try trainer.stepProgram(batch.count, step: step)
      let update = trainer.update(of: step)
      let key = Module.key(seed: trainer.recipe.seed, step: step)
      try program.run(batch.columns, step: update, scale: saved.state.scale, key: key)
      if program.measures[0].isFinite, memory.firstNotFinite == nil { continue }
      memory.restore(before)
      let tracer = try FinitenessTrace(
        try plan.step(batch: batch.count, part: plan.part(of: step)), memory, in: trainer.source)
      place = try tracer.firstNotFinite(batch.columns, step: update, scale: saved.state.scale, key: key)
      break
    }
    memory.restore(saved.memory)
    // An example says more than the place in the program that it came to.
    if let fault = trainer.training.firstNotFinite(in: plan.columns) {
      place = Diagnostic("run.not-finite", .note, fault.diagnostic.message)
    }
    return .notFinite(step: step, epoch: saved.state.cursor.epoch + 1, place: place)
  }
}

extension Trainer {
  /// What follows from the measures of an epoch.
  fileprivate func follow(_ record: EpochRecord) {
    if let rule = earlyStopping, let value = record[rule.monitor], record.epoch > rule.firstEpoch {
      if state.stopping.add(value, monitor: rule.monitor, leastChange: rule.leastChange) {
        if rule.restoresBest { bestWeights = memory.snapshot }
      } else if state.stopping.wait >= max(rule.patience, 1) {
        state.isStopped = true
      }
    }
    if let rule = plateau, let value = record[rule.monitor] {
      _ = state.plateau.add(value, monitor: rule.monitor, leastChange: rule.leastChange)
      if state.plateau.wait >= max(rule.patience, 1) {
        let base = state.scale > 0 ? record.rate / state.scale : 0
        let least = base > 0 ? rule.leastRate / base : 0
        state.scale = min(state.scale, max(state.scale * rule.factor, least))
        state.plateau.pause(rule.cooldown)
      }
    }
  }
}
