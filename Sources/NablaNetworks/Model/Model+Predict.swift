import Nabla
import NablaCompiler
import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime

extension Model {
  /// The parameters of the function that take columns of the data.
  var parameters: [(name: String, type: TensorType)] {
    let module = Module(checking: source, options: options())
    return (module.function(function)?.inputs ?? []).compactMap { parameter in
      parameter.initial == nil ? parameter.type.map { (parameter.name, $0) } : nil
    }
  }

  /// What the function gives for every example of a data set.
  ///
  /// - Parameters:
  ///   - data: with the columns that the function takes, by name, or else the first ones; numbers as they were before
  ///     they were prepared for training, or prepared in the same way.
  ///   - batch: how many examples are computed at once; one after the other where layers remember the one before.
  /// - Throws: ``TrainingError`` for data and weights that do not fit, `DatasetError`, ``DiagnosticsError``.
  public func predict(_ data: Dataset, batch: Int = 256, backend: Backend = .c) throws -> Prediction {
    if data.count == 0 { throw TrainingError.noExamples("predict") }
    let data = try prepared(data)
    let plan = try PredictionPlan(self, columns: data.columnTypes(floatType))
    let memory = VariableMemory(plan.variables)
    try memory.take(weights, else: { [try plan.initialisation()] })
    // Examples that remember the one before are one stream.
    let batches = BatchPlan(count: data.count, batch: plan.isStateful ? 1 : max(batch, 1), .stored)
    let columns = zip(plan.parameters, plan.binding.columns).map {
      BatchLoader.Column(data.columns[$1].name, $0.type.element)
    }
    let loader = try BatchLoader(data, batches, columns: columns)
    let integers = zip(plan.parameters, plan.binding.columns).filter { !$0.0.type.element.isFloat }.map(\.1)
    var programs: [Int: BatchProgram] = [:]
    var gathered: [[UInt8]] = []
    var last: BatchProgram?
    for _ in 0..<batches.batchesPerEpoch {
      let batch = loader.next()
      let program =
        try programs[batch.count]
        ?? BatchProgram(try plan.program(batch: batch.count), memory: memory, backend: backend, threads: 1)
      programs[batch.count] = program
      try data.naming(integers) {
        try program.run(batch.columns, step: 0, scale: 1, key: Module.key(seed: 0))
      }
      for result in plan.results.indices {
        guard let tensor = program.tensor(.result(result)) else { continue }
        if gathered.count == result { gathered.append([]) }
        tensor.column.withUnsafeBytes { gathered[result].append(contentsOf: $0) }
      }
      last = program
    }
    let results = zip(plan.results.indices, gathered).compactMap { index, bytes -> NamedTensor? in
      guard let part = last?.tensor(.result(index)) else { return nil }
      let shape = [data.count] + part.shape.dropFirst()
      let column = Column(shape.reduce(1, *), of: part.element) { room in
        bytes.withUnsafeBytes { room.copyMemory(from: $0) }
      }
      return NamedTensor(plan.results[index], Tensor(column, shape: shape))
    }
    return Prediction(results: results, classNames: classNames)
  }

  /// What the classes are called, in their order; empty for a model that was not trained on classes.
  public var classNames: [String] {
    guard let target, let count = target.classCount else { return [] }
    return (0..<count).map { target.className($0) }
  }

  /// The set with its columns prepared as those were that were trained on.
  public func prepared(_ data: Dataset) throws -> Dataset {
    var prepared = data
    let names = data.columns.map(\.name)
    let targets = target.map { [$0] } ?? []
    let isNamed = inputs.allSatisfy { names.contains($0.name) }
    for (position, preparation) in (inputs + targets).enumerated() {
      guard let name = isNamed ? preparation.name : names.indices.contains(position) ? names[position] : nil,
        names.contains(name)
      else { continue }
      // What it is compared with is not needed for a prediction, and may be missing or in no state to be used.
      prepared =
        position < inputs.count
        ? try prepared.prepared(name, as: preparation)
        : (try? prepared.prepared(name, as: preparation)) ?? prepared
    }
    return prepared
  }
}

/// A function that predicts, for data of a known shape.
struct PredictionPlan: Sendable {
  let model: Model
  let parameters: [(name: String, type: TensorType)]
  let binding: ColumnBinding
  /// All extents are numbers.
  let variables: [TrainingVariable]
  /// The names of the results.
  let results: [String]
  private let batchName: String
  private let sizes: [String: Int]
  private let pipeline = Pipeline()

  init(_ model: Model, columns: ColumnTypes) throws {
    self.model = model
    parameters = model.parameters
    binding = try ColumnBinding(parameters.map(\.name), columns.map(\.name), takesFirst: true)
    sizes = try binding.sizes(of: parameters, in: columns, given: model.sizes)
    let module = Module(checking: model.source, options: model.options(sizes))
    if module.hasErrors { throw DiagnosticsError(source: model.source, diagnostics: module.diagnostics) }
    guard let signature = module.function(model.function), let batch = signature.batchName else {
      throw TrainingError.noBatchAxis(model.function)
    }
    for result in signature.results where result.type.shape.dimensions.first != Dimension(batch) {
      throw TrainingError.resultType(model.function, result.type)
    }
    batchName = batch
    results = signature.results.map(\.name)
    variables = signature.variables.map {
      TrainingVariable($0, as: $0.role == .state ? .state : .learned, batch: (batch, 1))
    }
  }

  /// Whether a layer remembers something of the example before.
  var isStateful: Bool { variables.contains { $0.kind == .memory } }

  /// The function as written, for a batch of so many examples.
  func written(batch: Int) throws -> Program {
    let options = model.options(sizes.merging([batchName: batch]) { $1 })
    var program = try Module(checking: model.source, options: options)
      .program(model.function, includingState: isStateful)
    if !isStateful { return program }
    // What layers keep of training stays; what they remember of an example goes on.
    program.roots = program.roots.enumerated().filter { index, root in
      index < results.count || variables.contains { $0.path == root.name && $0.kind == .memory }
    }.map(\.element)
    return program.compacted()
  }

  /// The results for a batch of so many examples.
  func program(batch: Int) throws -> TrainingProgram {
    let written = try written(batch: batch)
    let inputs = written.inputs.indices.map { index -> TrainingProgram.Input in
      let name = written.name(ofInput: index)
      if let position = parameters.firstIndex(where: { $0.name == name }) { return .data(position) }
      return variables.firstIndex { $0.path == name }.map { .variable($0) } ?? .key
    }
    var outputs: [TrainingProgram.Output] = results.indices.map { .result($0) }
    var aliases: [Int: Int] = [:]
    for (place, root) in written.roots.enumerated().dropFirst(results.count) {
      guard let variable = variables.firstIndex(where: { $0.path == root.name }) else { continue }
      outputs.append(.variable(variable))
      aliases[place] = inputs.firstIndex(of: .variable(variable))
    }
    let whole = Program(graph: written.graph, inputs: written.inputs, roots: written.roots, aliases: aliases)
    return TrainingProgram(
      program: pipeline.specialise(pipeline.prepare(whole)), inputs: inputs, outputs: outputs)
  }

  /// The first values of the variables.
  func initialisation() throws -> Program {
    let batch = isStateful ? [batchName: 1] : [:]
    return try Module(checking: model.source, options: model.options(sizes.merging(batch) { $1 }))
      .initialisation(of: model.function)
  }
}

extension VariableMemory {
  /// Takes the values of variables from arrays of their names.
  ///
  /// - Parameter starts: programs of first values, where there are no arrays.
  /// - Throws: ``TrainingError/mismatch(path:_:)`` for a variable that is not there, or has another shape.
  func take(_ tensors: [NamedTensor], else starts: () throws -> [Program]) throws {
    if tensors.isEmpty || variables.contains(where: \.beginsAnew) { try initialise(try starts(), seed: 0) }
    if tensors.isEmpty { return }
    let named = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    for (index, variable) in variables.enumerated() where !variable.beginsAnew {
      guard let tensor = named[variable.name] else {
        throw TrainingError.mismatch(path: "the weights", "there is no '\(variable.name)'")
      }
      self[index] = try tensor.fitted(to: variable, path: "the weights")
    }
  }
}

extension Tensor {
  /// The numbers in the type of a variable.
  func fitted(to variable: TrainingVariable, path: String) throws -> Tensor {
    let shape = variable.type.shape.dimensions.map { $0.constant ?? 0 }
    guard self.shape == shape else {
      throw TrainingError.mismatch(path: path, "'\(variable.name)' is \(self.shape) there, and \(shape) here")
    }
    return try converted(to: variable.type.element)
  }
}

extension Model {
  /// Whether a set has columns with as many numbers as the examples that were trained on; anything is taken by a model that
  /// has not been trained.
  public func takes(_ data: Dataset) -> Bool {
    let names = data.columns.map(\.name)
    let isNamed = inputs.allSatisfy { names.contains($0.name) }
    return inputs.enumerated().allSatisfy { position, input in
      guard let column = isNamed ? data[input.name] : data.columns.dropFirst(position).first else { return false }
      return column.elementCount == input.shape.reduce(1, *)
    }
  }
}
