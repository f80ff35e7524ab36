import NablaGraph

/// Joins scans that walk the same way side by side: value and gradient then share one walk.
///
/// Scans of one depth, which is the greatest number of scans on the way to them, do not depend on each other. Those of
/// them with one length and direction become one scan where they have an operand in common.
struct ScanFusion {
  private struct Way: Hashable {
    let depth: Int
    let length: Dimension
    let isReversed: Bool
    let isCheckpointed: Bool
  }

  /// - Returns: the new roots, in the same arena.
  /// - Complexity: linear in the live nodes and the bodies of scans that are joined.
  static func run(_ graph: inout Graph, roots: [NodeID]) -> [NodeID] {
    if graph.functions.isEmpty { return roots }
    let live = graph.live(from: roots)
    var depths = Array(repeating: 0, count: graph.count)
    var ways: [Way: [NodeID]] = [:]
    for id in graph.ids where live[id.index] {
      var depth = 0
      graph.forEachOperand(of: id) { depth = max(depth, depths[$0.index]) }
      if graph.elementwise(id) == nil, case .scan(let scan) = graph.operation(of: id) {
        depth += 1
        let way = Way(
          depth: depth, length: scan.length, isReversed: scan.isReversed, isCheckpointed: scan.isCheckpointed)
        ways[way, default: []].append(id)
      }
      depths[id.index] = depth
    }
    var groups: [NodeID: [NodeID]] = [:]
    for scans in ways.values where scans.count > 1 {
      for group in neighbours(among: scans, in: graph) where group.count > 1 { groups[group[0]] = group }
    }
    if groups.isEmpty { return roots }
    let order = graph.ids.filter { live[$0.index] }.sorted { a, b in
      let (i, j) = (depths[a.index], depths[b.index])
      if i != j { return i < j }
      // All scans of a depth first.
      let (isScanA, isScanB) = (isScan(a, in: graph), isScan(b, in: graph))
      return isScanA != isScanB ? isScanA : a < b
    }
    return join(groups, order, roots, in: &graph)
  }

  private static func isScan(_ id: NodeID, in graph: Graph) -> Bool {
    guard graph.elementwise(id) == nil, case .scan = graph.operation(of: id) else { return false }
    return true
  }

  /// Scans that share start values or sequences, directly or through others.
  private static func neighbours(among scans: [NodeID], in graph: Graph) -> [[NodeID]] {
    var group = Array(scans.indices)
    func leader(_ index: Int) -> Int {
      var index = index
      while group[index] != index { index = group[index] }
      return index
    }
    var owner: [NodeID: Int] = [:]
    for (index, id) in scans.enumerated() {
      guard let scan = ScanBuilder(id, of: graph) else { continue }
      let operands = scan.carried.map(\.start) + scan.sequences.map(\.operand)
      for operand in operands where !graph.isMadeOfConstants(operand) {
        if let other = owner[operand] {
          let (a, b) = (leader(other), leader(index))
          group[max(a, b)] = min(a, b)
        } else {
          owner[operand] = index
        }
      }
    }
    let members = Dictionary(grouping: scans.indices, by: leader)
    return members.keys.sorted().compactMap { members[$0]?.map { scans[$0] } }
  }

  private static func join(
    _ groups: [NodeID: [NodeID]], _ order: [NodeID], _ roots: [NodeID], in graph: inout Graph
  ) -> [NodeID] {
    let followers = Set(groups.values.flatMap { $0.dropFirst() })
    var image: [NodeID: NodeID] = [:]
    var results: [NodeID: [NodeID]] = [:]
    let saved = graph.currentOrigin
    defer { graph.currentOrigin = saved }
    for id in order {
      if let group = groups[id] {
        graph.currentOrigin = graph.originID(of: id)
        fuse(group, image, &results, in: &graph)
        continue
      }
      if followers.contains(id) { continue }
      if graph.elementwise(id) == nil, case .result(let position) = graph.operation(of: id),
        let known = results[graph.operand(0, of: id)]
      {
        image[id] = known[position]
        graph.addOrigin(graph.origin(of: id), to: known[position])
        continue
      }
      let old = graph.operands(of: id)
      let new = old.map { image[$0] ?? $0 }
      if new == old { continue }
      graph.currentOrigin = graph.originID(of: id)
      image[id] = graph.append(graph.operation(of: id), new, type: graph.type(of: id))
    }
    return roots.map { image[$0] ?? $0 }
  }

  /// Adds one scan for several, and notes the results of each.
  private static func fuse(
    _ group: [NodeID], _ image: [NodeID: NodeID], _ results: inout [NodeID: [NodeID]], in graph: inout Graph
  ) {
    var parts = group.compactMap { ScanBuilder($0, of: graph) }
    for index in parts.indices { parts[index].replaceOperands(image) }
    guard let first = parts.first else { return }
    var whole = ScanBuilder(named: first.name, length: first.length, isReversed: first.isReversed)
    whole.isCheckpointed = first.isCheckpointed
    var elements: [NodeID: NodeID] = [:]
    var places: [(carried: Range<Int>, outputs: Range<Int>)] = []
    for part in parts {
      var inputs: [NodeID: NodeID] = [:]
      func name(_ input: NodeID) -> String {
        part.body.parameterIndex(input).map { part.body.parameters[$0].name } ?? ""
      }
      let carried = whole.carried.count..<whole.carried.count + part.carried.count
      for carried in part.carried {
        inputs[carried.input] = whole.carry(name(carried.input), from: carried.start, in: graph)
      }
      for bound in part.sequences {
        let known = elements[bound.operand] ?? whole.walk(name(bound.input), over: bound.operand, in: graph)
        elements[bound.operand] = known
        inputs[bound.input] = known
      }
      for bound in part.captured { inputs[bound.input] = whole.capture(bound.operand, in: graph) }
      let roots = whole.body.splice(part.body, roots: part.roots, inputs: inputs)
      for (index, next) in zip(carried, roots) { whole.carried[index].next = next }
      places.append((carried, whole.outputs.count..<whole.outputs.count + part.outputs.count))
      whole.outputs += roots.dropFirst(part.carried.count)
    }
    let joined = whole.append(to: &graph)
    for (id, place) in zip(group, places) {
      results[id] = Array(joined.carried[place.carried] + joined.outputs[place.outputs])
    }
  }
}

extension Graph {
  /// Whether a node is a constant or one that is repeated.
  fileprivate func isMadeOfConstants(_ id: NodeID) -> Bool {
    if constant(id) != nil { return true }
    guard elementwise(id) == nil, operation(of: id) == .broadcast else { return false }
    return constant(operand(0, of: id)) != nil
  }
}
