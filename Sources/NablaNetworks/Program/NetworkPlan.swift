import Nabla
import NablaDiagnostics
import NablaGraph
import NablaLanguage

/// A network with its loss and its metrics, for data of a known shape: everything but how it is trained, and but the
/// number of examples in a batch.
struct NetworkPlan: Sendable {
  let recipe: Recipe
  let objective: Objective
  let metrics: MetricSet?
  /// The column of the data for each parameter of the objective.
  let binding: ColumnBinding
  /// Parameters and states of the network, then states of the metrics; all extents are numbers.
  let variables: [TrainingVariable]
  /// Sizes that the shape of an example says.
  let sizes: [String: Int]
  /// How many classes there are, where targets are the numbers of classes.
  private let classCount: Int?
  let penalties: [ParameterRule]
  private let resultPenalties: [ResultRule]
  /// What is probably meant otherwise, for a person.
  let advice: [String]
  /// The position of each variable, by path.
  private let positions: [String: Int]
  private let pipeline = Pipeline()

  /// - Parameters:
  ///   - source: the program.
  ///   - columns: of the data.
  init(_ source: SourceText, _ recipe: Recipe, columns: ColumnTypes) throws {
    self.recipe = recipe
    let module = Module(
      checking: source, options: recipe.options())
    var objective = try Objective(module, recipe, columns: columns)
    let binding = try ColumnBinding(
      objective.parameters.map(\.name), columns.map(\.name),
      chosen: objective.weights.map { [$0: Objective.weightColumn] } ?? [:])
    self.binding = binding
    let sizes = try binding.sizes(
      of: objective.parameters, in: columns, given: recipe.sizes.merging(recipe.modelSizes) { $1 })
    self.sizes = sizes
    func checked(_ text: SourceText, _ function: String, as calls: [String], to subject: String) throws -> Module {
      let module = Module(checking: text, options: recipe.options(function, sizes))
      try module.requireFit(of: calls, to: subject, in: source)
      return module
    }

    var network = try checked(
      objective.source, objective.name, as: [recipe.loss], to: objective.subject(module))
    let calls = try recipe.metrics.map { text in try RuleCall(text, for: "metric") }
    for call in calls { try call.require(in: module, as: "metric") }
    if calls.isEmpty {
      metrics = nil
    } else {
      guard let model = objective.model, let target = objective.parameters.first(where: { $0.name == objective.target })
      else { throw TrainingError.noModel(loss: recipe.loss) }
      var (program, traced) = try network.tracedProgram(objective.name)
      if traced.prediction(of: model) == nil {
        objective = try Objective(module, recipe, columns: columns, returnsPrediction: true)
        network = try checked(
          objective.source, objective.name, as: [recipe.loss], to: objective.subject(module))
        (program, traced) = try network.tracedProgram(objective.name)
      }
      guard let prediction = traced.prediction(of: model) else { throw TrainingError.noModel(loss: recipe.loss) }
      metrics = MetricSet(
        calls, module, prediction: program.graph.type(of: prediction),
        target: (target.name, target.type.substituting(sizes)))
    }
    self.objective = objective
    let own = network.function(objective.name)?.variables ?? []
    let frozen = try NetworkPlan.frozen(own, recipe)
    var variables = own.map { variable in
      let kind: TrainingVariable.Kind =
        variable.role == .state
        ? .state : frozen.contains(variable.path) || !variable.type.element.isFloat ? .frozen : .learned
      return TrainingVariable(variable, as: kind, batch: (objective.batchName, max(recipe.batch, 1)))
    }
    if let metrics {
      let kept =
        try checked(metrics.source, metrics.function, as: calls.map(\.description), to: objective.subject(module))
        .function(metrics.function)?.variables ?? []
      if let weight = kept.first(where: { $0.role == .param }) {
        throw TrainingError.notARule(weight.path, expected: "metric, which learns nothing")
      }
      variables += kept.map { TrainingVariable(name: $0.path, path: $0.path, type: $0.type, kind: .metric) }
    }
    self.variables = variables
    penalties = try recipe.penalties.map { try ParameterRule($0, as: "penalty", in: module, of: variables) }
    let (program, traced) = try network.tracedProgram(objective.name, elementwise: true)
    resultPenalties = try recipe.resultPenalties.map { try ResultRule($0, in: module, traced) }
    advice = OutputAdvice.notes(traced, in: program.graph)
    // Targets are classes of the predictions where a loss of the library takes both as they are.
    let labels = program.inputs.indices.first { program.name(ofInput: $0) == objective.target }
      .map { program.inputs[$0] }
    let areClasses = traced.contains { call in
      call.name.hasPrefix("sparse_") && call.arguments.contains { $0.node == labels }
        && !call.arguments.contains { $0.label == "ignored" }
    }
    classCount = labels != nil && areClasses ? objective.classCount(module, sizes) : nil
    positions = Dictionary(
      variables.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The names of the loss and the metrics, in the order of the measures.
  var measures: [String] { ["loss"] + (metrics?.metrics.map(\.name) ?? []) }

  /// What an epoch has of each measure.
  var measureKinds: [MetricSet.Kind] { [.mean] + (metrics?.metrics.map(\.kind) ?? []) }

  /// Whether a layer remembers something of the examples from batch to batch.
  var isStateful: Bool { variables.contains { $0.kind == .memory } }

  private static func frozen(_ variables: [LayerVariable], _ recipe: Recipe) throws -> Set<String> {
    let params = variables.filter { $0.role == .param }.map(\.path)
    var frozen: Set<String> = []
    for path in recipe.frozen {
      let members = params.filter { $0 == path || $0.hasPrefix(path + ".") }
      if members.isEmpty { throw TrainingError.unknownPath(path, known: params) }
      frozen.formUnion(members)
    }
    return frozen
  }

  /// Looks for what would make nothing of a run.
  ///
  /// - Throws: `DatasetError` with the first number that is none, or the first label that is no class.
  func check(_ data: Dataset) throws {
    // In more data than this, the first loss that is no number is early enough.
    if data.floatByteCount(in: binding.columns) <= 1 << 28, let fault = data.firstNotFinite(in: binding.columns) {
      throw fault
    }
    if let classCount, let target = objective.parameters.firstIndex(where: { $0.name == objective.target }) {
      try data.requireClasses(binding.columns[target], count: classCount)
    }
  }

  /// The columns that the objective takes as integers.
  var integerColumns: [Int] {
    zip(objective.parameters, binding.columns).filter { !$0.0.type.element.isFloat }.map(\.1)
  }

  // MARK: Programs

  private func options(_ function: String, batch: Int, training: Bool) -> CheckOptions {
    recipe.options(function, sizes.merging([objective.batchName: batch]) { $1 }, training: training)
  }

  /// The first values of the variables, by path: functions of the recipe's seed.
  func initialisations() throws -> [Program] {
    // What is remembered of examples has room for a batch of them.
    let batch = isStateful ? [objective.batchName: max(recipe.batch, 1)] : [:]
    var programs = [
      try Module(checking: objective.source, options: recipe.options(objective.name, sizes.merging(batch) { $1 }))
        .initialisation(of: objective.name)
    ]
    if let metrics {
      programs.append(
        try Module(checking: metrics.source, options: recipe.options(metrics.function, sizes))
          .initialisation(of: metrics.function))
    }
    return programs
  }

  /// What a batch of so many examples gives, before it is derived or simplified any further.
  struct Batch {
    var program: Program
    /// What each input of the program is.
    var inputs: [TrainingProgram.Input]
    /// Loss and metrics.
    var measures: [NodeID]
    /// The next values of states, by the variable's position.
    var states: [(variable: Int, node: NodeID)]
  }

  func batch(_ count: Int, training: Bool) throws -> Batch {
    let options = options(objective.name, batch: count, training: training)
    let traced = try Module(checking: objective.source, options: options)
      .tracedProgram(objective.name, includingState: true)
    let resultCount = objective.returnsPrediction ? 2 : 1
    var written = traced.program
    let states = Array(written.roots[resultCount...])
    let prediction = metrics == nil ? nil : objective.model.flatMap { traced.calls.prediction(of: $0) }
    let penalised = resultPenalties.flatMap { rule in rule.results(in: traced.calls).map { (rule.call, $0) } }
    written.roots = [written.roots[0]] + (prediction.map { [Program.Root("prediction", $0)] } ?? []) + states
    let stateStart = written.roots.count - states.count
    written.roots += penalised.map { Program.Root("result", $0.1) }
    var program = pipeline.prepare(written.compacted())
    var inputs = program.inputs.indices.map { role(of: program.name(ofInput: $0)) }
    var measures = [program.roots[0].node]
    // Of a batch of any size, the mean of what its examples cost.
    for ((call, _), root) in zip(penalised, program.roots.suffix(penalised.count)) {
      let share = "(\(call.text(after: [NetworkPlan.penalised])))/\(count)"
      let cost = try penalty(share, call, of: root.node, with: measures[0], &program.graph)
      measures[0] = program.graph.apply(.add, measures[0], cost)
    }
    var next = zip(states, program.roots[stateStart...]).compactMap { state, root in
      position(of: state.name).map { (variable: $0, node: root.node) }
    }
    // In a prediction layers keep what they have, but for what they remember of the examples before.
    if !training { next = next.filter { variables[$0.variable].kind == .memory } }
    if let metrics, prediction != nil {
      let options = self.options(metrics.function, batch: count, training: training)
      let rule = try Module(checking: metrics.source, options: options)
        .program(metrics.function, includingState: true)
      let target = objective.parameters.firstIndex { $0.name == objective.target }
      let operands = rule.inputs.indices.map { index -> NodeID in
        let name = rule.name(ofInput: index)
        if name == MetricSet.prediction { return program.roots[1].node }
        if let variable = position(of: name) {
          let input = program.graph.parameter(name, variables[variable].type)
          program.inputs.append(input)
          inputs.append(.variable(variable))
          return input
        }
        let place = inputs.firstIndex { $0 == target.map { .data($0) } } ?? 0
        return program.inputs[place]
      }
      let function = program.graph.intern(Function(name: metrics.function, body: rule.inlined()))
      let results = program.graph.call(function, operands)
      measures += results.prefix(metrics.metrics.count)
      let kept = rule.roots.map(\.name)
      for (name, node) in zip(kept, results).dropFirst(metrics.metrics.count) {
        if let variable = position(of: name) { next.append((variable, node)) }
      }
    }
    return Batch(program: program, inputs: inputs, measures: measures, states: next)
  }

  /// Loss and metrics of a batch of so many examples, as they are after training.
  func evaluation(batch count: Int) throws -> TrainingProgram {
    var batch = try batch(count, training: false)
    let learned = batch.inputs.indices.compactMap { index -> (variable: Int, input: NodeID)? in
      guard case .variable(let variable) = batch.inputs[index], variables[variable].kind == .learned else { return nil }
      return (variable, batch.program.inputs[index])
    }
    batch.measures[0] = try penalised(batch.measures[0], learned, &batch.program.graph)
    return finished(batch, variables, extra: [])
  }

  /// A program whose outputs are the measures, what else is asked for, and the next values of variables where the last
  /// ones are.
  func finished(
    _ batch: Batch, _ variables: [TrainingVariable], extra: [(TrainingProgram.Output, Program.Root)]
  ) -> TrainingProgram {
    var roots = zip(measures, batch.measures).map { Program.Root($0, $1) }
    var outputs: [TrainingProgram.Output] = roots.indices.map { .measure($0) }
    for (output, root) in extra {
      outputs.append(output)
      roots.append(root)
    }
    for (variable, node) in batch.states {
      outputs.append(.variable(variable))
      roots.append(Program.Root(variables[variable].name, node))
    }
    var places: [Int: Int] = [:]
    for case (let place, .variable(let variable)) in batch.inputs.enumerated() { places[variable] = place }
    var aliases: [Int: Int] = [:]
    for case (let place, .variable(let variable)) in outputs.enumerated() { aliases[place] = places[variable] }
    let whole = Program(graph: batch.program.graph, inputs: batch.program.inputs, roots: roots, aliases: aliases)
    return TrainingProgram(
      program: pipeline.specialise(pipeline.prepare(whole)), inputs: batch.inputs, outputs: outputs)
  }

  private func role(of input: String) -> TrainingProgram.Input {
    if let position = objective.parameters.firstIndex(where: { $0.name == input }) { return .data(position) }
    return position(of: input).map { .variable($0) } ?? .key
  }

  func position(of path: String) -> Int? { positions[path] }
}

extension [TracedCall] {
  /// The result of the first call of a function.
  func prediction(of model: String) -> NodeID? {
    lazy.first { $0.name == model && $0.path == model && !$0.isRepeated }?.results.first
  }
}

extension TensorType {
  /// The type where names of sizes have values.
  func substituting(_ sizes: [String: Int]) -> TensorType {
    TensorType(
      element, Shape(shape.dimensions.map { $0.substituting(sizes.mapValues { Dimension($0) }) }))
  }
}
