import NablaGraph

/// The state of one rewriting call: the arena and, beside it, columns by node.
///
/// The arena is moved in and out, never copied. Nodes are appended only through `make`, so that every node that the
/// engine looks at has a summary.
struct Workspace: ~Copyable {
  var graph: Graph
  var rules: RuleIndex
  private(set) var phase = Phase.canonicalise
  let isStrict: Bool
  /// Whether what a reader knows by name becomes a call.
  let isNaming: Bool
  /// Whether the roots are those of a loop's body or of another function.
  var isBody = false
  /// Whether what is left is to choose the words: see ``finished(_:)``.
  var isFinishing = false
  /// Whether sums and products are collected as wholes.
  var isCollecting = false
  private(set) var factoring = Factoring.never
  var report = RewriteReport()
  let recording: Bool

  private(set) var summaries = NodeColumn<NodeSummary>()
  /// How many users, as far as this round knows, a rewritten node has; the basis of "is it shared?".
  private(set) var demand = NodeColumn<UInt32>()
  /// Of this round: how the roots use the old nodes, and what became of them.
  var usage = NodeColumn<Usage>()
  var images = ImageTable()
  /// The same of the round before, if it had the same rules.
  var lastUsage = NodeColumn<Usage>()
  var lastImages = ImageTable()
  /// Whether that is what another rewriter has left.
  var isAdopted = false
  /// The roots of the last phase that ended because nothing was left to change, if it was the one of stable forms.
  var settledRoots: [NodeID]?
  /// Spare room of what walks through a sum or a product, and of what plans to multiply it out.
  var sumStack: [(NodeID, Bool)] = []
  var readingStack: [(NodeID, Bool)] = []
  var productStack: [Factor] = []
  var spareExpansion = ExpansionPlan()
  var spareParts = ExpansionParts()
  var spareExpansionPrecheck = ExpansionPrecheck()
  /// The images that the current node was made from.
  var consumed: [NodeID] = []
  /// Rules fired within the construction of one node, one inside the other; bounded.
  var depth = 0
  /// Attempts left at what is not bounded by the size of its own result (expansion).
  var budget = 0
  /// Sums, by signature, in which nothing was worth multiplying out.
  var fruitless: Set<UInt64> = []

  private let placement = ByAddress()
  /// The constants 1 of the two float types, once there are any.
  private var ones: (f64: NodeID?, f32: NodeID?)

  init(strict: Bool, recording: Bool, naming: Bool) {
    graph = Graph()
    rules = .none
    isStrict = strict
    isNaming = naming
    self.recording = recording
  }

  /// Takes the rules of a phase.
  mutating func begin(_ phase: Phase) {
    // What is worth multiplying out depends on what operations cost.
    if phase != self.phase, phase == .readable || self.phase == .readable { fruitless.removeAll() }
    self.phase = phase
    rules = RuleIndex.index(for: phase, strict: isStrict)
    isCollecting = !isStrict
    factoring = phase == .readable ? .whereShorter : phase == .specialise ? .whereCheaper : .never
    // What was found under other rules says nothing.
    usage.reset(count: 0)
    images.reset(count: 0)
  }

  /// Makes room for what a new arena holds.
  mutating func adoptGraph() {
    // Rewriting makes about as many nodes as there are; room for more costs nothing but where it is copied.
    if graph.count > Workspace.largeCount { graph.reserveNodes(3 * graph.count) }
    summaries.reset(count: graph.count, capacity: 3 * graph.count + 64)
  }

  /// A larger arena gets its room at once: it would be there twice while it grows.
  private static let largeCount = 1 << 14

  // MARK: Summaries

  func summary(of id: NodeID) -> NodeSummary { summaries[id.index] }
  func facts(of id: NodeID) -> NodeFacts { summaries[id.index].facts }
  func isConstant(_ id: NodeID) -> Bool { summaries[id.index].isConstant }

  /// Gives a node its summary. Its operands have theirs.
  mutating func summarise(_ id: NodeID) {
    if id.index < summaries.count {
      if summaries[id.index].hash != 0 { return }
    } else {
      summaries.grow(to: graph.count)
    }
    summaries[id.index] = newSummary(of: id)
  }

  private func newSummary(of id: NodeID) -> NodeSummary {
    guard let f = graph.elementwise(id) else {
      switch graph.operation(of: id) {
      case .constant(let value): return NodeSummary(value)
      case .parameter(let index): return NodeSummary(parameter: index)
      case let operation:
        // The attributes tell operations on the same operands apart.
        var name = operation.name + operation.attributeText
        if case .call(let callee) = operation { name += String(callee.index) }
        var result = NodeSummary(name: name, graph.operands(of: id).map { summary(of: $0) })
        result.facts = structuralFacts(operation, of: id)
        return result
      }
    }
    let count = graph.operandCount(of: id)
    let a = summary(of: graph.operand(0, of: id))
    let b = count > 1 ? summary(of: graph.operand(1, of: id)) : NodeSummary.absent
    let c = count > 2 ? summary(of: graph.operand(2, of: id)) : NodeSummary.absent
    let exponent = f == .power ? literal(graph.operand(1, of: id)) : nil
    return NodeSummary(f, a, b, c, exponent: exponent)
  }

  /// What is known of a node that moves or sums elements.
  private func structuralFacts(_ operation: Operation, of id: NodeID) -> NodeFacts {
    switch operation {
    case .broadcast, .reshape, .transpose, .slice, .stop:
      return facts(of: graph.operand(0, of: id)).intersection(.ofElements)
    case .reduce(.sum, _):
      let terms = graph.operand(0, of: id)
      var result = facts(of: terms).intersection(.ofSums)
      if graph.elementwise(terms) == .exp, !isShifted(graph.operand(0, of: terms)) { result.insert(.exponentialSum) }
      return result
    default: return []
    }
  }

  /// The value of a rational constant node.
  func literal(_ id: NodeID) -> Rational? { graph.constant(id)?.rational }

  // MARK: Sharing

  /// A reader does not mind seeing an expression of this size twice, and sees what cancels only if it stands there.
  private static let repeatableSize = 16

  /// Whether an expression is written out for each of its users, so that nothing is saved by leaving it whole.
  func isRepeatable(_ id: NodeID) -> Bool {
    phase == .readable && summaries[id.index].size <= Workspace.repeatableSize
  }

  func isShared(_ id: NodeID) -> Bool { id.index < demand.count && demand[id.index] > 1 && !isRepeatable(id) }

  /// No user of this round's graph is known but the one that asks.
  func isFree(_ id: NodeID) -> Bool {
    // At the end all users are counted, the one that asks too.
    id.index >= demand.count || demand[id.index] <= (isFinishing ? 1 : 0) || isRepeatable(id)
  }

  /// Whether a node inside a product may be taken apart: nobody else uses it, or it is computed before the run.
  func isOpen(_ id: NodeID) -> Bool { isFree(id) || isConstant(id) }

  mutating func addDemand(_ users: UInt32, for id: NodeID) {
    demand.grow(to: id.index + 1)
    demand[id.index] &+= users
  }

  /// A user that hands an image on as its own image does not use it.
  mutating func removeDemand(for id: NodeID) {
    if id.index < demand.count, demand[id.index] > 0 { demand[id.index] -= 1 }
  }

  mutating func resetDemand() {
    demand.reset(count: graph.count, capacity: 3 * graph.count + 64)
  }

  // MARK: Making nodes

  mutating func make(_ f: Elementwise, _ a: NodeID) -> NodeID {
    let id = graph.apply(f, a)
    summarise(id)
    return id
  }

  mutating func make(_ f: Elementwise, _ a: NodeID, _ b: NodeID) -> NodeID {
    let id = graph.apply(f, a, b)
    summarise(id)
    return id
  }

  mutating func make(_ f: Elementwise, _ operands: ElementwiseOperands) -> NodeID {
    let id = graph.apply(f, operands)
    summarise(id)
    return id
  }

  mutating func make(_ f: Elementwise, _ operands: [NodeID]) -> NodeID { make(f, ElementwiseOperands(operands)) }

  mutating func make(_ operation: Operation, _ operands: [NodeID], type: TensorType) -> NodeID {
    let id = graph.append(operation, operands, type: type)
    summarise(id)
    return id
  }

  mutating func constant(_ value: Constant, _ element: ElementType) -> NodeID {
    let id = graph.constant(value, element)
    summarise(id)
    return id
  }

  /// The constant 1 that scales stand on.
  mutating func one(_ element: ElementType) -> NodeID {
    if let known = element == .f64 ? ones.f64 : ones.f32 { return known }
    let id = constant(.one, element)
    if element == .f64 { ones.f64 = id } else { ones.f32 = id }
    return id
  }

  func isOne(_ id: NodeID) -> Bool { id == ones.f64 || id == ones.f32 }

  func element(of id: NodeID) -> ElementType { graph.element(of: id) }

  // MARK: Origins

  /// The origin that nodes made for `id` get: its places in the text, but not its name.
  mutating func enter(_ id: NodeID) { graph.currentOrigin = graph.withoutName(graph.originID(of: id)) }

  /// The node that stands for `id` from now on takes its name too.
  mutating func leave(_ id: NodeID, as image: NodeID) {
    let known = graph.originID(of: id)
    if known == .none || image == id || graph.originID(of: image) == known { return }
    let origin = graph.origin(known)
    if origin.name != nil, graph.elementwise(image) != nil { graph.addOrigin(origin, to: image) }
  }

  mutating func record(_ rule: String, _ before: NodeID, _ after: NodeID) {
    if recording { report.entries.append(.init(rule: rule, phase: phase, before: before, after: after)) }
  }
}
