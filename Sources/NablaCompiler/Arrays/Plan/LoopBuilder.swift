import NablaGraph
import NablaRuntime

/// Writes the body of one loop kernel: computes chains of nodes at linear indices of the loops, each value once.
///
/// The recursion goes along chains of nodes that are not stored, whose length ``StoragePartition`` bounds.
struct LoopBuilder {
  private struct Key: Hashable {
    let node: NodeID
    let index: [LinearIndex]
  }

  /// The number of the kernel: it runs after those with lower numbers.
  let order: Int
  let extents: [Int]
  private(set) var reduced: [Int]?
  private(set) var results: [LoopKernel.Result] = []
  /// Whether everything that was asked for is there when the kernel runs.
  private(set) var isPossible = true
  /// Whether anything that was asked for, and is not the same everywhere, was known to an earlier member.
  private(set) var isShared = false
  /// What earlier members have: sources and statements.
  private var earlier = (sources: 0, values: 0)
  /// Whether a statement's value is not the same everywhere.
  private var varies: [Bool] = []
  private var list = StatementList()
  private var values: [KernelPlan.Operand] = []
  private var sources: [LoopKernel.Source] = []
  private var positions: [LoopKernel.Source: Int] = [:]
  private var known: [Key: KernelPlan.Operand] = [:]
  /// What must be true of the integers that it reads with.
  var checks: [PlaceCheck] = []

  init(order: Int, extents: [Int]) {
    self.order = order
    self.extents = extents
  }

  var rank: Int { extents.count }
  var statementCount: Int { list.plan.statements.count }
  var sourceCount: Int { sources.count }
  var identity: [LinearIndex] { LinearIndex.identity(over: extents) }

  /// The kernel without the results that go to buffers for which `isWanted` is false.
  func kernel(_ isWanted: (Int) -> Bool) -> LoopKernel {
    var kernel = LoopKernel(extents: extents, reduced: reduced ?? [], body: list.plan, sources: sources)
    kernel.checks = checks
    for (result, value) in zip(results, values) where isWanted(result.buffer) {
      kernel.results.append(result)
      kernel.body.results.append(value)
      kernel.body.outputs.append(.init(name: "", element: list.plan.element(of: value)))
    }
    return kernel.withoutUnused(results).withoutSingleSums
  }

  // MARK: Results

  /// Forgets what has been shared, before the next member.
  mutating func begin() {
    isShared = false
    earlier = (sources.count, list.plan.statements.count)
    for statement in list.plan.statements[varies.count...] {
      varies.append(statement.operands.contains(where: isVarying))
    }
  }

  /// - Precondition: the operand is an earlier member's.
  private func isVarying(_ operand: KernelPlan.Operand) -> Bool {
    if let value = operand.value { return varies[value] }
    return operand.input.map { sources[$0].index.map { !$0.isSteady } ?? true } ?? false
  }

  /// Notes that a value is used which was known.
  private mutating func reuse(_ operand: KernelPlan.Operand) {
    let isEarlier = operand.value.map { $0 < earlier.values } ?? operand.input.map { $0 < earlier.sources } ?? false
    if isEarlier, isVarying(operand) { isShared = true }
  }

  /// Writes the value of a node for every place of the loops.
  mutating func add(
    _ node: NodeID, at index: [LinearIndex], to buffer: Int, _ address: LinearIndex, _ plan: ArrayPlanBuilder
  ) throws(CompilerError) {
    let value = try compute(node, at: index, plan)
    known[Key(node: node, index: index)] = value
    add(value, to: buffer, address)
  }

  mutating func add(_ value: KernelPlan.Operand, to buffer: Int, _ address: LinearIndex) {
    results.append(LoopKernel.Result(buffer: buffer, address: address))
    values.append(value)
  }

  /// Combines a value over reduced axes.
  mutating func add(
    _ value: KernelPlan.Operand, reducing axes: [Int], by combination: Elementwise, from start: Literal,
    to buffer: Int, _ address: LinearIndex
  ) throws(CompilerError) {
    if axes.isEmpty {
      // Every element is combined with nothing but the start.
      let alone = try list.append(.init(.apply(combination), [list.image(of: start), value], start.element))
      return add(alone, to: buffer, address)
    }
    if let reduced, reduced != axes {
      isPossible = false
      return
    }
    reduced = axes
    let accumulator = source(.accumulator(result: results.count), start.element)
    let next = try list.append(.init(.apply(combination), [accumulator, value], start.element))
    results.append(LoopKernel.Result(buffer: buffer, address: address, start: start))
    values.append(next)
  }

  // MARK: Values

  /// The value of a node at an index: read if it is stored, else computed.
  mutating func value(
    of node: NodeID, at index: [LinearIndex], _ plan: ArrayPlanBuilder
  ) throws(CompilerError) -> KernelPlan.Operand {
    if let literal = plan.facts.literals[node] { return list.image(of: literal) }
    let key = Key(node: node, index: index)
    if let operand = known[key] {
      reuse(operand)
      return operand
    }
    let operand: KernelPlan.Operand
    if let buffer = plan.buffer(of: node) {
      operand = read(buffer, plan.address(index, in: plan.facts.extents(of: node), of: buffer, rank: rank), plan)
    } else {
      operand =
        if let f = plan.facts.graph.elementwise(node) {
          try compute(f, node, at: index, plan)
        } else {
          try compute(node, at: index, plan)
        }
    }
    known[key] = operand
    return operand
  }

  /// Where a node's element lies at an index; `nil` if it is computed.
  mutating func element(
    of node: NodeID, at index: [LinearIndex], _ plan: ArrayPlanBuilder
  ) throws(CompilerError) -> (buffer: Int, address: LinearIndex)? {
    guard let input = try value(of: node, at: index, plan).input,
      case .element(let buffer, let address) = sources[input]
    else { return nil }
    return (buffer, address)
  }

  /// An index as a number.
  mutating func position(_ index: LinearIndex) -> KernelPlan.Operand { source(.position(index), .i64) }

  mutating func literal(_ literal: Literal) -> KernelPlan.Operand { list.image(of: literal) }

  mutating func apply(
    _ f: Elementwise, _ operands: [KernelPlan.Operand], _ element: ElementType
  ) throws(CompilerError) -> KernelPlan.Operand { try list.append(f, operands, element) }

  /// The element of a buffer at an address.
  mutating func read(_ buffer: Int, _ address: LinearIndex, _ plan: ArrayPlanBuilder) -> KernelPlan.Operand {
    if plan.readyAt[buffer] >= order { isPossible = false }
    return source(.element(buffer: buffer, address), plan.buffers[buffer].element)
  }

  private mutating func source(_ source: LoopKernel.Source, _ element: ElementType) -> KernelPlan.Operand {
    if let position = positions[source] {
      reuse(.input(position))
      return .input(position)
    }
    positions[source] = sources.count
    sources.append(source)
    list.plan.inputs.append(.init(name: "", element: element))
    return .input(sources.count - 1)
  }

  /// Chains are of such nodes for the most part: a frame of their own keeps the recursion over them small.
  private mutating func compute(
    _ f: Elementwise, _ node: NodeID, at index: [LinearIndex], _ plan: ArrayPlanBuilder
  ) throws(CompilerError) -> KernelPlan.Operand {
    var operands: [KernelPlan.Operand] = []
    for operand in plan.storedOperands(of: node, before: order) {
      operands.append(try value(of: operand, at: plan.broadcastIndex(index, of: operand, rank: rank), plan))
    }
    return try list.append(f, operands, plan.facts.graph.element(of: node))
  }

  private mutating func compute(
    _ node: NodeID, at index: [LinearIndex], _ plan: ArrayPlanBuilder
  ) throws(CompilerError) -> KernelPlan.Operand {
    let graph = plan.facts.graph
    let element = graph.element(of: node)
    switch graph.operation(of: node) {
    case .elementwise(let f):
      return try compute(f, node, at: index, plan)
    case .cast:
      return try list.append(cast: try value(of: graph.operand(0, of: node), at: index, plan), to: element)
    case .iota:
      return source(.position(index[0]), element)
    case .gather(let gather):
      return try value(of: graph.operand(0, of: node), at: try places(gather, of: node, at: index, plan), plan)
    case .constant, .parameter:
      preconditionFailure("constants and inputs are not computed")
    case .contract(let contraction):
      // An outer product.
      var factors: [KernelPlan.Operand] = []
      for (position, labels) in [contraction.left, contraction.right].enumerated() {
        let place = labels.map { label in
          contraction.result.firstIndex(of: label).map { index[$0] } ?? LinearIndex(constant: 0, rank: rank)
        }
        factors.append(try value(of: graph.operand(position, of: node), at: place, plan))
      }
      return try list.append(.multiply, factors, element)
    default:
      let operand = graph.operand(0, of: node)
      if let index = try plan.operandIndex(of: node, at: index, rank: rank) {
        return try value(of: operand, at: index, plan)
      }
      guard let buffer = plan.contiguousBuffer(of: operand) else {
        preconditionFailure("\(graph.operation(of: node).name) is stored, or its operand is")
      }
      return read(buffer, plan.address(index, in: plan.facts.extents(of: node), of: buffer, rank: rank), plan)
    }
  }
}

extension LoopKernel {
  /// The same loop as a map, where all reduced axes have one place: a sum is then what it starts from and one element.
  fileprivate var withoutSingleSums: LoopKernel {
    if reduced.isEmpty || reduced.contains(where: { extents[$0] != 1 }) { return self }
    var kernel = self
    kernel.reduced = []
    var starts: [Int: KernelPlan.Operand] = [:]
    for (position, source) in sources.enumerated() {
      guard case .accumulator(let result) = source, let start = results[result].start else { continue }
      starts[position] = .literal(kernel.body.literals.count)
      kernel.body.literals.append(start)
    }
    kernel.body.statements = body.statements.map { statement in
      let operands = statement.operands.map { operand in operand.input.flatMap { starts[$0] } ?? operand }
      return .init(statement.action, operands, statement.element)
    }
    for result in results.indices { kernel.results[result].start = nil }
    return kernel.withoutUnused(kernel.results)
  }

  /// The kernel without statements and sources that no result needs, and with accumulators of the results it has.
  ///
  /// - Parameter original: the results that accumulators count.
  func withoutUnused(_ original: [Result]) -> LoopKernel {
    var isUsed = Array(repeating: false, count: body.statements.count)
    var isRead = Array(repeating: false, count: sources.count)
    func use(_ operand: KernelPlan.Operand) {
      if let value = operand.value { isUsed[value] = true }
      if let input = operand.input { isRead[input] = true }
    }
    body.results.forEach(use)
    for number in body.statements.indices.reversed() where isUsed[number] {
      body.statements[number].operands.forEach(use)
    }
    var kernel = self
    kernel.body.statements = []
    kernel.body.inputs = []
    kernel.sources = []
    var values: [Int] = Array(repeating: 0, count: isUsed.count)
    var inputs: [Int] = Array(repeating: 0, count: isRead.count)
    func image(_ operand: KernelPlan.Operand) -> KernelPlan.Operand {
      if let value = operand.value { return .value(values[value]) }
      if let input = operand.input { return .input(inputs[input]) }
      return operand
    }
    for (position, source) in sources.enumerated() where isRead[position] {
      inputs[position] = kernel.sources.count
      var source = source
      if case .accumulator(let result) = source {
        source = .accumulator(result: results.firstIndex(of: original[result]) ?? 0)
      }
      kernel.sources.append(source)
      kernel.body.inputs.append(body.inputs[position])
    }
    for (number, statement) in body.statements.enumerated() where isUsed[number] {
      values[number] = kernel.body.statements.count
      kernel.body.statements.append(.init(statement.action, statement.operands.map(image), statement.element))
    }
    kernel.body.results = body.results.map(image)
    kernel.body.parts = [0..<kernel.body.statements.count]
    return kernel
  }
}
