import NablaGraph

/// Which nodes of a program are steps of its derivation, and which are written inside the steps' formulas.
///
/// Constants, short formulas of constants, signs, and the beginnings of sums stand inside the formula of their user, so
/// that `a + b - c` is one step. A graph with too many nodes is
/// shown by the values that the text names, if there are some; else, or if those are too many, by what is nearest to the
/// results.
struct StepSelection {
  /// Inputs first, then operands before users.
  private(set) var steps: [NodeID] = []
  /// Whether a node is a step, shown or not: formulas refer to it by name and do not look into it.
  private(set) var isBoundary: [Bool]
  private(set) var isShown: [Bool]
  private(set) var elidedCount = 0

  private let program: Program
  private let isLive: [Bool]

  private let calls: [CallStep]

  init(_ program: Program, limit: Int, depth: Int?, calls: [CallStep] = []) {
    self.program = program
    isLive = program.graph.live(from: program.rootNodes)
    isBoundary = Array(repeating: false, count: program.graph.count)
    self.calls = calls
    isShown = isBoundary
    markEveryNode()
    if depth == nil, count() > limit, namedCount() > 2 { markNamedNodes() }
    show(limit: max(limit, 2), depth: depth)
  }

  private var graph: Graph { program.graph }

  private func count() -> Int { isBoundary.reduce(0) { $0 + ($1 ? 1 : 0) } }

  private mutating func markEveryNode() {
    let varies = graph.dependent(on: program.inputs)
    let isInlined = inlinedNodes()
    // Sizes of the formulas of constants; a larger one than this is a step.
    let inlineSize = 6
    var sizes = Array(repeating: 0, count: graph.count)
    for id in graph.ids where isLive[id.index] {
      if varies[id.index] {
        isBoundary[id.index] = !isTransparent(id) && !isInlined[id.index]
        continue
      }
      var size = 1
      for position in 0..<graph.operandCount(of: id) {
        let operand = graph.operand(position, of: id)
        size += isBoundary[operand.index] ? 1 : sizes[operand.index]
      }
      sizes[id.index] = size
      isBoundary[id.index] = size > inlineSize && !isTransparent(id)
    }
    markEnds()
  }

  private func isNamed(_ id: NodeID) -> Bool {
    isBoundary[id.index] && graph.origin(of: id).name != nil && graph.operandCount(of: id) > 0
  }

  private func namedCount() -> Int { graph.ids.reduce(0) { $0 + (isNamed($1) ? 1 : 0) } }

  private mutating func markNamedNodes() {
    for id in graph.ids { isBoundary[id.index] = isNamed(id) }
    markEnds()
  }

  private mutating func markEnds() {
    markCalls()
    for root in program.rootNodes { isBoundary[root.index] = true }
    for input in program.inputs { isBoundary[input.index] = true }
  }

  /// What only the result of a call needs is inside its step.
  private mutating func markCalls() {
    if calls.isEmpty { return }
    var users = Array(repeating: [Int32](), count: graph.count)
    for id in graph.ids where isLive[id.index] {
      graph.forEachOperand(of: id) { users[$0.index].append(Int32(truncatingIfNeeded: id.index)) }
    }
    let roots = Set(program.rootNodes)
    for call in calls where isLive[call.result.index] && call.nodes.contains(call.result.index) {
      var inside: Set<Int32> = [Int32(truncatingIfNeeded: call.result.index)]
      for index in call.nodes.reversed() where isLive[index] && index < call.result.index {
        guard !roots.contains(NodeID(index)), !isInput(NodeID(index)), users[index].allSatisfy({ inside.contains($0) })
        else { continue }
        inside.insert(Int32(truncatingIfNeeded: index))
        isBoundary[index] = false
      }
      isBoundary[call.result.index] = true
    }
  }

  /// Nodes that a text does not show. A loop is shown by its results.
  private func isTransparent(_ id: NodeID) -> Bool {
    switch graph.operation(of: id) {
    case .broadcast, .scan: true
    default: false
    }
  }

  /// Signs and sums that only one place uses and the text does not name: they are read as part of that place.
  private func inlinedNodes() -> [Bool] {
    let longestSum = 6
    var uses = Array(repeating: 0, count: graph.count)
    for id in graph.ids where isLive[id.index] {
      for position in 0..<graph.operandCount(of: id) { uses[graph.operand(position, of: id).index] += 1 }
    }
    func isPart(_ id: NodeID) -> Bool { uses[id.index] == 1 && graph.origin(of: id).name == nil }
    var isInlined = Array(repeating: false, count: graph.count)
    var terms = Array(repeating: 1, count: graph.count)
    for id in graph.ids where isLive[id.index] {
      let isSign = graph.elementwise(id) == .negate
      if isSign { isInlined[id.index] = isPart(id) }
      guard isSign || isSum(id) else { continue }
      let first = graph.operand(0, of: id)
      terms[id.index] = isSign ? 1 : 2
      guard isSum(first), isPart(first), terms[first.index] < longestSum else { continue }
      isInlined[first.index] = true
      terms[id.index] = terms[first.index] + (isSign ? 0 : 1)
    }
    return isInlined
  }

  private func isSum(_ id: NodeID) -> Bool {
    let operation = graph.elementwise(id)
    return operation == .add || operation == .subtract
  }

  private mutating func show(limit: Int, depth: Int?) {
    let distances = self.distances()
    let inner = graph.ids.filter { isBoundary[$0.index] && !isInput($0) }
    let reach = depth ?? widest(distances, inner, room: limit - min(program.inputs.count, limit / 2))
    for id in inner where distances[id.index] <= reach { isShown[id.index] = true }
    showInputs(limit: limit, isComplete: inner.allSatisfy { isShown[$0.index] })
    steps = program.inputs.filter { isShown[$0.index] } + inner.filter { isShown[$0.index] }
    elidedCount = count() - steps.count
  }

  private func isInput(_ id: NodeID) -> Bool { graph.parameterIndex(id) != nil }

  /// The longest way from each step to a result, in steps. What is nearer than some distance is closed under users.
  private func distances() -> [Int] {
    var distances = Array(repeating: -1, count: graph.count)
    for root in program.rootNodes { distances[root.index] = 0 }
    for index in stride(from: graph.count - 1, through: 0, by: -1) where distances[index] >= 0 {
      let id = NodeID(index)
      let next = distances[index] + (isBoundary[index] ? 1 : 0)
      for position in 0..<graph.operandCount(of: id) {
        let operand = graph.operand(position, of: id)
        distances[operand.index] = max(distances[operand.index], next)
      }
    }
    return distances
  }

  /// The farthest distance up to which no more than `room` steps lie.
  private func widest(_ distances: [Int], _ inner: [NodeID], room: Int) -> Int {
    if inner.count <= room { return .max }
    let sorted = inner.map { distances[$0.index] }.sorted()
    return max(0, sorted[max(room, 0)] - 1)
  }

  /// All inputs if everything else is shown or they are few; else those that shown steps use.
  private mutating func showInputs(limit: Int, isComplete: Bool) {
    let inputs = program.inputs
    if inputs.count <= (isComplete ? limit / 2 : limit / 4) {
      for input in inputs { isShown[input.index] = true }
      return
    }
    var room = limit / 2
    for id in graph.ids.reversed() where isShown[id.index] && !isInput(id) {
      for operand in operands(of: id) where isInput(operand) && room > 0 && !isShown[operand.index] {
        isShown[operand.index] = true
        room -= 1
      }
    }
  }

  /// The steps that a step is computed from, shown or not, each once, in the order of its formula.
  func operands(of step: NodeID) -> [NodeID] {
    var found: [NodeID] = []
    var seen: Set<NodeID> = []
    var stack = Array(graph.operands(of: step).reversed())
    while let id = stack.popLast() {
      guard seen.insert(id).inserted else { continue }
      if isBoundary[id.index] {
        found.append(id)
      } else {
        stack.append(contentsOf: graph.operands(of: id).reversed())
      }
    }
    return found
  }
}
