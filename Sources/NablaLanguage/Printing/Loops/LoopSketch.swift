import NablaGraph

/// A graph whose scans are laid open: their bodies stand in the same graph, with inputs for what changes from step to step
/// and for what comes out. A printer then writes bodies like all else.
struct LoopSketch {
  struct Carried {
    /// The value before a step.
    let input: NodeID
    let start: NodeID
    /// The value after a step.
    let next: NodeID
    /// The value after the loop.
    let result: NodeID
  }

  struct Element {
    let input: NodeID
    let sequence: NodeID
  }

  struct Output {
    let node: NodeID
    /// The stack, after the loop.
    let result: NodeID
    /// Of a loop that walks backwards, the stack in the order of the steps.
    let walked: NodeID?
  }

  struct Loop {
    let length: Dimension
    let isReversed: Bool
    /// The loop around it.
    let parent: Int?
    var carried: [Carried] = []
    var elements: [Element] = []
    var outputs: [Output] = []
    /// The nodes from its inputs to its results.
    var range = NodeID(0)..<NodeID(0)
  }

  private(set) var graph = Graph()
  private(set) var roots: [NodeID] = []
  private(set) var inputs: [NodeID] = []
  /// Inner loops after the loop around them.
  private(set) var loops: [Loop] = []
  /// The innermost loop that a node changes in, by node.
  private(set) var levels: [Int?] = []
  /// Inputs that go by the name of another one: what is carried keeps its name when the loop is over.
  private(set) var sameNames: [Int: Int] = [:]
  private var depths: [Int] = []
  /// The stacks of loops that walk backwards in the order of the steps, by themselves in the order of places.
  private var walked: [NodeID: NodeID] = [:]

  /// - Returns: `nil` where the roots need no scan.
  init?(_ source: Graph, roots: [NodeID], inputs: [NodeID]) {
    guard source.needsScan(roots) else { return nil }
    var images: [NodeID: NodeID] = [:]
    for input in inputs { images[input] = addInput(input, source) }
    self.inputs = inputs.compactMap { images[$0] }
    self.roots = lay(source, roots, &images, inside: nil)
    findLevels()
  }

  /// Everything that is written somewhere.
  var written: [NodeID] {
    roots
      + loops.flatMap { loop in
        loop.carried.flatMap { [$0.start, $0.next] } + loop.elements.map(\.sequence) + loop.outputs.map(\.node)
      }
  }

  private mutating func addInput(_ id: NodeID, _ source: Graph) -> NodeID {
    let index = source.parameterIndex(id)
    return graph.parameter(index.map { source.parameters[$0].name } ?? "", source.type(of: id))
  }

  /// Copies what roots need. Loops stand in loops as deep as the text has them.
  private mutating func lay(
    _ source: Graph, _ roots: [NodeID], _ images: inout [NodeID: NodeID], inside parent: Int?
  ) -> [NodeID] {
    let live = source.live(from: roots)
    var names: [NodeID: [Int: String]] = [:]
    for id in source.ids where live[id.index] && source.elementwise(id) == nil {
      if case .result(let position) = source.operation(of: id) {
        names[source.operand(0, of: id), default: [:]][position] = source.origin(of: id).name ?? ""
      }
    }
    var results: [NodeID: [NodeID?]] = [:]
    for id in source.ids where live[id.index] && images[id] == nil {
      if source.elementwise(id) == nil {
        if let scan = ScanBuilder(id, of: source) {
          results[id] = lay(scan, images, names[id] ?? [:], inside: parent)
          continue
        }
        if case .result(let position) = source.operation(of: id), let known = results[source.operand(0, of: id)] {
          images[id] = known[position]
          continue
        }
        if source.parameterIndex(id) != nil {
          images[id] = addInput(id, source)
          continue
        }
      }
      if !walked.isEmpty, let stack = source.unreversed(id).flatMap({ images[$0] }), let own = walked[stack] {
        images[id] = own
        continue
      }
      images[id] = graph.copy(id, of: source, operands: source.operands(of: id).compactMap { images[$0] })
    }
    return roots.compactMap { images[$0] }
  }

  /// - Returns: the results by position; `nil` for stacks that nobody uses.
  private mutating func lay(
    _ scan: ScanBuilder, _ around: [NodeID: NodeID], _ names: [Int: String], inside parent: Int?
  ) -> [NodeID?] {
    let index = loops.count
    let first = NodeID(graph.count)
    loops.append(Loop(length: scan.length, isReversed: scan.isReversed, parent: parent))
    var images: [NodeID: NodeID] = [:]
    func name(_ input: NodeID, _ other: String) -> String {
      let own = scan.body.parameterIndex(input).map { scan.body.parameters[$0].name } ?? ""
      return own.isEmpty ? other : own
    }
    for (position, carried) in scan.carried.enumerated() {
      let result = names[position] ?? ""
      images[carried.input] = graph.parameter(
        result.isEmpty ? name(carried.input, "s") : result, scan.body.type(of: carried.input))
    }
    for bound in scan.sequences {
      images[bound.input] = graph.parameter(name(bound.input, "v"), scan.body.type(of: bound.input))
    }
    for bound in scan.captured { images[bound.input] = around[bound.operand] }
    let outputs = scan.outputs.indices.filter { names[scan.carried.count + $0] != nil }
    let nexts = scan.carried.map(\.next)
    let inputs = images
    let nodes = lay(scan.body, nexts + outputs.map { scan.outputs[$0] }, &images, inside: index)
    var results: [NodeID?] = Array(repeating: nil, count: scan.roots.count)
    for (position, carried) in scan.carried.enumerated() {
      guard let input = inputs[carried.input], let start = around[carried.start] else { continue }
      let result = graph.parameter("", graph.type(of: input))
      if let own = graph.parameterIndex(result), let before = graph.parameterIndex(input) { sameNames[own] = before }
      loops[index].carried.append(Carried(input: input, start: start, next: nodes[position], result: result))
      results[position] = result
    }
    for bound in scan.sequences {
      guard let input = inputs[bound.input], let sequence = around[bound.operand] else { continue }
      loops[index].elements.append(Element(input: input, sequence: sequence))
    }
    for (place, output) in outputs.enumerated() {
      let node = nodes[scan.carried.count + place]
      var type = graph.type(of: node)
      type.shape.dimensions.insert(scan.length, at: 0)
      let position = scan.carried.count + output
      let result = graph.parameter(names[position].flatMap { $0.isEmpty ? nil : $0 } ?? stackName(of: node), type)
      var own: NodeID?
      if scan.isReversed {
        let stack = graph.parameter("", type)
        if let place = graph.parameterIndex(stack), let before = graph.parameterIndex(result) {
          sameNames[place] = before
        }
        walked[result] = stack
        own = stack
      }
      loops[index].outputs.append(Output(node: node, result: result, walked: own))
      results[position] = result
    }
    loops[index].range = first..<NodeID(graph.count)
    return results
  }

  /// The plural of what is stacked.
  private func stackName(of node: NodeID) -> String {
    let name = graph.parameterIndex(node).map { graph.parameters[$0].name } ?? graph.origin(of: node).name ?? ""
    return name.isEmpty ? "ys" : "\(name)s"
  }

  /// Whether something else than broadcasting depends on the shape of a carried value, so that its start may not be
  /// smaller.
  ///
  /// - Parameter isShort: whether the text writes something smaller for a node.
  func needsShape(of carried: Carried, isShort: (NodeID) -> Bool) -> Bool {
    // What has its shape from the value alone: also the value after the loop, unless a step gives it one.
    var isOpen: Set<NodeID> = [carried.input]
    for index in carried.input.index + 1..<graph.count {
      let id = NodeID(index)
      if id == carried.result, isOpen.contains(carried.next) { isOpen.insert(id) }
      let operands = graph.operands(of: id)
      guard operands.contains(where: { isOpen.contains($0) }) else { continue }
      if graph.elementwise(id) == nil {
        if graph.operation(of: id) != .broadcast { return true }
        continue
      }
      let shape = graph.type(of: id).shape
      let isSettled = operands.contains { !isOpen.contains($0) && !isShort($0) && graph.type(of: $0).shape == shape }
      if !isSettled { isOpen.insert(id) }
    }
    return false
  }

  // MARK: Levels

  private mutating func findLevels() {
    for loop in loops { depths.append(loop.parent.map { depths[$0] + 1 } ?? 1) }
    levels = Array(repeating: nil, count: graph.count)
    for (index, loop) in loops.enumerated() {
      for input in loop.carried.map(\.input) + loop.elements.map(\.input) { levels[input.index] = index }
      let results = loop.carried.map(\.result) + loop.outputs.map(\.result) + loop.outputs.compactMap(\.walked)
      for result in results { levels[result.index] = loop.parent }
    }
    for id in graph.ids where graph.operandCount(of: id) > 0 {
      graph.forEachOperand(of: id) { operand in
        guard let level = levels[operand.index] else { return }
        if levels[id.index].map({ depths[level] > depths[$0] }) ?? true { levels[id.index] = level }
      }
    }
  }

  // MARK: Order

  /// Carried values that can be assigned one after the other under their own names: once one is assigned, nothing reads
  /// its old value any more. In the order of assignment.
  func assignable(in loop: Loop) -> [Int] {
    // Each is compared with each.
    if loop.carried.count > 32 { return [] }
    var rest = Set(loop.carried.indices.filter { isAssignable($0, in: loop) })
    var done: [Int] = []
    while let next = rest.sorted(by: { loop.carried[$0].next < loop.carried[$1].next }).first(where: { candidate in
      let own = loop.carried[candidate]
      if let last = done.last, loop.carried[last].next > own.next { return false }
      let cuts = Set(done.map { loop.carried[$0].next })
      let others = loop.carried.indices.filter { $0 != candidate && !done.contains($0) }.map { loop.carried[$0].next }
      let open = others + loop.outputs.map(\.node)
      return !reaches(own.input, from: open, cut: cuts.union([own.next]))
        && !rest.contains { $0 != candidate && reaches(loop.carried[$0].next, from: [own.next], cut: cuts) }
    }) {
      rest.remove(next)
      done.append(next)
    }
    return done
  }

  private func isAssignable(_ index: Int, in loop: Loop) -> Bool {
    let next = loop.carried[index].next
    return graph.operandCount(of: next) > 0 && loop.range.contains(next) && levels[next.index] != nil
      && loop.carried.filter { $0.next == next }.count == 1
      && levels[next.index] == levels[loop.carried[index].input.index]
  }

  /// Whether nodes depend on another one other than through some nodes.
  func reaches(_ target: NodeID, from roots: [NodeID], cut: Set<NodeID>) -> Bool {
    var seen: Set<NodeID> = []
    var work = roots.filter { !cut.contains($0) }
    while let id = work.popLast() {
      if id == target { return true }
      guard id > target, seen.insert(id).inserted else { continue }
      graph.forEachOperand(of: id) { if !cut.contains($0) { work.append($0) } }
    }
    return false
  }
}

extension Graph {
  fileprivate func needsScan(_ roots: [NodeID]) -> Bool {
    if functions.isEmpty { return false }
    let live = live(from: roots)
    return ids.contains { id in
      guard live[id.index], elementwise(id) == nil, case .scan = operation(of: id) else { return false }
      return true
    }
  }
}
