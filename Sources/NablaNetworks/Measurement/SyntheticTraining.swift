import Foundation
import Nabla
import NablaCompiler
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime

/// One step of training as a program, on a batch of examples that are random numbers: what there is to measure.
///
/// Of a loss without parameters the step is the derivative by its inputs. Floats of the examples are normal numbers, or
/// even ones between 0 and 1 where an example has one; integers are classes of the model's result.
public struct SyntheticTraining: Sendable {
  /// Forwards, backwards, and the update of all parameters in place.
  public let step: Program
  /// What the model makes of a batch; `nil` where the source has no function of that name.
  public let inference: Program?
  public let batch: Int
  /// How long it took from the source to the program of the step.
  public let preparation: Duration

  private let values: [String: Column]

  /// - Parameters:
  ///   - source: a program with all sizes in the recipe, also that of a batch.
  ///   - recipe: the loss is a function of the program.
  ///   - inference: the function that predicts.
  /// - Throws: ``DiagnosticsError`` for problems of the text, ``TrainingError``.
  public init(_ source: SourceText, _ recipe: Recipe, inference: String = "infer") throws {
    let clock = ContinuousClock()
    let start = clock.now
    let options = CheckOptions(floatType: recipe.floatType, sizes: recipe.sizes, training: true)
    let module = Module(checking: source, options: options)
    if module.hasErrors { throw DiagnosticsError(source: source, diagnostics: module.diagnostics) }
    guard let loss = module.function(recipe.loss) else {
      throw TrainingError.unknownFunction(recipe.loss, functions: module.functions.map(\.name))
    }
    let model = module.function(inference)
    let classes = model?.results.first?.type.shape.dimensions.last?.constant ?? 2
    var data: [(name: String, type: TensorType)] = []
    for parameter in loss.parameters where parameter.initial == nil {
      guard let type = parameter.type else { continue }
      guard type.shape.knownCount != nil else { throw LoweringError.unknownExtent(type) }
      data.append((parameter.name, type))
    }
    // Numbers are drawn in double precision, and what runs has its own copy.
    let ports = try data.map { try NablaRuntime.Signature.Port($0.name, $0.type) }
    try MemoryNeed(columns: MemoryNeed.bytes(of: ports, points: 3), workspace: 0).check()
    var training: (plan: TrainingPlan, step: TrainingProgram)?
    if loss.variables.contains(where: { $0.role == .param && $0.type.element.isFloat }) {
      let made = try SyntheticTraining.update(source, recipe, data)
      (step, batch) = (made.step.program, made.batch)
      training = (made.plan, made.step)
    } else {
      let formula = try Formula(module, function: recipe.loss)
      let derived = try formula.differentiated([.value, .gradient])
      step = formula.pipeline.specialise(derived.program)
      batch = data.first?.type.shape.dimensions.first?.constant ?? 1
    }
    preparation = clock.now - start

    var values: [String: Column] = [Module.keyName: Column([Module.key(seed: recipe.seed)])]
    var generator = SplitMix64(seed: UInt64(bitPattern: Int64(recipe.seed)) &+ 1)
    for (name, type) in data { values[name] = generator.examples(type, classes: classes) }
    if let training { values.merge(try training.plan.firstValues(of: training.step, recipe)) { _, first in first } }
    self.inference = try model.map { model in
      let options = CheckOptions(floatType: recipe.floatType, sizes: recipe.sizes)
      let program = try Module(checking: source, options: options).program(model.name)
      let pipeline = Pipeline()
      return pipeline.specialise(pipeline.prepare(program))
    }
    if let predicted = self.inference {
      for (position, input) in predicted.inputs.enumerated() {
        let name = predicted.name(ofInput: position)
        if values[name] == nil { values[name] = generator.examples(predicted.graph.type(of: input), classes: classes) }
      }
    }
    self.values = values
  }

  /// The step that updates parameters.
  private static func update(
    _ source: SourceText, _ recipe: Recipe, _ data: [(name: String, type: TensorType)]
  ) throws -> (plan: TrainingPlan, step: TrainingProgram, batch: Int) {
    // The batch is the leading axis of an example's parameter; its size is the batch's, and no size of the program.
    let open = Module(checking: source, options: CheckOptions(floatType: recipe.floatType, training: true))
    let leading = (open.function(recipe.loss)?.parameters ?? []).compactMap {
      $0.initial == nil ? $0.type?.shape.dimensions.first?.symbols.first : nil
    }
    guard let name = leading.first, let batch = data.first?.type.shape.dimensions.first?.constant else {
      throw TrainingError.noBatchAxis(recipe.loss)
    }
    var recipe = recipe
    recipe.sizes[name] = nil
    recipe.batch = batch
    let columns = data.map {
      ($0.name, TensorType($0.type.element, Shape(Array($0.type.shape.dimensions.dropFirst()))))
    }
    let plan = try TrainingPlan(source, recipe, columns: columns)
    return (plan, try plan.step(batch: batch), batch)
  }

  /// A program of this training with memory of its own.
  ///
  /// - Throws: ``ExecutionError/memory(_:)`` where there is less than it needs.
  public func bind(_ program: Program, to executable: any Executable) throws(ExecutionError) -> BoundProgram {
    let inputs = program.inputs.enumerated().map { position, input in
      let type = program.graph.type(of: input)
      return values[program.name(ofInput: position)]
        ?? Column(zeros: type.shape.knownCount ?? 0, of: type.element)
    }
    return try BoundProgram(program, executable, values: inputs)
  }

  /// The first output whose numbers are not those of another run of the same program, within what rounding does to the
  /// change of a parameter in some steps.
  public func difference(_ one: BoundProgram, _ other: BoundProgram, steps: Int) -> Difference? {
    let program = one.program
    for position in program.roots.indices {
      let (a, b) = (one.output(position), other.output(position))
      let start = program.aliases[position].flatMap { values[program.name(ofInput: $0)]?.doubles }
      func norm(_ values: some Sequence<Double>) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      // What is no number in both is the same: a mean over no examples.
      if zip(a, b).allSatisfy({ $0 == $1 || $0.isNaN && $1.isNaN }) { continue }
      let distance = norm(zip(a, b).map { $0 - $1 })
      let size = norm(b)
      let change = start.map { norm(zip(b, $0).map { $0 - $1 }) } ?? size
      let isSingle = program.graph.type(of: program.roots[position].node).element == .f32
      let (part, rounding) = isSingle ? (5e-3, 1e-6) : (1e-9, 1e-14)
      if !(distance <= part * change + rounding * Double(steps) * size) {
        return Difference(output: program.roots[position].name, distance: distance, size: size, change: change)
      }
    }
    return nil
  }

  /// Where two runs come apart: Euclidean norms of the difference, of the numbers, and of their change.
  public struct Difference: Hashable, Sendable {
    public let output: String
    public let distance: Double
    public let size: Double
    public let change: Double
  }
}

extension TrainingPlan {
  /// What the inputs of a step that are no data begin with.
  fileprivate func firstValues(of step: TrainingProgram, _ recipe: Recipe) throws -> [String: Column] {
    var values: [String: Column] = [:]
    let key = Column([Module.key(seed: recipe.seed)])
    for program in try initialisations() where !program.roots.isEmpty {
      let executable = try Interpreter(program)
      for (column, port) in zip(try executable.evaluate([key], points: 1), executable.signature.outputs) {
        values[port.name] = column
      }
    }
    for (input, role) in zip(step.program.inputs.indices, step.inputs) where role == .step || role == .scale {
      let element = step.program.graph.type(of: step.program.inputs[input]).element
      values[step.program.name(ofInput: input)] = element == .f32 ? Column([Float(1)]) : Column([1.0])
    }
    return values
  }
}

extension SplitMix64 {
  fileprivate mutating func examples(_ type: TensorType, classes: Int) -> Column {
    let count = type.shape.knownCount ?? 0
    switch type.element {
    case .f32: return Column(floats(count, isScalar: type.shape.rank <= 1).map { Float($0) })
    case .f64: return Column(floats(count, isScalar: type.shape.rank <= 1))
    case .i32: return Column((0..<count).map { _ in Int32.random(in: 0..<Int32(max(classes, 1)), using: &self) })
    case .i64: return Column((0..<count).map { _ in Int64.random(in: 0..<Int64(max(classes, 1)), using: &self) })
    case .bool: return Column((0..<count).map { _ in Bool.random(using: &self) })
    }
  }

  /// Even numbers between 0 and 1, or normal ones by the method of Box and Muller.
  private mutating func floats(_ count: Int, isScalar: Bool) -> [Double] {
    if isScalar { return (0..<count).map { _ in .random(in: 0..<1, using: &self) } }
    return (0..<count).map { _ in
      let radius = (-2 * log(.random(in: .leastNormalMagnitude..<1, using: &self) as Double)).squareRoot()
      return radius * cos(2 * Double.pi * .random(in: 0..<1, using: &self))
    }
  }
}
