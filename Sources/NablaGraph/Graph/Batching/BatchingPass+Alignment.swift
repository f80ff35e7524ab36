/// How operands are brought to common axes.
extension BatchingPass {
  /// The loops of several values, in ascending order.
  func union(_ parts: [Int]...) -> [Int] { Set(parts.joined()).sorted() }

  func shape(_ loops: [Int]) -> [Dimension] { loops.map { extents[$0] } }

  /// The shape of a value whose own part is this.
  func shape(_ loops: [Int], _ own: Shape) -> Shape { Shape(shape(loops) + own.dimensions) }

  /// The own part of a value's shape.
  func own(_ value: Batched, _ graph: Graph) -> Shape {
    Shape(Array(graph.type(of: value.node).shape.dimensions.dropFirst(value.loops.count)))
  }

  /// The node with the axes of more loops, along which it is repeated.
  func filled(_ value: Batched, _ loops: [Int], in graph: inout Graph) throws(TypeError) -> NodeID {
    if value.loops == loops { return value.node }
    let own = own(value, graph)
    let target = shape(loops, own)
    if value.loops.isEmpty { return try graph.checked(.broadcast, value.node, target) }
    let thin = Shape(loops.map { value.loops.contains($0) ? extents[$0] : 1 } + own.dimensions)
    let node = try graph.reshaped(value.node, thin)
    return thin == target ? node : try graph.checked(.broadcast, node, target)
  }

  /// The node in a shape that broadcasts with other operands that have these loops and own axes of this rank.
  func aligned(_ value: Batched, _ loops: [Int], rank: Int, in graph: inout Graph) throws(TypeError) -> NodeID {
    guard let first = value.loops.first else { return value.node }
    let own = own(value, graph)
    let lead = loops.drop { $0 != first }.map { value.loops.contains($0) ? extents[$0] : 1 }
    return try graph.reshaped(
      value.node, Shape(lead + Array(repeating: 1, count: rank - own.rank) + own.dimensions))
  }

  /// The value with all of its axes.
  func dense(_ value: Batched, _ shape: Shape, in graph: inout Graph) throws(TypeError) -> Batched {
    if value.diagonals.isEmpty { return value }
    let loops = union(value.loops, value.diagonals.map(\.loop))
    let node = try filled(Batched(value.node, value.loops), loops, in: &graph)
    let rank = graph.type(of: node).shape.rank
    var next = loops.count
    let lead = loops.indices.map { View.Axis(steps: BatchingPass.unit($0, rank)) }
    let axes = shape.dimensions.indices.map { axis -> View.Axis in
      if let diagonal = value.diagonals.first(where: { $0.axis == axis }),
        let place = loops.firstIndex(of: diagonal.loop)
      {
        return View.Axis(steps: BatchingPass.unit(place, rank))
      }
      next += 1
      return View.Axis(steps: BatchingPass.unit(next - 1, rank))
    }
    return Batched(
      try graph.accumulated(node, by: View(axes: lead + axes), into: self.shape(loops, shape)), loops)
  }

  /// The elements at a loop's index along an own axis, which goes away.
  func taken(_ value: Batched, _ axis: Int, at loop: Int, in graph: inout Graph) throws(TypeError) -> Batched {
    let own = own(value, graph)
    let loops = union(value.loops, [loop])
    var rest = own
    rest.dimensions.remove(at: axis)
    let target = shape(loops, rest)
    func walk(_ loop: Int) -> View.Axis {
      View.Axis(steps: BatchingPass.unit(loops.firstIndex(of: loop) ?? 0, target.rank))
    }
    var axes = value.loops.map(walk)
    for position in own.dimensions.indices {
      if position == axis {
        axes.append(walk(loop))
      } else {
        let place = loops.count + (position < axis ? position : position - 1)
        axes.append(View.Axis(steps: BatchingPass.unit(place, target.rank)))
      }
    }
    return Batched(try graph.viewed(value.node, by: View(axes: axes), shape: target), loops)
  }

  /// Without an own axis of extent 1.
  func dropped(_ value: Batched, _ axis: Int, in graph: inout Graph) throws(TypeError) -> Batched {
    var shape = graph.type(of: value.node).shape
    shape.dimensions.remove(at: value.loops.count + axis)
    return Batched(try graph.reshaped(value.node, shape), value.loops)
  }

  /// The node with its axes in another order.
  func arranged(
    _ node: NodeID, _ axes: [BatchAxis], to order: [BatchAxis], in graph: inout Graph
  ) throws(TypeError) -> NodeID {
    let places = Dictionary(zip(axes, axes.indices), uniquingKeysWith: { first, _ in first })
    return try graph.transposed(node, order.compactMap { places[$0] })
  }

  static func unit(_ place: Int, _ rank: Int) -> [Dimension] { (0..<rank).map { $0 == place ? 1 : 0 } }
}
