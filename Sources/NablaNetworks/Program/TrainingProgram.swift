import Nabla
import NablaDiagnostics
import NablaGraph
import NablaLanguage

/// One step of training as one program: loss and metrics of a batch, the gradient, and the next values of everything
/// that changes, each in the place of the last.
struct TrainingProgram: Sendable {
  /// What an input of the program is.
  enum Input: Hashable, Sendable {
    /// A parameter of the objective, by position.
    case data(Int)
    /// A member of ``variables``.
    case variable(Int)
    /// The number of the step, from 1.
    case step
    /// What the learning rate is multiplied by.
    case scale
    /// What random numbers are made of.
    case key
  }

  /// What an output of the program is.
  enum Output: Hashable, Sendable {
    /// The loss, then the metrics, each the mean over the batch.
    case measure(Int)
    case rate
    /// The next value of a member of ``variables``.
    case variable(Int)
  }

  let program: Program
  let inputs: [Input]
  let outputs: [Output]
}

/// Everything about training that does not depend on the number of examples in a batch: what is learned, and the
/// programs for batches of any size.
struct TrainingPlan: Sendable {
  let recipe: Recipe
  let objective: Objective
  let update: Update
  /// The column of the data for each parameter of the objective.
  let binding: ColumnBinding
  /// Parameters, states of layers, then slots of the rule; all extents are numbers.
  let variables: [TrainingVariable]
  /// Sizes that the shape of an example says.
  private let sizes: [String: Int]
  private let pipeline = Pipeline()

  /// - Parameters:
  ///   - source: the program.
  ///   - columns: names and types of the data's columns, without the axis of examples.
  init(_ source: SourceText, _ recipe: Recipe, columns: [(name: String, type: TensorType)]) throws {
    self.recipe = recipe
    let options = CheckOptions(floatType: recipe.floatType, sizes: recipe.sizes, training: true)
    let module = Module(checking: source, options: options)
    objective = try Objective(module, recipe, target: columns.last?.type)
    binding = try ColumnBinding(objective, columns.map(\.name))
    sizes = try TrainingPlan.sizes(of: objective, binding, columns, recipe)
    let checked = Module(
      checking: objective.source, options: TrainingPlan.options(recipe, sizes, training: true))
    if checked.hasErrors { throw DiagnosticsError(source: checked.source, diagnostics: checked.diagnostics) }
    guard let signature = checked.function(objective.name) else { throw TrainingError.noParameters(recipe.loss) }
    let learned = try TrainingPlan.learned(signature.variables, recipe)
    let element = learned.map(\.type.element).max() ?? recipe.floatType
    update = try Update(module, recipe, of: learned, element: element)
    let rules = Module(checking: update.source, options: TrainingPlan.options(recipe, sizes, training: true))
    if rules.hasErrors { throw DiagnosticsError(source: rules.source, diagnostics: rules.diagnostics) }
    let slots = rules.function(update.name)?.variables ?? []
    let isLearned = Set(learned.map(\.path))
    variables =
      signature.variables.map { variable in
        let kind: TrainingVariable.Kind =
          variable.role == .state ? .state : isLearned.contains(variable.path) ? .learned : .frozen
        return TrainingVariable(name: variable.path, path: variable.path, type: variable.type, kind: kind)
      }
      + slots.map { [update] slot in
        TrainingVariable(name: update.slotName(slot.path), path: slot.path, type: slot.type, kind: .slot)
      }
    self.module = checked
    self.rules = rules
  }

  /// The program with the objective, and with the update, checked for training.
  private let module: Module
  private let rules: Module

  // MARK: Checking

  private static func options(_ recipe: Recipe, _ sizes: [String: Int], training: Bool) -> CheckOptions {
    CheckOptions(floatType: recipe.floatType, sizes: sizes, training: training)
  }

  /// The sizes that the examples have, as the headers name them.
  private static func sizes(
    of objective: Objective, _ binding: ColumnBinding, _ columns: [(name: String, type: TensorType)], _ recipe: Recipe
  ) throws -> [String: Int] {
    var found = SizeBinding(recipe.sizes)
    for (parameter, column) in zip(objective.parameters, binding.columns) {
      let example = columns[column].type.shape.dimensions.map { $0.constant ?? 0 }
      let wanted = Array(parameter.type.shape.dimensions.dropFirst())
      // Numbers that lie in one row fit any shape of as many: a table has no axes but its columns.
      if wanted.count != example.count {
        let extents = wanted.map(\.constant)
        guard extents.allSatisfy({ $0 != nil }), extents.reduce(1, { $0 * ($1 ?? 0) }) == example.reduce(1, *) else {
          throw TrainingError.shape(parameter: parameter.name, type: parameter.type, example: example)
        }
        continue
      }
      do {
        try found.bind(Shape(wanted), to: example, path: parameter.name)
      } catch {
        throw TrainingError.shape(parameter: parameter.name, type: parameter.type, example: example)
      }
      let known = wanted.map { $0.constant }
      if zip(known, example).contains(where: { $0 != nil && $0 != $1 }) {
        throw TrainingError.shape(parameter: parameter.name, type: parameter.type, example: example)
      }
    }
    found.solve()
    return found.sizes
  }

  private static func learned(_ variables: [LayerVariable], _ recipe: Recipe) throws -> [LayerVariable] {
    let params = variables.filter { $0.role == .param && $0.type.element.isFloat }
    if params.isEmpty { throw TrainingError.noParameters(recipe.loss) }
    func isUnder(_ path: String, _ prefix: String) -> Bool { path == prefix || path.hasPrefix(prefix + ".") }
    for path in recipe.frozen where !params.contains(where: { isUnder($0.path, path) }) {
      throw TrainingError.unknownPath(path, known: params.map(\.path))
    }
    let learned = params.filter { param in !recipe.frozen.contains { isUnder(param.path, $0) } }
    if learned.isEmpty { throw TrainingError.noParameters(recipe.loss) }
    return learned
  }

  // MARK: Programs

  /// The first values of all variables, by name: functions of the recipe's seed.
  func initialisations() throws -> [Program] {
    [try module.initialisation(of: objective.name), try rules.initialisation(of: update.name)]
  }

  /// One step on a batch of so many examples.
  func step(batch: Int) throws -> TrainingProgram {
    let written = try Module(
      checking: objective.source,
      options: TrainingPlan.options(recipe, sizes.merging([objective.batchName: batch]) { $1 }, training: true)
    ).program(objective.name, includingState: true)
    var program = pipeline.prepare(written)
    let positions = Dictionary(
      uniqueKeysWithValues: program.inputs.indices.map { (program.name(ofInput: $0), program.inputs[$0]) })
    let weights = update.parameters.map { positions[$0.path] }
    let learned = weights.compactMap { $0 }
    guard learned.count == weights.count else { throw TrainingError.noParameters(recipe.loss) }

    let measures = program.roots[0..<objective.measures.count].map(\.node)
    let states = program.roots[objective.measures.count...]
    let loss = try penalised(measures[0], learned, &program.graph)
    let gradient = program.graph.gradient(of: loss, by: learned)

    // The update is a function of its own inputs; it is called, and opened by the first pass.
    let rule = try rules.program(update.name, includingState: true)
    let element = program.graph.type(of: rule.inputs.isEmpty ? loss : learned[0]).element
    let step = program.graph.parameter("step", TensorType(element))
    let scale = program.graph.parameter("scale", TensorType(element))
    var inputs = program.inputs
    var roles = inputs.indices.map { role(of: program.name(ofInput: $0)) }
    inputs += [step, scale]
    roles += [.step, .scale]
    let slots = variables.indices.filter { variables[$0].kind == .slot }
    let slotInputs = slots.map { program.graph.parameter(variables[$0].path, variables[$0].type) }
    inputs += slotInputs
    roles += slots.map { .variable($0) }
    let pairs = zip(learned, gradient).flatMap { [$0, $1] }
    let function = program.graph.intern(Function(name: update.name, body: rule.inlined()))
    let results = program.graph.call(function, [step, scale] + pairs + slotInputs)

    var roots = [Program.Root("loss", loss)]
    roots += zip(objective.measures, measures).dropFirst().map { Program.Root($0, $1) }
    var outputs: [TrainingProgram.Output] = roots.indices.map { .measure($0) }
    roots.append(Program.Root("rate", results[0]))
    outputs.append(.rate)
    func add(_ variable: Int, _ node: NodeID) {
      roots.append(Program.Root(variables[variable].name, node))
      outputs.append(.variable(variable))
    }
    for (parameter, node) in zip(update.parameters, results.dropFirst()) {
      if let variable = variables.firstIndex(where: { $0.path == parameter.path }) { add(variable, node) }
    }
    for state in states {
      if let variable = variables.firstIndex(where: { $0.path == state.name }) { add(variable, state.node) }
    }
    for (variable, node) in zip(slots, results.dropFirst(1 + learned.count)) { add(variable, node) }
    // Every variable's next value may lie where its last one did.
    var aliases: [Int: Int] = [:]
    for (position, output) in outputs.enumerated() {
      guard case .variable(let variable) = output else { continue }
      aliases[position] = roles.firstIndex(of: .variable(variable))
    }
    let whole = Program(graph: program.graph, inputs: inputs, roots: roots, aliases: aliases)
    return TrainingProgram(
      program: pipeline.specialise(pipeline.prepare(whole)), inputs: roles, outputs: outputs)
  }

  /// Loss and metrics of a batch of so many examples, as they are after training.
  func evaluation(batch: Int) throws -> TrainingProgram {
    let sizes = sizes.merging([objective.batchName: batch]) { $1 }
    let module = Module(
      checking: objective.source, options: TrainingPlan.options(recipe, sizes, training: false))
    var program = try module.program(objective.name)
    let roles = program.inputs.indices.map { role(of: program.name(ofInput: $0)) }
    let weights = update.parameters.compactMap { parameter in
      roles.firstIndex { $0 == .variable(variables.firstIndex { $0.path == parameter.path } ?? -1) }
    }
    program.roots[0].node = try penalised(program.roots[0].node, weights.map { program.inputs[$0] }, &program.graph)
    return TrainingProgram(
      program: pipeline.specialise(pipeline.prepare(program)), inputs: roles,
      outputs: program.roots.indices.map { .measure($0) })
  }

  private func role(of input: String) -> TrainingProgram.Input {
    if let position = objective.parameters.firstIndex(where: { $0.name == input }) { return .data(position) }
    if let variable = variables.firstIndex(where: { $0.path == input }) { return .variable(variable) }
    return .key
  }

  /// The loss with the penalty of every weight.
  private func penalised(_ loss: NodeID, _ parameters: [NodeID], _ graph: inout Graph) throws -> NodeID {
    guard let penalty = recipe.penalty else { return loss }
    let call = try RuleCall(penalty, for: "penalty")
    var total = loss
    for parameter in parameters where graph.type(of: parameter).shape.rank >= 2 {
      let type = graph.type(of: parameter)
      let text = "penalty_of_weight(w: \(type)) = \(call.text(after: ["w"]))"
      let source = SourceText(utf8: module.source.utf8 + Array("\n\n\(text)\n".utf8), name: module.source.name)
      let program = try Module(checking: source, options: module.options).program("penalty_of_weight")
      let function = graph.intern(Function(name: "penalty", body: program.inlined()))
      let term = graph.call(function, [parameter])[0]
      guard graph.type(of: term).isScalar, graph.type(of: term).element.isFloat else {
        throw TrainingError.notARule(penalty, expected: "penalty, one number of a parameter")
      }
      let fitted =
        graph.type(of: term).element == graph.type(of: loss).element
        ? term : graph.append(.cast, [term], type: graph.type(of: loss))
      total = graph.apply(.add, total, fitted)
    }
    return total
  }
}

/// Something that a run of training keeps.
struct TrainingVariable: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// A parameter that the rule changes.
    case learned
    /// A parameter that stays.
    case frozen
    /// What a layer keeps from step to step.
    case state
    /// What the rule keeps of a parameter.
    case slot
  }

  /// In files and messages.
  let name: String
  /// In the programs.
  let path: String
  let type: TensorType
  let kind: Kind
}

/// Which column of the data each parameter of an objective takes: of its name if all have theirs, else by position.
struct ColumnBinding: Hashable, Sendable {
  let columns: [Int]

  init(_ objective: Objective, _ names: [String]) throws {
    let wanted = objective.parameters.map(\.name)
    let named = wanted.map { names.firstIndex(of: $0) }
    if named.allSatisfy({ $0 != nil }) {
      columns = named.compactMap { $0 }
    } else if wanted.count == names.count {
      columns = Array(names.indices)
    } else {
      throw TrainingError.columns(parameters: wanted, columns: names)
    }
  }
}
