import NablaGraph

extension Graph {
  /// Reverse mode: the vector–Jacobian product of `outputs` with `cotangents`, by each of `inputs`.
  ///
  /// Appends the backward graph to the arena and walks it once, from the outputs to the inputs. A node's cotangent is
  /// the sum of what its users contribute: the user's cotangent times the slope of the operation table. What is built
  /// costs a small multiple of what it differentiates, however many inputs there are.
  ///
  /// - Parameters:
  ///   - cotangents: one per output, of its type.
  ///   - inputs: any nodes; a node used by name is differentiated by as if it were free.
  /// - Returns: one node per input, of its shape; the constant zero where nothing flows.
  /// - Complexity: linear in the part of the arena between inputs and outputs.
  /// - Precondition: the graph holds no calls (``Program/inlined()``).
  public mutating func pullback(of outputs: [NodeID], cotangents: [NodeID], to inputs: [NodeID]) -> [NodeID] {
    var pass = Pullback(of: outputs, to: inputs, in: self)
    for (output, cotangent) in zip(outputs, cotangents) { pass.contribute(cotangent, to: output, .none, in: &self) }
    pass.run(in: &self)
    return inputs.map { input in
      pass.cotangent(of: input) ?? constant(.zero, type(of: input).element, type(of: input).shape)
    }
  }

  /// The derivative of a scalar by each of `nodes`, which may depend on each other: one reverse sweep. Unlike in
  /// ``pullback(of:cotangents:to:)``, what reaches a node flows on to what it is computed from.
  public mutating func derivatives(of output: NodeID, by nodes: [NodeID]) -> [NodeID] {
    var pass = Pullback(of: [output], to: nodes, flowingOn: true, in: self)
    pass.contribute(constant(.one, type(of: output).element), to: output, .none, in: &self)
    pass.run(in: &self)
    return nodes.map { pass.cotangent(of: $0) ?? constant(.zero, type(of: $0).element, type(of: $0).shape) }
  }

  /// A constant repeated to a shape.
  mutating func constant(_ value: Constant, _ element: ElementType, _ shape: Shape) -> NodeID {
    let scalar = constant(element == .bool ? .boolean(!value.isZero) : value, element)
    return shape.rank == 0 ? scalar : append(.broadcast, [scalar], type: TensorType(element, shape))
  }
}

/// The state of one reverse sweep.
struct Pullback {
  private var cotangents: [NodeID?]
  private var masking: [Masking]
  /// Nodes that lie between inputs and outputs.
  private let active: [Bool]
  /// What is differentiated by, among these nodes.
  private let isInput: [Bool]
  /// Whether a cotangent flows on through what is differentiated by.
  private let flowsOn: Bool
  private var finiteness: Graph.Finiteness?
  /// What reaches the results of scans, by the scan and the result's position.
  private var resultCotangents: [NodeID: [Int: NodeID]] = [:]

  init(of outputs: [NodeID], to inputs: [NodeID], flowingOn: Bool = false, in graph: Graph) {
    let end = (outputs.map(\.index).max() ?? -1) + 1
    cotangents = Array(repeating: nil, count: end)
    masking = Array(repeating: .none, count: end)
    var isInput = Array(repeating: false, count: end)
    for input in inputs where input.index < end { isInput[input.index] = true }
    var reaches = isInput
    let first = inputs.map(\.index).min() ?? end
    for index in first..<max(first, end) where !isInput[index] {
      let id = NodeID(index)
      for position in 0..<graph.operandCount(of: id) where graph.operand(position, of: id).index >= first {
        if reaches[graph.operand(position, of: id).index] {
          reaches[index] = graph.element(of: id).isFloat || graph.isScan(id)
          break
        }
      }
    }
    active = reaches
    self.isInput = isInput
    flowsOn = flowingOn
  }

  func cotangent(of input: NodeID) -> NodeID? { input.index < cotangents.count ? cotangents[input.index] : nil }

  /// What the cotangent of an input may be zero by.
  func masking(of input: NodeID) -> Masking { input.index < masking.count ? masking[input.index] : .none }

  mutating func run(in graph: inout Graph) {
    let savedOrigin = graph.currentOrigin
    defer { graph.currentOrigin = savedOrigin }
    for index in stride(from: cotangents.count - 1, through: 0, by: -1) {
      let id = NodeID(index)
      if !resultCotangents.isEmpty, let results = resultCotangents.removeValue(forKey: id) {
        propagate(results, throughScan: id, in: &graph)
        continue
      }
      guard let cotangent = cotangents[index], flowsOn || !isInput[index] else { continue }
      graph.currentOrigin = graph.originWithoutName(of: id)
      if let f = graph.elementwise(id) {
        propagate(f, id, cotangent, in: &graph)
      } else if case .result(let position) = graph.operation(of: id) {
        let scan = graph.operand(0, of: id)
        resultCotangents[scan, default: [:]][position] = cotangent
        masking[scan.index] = max(masking[scan.index], masking[index])
      } else {
        let strong = strongFactors(of: id, in: graph)
        for (operand, contribution) in graph.structuralPullback(of: id, cotangent: cotangent, strong: strong)
        where isActive(operand) {
          contribute(contribution, to: operand, masking[index], in: &graph)
        }
      }
      if !isInput[index] { cotangents[index] = nil }
    }
  }

  func isActive(_ id: NodeID) -> Bool { active[id.index] }

  private mutating func propagate(_ results: [Int: NodeID], throughScan id: NodeID, in graph: inout Graph) {
    guard let scan = ScanBuilder(id, of: graph) else { return }
    let operands = graph.operands(of: id)
    graph.currentOrigin = graph.originWithoutName(of: id)
    let pullback = ScanPullback(
      of: scan, varied: operands.map(isActive), cotangents: scan.roots.indices.map { results[$0] })
    for contribution in pullback.run(masking[id.index], in: &graph) {
      contribute(contribution.value, to: operands[contribution.position], contribution.masking, in: &graph)
    }
  }

  private mutating func propagate(_ f: Elementwise, _ id: NodeID, _ cotangent: NodeID, in graph: inout Graph) {
    if f.facts.contains(.locallyConstant) { return }
    let operands = graph.elementwiseOperands(of: id)
    let slopes = f.slopes
    let mask = masking[id.index]
    for position in 0..<operands.count where isActive(operands[position]) {
      let rule = slopes[position]
      let contribution: NodeID?
      if f == .strongMultiply, position == 1 {
        // Where the first factor is zero, so is this, also if the cotangent is infinite there.
        contribution = graph.simplified(.strongMultiply, operands[0], cotangent)
      } else if mask != .none, !isHarmless(rule, mask, operands: operands, result: id, in: graph) {
        contribution = graph.stronglyWeighted(rule, by: cotangent, operands: operands, result: id)
      } else {
        contribution = graph.weighted(rule, by: cotangent, operands: operands, result: id)
      }
      guard let contribution else { continue }
      contribute(contribution, to: operands[position], max(mask, f.masking(ofOperand: position)), in: &graph)
    }
  }

  /// Whether a slope is surely finite, so that an ordinary product with a zero cotangent is zero.
  private mutating func isHarmless(
    _ rule: Rule, _ mask: Masking, operands: ElementwiseOperands, result: NodeID, in graph: Graph
  ) -> Bool {
    let finiteness = updatedFiniteness(graph)
    func isFinite(_ id: NodeID) -> Bool {
      mask == .kink ? finiteness.forFiniteInputs[id.index] : finiteness.always[id.index]
    }
    func visit(_ rule: Rule) -> Bool {
      switch rule {
      case .operand(let index): isFinite(operands[index])
      case .result: isFinite(result)
      case .constant(let value): value.double.isFinite
      case .apply(let f, let arguments):
        switch f {
        case .negate, .add, .subtract, .multiply: arguments.allSatisfy(visit)
        case .select: true
        default: f.facts.contains(.bounded) && arguments.allSatisfy(visit)
        }
      }
    }
    return visit(rule)
  }

  /// Which operands of a structural node may be NaN or infinite, where its cotangent may be zero by a choice.
  ///
  /// Sums of products pay three times for a strong product, so there inputs count as finite, and a kink is no reason.
  private mutating func strongFactors(of id: NodeID, in graph: Graph) -> [Bool] {
    let mask = masking[id.index]
    if mask == .none { return [] }
    switch graph.operation(of: id) {
    case .contract, .convolve: if mask == .kink { return [] }
    case .reduce(.product, _), .cumulative(.product, _, _): break
    default: return []
    }
    let finiteness = updatedFiniteness(graph)
    return graph.operands(of: id).map { !finiteness.forFiniteInputs[$0.index] }
  }

  private mutating func updatedFiniteness(_ graph: Graph) -> Graph.Finiteness {
    if finiteness == nil { finiteness = Graph.Finiteness(graph) }
    finiteness?.extend(graph)
    return finiteness ?? Graph.Finiteness(graph)
  }

  /// Adds a cotangent to a node's, summed over the axes that broadcasting repeated.
  mutating func contribute(_ value: NodeID, to id: NodeID, _ mask: Masking, in graph: inout Graph) {
    guard isActive(id) else { return }
    let isFitted = graph.typeID(of: value) == graph.typeID(of: id)
    let fitted = isFitted ? value : graph.summed(value, to: graph.type(of: id).shape)
    masking[id.index] = max(masking[id.index], mask)
    if let known = cotangents[id.index] {
      cotangents[id.index] = graph.simplified(.add, known, fitted)
    } else {
      cotangents[id.index] = fitted
    }
  }
}

extension Graph {
  func isScan(_ id: NodeID) -> Bool {
    if functions.isEmpty || elementwise(id) != nil { return false }
    if case .scan = operation(of: id) { return true }
    return false
  }

  /// The origin that nodes derived from `id` inherit: its places in the text, but not its name.
  mutating func originWithoutName(of id: NodeID) -> OriginID { withoutName(originID(of: id)) }

  /// The adjoint of broadcasting: a value summed to the shape that it was broadcast from, or repeated if it is smaller.
  mutating func summed(_ value: NodeID, to shape: Shape) -> NodeID {
    let found = type(of: value)
    if found.shape == shape { return value }
    if found.shape.rank <= shape.rank, let stretched = try? found.shape.broadcast(with: shape), stretched == shape {
      return append(.broadcast, [value], type: TensorType(found.element, shape))
    }
    let axes = found.shape.axesStretched(from: shape)
    let sum = append(.reduce(.sum, axes: axes), [value], type: found)
    return type(of: sum).shape == shape ? sum : append(.reshape, [sum], type: TensorType(found.element, shape))
  }
}
