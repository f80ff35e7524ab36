import Foundation
import NablaCompiler
import NablaDatasets
import NablaGraph
import NablaLanguage
import NablaRuntime

/// Loss and metrics of a network over whole data sets, with its layers as they are after training.
///
/// `@unchecked Sendable`: it belongs to one run, which uses it from one thread at a time.
final class Evaluation: @unchecked Sendable {
  private let plan: NetworkPlan
  private let memory: VariableMemory
  private let backend: Backend
  private let threads: Int
  private var programs: [Int: BatchProgram] = [:]
  /// First values of what begins anew with every epoch, by the variable's position.
  private let starts: [(variable: Int, value: Tensor)]

  /// - Parameter memory: of the plan's variables; what is there now is what metrics and memories begin with.
  init(_ plan: NetworkPlan, memory: VariableMemory, backend: Backend, threads: Int) {
    self.plan = plan
    self.memory = memory
    self.backend = backend
    self.threads = threads
    starts = plan.variables.indices.filter { plan.variables[$0].beginsAnew }.map { ($0, memory[$0]) }
  }

  /// Begins an epoch: metrics have seen nothing, and layers that remember from batch to batch remember nothing.
  func restart() {
    for (variable, value) in starts { memory[variable] = value }
  }

  /// Loss and metrics, by name. What an epoch's metrics have come to stays.
  func measures(of data: Dataset) throws -> [NamedTensor] {
    if data.count == 0 { throw TrainingError.noExamples("evaluate") }
    let before = starts.map { ($0.variable, memory[$0.variable]) }
    restart()
    defer { for (variable, value) in before { memory[variable] = value } }
    let batches = BatchPlan(
      count: data.count, batch: max(plan.recipe.batch, 1), plan.isStateful ? .streams : .stored)
    let loader = try plan.loader(data, batches, threads: threads)
    var means = RunningMeans(plan.measureKinds.count)
    var last: BatchProgram?
    for _ in 0..<batches.batchesPerEpoch {
      let batch = loader.next()
      let program = try program(batch.count)
      try data.naming(plan.integerColumns) {
        try program.run(batch.columns, step: 0, scale: 1, key: Module.key(seed: plan.recipe.seed))
      }
      means.add(program.measures, plan.measureKinds, weight: Double(batch.count))
      last = program
    }
    let values = means.values(plan.measureKinds)
    return zip(plan.measures.indices, plan.measures).map { index, name in
      let value = plan.measureKinds[index] == .last ? last?.tensor(.measure(index)) : nil
      return NamedTensor(name, value ?? Tensor(values[index]))
    }
  }

  private func program(_ count: Int) throws -> BatchProgram {
    if let known = programs[count] { return known }
    let program = try BatchProgram(
      try plan.evaluation(batch: count), memory: memory, backend: backend, threads: threads)
    programs[count] = program
    return program
  }
}

extension Dataset {
  /// Runs a program on examples; a number of theirs that it takes for a place that there is not is an error of theirs.
  ///
  /// - Parameter columns: those that the program reads as integers.
  func naming(_ columns: [Int], _ run: () throws -> Void) throws {
    do {
      try run()
    } catch ExecutionError.indexOutOfRange(let index) {
      throw fault(index: index.value, extent: index.extent, in: columns) ?? ExecutionError.indexOutOfRange(index)
    }
  }
}

extension NetworkPlan {
  /// Batches of the columns that the objective takes.
  ///
  /// - Parameter threads: those that run a step. Where they take all cores, nobody fills batches beside them: a step waits
  ///   longer for a thread that has lost its core than filling takes.
  func loader(
    _ data: Dataset, _ batches: BatchPlan, from cursor: BatchCursor = BatchCursor(), threads: Int
  ) throws -> BatchLoader {
    // Held-out data have the columns of the training data, in their order.
    let columns = try zip(objective.parameters, binding.columns).map { parameter, column in
      guard data.columns.indices.contains(column) else {
        throw TrainingError.columns(parameters: objective.parameters.map(\.name), columns: data.columns.map(\.name))
      }
      return BatchLoader.Column(data.columns[column].name, parameter.type.element)
    }
    let isFull = threads >= ProcessInfo.processInfo.activeProcessorCount
    return try BatchLoader(data, batches, columns: columns, from: cursor, prefetches: isFull ? false : nil)
  }
}
