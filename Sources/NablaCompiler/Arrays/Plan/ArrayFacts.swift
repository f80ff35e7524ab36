import NablaGraph
import NablaRuntime

/// What the planner knows of a graph before it plans: extents as numbers, and what kind of thing each node is.
struct ArrayFacts {
  /// How a node comes to be.
  enum Form {
    /// The elements of its operand in the same row-major order.
    case alias
    /// Elements of its operand, found by linear indices.
    case view
    /// Computed for every element, wherever that is.
    case inline
    /// Elements of its operand, at places that integers of arrays say.
    case choice
    /// A kernel into which the operands' chains are fused.
    case fused
    /// A kernel that reads its operands by address.
    case addressing
    /// A kernel that reads its operands as arrays.
    case kernel

    /// Whether a user of the node is a user of its operand.
    var isTransparent: Bool { self == .alias || self == .view }
    var isComputedInPlace: Bool { isTransparent || self == .inline || self == .choice }
  }

  let graph: Graph
  let literals: [NodeID: Literal]
  private var known: ArrayExtents
  /// The nodes that are put together of parts.
  let assemblies: [NodeID: Assembly]

  /// - Throws: ``LoweringError`` if a needed node has an extent without a size, or too many elements.
  init(_ program: Program) throws(LoweringError) {
    graph = program.graph
    literals = program.graph.literals(folding: true)
    known = ArrayExtents(graph)
    let live = graph.live(from: program.rootNodes + program.inputs)
    for id in graph.ids where live[id.index] { _ = try known(id) }
    let extents = known
    assemblies = ArrayFacts.assemblies(graph, live, literals) { extents[$0] }
  }

  /// - Precondition: the node is needed by the program.
  func extents(of id: NodeID) -> [Int] { known[id] }

  /// A number that a node's attributes give as a dimension.
  func constant(_ dimension: Dimension, of id: NodeID) throws(CompilerError) -> Int {
    guard let value = dimension.constant else { throw .lowering(.unknownExtent(graph.type(of: id))) }
    return value
  }

  func form(of id: NodeID) -> Form {
    if !assemblies.isEmpty, assemblies[id] != nil { return .fused }
    return switch graph.operation(of: id) {
    case .stop, .elementwise(.identity), .reshape: .alias
    case .cast: graph.typeID(of: id) == graph.typeID(of: graph.operand(0, of: id)) ? .alias : .inline
    case .broadcast, .transpose, .slice, .view: .view
    case .elementwise, .constant, .parameter, .iota: .inline
    case .contract(let contraction):
      isMatrixProduct(contraction, id) ? .addressing : isOuterProduct(contraction, id) ? .inline : .fused
    case .convolve: .addressing
    case .reduce, .pad, .concatenate, .accumulate: .fused
    case .argReduce: isUnrolled(id) ? .fused : .kernel
    case .gather: .choice
    case .scatter(let gather): isCompared(gather, id) ? .fused : .kernel
    case .cumulative, .argsort, .random, .scan, .call, .result: .kernel
    }
  }

  /// Whether the place of an extreme element is found by comparing few elements one after the other.
  func isUnrolled(_ id: NodeID) -> Bool {
    guard graph.elementwise(id) == nil, case .argReduce(_, let axis) = graph.operation(of: id) else { return false }
    let operand = graph.operand(0, of: id)
    return (1...ArrayFacts.unrolledExtent).contains(extents(of: operand)[axis]) && graph.element(of: operand) != .bool
  }

  /// More elements are walked along.
  private static let unrolledExtent = 16

  /// Whether a node reads an operand that joins axes only where a number stands along those.
  func readsNumbers(_ id: NodeID) -> Bool {
    guard isUnrolled(id), case .argReduce(_, let axis) = graph.operation(of: id) else { return false }
    let operand = graph.operand(0, of: id)
    guard graph.elementwise(operand) == nil, case .reshape = graph.operation(of: operand) else { return false }
    let source = graph.operand(0, of: operand)
    return AxisJoining(from: extents(of: source), to: extents(of: operand)).map { $0.joined.isSubset(of: [axis]) }
      ?? false
  }

  /// Whether a scatter of numbers is a sum over all its places, for each place along a short axis.
  func isCompared(_ gather: Gather, _ id: NodeID) -> Bool {
    let (space, places) = (extents(of: id), extents(of: graph.operand(1, of: id)))
    return graph.element(of: id).isFloat && space.count == gather.batch + 1
      && (space[gather.batch] <= ArrayFacts.comparedExtent || places.dropFirst(gather.batch).allSatisfy { $0 == 1 })
  }

  /// Sums along longer axes are found faster one by one than in vectors.
  private static let comparedExtent = 32

  /// The array that a gather chooses from, or the updates of a scatter, and the integers that say where.
  func choice(by gather: Gather, of id: NodeID) -> (array: NodeID, indices: [NodeID]) {
    let operands = Array(graph.operands(of: id))
    return (operands[0], Array(operands.dropFirst()))
  }

  /// Integers without casts to integers that are longer.
  func uncast(_ id: NodeID) -> NodeID {
    var id = id
    while graph.elementwise(id) == nil, case .cast = graph.operation(of: id), graph.element(of: id) == .i64,
      graph.element(of: graph.operand(0, of: id)).isInteger
    {
      id = graph.operand(0, of: id)
    }
    return id
  }

  /// What integers are views of, or casts to integers that are longer.
  func source(ofIndices id: NodeID) -> NodeID {
    var id = id
    while graph.elementwise(id) == nil, literals[id] == nil {
      switch graph.operation(of: id) {
      case .broadcast, .transpose, .slice, .view, .stop: break
      case .reshape where isSplitting(id): break
      case .cast where graph.element(of: id) == .i64 && graph.element(of: graph.operand(0, of: id)).isInteger: break
      default: return id
      }
      id = graph.operand(0, of: id)
    }
    return id
  }

  /// Whether the integers that others are views of follow from where they stand, and count along an axis of an extent.
  func isCounted(_ source: NodeID, within extent: Int) -> Bool {
    graph.elementwise(source) == nil && graph.operation(of: source) == .iota && extents(of: source)[0] <= extent
  }

  /// Whether integers are places along an axis that is no longer than one of an extent.
  func isWithin(_ id: NodeID, _ extent: Int) -> Bool {
    guard graph.elementwise(id) == nil else { return false }
    switch graph.operation(of: id) {
    case .argReduce(_, let axis), .argsort(let axis):
      return extent > 0 && extents(of: graph.operand(0, of: id))[axis] <= extent
    default: return false
    }
  }

  /// How many elements a node looks at, element by element.
  func repetition(of id: NodeID) -> Int {
    switch graph.operation(of: id) {
    case .contract(let contraction): labelExtents(of: contraction, id).elementCount
    case .reduce, .slice, .pad, .concatenate, .accumulate: 0
    default: extents(of: id).elementCount
    }
  }

  /// Whether a contraction adds nothing up, so that it is a product for every element.
  private func isOuterProduct(_ contraction: Contraction, _ id: NodeID) -> Bool {
    let extents = labelExtents(of: contraction, id)
    return contraction.summed.allSatisfy { extents[$0] == 1 }
  }

  /// The extent of each label of a contraction.
  func labelExtents(of contraction: Contraction, _ id: NodeID) -> [Int] {
    let operands = [extents(of: graph.operand(0, of: id)), extents(of: graph.operand(1, of: id))]
    var extents = Array(repeating: 1, count: contraction.labelCount)
    for (labels, known) in zip([contraction.left, contraction.right], operands) {
      for (label, extent) in zip(labels, known) { extents[label] = extent }
    }
    return extents
  }

  /// Whether an alias has its operand's elements at linear indices: it is none, or it only splits axes.
  func isSplitting(_ id: NodeID) -> Bool {
    guard case .reshape = graph.operation(of: id) else { return true }
    return AxisSplitting(from: extents(of: graph.operand(0, of: id)), to: extents(of: id)) != nil
  }
}

/// A reshape that makes several axes of one: which axes of the result each axis of the operand becomes.
struct AxisSplitting {
  /// For each axis of the operand, axes of the result, outermost first.
  let parts: [[Int]]

  /// - Returns: `nil` if axes are joined.
  init?(from operand: [Int], to result: [Int]) {
    var parts: [[Int]] = []
    if operand.contains(0) {
      self.parts = operand.map { _ in [] }
      return
    }
    var next = 0
    for extent in operand {
      var part: [Int] = []
      var product = 1
      while product < extent, next < result.count {
        product *= result[next]
        part.append(next)
        next += 1
      }
      if product != extent { return nil }
      parts.append(part)
    }
    self.parts = parts
  }

  /// The operand's index at an index of the result.
  func operandIndex(_ index: [LinearIndex], _ result: [Int], rank: Int) -> [LinearIndex] {
    parts.map { part in
      var position = LinearIndex(constant: 0, rank: rank)
      for axis in part {
        var next = LinearIndex(constant: 0, rank: rank)
        next.add(position, times: result[axis])
        next.add(index[axis], times: 1)
        position = next
      }
      return position
    }
  }
}
