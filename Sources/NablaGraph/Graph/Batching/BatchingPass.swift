/// One walk over the nodes that depend on an index, with one rule an operation.
struct BatchingPass {
  /// How often each loop runs.
  let extents: [Dimension]
  /// The loop of each index, and how far the loops run by index.
  let loops: [NodeID: Int]
  let range: [NodeID: Dimension]
  /// How many bodies of scans are around.
  let depth: Int
  /// The first node that can depend on an index, and the images of nodes from there.
  private let start: Int
  private var images: [Batched?] = []
  /// The results of calls and scans.
  var results: [NodeID: [Batched]] = [:]
  var forms = AffineForms()

  static let depthLimit = 64

  init(extents: [Dimension], indices: [NodeID], seeds: [(node: NodeID, image: Batched)], depth: Int = 0) {
    self.extents = extents
    self.depth = depth
    loops = Dictionary(zip(indices, indices.indices), uniquingKeysWith: { first, _ in first })
    range = Dictionary(zip(indices, extents), uniquingKeysWith: { first, _ in first })
    let sources = indices + seeds.map(\.node)
    start = sources.map(\.index).min() ?? 0
    images = Array(repeating: nil, count: (sources.map(\.index).max() ?? -1) + 1 - start)
    for (node, image) in seeds { images[node.index - start] = image }
  }

  // MARK: The walk

  mutating func run(_ outputs: [NodeID], in graph: inout Graph) throws(VectorisationError) {
    for (index, loop) in loops {
      let places = graph.append(.iota, [], type: TensorType(graph.element(of: index), Shape([extents[loop]])))
      images[index.index - start] = Batched(places, [loop])
    }
    let end = max((outputs.map(\.index).max() ?? -1) + 1, start + images.count)
    images += Array(repeating: nil, count: end - start - images.count)
    let isLive = live(outputs, end, graph)
    for offset in isLive.indices where isLive[offset] && images[offset] == nil {
      let id = NodeID(start + offset)
      guard dependsOnLoops(id, graph) else { continue }
      graph.currentOrigin = graph.originID(of: id)
      do {
        images[offset] = try image(id, in: &graph)
      } catch let error as TypeError {
        throw .type(error)
      } catch let error as VectorisationError {
        throw error
      } catch {
        throw .notYet(graph.operation(of: id).name)
      }
    }
  }

  private func live(_ outputs: [NodeID], _ end: Int, _ graph: Graph) -> [Bool] {
    var isLive = Array(repeating: false, count: end - start)
    for output in outputs where output.index >= start { isLive[output.index - start] = true }
    for offset in isLive.indices.reversed() where isLive[offset] {
      graph.forEachOperand(of: NodeID(start + offset)) { operand in
        if operand.index >= start { isLive[operand.index - start] = true }
      }
    }
    return isLive
  }

  private func dependsOnLoops(_ id: NodeID, _ graph: Graph) -> Bool {
    for position in 0..<graph.operandCount(of: id) {
      let operand = graph.operand(position, of: id)
      if operand.index >= start, images[operand.index - start] != nil { return true }
    }
    return false
  }

  /// What stands for a node; itself where it depends on no loop.
  func image(of id: NodeID) -> Batched {
    id.index >= start && id.index - start < images.count ? images[id.index - start] ?? Batched(id) : Batched(id)
  }

  /// The outputs with the axes of all loops.
  mutating func finished(_ outputs: [NodeID], in graph: inout Graph) throws(VectorisationError) -> [NodeID] {
    let all = Array(extents.indices)
    var nodes: [NodeID] = []
    do {
      for output in outputs {
        let whole = try dense(image(of: output), graph.type(of: output).shape, in: &graph)
        nodes.append(try filled(whole, all, in: &graph))
      }
    } catch { throw .type(error) }
    return nodes
  }

  // MARK: The rules

  private mutating func image(_ id: NodeID, in graph: inout Graph) throws -> Batched {
    let operation = graph.operation(of: id)
    switch operation {
    case .elementwise(let f): return try elementwise(f, id, in: &graph)
    case .constant, .parameter, .iota: return Batched(id)
    case .stop, .cast: return try converted(operation, id, in: &graph)
    case .broadcast: return try broadcast(id, in: &graph)
    case .reshape: return try reshape(id, in: &graph)
    case .transpose(let permutation): return try transpose(permutation, id, in: &graph)
    case .slice(let slices):
      return try shifted(id, in: &graph) { lead in
        .slice(lead.map { .init(start: 0, count: $0) } + slices)
      }
    case .pad(let padding):
      return try shifted(id, in: &graph) { lead in .pad(lead.map { _ in .init(low: 0, high: 0) } + padding) }
    case .argReduce(let extremum, let axis):
      return try shifted(id, in: &graph) { lead in .argReduce(extremum, axis: axis + lead.count) }
    case .cumulative(let cumulation, let axis, let isReversed):
      return try shifted(id, in: &graph) { lead in
        .cumulative(cumulation, axis: axis + lead.count, isReversed: isReversed)
      }
    case .argsort(let axis): return try shifted(id, in: &graph) { lead in .argsort(axis: axis + lead.count) }
    case .concatenate(let axis): return try concatenate(axis, id, in: &graph)
    case .reduce(let reduction, let axes): return try reduce(reduction, axes, id, in: &graph)
    case .contract(let contraction): return try contract(contraction, id, in: &graph)
    case .convolve(let convolution): return try convolve(convolution, id, in: &graph)
    case .gather(let gather): return try self.gather(gather, id, in: &graph)
    case .scatter(let gather): return try scatter(gather, id, in: &graph)
    case .view(let view): return try self.view(view, id, in: &graph)
    case .accumulate(let view): return try accumulate(view, id, in: &graph)
    case .random: return try random(id, in: &graph)
    case .call(let function): return try call(function, id, in: &graph)
    case .scan(let scan): return try self.scan(scan, id, in: &graph)
    case .result(let index):
      guard let all = results[graph.operand(0, of: id)], index < all.count else { return Batched(id) }
      return all[index]
    }
  }
}
