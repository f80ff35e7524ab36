import NablaGraph

/// Reverse mode through a scan: a forward walk that keeps a tape, and a walk back along it.
///
/// The walk back carries the cotangents of what the scan carries and, for every captured value, the sum of what the steps
/// contributed so far. Cotangents of sequences are its outputs. All of it is made of scans, so it can be differentiated
/// again.
struct ScanPullback {
  private let primal: ScanBuilder
  private let varied: (inputs: [Bool], roots: [Bool])
  private let useful: (inputs: [Bool], roots: [Bool])
  /// Of the results; `nil` where none comes in.
  private let cotangents: [NodeID?]
  private let count: Int

  /// A part of the result: what an operand of the scan gets.
  struct Contribution {
    let position: Int
    let value: NodeID
    let masking: Masking
  }

  /// - Parameters:
  ///   - varied: which operands are differentiated by.
  ///   - cotangents: of the results.
  init(of scan: ScanBuilder, varied: [Bool], cotangents: [NodeID?]) {
    primal = scan
    self.cotangents = cotangents
    count = scan.carried.count
    self.varied = scan.variation(from: varied)
    useful = scan.usefulness(of: cotangents.map { $0 != nil }, among: self.varied)
  }

  func run(_ masking: Masking, in graph: inout Graph) -> [Contribution] {
    guard useful.roots.contains(true) else { return [] }
    // What masks a cotangent in one step masks it in the step before.
    var masking = masking
    while true {
      let step = Step(primal, varied: varied, useful: useful, masking: masking)
      let inner = step.active.filter { $0 < count }.map { step.masking(ofInput: $0) }.max() ?? masking
      if inner > masking {
        masking = inner
        continue
      }
      return walkBack(step, in: &graph)
    }
  }

  // MARK: One step

  /// The adjoint of one step: the body with its backward graph.
  private struct Step {
    var body: Graph
    /// Nodes of the body as it was.
    let forwardCount: Int
    /// The cotangents of roots that come in, as parameters, by the root's position.
    var seeds: [(position: Int, input: NodeID)] = []
    /// Positions of the inputs that cotangents flow to.
    let active: [Int]
    /// The cotangents that go out, by position of the input.
    var gradients: [Int: NodeID] = [:]
    private var pass: Pullback
    private let inputs: [NodeID]

    init(
      _ primal: ScanBuilder, varied: (inputs: [Bool], roots: [Bool]), useful: (inputs: [Bool], roots: [Bool]),
      masking: Masking
    ) {
      inputs = primal.inputs
      let roots = primal.roots
      body = primal.body
      forwardCount = body.count
      active = inputs.indices.filter { useful.inputs[$0] && varied.inputs[$0] }
      for position in roots.indices where useful.roots[position] {
        seeds.append((position, body.parameter("d\(position)", body.type(of: roots[position]))))
      }
      pass = Pullback(of: seeds.map { roots[$0.position] }, to: active.map { primal.inputs[$0] }, in: body)
      for (position, input) in seeds { pass.contribute(input, to: roots[position], masking, in: &body) }
      pass.run(in: &body)
      for position in active { gradients[position] = pass.cotangent(of: inputs[position]) }
      let image = body.slopesByValue(from: forwardCount)
      gradients = gradients.mapValues { image[$0] ?? $0 }
    }

    func masking(ofInput position: Int) -> Masking { pass.masking(of: inputs[position]) }
  }

  // MARK: The walk back

  private func walkBack(_ step: Step, in graph: inout Graph) -> [Contribution] {
    let inputs = primal.inputs
    let plan = TapePlan(
      for: Array(step.gradients.values), in: step.body, forwardCount: step.forwardCount, primal)
    var forward = primal
    forward.outputs += plan.stacked
    let kept = forward.append(to: &graph)
    let stacks = kept.outputs.dropFirst(primal.outputs.count)

    var back = ScanBuilder(named: "\(primal.name)_back", length: primal.length, isReversed: !primal.isReversed)
    back.isCheckpointed = primal.isCheckpointed
    var image: [NodeID: NodeID] = [:]
    // Cotangents of what is carried, then of the outputs.
    for (position, input) in step.seeds {
      if position < count {
        let type = graph.type(of: primal.carried[position].start)
        let start =
          cotangents[position].map { graph.summed($0, to: type.shape) }
          ?? graph.constant(.zero, type.element, type.shape)
        image[input] = back.carry(name(of: inputs[position]), from: start, in: graph)
      } else if let cotangent = cotangents[position] {
        var shape = step.body.type(of: input).shape
        shape.dimensions.insert(primal.length, at: 0)
        image[input] = back.walk("", over: graph.summed(cotangent, to: shape), in: graph)
      }
    }
    // Values of the walk forward.
    for (node, stack) in zip(plan.stacked, stacks) { image[node] = back.walk(label(of: node), over: stack, in: graph) }
    var later: [(index: Int, next: NodeID)] = []
    for (node, position) in plan.handedBack {
      guard let state = image[inputs[position]] else { continue }
      image[node] = back.carry(label(of: node), from: kept.carried[position], in: graph)
      later.append((back.carried.count - 1, state))
    }
    for bound in primal.sequences {
      image[bound.input] = back.walk(label(of: bound.input), over: bound.operand, in: graph)
    }
    for bound in primal.captured { image[bound.input] = back.capture(bound.operand, in: graph) }

    let active = step.active.filter { step.gradients[$0] != nil }
    let spliced = back.body.splice(
      step.body, roots: active.compactMap { step.gradients[$0] }, inputs: image)
    let gradients = Dictionary(zip(active, spliced), uniquingKeysWith: { first, _ in first })
    return finish(&back, step, gradients, later, in: &graph)
  }

  /// Says how the walk back goes on from step to step, and reads off its results.
  private func finish(
    _ back: inout ScanBuilder, _ step: Step, _ gradients: [Int: NodeID], _ later: [(index: Int, next: NodeID)],
    in graph: inout Graph
  ) -> [Contribution] {
    var carried: [Int: Int] = [:]
    var stacked: [Int: Int] = [:]
    for (index, (position, _)) in step.seeds.filter({ $0.position < count }).enumerated() {
      let type = back.body.type(of: back.carried[index].input)
      back.carried[index].next =
        gradients[position].map { back.body.summed($0, to: type.shape) }
        ?? back.body.constant(.zero, type.element, type.shape)
      carried[position] = index
    }
    for (index, next) in later { back.carried[index].next = next }
    for position in step.active where position >= count {
      guard let gradient = gradients[position] else { continue }
      let type = step.body.type(of: primal.inputs[position])
      let fitted = back.body.summed(gradient, to: type.shape)
      if position < count + primal.sequences.count {
        stacked[position] = back.outputs.count
        back.outputs.append(fitted)
      } else {
        let zero = graph.constant(.zero, type.element, type.shape)
        let sum = back.carry(name(of: primal.inputs[position]), from: zero, in: graph)
        carried[position] = back.carried.count - 1
        back.carried[back.carried.count - 1].next = back.body.simplified(.add, sum, fitted)
      }
    }
    let results = back.append(to: &graph)
    for (position, index) in stacked {
      let operand = primal.sequences[position - count].operand
      let known = graph.origin(of: operand).name ?? graph.parameterIndex(operand).map { graph.parameters[$0].name }
      if let known, !known.isEmpty { graph.addOrigin(Origin(name: "d\(known)"), to: results.outputs[index]) }
    }
    return primal.inputs.indices.compactMap { position in
      let value = carried[position].map { results.carried[$0] } ?? stacked[position].map { results.outputs[$0] }
      return value.map { Contribution(position: position, value: $0, masking: step.masking(ofInput: position)) }
    }
  }

  private func label(of node: NodeID) -> String {
    primal.body.parameterIndex(node).map { primal.body.parameters[$0].name } ?? primal.body.origin(of: node).name ?? ""
  }

  private func name(of input: NodeID) -> String { "d\(label(of: input))" }
}
