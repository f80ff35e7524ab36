import Nabla
import NablaDiagnostics
import NablaGraph
import NablaLanguage

/// Everything about training that does not depend on the number of examples in a batch: what is learned, and the
/// programs for batches of any size.
public struct TrainingPlan: Sendable {
  let network: NetworkPlan
  let update: Update
  /// Parameters and states of the network, states of the metrics, slots of the rule, then sums of gradients where several
  /// batches make a step.
  public let variables: [TrainingVariable]
  /// The program with the update, checked for training.
  private let rules: Module
  /// The positions of the parameters that the rule changes, in the order of its results.
  private let learned: [Int]

  /// - Parameters:
  ///   - source: the program.
  ///   - columns: names and types of the data's columns, without the axis of examples.
  public init(_ source: SourceText, _ recipe: Recipe, columns: [(name: String, type: TensorType)]) throws {
    network = try NetworkPlan(source, recipe, columns: columns)
    let network = network
    learned = network.variables.indices.filter { network.variables[$0].kind == .learned }
    if learned.isEmpty { throw TrainingError.noParameters(recipe.loss) }
    let parameters = learned.map { network.variables[$0] }
    let element = parameters.map(\.type.element).max() ?? recipe.floatType
    let module = Module(checking: source, options: recipe.options())
    update = try Update(module, recipe, of: parameters, element: element)
    rules = Module(checking: update.source, options: recipe.options())
    try rules.requireFit(
      of: [recipe.optimizer] + [recipe.schedule].compactMap { $0 } + recipe.constraints, to: "the parameters",
      in: source)
    let slots = rules.function(update.name)?.variables ?? []
    let kept = slots.map { [update] slot in
      TrainingVariable(name: update.slotName(slot.path), path: slot.path, type: slot.type, kind: .slot)
    }
    let sums = (recipe.accumulation < 2 ? [] : parameters).map { parameter in
      let name = "\(parameter.path).gradients.sum"
      return TrainingVariable(name: name, path: name, type: parameter.type, kind: .slot)
    }
    variables = network.variables + kept + sums
  }

  public var recipe: Recipe { network.recipe }

  /// The columns of the data, by position, in the order of ``TrainingProgram/Input/data(_:)``.
  public var columns: [Int] { network.binding.columns }

  /// The first values of all variables, by path: functions of the recipe's seed.
  func initialisations() throws -> [Program] {
    try network.initialisations() + [try rules.initialisation(of: update.name)]
  }

  /// What a batch is to a step, whose gradient may be the mean of several batches'.
  enum Part: Hashable, Sendable {
    /// All of it.
    case whole
    /// The sum of gradients begins with this one.
    case first
    case middle
    /// Parameters change.
    case last

    var isUpdate: Bool { self == .whole || self == .last }
  }

  /// What the batch of a number, from 1, is to its step.
  func part(of batch: Int) -> Part {
    let count = recipe.accumulation
    if count < 2 { return .whole }
    return batch % count == 0 ? .last : batch % count == 1 ? .first : .middle
  }

  /// One step on a batch of so many examples.
  public func step(batch count: Int) throws -> TrainingProgram { try step(batch: count, part: .whole) }

  /// A part of a step on a batch of so many examples.
  func step(batch count: Int, part: Part) throws -> TrainingProgram {
    var batch = try network.batch(count, training: true)
    var places: [Int: Int] = [:]
    for case (let place, .variable(let variable)) in batch.inputs.enumerated() { places[variable] = place }
    let weights = learned.compactMap { places[$0].map { batch.program.inputs[$0] } }
    guard weights.count == learned.count else { throw TrainingError.noParameters(recipe.loss) }
    let loss = try network.penalised(
      batch.measures[0], zip(learned, weights).map { (variable: $0, input: $1) }, &batch.program.graph)
    batch.measures[0] = loss
    var gradient = batch.program.graph.gradient(of: loss, by: weights)

    let sumCount = recipe.accumulation < 2 ? 0 : learned.count
    let sums = variables.count - sumCount..<variables.count
    for (place, variable) in sums.enumerated() where part != .whole {
      if part != .first {
        let type = variables[variable].type
        let sum = batch.program.graph.parameter(variables[variable].path, type)
        batch.program.inputs.append(sum)
        batch.inputs.append(.variable(variable))
        gradient[place] = batch.program.graph.apply(.add, sum, gradient[place])
        if part == .last {
          let batches = batch.program.graph.constant(.rational(Rational(recipe.accumulation)), type.element)
          let divisor = type.isScalar ? batches : batch.program.graph.append(.broadcast, [batches], type: type)
          gradient[place] = batch.program.graph.apply(.divide, gradient[place], divisor)
        }
      }
      // The next sum begins with the next first batch.
      if part != .last { batch.states.append((variable, gradient[place])) }
    }
    guard part.isUpdate else { return network.finished(batch, variables, extra: []) }

    // The update is a function of its own inputs; it is called, and opened by the first pass.
    let rule = try rules.program(update.name, includingState: true)
    let element = batch.program.graph.type(of: rule.inputs.isEmpty ? loss : weights[0]).element
    func input(_ name: String, _ type: TensorType, _ role: TrainingProgram.Input) -> NodeID {
      let node = batch.program.graph.parameter(name, type)
      batch.program.inputs.append(node)
      batch.inputs.append(role)
      return node
    }
    var operands = [
      input("step", TensorType(element), .step), input("scale", TensorType(element), .scale),
    ]
    operands += zip(weights, gradient).flatMap { [$0, $1] }
    let slots = network.variables.count..<sums.lowerBound
    operands += slots.map { input(variables[$0].path, variables[$0].type, .variable($0)) }
    let function = batch.program.graph.intern(Function(name: update.name, body: rule.inlined()))
    let results = batch.program.graph.call(function, operands)
    let next = zip(learned + slots, results.dropFirst()).map { (variable: $0, node: $1) }
    batch.states = next.prefix(learned.count) + batch.states + next.dropFirst(learned.count)
    return network.finished(batch, variables, extra: [(.rate, Program.Root("rate", results[0]))])
  }
}
