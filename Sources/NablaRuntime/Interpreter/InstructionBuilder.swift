import NablaGraph

/// Compiles a program to instructions: one walk in node order, registers by liveness.
///
/// Inputs and literals are brought into registers before their first use, an input also before an output is written in
/// its memory; an output is written as soon as its node is known; a register is free after the last use of its value. Operations that change nothing in memory (`stop`,
/// `reshape`, `identity`) are the register of their operand.
struct InstructionBuilder {
  /// How a program is compiled.
  enum Purpose {
    /// To run: nodes that depend on constants alone are computed now, registers are used again.
    case run
    /// To look at every node afterwards: each node has a register of its own until the end.
    case inspect
  }

  let program: Program
  let purpose: Purpose
  var list = InstructionList()
  var registers = RegisterAllocator()
  /// The register of each node, by the node that stands for it.
  var register: [UInt32]
  /// The node whose register a node shares; itself if it has its own.
  var owner: [UInt32]
  private var lastUse: [UInt32]
  /// The results of each scan that are used, by their position.
  private(set) var resultNodes: [NodeID: [Int: NodeID]] = [:]
  private var literals: [NodeID: Literal] = [:]
  var literalIndices: [Literal: UInt32] = [:]
  private var inputPositions: [NodeID: Int] = [:]
  private var shapes: [TypeID: [Int]] = [:]

  static let none = UInt32.max
  /// Up to this many literals are brought in once a call and kept; more would crowd the cache.
  private static let pinnedLiterals = 64

  /// - Precondition: `program` has no calls.
  init(_ program: Program, for purpose: Purpose) {
    self.program = program
    self.purpose = purpose
    let count = program.graph.count
    register = Array(repeating: InstructionBuilder.none, count: count)
    owner = Array(0..<UInt32(count))
    lastUse = Array(repeating: 0, count: count)
  }

  mutating func build() throws(LoweringError) {
    literals = program.graph.literals(folding: purpose == .run)
    for (position, input) in program.inputs.enumerated() where inputPositions[input] == nil {
      inputPositions[input] = position
    }
    let needed = findUses()
    try pinLiterals(needed)
    var outputs: [UInt32: [Int]] = [:]
    for (position, root) in program.roots.enumerated() { outputs[owner[root.node.index], default: []].append(position) }

    for index in 0..<program.graph.count where needed[index] && owner[index] == UInt32(index) {
      let id = NodeID(index)
      if literals[id] == nil, program.graph.parameterIndex(id) == nil { try compile(id) }
      guard let positions = outputs[UInt32(index)] else { continue }
      try load(id)
      if purpose == .run {
        for position in positions {
          try loadLent(to: position, needed)
          let type = program.graph.type(of: program.roots[position].node)
          emit(
            .store, to: type.element, index: position, result: 0, [register[index]], elements: try elements(of: id))
        }
        if lastUse[index] <= UInt32(index) { try release(id) }
      }
    }
    list.width = registers.peak
  }

  /// Brings the input in whose memory an output is written, if somebody still reads it.
  private mutating func loadLent(to output: Int, _ needed: [Bool]) throws(LoweringError) {
    guard let position = program.aliases[output] else { return }
    let input = program.inputs[position]
    if needed[input.index] { try load(input) }
  }

  /// Compiles the body of a scan, whose inputs are in registers and whose roots stay in theirs.
  mutating func buildBody(at places: [UInt32]) throws(LoweringError) {
    literals = program.graph.literals(folding: true)
    let needed = findUses()
    for (input, place) in zip(program.inputs, places) {
      register[input.index] = place
      lastUse[input.index] = .max
    }
    for root in program.rootNodes { lastUse[Int(owner[root.index])] = .max }
    try pinLiterals(needed)
    for index in 0..<program.graph.count where needed[index] && owner[index] == UInt32(index) {
      let id = NodeID(index)
      if literals[id] == nil, program.graph.parameterIndex(id) == nil { try compile(id) }
    }
    for root in program.rootNodes { try load(root) }
  }

  /// Which nodes the roots need, who owns each node's register, and where each owner is read last.
  private mutating func findUses() -> [Bool] {
    let graph = program.graph
    for id in graph.ids where graph.operandCount(of: id) == 1 && literals[id] == nil {
      let operand = graph.operand(0, of: id)
      switch graph.operation(of: id) {
      case .stop, .reshape, .elementwise(.identity): owner[id.index] = owner[operand.index]
      case .cast, .broadcast:
        if graph.typeID(of: id) == graph.typeID(of: operand) { owner[id.index] = owner[operand.index] }
      default: break
      }
    }
    var needed = Array(repeating: false, count: graph.count)
    for root in program.roots { needed[root.node.index] = true }
    for index in stride(from: graph.count - 1, through: 0, by: -1) where needed[index] {
      let id = NodeID(index)
      if literals[id] != nil { continue }
      if owner[index] != UInt32(index) {
        needed[Int(owner[index])] = true
        continue
      }
      if graph.elementwise(id) == nil, case .result(let position) = graph.operation(of: id) {
        resultNodes[graph.operand(0, of: id), default: [:]][position] = id
      }
      for position in 0..<graph.operandCount(of: id) {
        let operand = Int(owner[graph.operand(position, of: id).index])
        needed[operand] = true
        lastUse[operand] = max(lastUse[operand], UInt32(index))
      }
    }
    return needed
  }

  /// Gives a few literals registers of their own, filled once a call.
  private mutating func pinLiterals(_ needed: [Bool]) throws(LoweringError) {
    let used = literals.keys.filter { needed[$0.index] }.sorted()
    if used.count > InstructionBuilder.pinnedLiterals { return }
    for id in used { try load(id) }
    for id in used { lastUse[id.index] = .max }
    swap(&list.prologue, &list.body)
  }

  // MARK: Registers

  /// The extents of a node's shape.
  mutating func extents(of id: NodeID) throws(LoweringError) -> [Int] {
    let type = program.graph.typeID(of: id)
    if let known = shapes[type] { return known }
    var extents: [Int] = []
    var count = 1
    for dimension in program.graph.type(type).shape.dimensions {
      guard let extent = dimension.constant, extent >= 0 else { throw .unknownExtent(program.graph.type(type)) }
      let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
      guard !overflow, product < Int(UInt32.max) else { throw .tooLarge(elements: overflow ? .max : product) }
      count = product
      extents.append(extent)
    }
    shapes[type] = extents
    return extents
  }

  mutating func elements(of id: NodeID) throws(LoweringError) -> Int { try extents(of: id).reduce(1, *) }

  /// The register of an operand, brought in if it is an input or a literal that has not been read yet.
  mutating func load(_ id: NodeID) throws(LoweringError) {
    let node = NodeID(Int(owner[id.index]))
    if register[node.index] != InstructionBuilder.none { return }
    let elements = try elements(of: node)
    if let literal = literals[node] {
      register[node.index] = try registers.allocate(1)
      emit(.literal, index: Int(intern(literal)), result: register[node.index], [], elements: 1)
    } else if let parameter = program.graph.parameterIndex(node) {
      guard let position = inputPositions[node] else {
        throw .unboundParameter(program.graph.parameters[parameter].name)
      }
      register[node.index] = try registers.allocate(elements)
      let element = program.graph.type(of: node).element
      emit(.load, from: element, index: position, result: register[node.index], [], elements: elements)
    } else {
      preconditionFailure("an operand stands before its users")
    }
  }

  /// A fresh register for the result of a node.
  mutating func define(_ id: NodeID) throws(LoweringError) -> UInt32 {
    register[id.index] = try registers.allocate(try elements(of: id))
    return register[id.index]
  }

  /// Gives back the registers of operands that nobody reads after `id`.
  mutating func releaseOperands(of id: NodeID) throws(LoweringError) {
    if purpose == .inspect { return }
    for position in 0..<program.graph.operandCount(of: id) {
      let node = NodeID(Int(owner[program.graph.operand(position, of: id).index]))
      guard lastUse[node.index] == id.raw else { continue }
      // Equal operands are given back once.
      lastUse[node.index] = 0
      try release(node)
    }
  }

  private mutating func release(_ node: NodeID) throws(LoweringError) {
    if purpose == .inspect || lastUse[node.index] == .max { return }
    registers.release(register[node.index], try elements(of: node))
  }

  // MARK: Emission

  mutating func intern(_ literal: Literal) -> UInt32 {
    if let known = literalIndices[literal] { return known }
    list.literals.append(literal)
    literalIndices[literal] = UInt32(list.literals.count - 1)
    return UInt32(list.literals.count - 1)
  }

  mutating func emit(
    _ action: Instruction.Action, _ function: Elementwise = .identity, from: ElementType = .f64,
    to: ElementType = .f64, index: Int = 0, result: UInt32, _ operands: [UInt32], elements: Int
  ) {
    let x = operands.first ?? 0
    let y = operands.count > 1 ? operands[1] : x
    let z = operands.count > 2 ? operands[2] : x
    list.body.append(
      Instruction(
        action: action, function: function, from: from, to: to, index: UInt32(index), result: result, x: x, y: y,
        z: z, elements: UInt32(elements)))
  }
}
