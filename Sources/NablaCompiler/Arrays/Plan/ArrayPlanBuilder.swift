import NablaGraph
import NablaRuntime

/// Turns the needed nodes of a graph into kernels, in node order.
///
/// A kernel is made for every stored node; a loop over the same extents as an earlier one joins it if all that it reads
/// is there when that one runs, so that values and derivatives of one shape are computed together.
struct ArrayPlanBuilder {
  /// A kernel that may still grow.
  private enum Step {
    case loop(LoopBuilder)
  }

  let program: Program
  let facts: ArrayFacts
  private let partition: StoragePartition
  private var steps: [Step] = []
  private(set) var buffers: [ArrayPlan.Buffer] = []
  /// The last kernel that writes each buffer; -1 for inputs.
  private(set) var readyAt: [Int] = []
  /// The buffer of each node that has one.
  private var bufferNumbers: [Int32]
  /// The latest loops over each iteration space, by number.
  private var open: [[Int]: [Int]] = [:]
  /// The output that each stored node is.
  private var outputs: [NodeID: Int] = [:]

  /// - Precondition: the program has no calls.
  init(_ program: Program) throws(CompilerError) {
    self.program = program
    do {
      facts = try ArrayFacts(program)
    } catch {
      throw .lowering(error)
    }
    partition = StoragePartition(program, facts)
    bufferNumbers = Array(repeating: -1, count: program.graph.count)
  }

  mutating func build() throws(CompilerError) -> ArrayPlan {
    var plan = ArrayPlan()
    let graph = facts.graph
    for (position, input) in program.inputs.enumerated() {
      let port = ArrayPlan.Port(
        name: program.name(ofInput: position), element: graph.element(of: input), extents: facts.extents(of: input))
      plan.inputs.append(port)
      let buffer = addBuffer(port.element, port.extents, .input(position), name: port.name)
      if bufferNumbers[input.index] < 0 { bufferNumbers[input.index] = Int32(buffer) }
    }
    for (position, root) in program.roots.enumerated() {
      let port = ArrayPlan.Port(
        name: root.name, element: graph.element(of: root.node), extents: facts.extents(of: root.node))
      plan.outputs.append(port)
      // A result that lies where an input does is written when all else is done.
      let node = aliased(root.node)
      if partition.isStored[node.index], outputs[node] == nil, program.aliases[position] == nil {
        outputs[node] = position
      }
    }
    for id in graph.ids where partition.isNeeded[id.index] {
      if let parameter = graph.parameterIndex(id), bufferNumbers[id.index] < 0 {
        throw .lowering(.unboundParameter(graph.parameters[parameter].name))
      }
      if partition.isStored[id.index] {
        do {
          try addKernels(for: id)
        } catch let error as CompilerError {
          throw error
        } catch let error as LoweringError {
          throw .lowering(error)
        } catch {
          preconditionFailure("\(error)")
        }
      }
    }
    try addCopies(&plan)
    finish(&plan)
    return plan
  }

  // MARK: Buffers

  private mutating func addBuffer(
    _ element: ElementType, _ extents: [Int], _ place: ArrayPlan.Place, name: String?
  ) -> Int {
    buffers.append(ArrayPlan.Buffer(element: element, extents: extents, place: place, name: name))
    readyAt.append(-1)
    return buffers.count - 1
  }

  /// A buffer for a node that is about to be computed.
  private mutating func addBuffer(for id: NodeID) -> Int {
    let place = outputs[id].map { ArrayPlan.Place.output($0) } ?? .workspace(0)
    let name = outputs[id].map { program.roots[$0].name } ?? facts.graph.origin(of: id).name
    let buffer = addBuffer(facts.graph.element(of: id), facts.extents(of: id), place, name: name)
    bufferNumbers[id.index] = Int32(buffer)
    return buffer
  }

  func buffer(of id: NodeID) -> Int? { bufferNumbers[id.index] < 0 ? nil : Int(bufferNumbers[id.index]) }

  /// The buffer that has the elements of a node in row-major order.
  func contiguousBuffer(of id: NodeID) -> Int? { buffer(of: aliased(id)) }

  /// The node whose elements a node has in the same order.
  private func aliased(_ id: NodeID) -> NodeID {
    var id = id
    while !partition.isStored[id.index], facts.literals[id] == nil, facts.form(of: id) == .alias {
      id = facts.graph.operand(0, of: id)
    }
    return id
  }

  // MARK: Kernels

  private mutating func addKernels(for id: NodeID) throws {
    let graph = facts.graph
    let extents = facts.extents(of: id)
    if let literal = facts.literals[id] {
      let buffer = addBuffer(for: id)
      return fill(buffer, with: literal)
    }
    switch graph.operation(of: id) {
    case .reduce(let reduction, let axes):
      let operand = graph.operand(0, of: id)
      let space = facts.extents(of: operand)
      let kept = space.indices.filter { !axes.contains($0) }
      let start = Literal(reduction.start, graph.element(of: id))
      try addLoop(for: id, over: space) { (loop, buffer, plan) throws(CompilerError) in
        let value = try loop.value(of: operand, at: loop.identity, plan)
        let address = LinearIndex.address(kept.map { loop.identity[$0] }, in: extents, rank: loop.rank)
        try loop.add(value, reducing: axes, by: reduction.combination, from: start, to: buffer, address)
      }
    case .contract(let contraction):
      try addContraction(contraction, id)
    case .pad(let padding):
      try addPadding(padding, id)
    case .concatenate(let axis):
      try addConcatenation(axis, id)
    case .gather, .scatter, .accumulate, .argReduce, .cumulative, .argsort, .random, .convolve, .scan, .call, .result:
      throw LoweringError.unsupported(graph.operation(of: id).name)
    default:
      try addLoop(for: id, over: extents) { (loop, buffer, plan) throws(CompilerError) in
        let index = loop.identity
        try loop.add(id, at: index, to: buffer, .address(index, in: extents, rank: loop.rank), plan)
      }
    }
  }

  /// A sum of products as one loop nest, with what makes the operands fused in.
  private mutating func addContraction(_ contraction: Contraction, _ id: NodeID) throws(CompilerError) {
    let labels = contraction.result + contraction.summed
    let labelExtents = facts.labelExtents(of: contraction, id)
    let space = labels.map { labelExtents[$0] }
    let element = facts.graph.element(of: id)
    let extents = facts.extents(of: id)
    let operands = facts.graph.operands(of: id)
    let axes = Array(contraction.result.count..<labels.count)
    try addLoop(for: id, over: space) { (loop, buffer, plan) throws(CompilerError) in
      let identity = loop.identity
      var factors: [KernelPlan.Operand] = []
      for (operand, own) in zip(operands, [contraction.left, contraction.right]) {
        let index = own.map { label in identity[labels.firstIndex(of: label) ?? 0] }
        factors.append(try loop.value(of: operand, at: index, plan))
      }
      let product = try loop.apply(.multiply, factors, element)
      let address = LinearIndex.address(Array(identity.prefix(extents.count)), in: extents, rank: loop.rank)
      if axes.isEmpty {
        loop.add(product, to: buffer, address)
      } else {
        try loop.add(product, reducing: axes, by: .add, from: Literal(0.0, element), to: buffer, address)
      }
    }
  }

  /// Zeros, then the operand's elements into their places. Elements that negative padding cuts off are left out.
  private mutating func addPadding(_ padding: [Operation.Padding], _ id: NodeID) throws {
    let operand = facts.graph.operand(0, of: id)
    let extents = facts.extents(of: id)
    var space = facts.extents(of: operand)
    var (first, lows) = (Array(repeating: 0, count: space.count), Array(repeating: 0, count: space.count))
    for (axis, padding) in padding.enumerated() {
      let low = try facts.constant(padding.low, of: id)
      let gap = padding.interior + 1
      first[axis] = low >= 0 ? 0 : (-low + gap - 1) / gap
      let end = min(space[axis], (extents[axis] - low + gap - 1) / gap)
      space[axis] = max(0, end - first[axis])
      lows[axis] = low
    }
    let buffer = addBuffer(for: id)
    if space.elementCount < extents.elementCount { fill(buffer, with: Literal(0.0, facts.graph.element(of: id))) }
    if space.elementCount == 0 { return }
    var loop = LoopBuilder(order: steps.count, extents: space)
    var index = loop.identity
    var place = index
    for axis in space.indices {
      index[axis].offset += first[axis]
      place[axis] = LinearIndex(constant: lows[axis], rank: space.count)
      place[axis].add(index[axis], times: padding[axis].interior + 1)
    }
    let value = try loop.value(of: operand, at: index, self)
    loop.add(value, to: buffer, .address(place, in: extents, rank: space.count))
    append(loop)
  }

  private mutating func addConcatenation(_ axis: Int, _ id: NodeID) throws(CompilerError) {
    let extents = facts.extents(of: id)
    let buffer = addBuffer(for: id)
    var offset = 0
    for operand in facts.graph.operands(of: id) {
      let space = facts.extents(of: operand)
      if space.elementCount == 0 { continue }
      var loop = LoopBuilder(order: steps.count, extents: space)
      let value = try loop.value(of: operand, at: loop.identity, self)
      var place = loop.identity
      place[axis].offset += offset
      loop.add(value, to: buffer, .address(place, in: extents, rank: space.count))
      append(loop)
      offset += space[axis]
    }
  }

  /// Results that are inputs, literals, or a result that there is already.
  private mutating func addCopies(_ plan: inout ArrayPlan) throws(CompilerError) {
    var sources: [Int: Int] = [:]
    for (position, root) in program.roots.enumerated() where facts.literals[aliased(root.node)] == nil {
      guard var source = contiguousBuffer(of: root.node) else { preconditionFailure("a result is stored") }
      if case .input(let input) = buffers[source].place, program.aliases[position] != input, !program.aliases.isEmpty {
        // Another result may be written where this input lies.
        let copy = addBuffer(buffers[source].element, buffers[source].extents, .workspace(0), name: nil)
        self.copy(source, to: copy)
        source = copy
      }
      sources[position] = source
    }
    for (position, root) in program.roots.enumerated() {
      let node = aliased(root.node)
      if outputs[node] == position { continue }
      let port = plan.outputs[position]
      let buffer = addBuffer(port.element, port.extents, .output(position), name: root.name)
      if let literal = facts.literals[node] {
        fill(buffer, with: literal)
      } else if let source = sources[position] {
        copy(source, to: buffer)
      }
    }
  }

  private mutating func copy(_ source: Int, to buffer: Int) {
    let extents = [buffers[buffer].extents.elementCount]
    var loop = LoopBuilder(order: steps.count, extents: extents)
    let address = LinearIndex.address(loop.identity, in: extents, rank: 1)
    loop.add(loop.read(source, address, self), to: buffer, address)
    append(loop)
  }

  private mutating func fill(_ buffer: Int, with literal: Literal) {
    let extents = [buffers[buffer].extents.elementCount]
    var loop = LoopBuilder(order: steps.count, extents: extents)
    loop.add(loop.literal(literal), to: buffer, .address(loop.identity, in: extents, rank: 1))
    append(loop)
  }

  private mutating func append(_ loop: LoopBuilder) {
    for result in loop.results { readyAt[result.buffer] = steps.count }
    steps.append(.loop(loop))
  }

  // MARK: Joining loops

  /// Longer bodies are not joined.
  private static let jointStatements = 256
  private static let jointSources = 32
  /// Loops over up to this many elements are joined also where they share nothing.
  private static let smallLoop = 64
  /// How many loops of one iteration space are tried.
  private static let openLoops = 2

  private mutating func addLoop(
    for id: NodeID, over extents: [Int],
    _ add: (inout LoopBuilder, Int, ArrayPlanBuilder) throws(CompilerError) -> Void
  ) throws(CompilerError) {
    let buffer = addBuffer(for: id)
    for number in open[extents, default: []].reversed() {
      guard case .loop(var loop) = steps[number] else { continue }
      loop.begin()
      try add(&loop, buffer, self)
      let isUseful = loop.isShared || extents.elementCount <= ArrayPlanBuilder.smallLoop
      guard
        loop.isPossible, isUseful, loop.statementCount <= ArrayPlanBuilder.jointStatements,
        loop.sourceCount + loop.results.count <= ArrayPlanBuilder.jointSources
      else { continue }
      readyAt[buffer] = number
      steps[number] = .loop(loop)
      return
    }
    var loop = LoopBuilder(order: steps.count, extents: extents)
    try add(&loop, buffer, self)
    open[extents, default: []].append(steps.count)
    if open[extents, default: []].count > ArrayPlanBuilder.openLoops { open[extents]?.removeFirst() }
    append(loop)
  }

  // MARK: Indices

  /// The index of an operand that is broadcast: axes are aligned at the end, and an axis with one place stays there.
  func broadcastIndex(_ index: [LinearIndex], of operand: NodeID, rank: Int) -> [LinearIndex] {
    let extents = facts.extents(of: operand)
    let lead = index.count - extents.count
    return extents.indices.map { axis in
      extents[axis] == 1 ? LinearIndex(constant: 0, rank: rank) : index[lead + axis]
    }
  }

  /// The index at which a view, or an alias, has its operand's element; `nil` where that is not linear.
  func operandIndex(of id: NodeID, at index: [LinearIndex], rank: Int) throws(CompilerError) -> [LinearIndex]? {
    let graph = facts.graph
    let operand = graph.operand(0, of: id)
    switch graph.operation(of: id) {
    case .stop, .elementwise(.identity), .cast: return index
    case .broadcast: return broadcastIndex(index, of: operand, rank: rank)
    case .transpose(let permutation):
      var result = index
      for (axis, source) in permutation.enumerated() { result[source] = index[axis] }
      return result
    case .slice(let slices):
      var result: [LinearIndex] = []
      for (axis, slice) in slices.enumerated() {
        var position = LinearIndex(constant: try start(of: slice, id, axis), rank: rank)
        position.add(index[axis], times: slice.step)
        result.append(position)
      }
      return result
    case .view(let view):
      var result: [LinearIndex] = []
      for axis in view.axes {
        var position = LinearIndex(constant: try constant(axis.start, of: id), rank: rank)
        for (own, step) in axis.steps.enumerated() { position.add(index[own], times: try constant(step, of: id)) }
        result.append(position)
      }
      return result
    case .reshape:
      let extents = facts.extents(of: id)
      return AxisSplitting(from: facts.extents(of: operand), to: extents)?.operandIndex(index, extents, rank: rank)
    default: return nil
    }
  }

  private func constant(_ dimension: Dimension, of id: NodeID) throws(CompilerError) -> Int {
    do throws(LoweringError) {
      return try facts.constant(dimension, of: id)
    } catch {
      throw .lowering(error)
    }
  }

  private func start(of slice: Operation.Slice, _ id: NodeID, _ axis: Int) throws(CompilerError) -> Int {
    do throws(LoweringError) {
      let count = facts.extents(of: id)[axis]
      if count == 0 { return 0 }
      let extent = facts.extents(of: facts.graph.operand(0, of: id))[axis]
      let start = try facts.constant(slice.start, of: id)
      let (reach, overflow) = slice.step.multipliedReportingOverflow(by: count - 1)
      let (last, beyond) = start.addingReportingOverflow(reach)
      guard !overflow, !beyond, (0..<extent).contains(start), (0..<extent).contains(last) else {
        throw LoweringError.sliceOutOfRange(start: start, step: slice.step, count: count, extent: extent)
      }
      return start
    } catch {
      throw .lowering(error)
    }
  }

  // MARK: The plan

  /// Leaves out what nobody reads, and lays the rest out in memory.
  private func finish(_ plan: inout ArrayPlan) {
    plan.buffers = buffers
    var isRead = Array(repeating: false, count: buffers.count)
    for step in steps {
      switch step {
      case .loop(let loop): for buffer in loop.kernel({ _ in true }).readBuffers { isRead[buffer] = true }
      }
    }
    for buffer in buffers.indices {
      if case .output = buffers[buffer].place { isRead[buffer] = true }
      if !isRead[buffer] { plan.buffers[buffer].place = .nowhere }
    }
    for step in steps {
      switch step {
      case .loop(let loop):
        let kernel = loop.kernel { isRead[$0] }
        if !kernel.results.isEmpty, !kernel.results.allSatisfy({ buffers[$0.buffer].extents.contains(0) }) {
          plan.kernels.append(.loop(kernel))
        }
      }
    }
    plan.layOut()
  }
}
