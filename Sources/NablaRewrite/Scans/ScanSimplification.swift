import NablaGraph

/// One scan on its way to a simpler form.
struct ScanSimplification {
  /// What a result of the original scan is.
  enum Result {
    case carried(Int)
    case output(Int)
    /// A node of the graph around the scan.
    case node(NodeID)
  }

  var scan: ScanBuilder
  /// By the result's position in the original scan; only the used ones. Stacks that a sum after the scan needs have
  /// negative positions.
  var results: [Int: Result] = [:]
  /// Sums over the steps that are taken after the scan.
  var sums: [StepSum] = []

  init(of scan: ScanBuilder, used: Set<Int>) {
    self.scan = scan
    for position in used {
      let count = scan.carried.count
      results[position] = position < count ? .carried(position) : .output(position - count)
    }
  }

  /// - Returns: the used results by position.
  mutating func run(in graph: inout Graph, reordering: Bool) -> [Int: NodeID] {
    dropUnused()
    if let count = scan.length.constant, count <= 1 { return unrolled(count, in: &graph) }
    foldCarried()
    bindOnce(in: &graph)
    hoist(in: &graph)
    if reordering {
      takeProductsBefore(in: &graph)
      takeSumsAfter(in: &graph)
    }
    foldOutputs(in: &graph)
    let new = scan.append(to: &graph)
    let values = results.mapValues { result in
      switch result {
      case .carried(let index): new.carried[index]
      case .output(let index): new.outputs[index]
      case .node(let node): node
      }
    }
    return withSums(values, in: &graph)
  }

  // MARK: What nobody uses

  /// Drops outputs that nobody uses, and carried values that nothing used depends on.
  private mutating func dropUnused() {
    var isUsed = Array(repeating: false, count: scan.carried.count)
    var outputs: [Int] = []
    for result in results.values {
      switch result {
      case .carried(let index): isUsed[index] = true
      case .output(let index): outputs.append(index)
      case .node: break
      }
    }
    outputs.sort()
    let stacked = outputs.map { scan.outputs[$0] }
    while true {
      let needed = scan.body.live(
        from: stacked + scan.carried.indices.filter { isUsed[$0] }.map { scan.carried[$0].next })
      let news = scan.carried.indices.filter { !isUsed[$0] && needed[scan.carried[$0].input.index] }
      if news.isEmpty { break }
      for index in news { isUsed[index] = true }
    }
    keep(carried: isUsed.indices.filter { isUsed[$0] }, outputs: outputs)
  }

  /// Keeps some carried values and outputs, and renumbers the results.
  mutating func keep(carried: [Int], outputs: [Int]) {
    let carriedPlaces = Dictionary(uniqueKeysWithValues: carried.enumerated().map { ($1, $0) })
    let outputPlaces = Dictionary(uniqueKeysWithValues: outputs.enumerated().map { ($1, $0) })
    scan.carried = carried.map { scan.carried[$0] }
    scan.outputs = outputs.map { scan.outputs[$0] }
    results = results.compactMapValues { result in
      switch result {
      case .carried(let index): carriedPlaces[index].map { .carried($0) }
      case .output(let index): outputPlaces[index].map { .output($0) }
      case .node: result
      }
    }
  }

  // MARK: Few steps

  private func unrolled(_ count: Int, in graph: inout Graph) -> [Int: NodeID] {
    var inputs: [NodeID: NodeID] = [:]
    for carried in scan.carried { inputs[carried.input] = carried.start }
    for captured in scan.captured { inputs[captured.input] = captured.operand }
    if count > 0 {
      for sequence in scan.sequences {
        inputs[sequence.input] = graph.append(
          .reshape, [sequence.operand], type: scan.body.type(of: sequence.input))
      }
    }
    let roots = count > 0 ? graph.splice(scan.body, roots: scan.roots, inputs: inputs) : []
    return results.mapValues { result in
      switch result {
      case .carried(let index): return count > 0 ? roots[index] : scan.carried[index].start
      case .output(let index):
        var type = scan.body.type(of: scan.outputs[index])
        type.shape.dimensions.insert(scan.length, at: 0)
        if count > 0 { return graph.append(.reshape, [roots[scan.carried.count + index]], type: type) }
        let zero = graph.constant(type.element == .bool ? .boolean(false) : .zero, type.element)
        return graph.append(.broadcast, [zero], type: type)
      case .node(let node): return node
      }
    }
  }

  // MARK: Carried values

  /// What a step hands on as it got it is captured; two values that start alike and go on alike are one.
  private mutating func foldCarried() {
    let constant = scan.carried.indices.filter { scan.carried[$0].next == scan.carried[$0].input }
    for index in constant {
      scan.captured.append(.init(input: scan.carried[index].input, operand: scan.carried[index].start))
      for (position, result) in results {
        if case .carried(index) = result { results[position] = .node(scan.carried[index].start) }
      }
    }
    if !constant.isEmpty {
      keep(carried: scan.carried.indices.filter { !constant.contains($0) }, outputs: Array(scan.outputs.indices))
    }
    joinEqual()
  }

  /// Those that start alike are taken for one until their next values show otherwise; what differs then is taken apart,
  /// and those that differ in the same way stay together.
  private mutating func joinEqual() {
    var leader = Array(scan.carried.indices)
    var first: [NodeID: Int] = [:]
    for (index, carried) in scan.carried.enumerated() {
      if let known = first[carried.start] { leader[index] = known } else { first[carried.start] = index }
    }
    while leader.indices.contains(where: { leader[$0] != $0 }) {
      let joined = leader.indices.filter { leader[$0] != $0 }
      let same = Dictionary(
        uniqueKeysWithValues: joined.map { (scan.carried[$0].input, scan.carried[leader[$0]].input) })
      let body = rebuilt(replacing: same)
      // The first of each class with a next value leads those that share both.
      var leaders: [Int: [NodeID: Int]] = [:]
      var refined = leader
      for index in leader.indices {
        let next = body.carried[index].next
        if let known = leaders[leader[index]]?[next] {
          refined[index] = known
        } else {
          leaders[leader[index], default: [:]][next] = index
          refined[index] = index
        }
      }
      if refined == leader {
        scan = body
        results = results.mapValues { result in
          if case .carried(let index) = result { return .carried(leader[index]) }
          return result
        }
        keep(carried: leader.indices.filter { leader[$0] == $0 }, outputs: Array(scan.outputs.indices))
        return
      }
      leader = refined
    }
  }

  // MARK: Outputs

  /// A stack of a sequence's elements is the sequence; one of a captured value is that, repeated; equal ones are one.
  private mutating func foldOutputs(in graph: inout Graph) {
    var kept: [Int] = []
    var first: [NodeID: Int] = [:]
    var joined: [Int: Int] = [:]
    for (index, root) in scan.outputs.enumerated() {
      if let sequence = scan.sequences.first(where: { $0.input == root }) {
        settle(index, sequence.operand)
      } else if let captured = scan.captured.first(where: { $0.input == root }) {
        var type = graph.type(of: captured.operand)
        type.shape.dimensions.insert(scan.length, at: 0)
        settle(index, graph.append(.broadcast, [captured.operand], type: type))
      } else if let known = first[root] {
        joined[index] = known
      } else {
        first[root] = index
        kept.append(index)
      }
    }
    results = results.mapValues { result in
      if case .output(let index) = result, let other = joined[index] { return .output(other) }
      return result
    }
    keep(carried: Array(scan.carried.indices), outputs: kept)
  }

  private mutating func settle(_ output: Int, _ node: NodeID) {
    for (position, result) in results { if case .output(output) = result { results[position] = .node(node) } }
  }

  // MARK: Bodies

  /// The scan with some nodes of the body replaced by others of it.
  func rebuilt(replacing same: [NodeID: NodeID]) -> ScanBuilder {
    var result = scan
    result.body = Graph()
    var image: [NodeID: NodeID] = [:]
    for input in scan.inputs {
      let index = scan.body.parameterIndex(input)
      let copy = result.body.parameter(index.map { scan.body.parameters[$0].name } ?? "", scan.body.type(of: input))
      result.body.addOrigin(scan.body.origin(of: input), to: copy)
      image[input] = copy
    }
    // Replacements come first; they are inputs or need none of what is replaced.
    let targets = Array(Set(same.values)).sorted()
    let copies = result.body.splice(scan.body, roots: targets, inputs: image)
    let known = Dictionary(uniqueKeysWithValues: zip(targets, copies))
    for (node, target) in same { image[node] = known[target] }
    let roots = result.body.splice(scan.body, roots: scan.roots, inputs: image)
    for index in result.carried.indices {
      result.carried[index].input = image[scan.carried[index].input] ?? scan.carried[index].input
      result.carried[index].next = roots[index]
    }
    for index in result.sequences.indices {
      result.sequences[index].input = image[scan.sequences[index].input] ?? scan.sequences[index].input
    }
    for index in result.captured.indices {
      result.captured[index].input = image[scan.captured[index].input] ?? scan.captured[index].input
    }
    result.outputs = Array(roots.dropFirst(scan.carried.count))
    return result
  }
}
