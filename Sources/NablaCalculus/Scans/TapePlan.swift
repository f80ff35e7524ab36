import NablaGraph

/// Which values of the walk forward are kept for the walk back.
///
/// Elements of sequences and captured values are there in any case. Of the rest the states before each step are kept, and
/// what is costly to compute again; cheap operations are repeated, and in a checkpointed scan all of them. What a step hands on as a state need not be kept
/// where the states are: it is the state that the walk back has just come from.
struct TapePlan {
  /// Nodes of the body whose values are stacked.
  private(set) var stacked: [NodeID] = []
  /// Nodes that are the next of a carried value whose states are stacked, with its position.
  private(set) var handedBack: [(node: NodeID, position: Int)] = []

  /// From this cost on an operation is not repeated.
  private static let costly = 8

  /// - Parameters:
  ///   - roots: what the walk back computes.
  ///   - body: the body of the scan and, from `forwardCount` on, its backward graph.
  init(for roots: [NodeID], in body: Graph, forwardCount: Int, _ primal: ScanBuilder) {
    var positions: [NodeID: Int] = [:]
    for (position, carried) in primal.carried.enumerated() { positions[carried.input] = position }
    var nexts: [NodeID: Int] = [:]
    for (position, carried) in primal.carried.enumerated() where nexts[carried.next] == nil {
      nexts[carried.next] = position
    }
    var kept: [NodeID] = []
    var seen = Set(roots)
    var work = roots
    while let id = work.popLast() {
      if id.index < forwardCount {
        if body.parameterIndex(id) != nil {
          if positions[id] != nil { kept.append(id) }
          continue
        }
        if !primal.isCheckpointed, TapePlan.isCostly(id, body) {
          kept.append(id)
          continue
        }
      }
      body.forEachOperand(of: id) { if seen.insert($0).inserted { work.append($0) } }
    }
    let isState = Set(kept.filter { positions[$0] != nil })
    for id in kept.sorted() {
      if let position = nexts[id], positions[id] == nil, isState.contains(primal.carried[position].input) {
        handedBack.append((id, position))
      } else {
        stacked.append(id)
      }
    }
  }

  private static func isCostly(_ id: NodeID, _ body: Graph) -> Bool {
    if let f = body.elementwise(id) { return f.cost >= costly }
    switch body.operation(of: id) {
    case .contract, .convolve, .reduce, .argReduce, .cumulative, .argsort, .random, .scatter, .accumulate, .result:
      return true
    default: return false
    }
  }
}
