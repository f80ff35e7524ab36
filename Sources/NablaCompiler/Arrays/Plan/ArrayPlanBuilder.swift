import NablaGraph
import NablaRuntime

/// Turns the needed nodes of a graph into kernels, in node order.
///
/// A kernel is made for every stored node; a loop over the same extents as an earlier one joins it if all that it reads
/// is there when that one runs, so that values and derivatives of one shape are computed together.
struct ArrayPlanBuilder {
  /// A kernel that may still grow.
  enum Step {
    case loop(LoopBuilder)
    case whole(ArrayKernel)
  }

  let program: Program
  let facts: ArrayFacts
  /// How many scans there are around the program.
  let depth: Int
  /// The registers that contractions are laid out for.
  let unit: VectorUnit
  let sharing: ArrayPlan.Sharing
  private let partition: StoragePartition
  /// Which arrays have the examples of a batch side by side.
  let layout: BatchLayout
  /// Into how many parts rows of products should fall: in a step of a loop, every thread has rows of its own.
  var rowParts: Int { depth > 0 ? sharing.threads : 1 }
  private(set) var steps: [Step] = []
  /// Where in the text each step comes from.
  private var origins: [Int: Origin] = [:]
  var buffers: [ArrayPlan.Buffer] = []
  /// The last kernel that writes each buffer; -1 for inputs.
  private(set) var readyAt: [Int] = []
  /// The buffer of each node that has one.
  private var bufferNumbers: [Int32]
  /// The latest loops over each iteration space, by number.
  private var open: [[Int]: [Int]] = [:]
  /// The nodes that stand for the results of a scan, by their numbers.
  private(set) var resultNodes: [NodeID: [Int: NodeID]] = [:]
  /// Copies of arrays within zeros.
  var paddedCopies: [PaddedKey: Int] = [:]
  /// The relu of each node that has one.
  private var rectified: [NodeID: NodeID] = [:]
  /// The output that each stored node is.
  private var outputs: [NodeID: Int] = [:]

  /// - Precondition: the program has no calls.
  init(_ program: Program, depth: Int, unit: VectorUnit, sharing: ArrayPlan.Sharing)
    throws(CompilerError)
  {
    self.program = program
    self.depth = depth
    self.unit = unit
    self.sharing = sharing
    do {
      facts = try ArrayFacts(program)
    } catch {
      throw .lowering(error)
    }
    partition = StoragePartition(program, facts)
    layout = sharing.fuses ? BatchLayout(program, facts, partition, unit) : BatchLayout()
    bufferNumbers = Array(repeating: -1, count: program.graph.count)
  }

  mutating func build() throws(CompilerError) -> ArrayPlan {
    var plan = ArrayPlan()
    plan.threads = sharing.threads
    plan.grain = sharing.grain
    plan.aliases = program.aliases
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
      if graph.elementwise(id) == nil, case .result(let number) = graph.operation(of: id) {
        resultNodes[graph.operand(0, of: id), default: [:]][number] = id
      }
      if graph.elementwise(id) == .relu { rectified[graph.operand(0, of: id)] = id }
    }
    for id in graph.ids where partition.isNeeded[id.index] {
      if let parameter = graph.parameterIndex(id), bufferNumbers[id.index] < 0 {
        throw .lowering(.unboundParameter(graph.parameters[parameter].name))
      }
      if partition.isStored[id.index] {
        try addKernels(for: id)
        if let buffer = buffer(of: id), readyAt[buffer] >= 0 {
          origins[readyAt[buffer], default: Origin()] = origins[readyAt[buffer], default: Origin()]
            .union(
              graph.origin(of: id))
        }
      }
    }
    try addCopies(&plan)
    finish(&plan)
    return plan
  }

  // MARK: Buffers

  mutating func addBuffer(
    _ element: ElementType, _ extents: [Int], _ place: ArrayPlan.Place = .workspace(0), name: String? = nil
  ) -> Int {
    buffers.append(ArrayPlan.Buffer(element: element, extents: extents, place: place, name: name))
    readyAt.append(-1)
    return buffers.count - 1
  }

  /// A buffer for a node that is about to be computed.
  mutating func addBuffer(for id: NodeID) -> Int {
    let place = outputs[id].map { ArrayPlan.Place.output($0) } ?? .workspace(0)
    let name = outputs[id].map { program.roots[$0].name } ?? facts.graph.origin(of: id).name
    let buffer = addBuffer(facts.graph.element(of: id), facts.extents(of: id), place, name: name)
    buffers[buffer].isBatchLast = layout.isBatchLast(id)
    bufferNumbers[id.index] = Int32(buffer)
    return buffer
  }

  /// Where an element lies in a buffer.
  ///
  /// - Parameter extents: the axes of the index, of which the first is that of the buffer if this is a batch.
  func address(_ index: [LinearIndex], in extents: [Int], of buffer: Int, rank: Int) -> LinearIndex {
    .address(index, in: extents, rank: rank, isBatchLast: buffers[buffer].isBatchLast)
  }

  func buffer(of id: NodeID) -> Int? { bufferNumbers[id.index] < 0 ? nil : Int(bufferNumbers[id.index]) }

  /// The buffer that has the elements of a node in row-major order.
  func contiguousBuffer(of id: NodeID) -> Int? { buffer(of: aliased(id)) }

  /// The operands of an elementwise node. For the sign of a sum that is not stored its relu will do, which is positive
  /// just where the sum is: what is below an activation need not be kept for the derivative.
  func storedOperands(of id: NodeID, before kernel: Int) -> [NodeID] {
    let operands = facts.graph.operands(of: id)
    guard facts.graph.elementwise(id) == .step, buffer(of: operands[0]) == nil, let sign = rectified[operands[0]],
      let buffer = buffer(of: sign), readyAt[buffer] < kernel
    else { return Array(operands) }
    return [sign]
  }

  /// The node whose elements a node has in the same order.
  private func aliased(_ id: NodeID) -> NodeID {
    var id = id
    while !partition.isStored[id.index], facts.literals[id] == nil, facts.form(of: id) == .alias {
      id = facts.graph.operand(0, of: id)
    }
    return id
  }

  // MARK: Results

  /// Results that are inputs, literals, or a result that there is already.
  mutating func addCopies(_ plan: inout ArrayPlan) throws(CompilerError) {
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

  mutating func fill(_ buffer: Int, with literal: Literal) {
    let extents = [buffers[buffer].extents.elementCount]
    var loop = LoopBuilder(order: steps.count, extents: extents)
    loop.add(loop.literal(literal), to: buffer, .address(loop.identity, in: extents, rank: 1))
    append(loop)
  }

  /// Adds a kernel that is what it is.
  mutating func append(_ kernel: ArrayKernel) {
    for buffer in kernel.writtenBuffers { readyAt[buffer] = steps.count }
    steps.append(.whole(kernel))
  }

  mutating func append(_ loop: LoopBuilder) {
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

  mutating func addLoop(
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
    appendOpen(loop)
  }

  /// Adds a loop that others may join.
  mutating func appendOpen(_ loop: LoopBuilder) {
    open[loop.extents, default: []].append(steps.count)
    if open[loop.extents, default: []].count > ArrayPlanBuilder.openLoops { open[loop.extents]?.removeFirst() }
    append(loop)
  }

  // MARK: The plan

  /// Leaves out what nobody reads, and lays the rest out in memory.
  private func finish(_ plan: inout ArrayPlan) {
    plan.buffers = buffers
    var isRead = Array(repeating: false, count: buffers.count)
    for step in steps {
      switch step {
      case .loop(let loop): for buffer in loop.kernel({ _ in true }).readBuffers { isRead[buffer] = true }
      case .whole(let kernel):
        for buffer in kernel.readBuffers { isRead[buffer] = true }
        // All that it writes it needs, if only for itself.
        for buffer in kernel.writtenBuffers { isRead[buffer] = true }
      }
    }
    for buffer in buffers.indices {
      if case .output = buffers[buffer].place { isRead[buffer] = true }
      if !isRead[buffer] { plan.buffers[buffer].place = .nowhere }
    }
    for (number, step) in steps.enumerated() {
      defer {
        let origin = origins[number] ?? Origin()
        plan.origins += Array(repeating: origin, count: plan.kernels.count - plan.origins.count)
      }
      switch step {
      case .loop(let loop):
        let kernel = loop.kernel { isRead[$0] }
        if !kernel.results.isEmpty, !kernel.results.allSatisfy({ buffers[$0.buffer].extents.contains(0) }) {
          plan.kernels.append(.loop(kernel))
        }
      case .whole(let kernel):
        if !kernel.writtenBuffers.allSatisfy({ buffers[$0].extents.contains(0) }) { plan.kernels.append(kernel) }
      }
    }
    if sharing.fuses { plan.usePlacesInFloats() }
    for (number, kernel) in plan.kernels.enumerated() {
      guard case .contract(let product) = kernel, let choice = sharing.choices[product.measure] else { continue }
      let cut = product.cut(by: choice)
      plan.kernels[number] = .contract(cut)
      plan.resize(cut.scratch, to: cut.scratchCount(threads: sharing.threads, isTiled: sharing.fuses))
    }
    if sharing.fuses { plan = KernelFusion.fused(plan, reorders: sharing.reorders) }
    plan.cutSums()
    if sharing.fuses, sharing.reorders { plan.guessMaxima() }
    plan.keepOwners()
    if depth == 0 { plan.leaveToOneIfShort() }
    plan.checkOnce()
    plan.narrowSums()
    plan.layOut(usesResults: depth == 0)
  }
}
