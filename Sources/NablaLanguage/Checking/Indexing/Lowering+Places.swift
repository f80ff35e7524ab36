import NablaDiagnostics
import NablaGraph

/// Indices that are integers of the run: loop names, integer scalars and index arrays.
extension Lowering {
  /// An index that is computed, along an axis.
  struct Place {
    var axis: Int
    var node: NodeID
    var site: SyntaxID
  }

  /// As many elements as are known, from a place that is computed.
  struct Window {
    var axis: Int
    var start: NodeID
    var count: Dimension
    var site: SyntaxID
  }

  /// The value as an integer node; `nil` where it is none.
  mutating func integer(_ value: Value, at id: SyntaxID) -> NodeID? {
    if case .sizes = value { return materialise(value, .i64, at: id) }
    guard case .node(let node, let firmness) = value else { return nil }
    if firmness == .weakInteger { return materialise(value, .i64, at: id) }
    return graph.element(of: node).isInteger ? node : nil
  }

  /// `x[i:i + 3]`: how many elements lie between two computed places; `nil` where that is not known.
  mutating func distance(_ start: Value, _ stop: Value, at id: SyntaxID) -> Dimension? {
    guard let first = place(of: start, at: id), let last = place(of: stop, at: id),
      let a = affineForms.form(of: first, in: graph), let b = affineForms.form(of: last, in: graph),
      a.factors == b.factors, a.steps == b.steps
    else { return nil }
    return b.constant - a.constant
  }

  private mutating func place(of value: Value, at id: SyntaxID) -> NodeID? {
    if value.size != nil { return materialise(value, .i64, at: id) }
    guard let node = integer(value, at: id), graph.type(of: node).isScalar else { return nil }
    return graph.cast(node, .i64)
  }

  // MARK: Reading

  /// A few elements from each computed start.
  mutating func read(_ x: NodeID, _ windows: [Window]) -> NodeID? {
    var node = x
    for window in windows {
      let extent = graph.type(of: node).shape.dimensions[window.axis]
      let offsets = graph.append(.iota, [], type: TensorType(.i64, Shape([window.count])))
      guard let index = within(graph.apply(.add, window.start, offsets), extent, at: window.site) else { return nil }
      node = read(node, [index], along: [window.axis])
    }
    return node
  }

  /// The elements at computed places: index arrays broadcast together, and their axes stand where the first was.
  mutating func read(_ x: NodeID, _ places: [Place], at id: SyntaxID) -> NodeID? {
    if places.isEmpty { return x }
    let extents = graph.type(of: x).shape.dimensions
    var nodes: [NodeID] = []
    for place in places {
      guard let node = within(graph.cast(place.node, .i64), extents[place.axis], at: place.site) else { return nil }
      nodes.append(node)
    }
    guard shapesAgree(&nodes, at: id, named: "index arrays") else { return nil }
    var shape = Shape.scalar
    for node in nodes { shape = (try? shape.broadcast(with: graph.type(of: node).shape)) ?? shape }
    nodes = nodes.map { node in
      graph.type(of: node).shape == shape
        ? node : graph.append(.broadcast, [node], type: TensorType(.i64, shape))
    }
    return read(x, nodes, along: places.map(\.axis))
  }

  private mutating func read(_ x: NodeID, _ indices: [NodeID], along axes: [Int]) -> NodeID {
    let node = graph.append(.gather(.init(axes: axes)), [x] + indices, type: graph.type(of: x))
    // The gather puts the axes of the indices first.
    let count = graph.type(of: indices[0]).shape.rank
    let rank = graph.type(of: node).shape.rank
    let before = axes.first ?? 0
    if count == 0 || before == 0 { return node }
    let order = Array(count..<count + before) + Array(0..<count) + Array(count + before..<rank)
    return graph.append(.transpose(order), [node], type: graph.type(of: node))
  }

  // MARK: Ranges

  /// An index as far as is known within an axis. One that surely lies outside is reported; where a comprehension's
  /// bounds leave elements out, those read at 0 instead.
  private mutating func within(_ index: NodeID, _ extent: Dimension, at id: SyntaxID) -> NodeID? {
    let shape = graph.type(of: index).shape
    let form = affineForms.form(of: index, in: graph)
    let range = form.flatMap { $0.range(indexRanges, shape) }
    if let range {
      let (before, beyond) = (
        range.least.constant.map { $0 < 0 }, (extent - 1 - range.greatest).constant.map { $0 < 0 }
      )
      if before == false, beyond == false { return index }
      // All of them count from the end.
      if let last = range.greatest.constant, last < 0, (range.least + extent).constant.map({ $0 >= 0 }) ?? true {
        return index
      }
      if let condition = condition(on: index) { return guarded(index, condition) }
      let isEmpty = form?.factors.keys.contains { indexRanges[$0] == 0 } ?? false
      if !isEmpty, before == true || beyond == true {
        report(
          .indexRange, "the index runs from \(range.least) to \(range.greatest), and the axis has \(extent) places",
          at: id,
          label: beyond == true ? "up to \(range.greatest)" : "from \(range.least)")
        return nil
      }
      return index
    }
    return condition(on: index).map { guarded(index, $0) } ?? index
  }

  private mutating func guarded(_ index: NodeID, _ condition: NodeID) -> NodeID {
    graph.apply(.select, condition, index, graph.constant(.zero, graph.element(of: index)))
  }

  /// Under which condition an index counts that depends on a comprehension with such.
  private mutating func condition(on index: NodeID) -> NodeID? {
    var all: [NodeID] = []
    for comprehension in comprehensions where !comprehension.conditions.isEmpty {
      let indices = Set(comprehension.loops.map(\.index))
      guard let first = indices.min() else { continue }
      if graph.cone(of: [index], from: first.index).contains(where: indices.contains) {
        all += comprehension.conditions
      }
    }
    return conjunction(all)
  }
}
