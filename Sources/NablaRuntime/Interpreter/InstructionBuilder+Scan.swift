import NablaGraph

extension InstructionBuilder {
  /// Compiles a scan: its body in registers of its own, which are free again afterwards.
  mutating func compile(_ scan: Scan, _ id: NodeID, _ operands: [NodeID]) throws(LoweringError) {
    let type = program.graph.type(of: id)
    guard let length = scan.length.constant, length >= 0 else { throw .unknownExtent(type) }
    let body = program.graph.functions[scan.body.index].body
    let roots = body.rootNodes
    var results: [UInt32?] = Array(repeating: nil, count: roots.count)
    for (index, node) in resultNodes[id] ?? [:] { results[index] = try define(node) }
    let outside = registers

    var inner = InstructionBuilder(body, for: .run)
    inner.takeTables(from: &self)
    var places: [UInt32] = []
    for (position, input) in body.inputs.enumerated() {
      let isCaptured = position >= scan.carried + scan.sequences
      places.append(isCaptured ? place(of: operands[position]) : try inner.allocate(for: input))
    }
    try inner.buildBody(at: places)

    func copy(_ source: UInt32, _ target: UInt32, _ node: NodeID) throws(LoweringError) -> ScanLoop.Copy {
      ScanLoop.Copy(source: source, target: target, elements: UInt32(try inner.elements(of: node)))
    }
    var starts: [ScanLoop.Copy] = []
    var elements: [ScanLoop.Copy] = []
    for position in 0..<scan.carried + scan.sequences {
      let whole = try copy(place(of: operands[position]), places[position], body.inputs[position])
      if position < scan.carried { starts.append(whole) } else { elements.append(whole) }
    }
    // A carried value that is another one's next leaves its register before that is written to.
    let carriedPlaces = Set(places.prefix(scan.carried))
    var (leaving, nexts, finals, outputs): ([ScanLoop.Copy], [ScanLoop.Copy], [ScanLoop.Copy], [ScanLoop.Copy]) =
      ([], [], [], [])
    for (position, root) in roots.enumerated() {
      var source = inner.place(of: root)
      guard position < scan.carried else {
        if let result = results[position] { outputs.append(try copy(source, result, root)) }
        continue
      }
      if let result = results[position] { finals.append(try copy(places[position], result, root)) }
      if source == places[position] { continue }
      if carriedPlaces.contains(source) {
        let between = try inner.allocate(for: root)
        leaving.append(try copy(source, between, root))
        source = between
      }
      nexts.append(try copy(source, places[position], root))
    }
    let loop = ScanLoop(
      length: length, isReversed: scan.isReversed, starts: starts, elements: elements, prologue: inner.list.prologue,
      body: inner.list.body, outputs: outputs, nexts: leaving + nexts, results: finals)
    takeTables(from: &inner)
    registers.rewind(to: outside)
    list.scans.append(loop)
    emit(.scan, index: list.scans.count - 1, result: 0, [], elements: 1)
    try releaseOperands(of: id)
  }

  mutating func allocate(for node: NodeID) throws(LoweringError) -> UInt32 {
    try registers.allocate(try elements(of: node))
  }

  /// Takes over what the instructions of one list share, and the registers.
  private mutating func takeTables(from other: inout InstructionBuilder) {
    let own = (list.prologue, list.body)
    let others = (other.list.prologue, other.list.body)
    swap(&list, &other.list)
    (list.prologue, list.body) = own
    (other.list.prologue, other.list.body) = others
    swap(&registers, &other.registers)
    swap(&literalIndices, &other.literalIndices)
  }
}
