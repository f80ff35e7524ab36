import NablaGraph
import NablaRuntime

/// Which nodes have an array in memory, and which are computed where they are used.
///
/// Views and cheap values are computed again for every user; a value is stored if a kernel needs it in memory, if it is
/// a result, if it is not cheap and several users want it or one of them repeats it, or if its chain has become long.
struct StoragePartition {
  /// Whether the results need the node.
  private(set) var isNeeded: [Bool]
  private(set) var isStored: [Bool]

  /// Nodes of a chain that is computed where it is used; also the depth of the recursion over it.
  private static let chainLimit = 64
  /// Additions that are made again rather than stored.
  private static let cheapCost = 4

  /// Additions that finding the place of an element is worth.
  private static let choiceCost = 2

  /// Whether a kernel needs the node in memory as a whole.
  private var isDemanded: [Bool]
  /// Whether a kernel needs addresses of the node's elements, so that a view of an array will do.
  private var isAddressed: [Bool]
  /// Whether a user reads elements at any index; else joined axes have numbers there.
  private var isIndexed: [Bool]
  /// Whether a user reads elements again and again.
  private var isRepeated: [Bool]
  /// Users, where one that only looks through the node counts as all that it has.
  private var users: [UInt32]

  init(_ program: Program, _ facts: ArrayFacts) {
    let count = program.graph.count
    isNeeded = Array(repeating: false, count: count)
    isStored = isNeeded
    isDemanded = isNeeded
    isAddressed = isNeeded
    isRepeated = isNeeded
    isIndexed = isNeeded
    users = Array(repeating: 0, count: count)
    for root in program.roots {
      isNeeded[root.node.index] = true
      isDemanded[root.node.index] = true
      isIndexed[root.node.index] = true
      users[root.node.index] += 1
    }
    for id in program.graph.ids.reversed() where isNeeded[id.index] && facts.literals[id] == nil {
      visitOperands(of: id, facts)
    }
    choose(facts)
  }

  // MARK: What users want

  private mutating func visitOperands(of id: NodeID, _ facts: ArrayFacts) {
    let graph = facts.graph
    if let assembly = facts.assemblies[id] {
      for part in assembly.parts {
        isNeeded[part.node.index] = true
        isIndexed[part.node.index] = true
        users[part.node.index] += 1
      }
      return
    }
    let form = facts.form(of: id)
    if graph.elementwise(id) == nil {
      switch graph.operation(of: id) {
      case .gather(let gather): return visitChoice(gather, id, from: graph.operand(0, of: id), facts)
      case .scatter(let gather): return visitChoice(gather, id, from: id, facts)
      default: break
      }
    }
    let readsNumbers = facts.readsNumbers(id)
    var previous: NodeID?
    graph.forEachOperand(of: id) { operand in
      isNeeded[operand.index] = true
      if !readsNumbers { isIndexed[operand.index] = true }
      // Only neighbours are compared: a node that reads one value at two distant places counts twice.
      if operand != previous { users[operand.index] += form.isTransparent ? users[id.index] : 1 }
      previous = operand
      let isStretched = facts.extents(of: operand).elementCount < facts.repetition(of: id)
      if isStretched || (form.isTransparent && isRepeated[id.index]) { isRepeated[operand.index] = true }
      switch form {
      case .alias where !facts.isSplitting(id):
        // Elements that are no linear walk over the operand's axes are found in memory.
        if isIndexed[id.index] { isDemanded[operand.index] = true }
      case .alias:
        if isDemanded[id.index] { isDemanded[operand.index] = true }
        if isAddressed[id.index] { isAddressed[operand.index] = true }
      case .view:
        if isAddressed[id.index] && !isDemanded[id.index] { isAddressed[operand.index] = true }
      case .inline, .choice, .fused: break
      case .addressing: isAddressed[operand.index] = true
      case .kernel: isDemanded[operand.index] = true
      }
    }
  }

  /// A gather reads its array where it is used itself, as a scatter that is a sum does its updates, and both read their
  /// integers by address.
  ///
  /// - Parameter whole: what the integers choose from.
  private mutating func visitChoice(_ gather: Gather, _ id: NodeID, from whole: NodeID, _ facts: ArrayFacts) {
    let extents = facts.extents(of: whole)
    let (array, indices) = facts.choice(by: gather, of: id)
    let isKernel = facts.form(of: id) == .kernel
    isNeeded[array.index] = true
    isIndexed[array.index] = true
    users[array.index] += 1
    if facts.extents(of: array).elementCount < facts.repetition(of: id) || isRepeated[id.index] {
      isRepeated[array.index] = true
    }
    if isKernel, facts.literals[array] == nil { isDemanded[array.index] = true }
    for (indices, axis) in zip(indices, gather.axes) {
      // A kernel wants all integers in their order, and will have short ones.
      let source = isKernel ? facts.uncast(indices) : facts.source(ofIndices: indices)
      isNeeded[source.index] = true
      isIndexed[source.index] = true
      users[source.index] += 1
      if isKernel {
        isDemanded[source.index] = true
      } else if !facts.isCounted(source, within: extents[axis]) {
        isAddressed[source.index] = true
      }
    }
  }

  // MARK: What is stored

  private mutating func choose(_ facts: ArrayFacts) {
    let graph = facts.graph
    var weight = Array(repeating: 0, count: graph.count)
    var cost = Array(repeating: 0, count: graph.count)
    // What is computed from a product or a convolution, element by element, and can be done to it before it is stored.
    var followsProduct = isStored
    for id in graph.ids where isNeeded[id.index] {
      let index = id.index
      if facts.literals[id] != nil {
        isStored[index] = isDemanded[index] || isAddressed[index]
        continue
      }
      if graph.parameterIndex(id) != nil { continue }
      weight[index] = 1
      let form = facts.form(of: id)
      if form == .inline { cost[index] = graph.elementwise(id)?.cost ?? 1 }
      if form == .choice { cost[index] = StoragePartition.choiceCost }
      if form.isComputedInPlace {
        graph.forEachOperand(of: id) { operand in
          weight[index] += weight[operand.index]
          cost[index] += cost[operand.index]
        }
      }
      if form == .inline || form == .alias {
        let count = facts.extents(of: id).elementCount
        followsProduct[index] = graph.operands(of: id).contains { operand in
          facts.extents(of: operand).elementCount == count
            && (isStored[operand.index] ? facts.form(of: operand) == .addressing : followsProduct[operand.index])
        }
      }
      switch form {
      case .fused, .addressing, .kernel: isStored[index] = true
      case .alias:
        isStored[index] = isIndexed[index] && weight[index] > StoragePartition.chainLimit
      case .view: isStored[index] = isDemanded[index] || weight[index] > StoragePartition.chainLimit
      case .inline, .choice:
        isStored[index] =
          isDemanded[index] || isAddressed[index] || weight[index] > StoragePartition.chainLimit
          || (users[index] > 1 && cost[index] > StoragePartition.cheapCost)
          || (isRepeated[index] && cost[index] >= StoragePartition.cheapCost)
          || (users[index] > 1 && followsProduct[index] && graph.elementwise(id) == .relu)
      }
      if isStored[index] { (weight[index], cost[index]) = (1, 0) }
    }
  }
}
