/// Reads: at places that are affine in loops they are views, else gathers with the loops' axes.
extension BatchingPass {
  mutating func view(_ view: View, _ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    let value = try operand(id, in: &graph)
    let target = shape(value.loops, graph.type(of: id).shape)
    return Batched(
      try graph.viewed(value.node, by: raised(view, value.loops.count, target.rank), shape: target), value.loops)
  }

  mutating func accumulate(_ view: View, _ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    let value = try operand(id, in: &graph)
    let rank = graph.type(of: value.node).shape.rank
    let target = shape(value.loops, graph.type(of: id).shape)
    return Batched(
      try graph.accumulated(value.node, by: raised(view, value.loops.count, rank), into: target), value.loops)
  }

  /// The view with as many axes in front, on both sides, that run together.
  private func raised(_ view: View, _ count: Int, _ rank: Int) -> View {
    let lead = (0..<count).map { View.Axis(steps: BatchingPass.unit($0, rank)) }
    return View(
      axes: lead + view.axes.map { .init(start: $0.start, steps: Array(repeating: 0, count: count) + $0.steps) })
  }

  // MARK: Gather

  mutating func gather(_ gather: Gather, _ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    let operands = graph.operands(of: id)
    var array = try operand(id, in: &graph)
    let places = graph.type(of: operands[1]).shape
    var indices = Array(operands.dropFirst())
    var axes = gather.axes
    if gather.batch == 0 {
      let extents = graph.type(of: operands[0]).shape.dimensions
      let walks = zip(axes, indices).map { affine($1, along: extents[$0], graph) }
      if walks.allSatisfy({ $0 != nil }) {
        return try read(array, zip(axes, walks).map { ($0, $1) }, places, in: &graph)
      }
      // What is affine is read first; it leaves an axis of a loop in place of its own.
      let first = axes.indices.filter { walks[$0].map { $0.steps.allSatisfy { $0 == 0 } } ?? false }
      if !first.isEmpty {
        array = try read(array, first.map { (axes[$0], walks[$0]) }, .scalar, in: &graph)
        let gone = first.map { axes[$0] }
        let rest = axes.indices.filter { !first.contains($0) }
        indices = rest.map { indices[$0] }
        axes = rest.map { position in axes[position] - gone.count { $0 < axes[position] } }
      }
    }
    return try gathered(array, indices, places, Gather(batch: gather.batch, axes: axes), in: &graph)
  }

  /// The form of an index that is affine in this pass's loops and stays within an axis, as far as is known. A negative
  /// one counts from the end.
  mutating func affine(_ index: NodeID, along extent: Dimension, _ graph: Graph) -> AffineIndex? {
    guard var form = forms.form(of: index, in: graph), form.factors.keys.allSatisfy({ loops[$0] != nil }),
      let (least, greatest) = form.range(range, graph.type(of: index).shape)
    else { return nil }
    if let last = greatest.constant, last < 0 {
      form.constant = form.constant + extent
      return (least + extent).constant.map { $0 < 0 } ?? false ? nil : form
    }
    let isOutside = least.constant.map { $0 < 0 } ?? false || (extent - 1 - greatest).constant.map { $0 < 0 } ?? false
    return isOutside ? nil : form
  }

  /// The elements of an array at affine places along some axes: a view.
  private func read(
    _ array: Batched, _ walks: [(axis: Int, form: AffineIndex?)], _ places: Shape, in graph: inout Graph
  ) throws(TypeError) -> Batched {
    let own = own(array, graph)
    let loops = union(
      array.loops,
      walks.flatMap { walk in (walk.form?.factors.keys).map(Array.init) ?? [] }.compactMap { self.loops[$0] })
    let read = Dictionary(walks.map { ($0.axis, $0.form) }, uniquingKeysWith: { first, _ in first })
    let rest = own.dimensions.indices.filter { read[$0] == nil }
    let target = Shape(shape(loops) + places.dimensions + rest.map { own.dimensions[$0] })
    var axes = array.loops.map { loop in
      View.Axis(steps: BatchingPass.unit(loops.firstIndex(of: loop) ?? 0, target.rank))
    }
    for axis in own.dimensions.indices {
      if let form = read[axis] ?? nil {
        axes.append(walk(form, loops, target.rank))
      } else {
        let place = loops.count + places.rank + (rest.firstIndex(of: axis) ?? 0)
        axes.append(View.Axis(steps: BatchingPass.unit(place, target.rank)))
      }
    }
    return Batched(try graph.viewed(array.node, by: View(axes: axes), shape: target), loops)
  }

  /// An affine index as a walk by the axes of loops, then those of its own places.
  private func walk(_ form: AffineIndex, _ loops: [Int], _ rank: Int) -> View.Axis {
    var steps = Array(repeating: Dimension(0), count: rank)
    for (input, factor) in form.factors {
      if let loop = self.loops[input], let place = loops.firstIndex(of: loop) { steps[place] = factor }
    }
    for (axis, step) in form.steps.enumerated() { steps[loops.count + axis] = step }
    return View.Axis(start: form.constant, steps: steps)
  }

  /// A gather whose batch axes are, besides its own, those of the loops that both array and indices depend on.
  private func gathered(
    _ array: Batched, _ indices: [NodeID], _ places: Shape, _ gather: Gather, in graph: inout Graph
  ) throws(TypeError) -> Batched {
    let own = own(array, graph)
    let (nodes, reach) = try filledIndices(indices, in: &graph)
    let shared = array.loops.filter { reach.contains($0) }
    let fixed = array.loops.filter { !reach.contains($0) }
    let moving = reach.filter { !shared.contains($0) }
    let batch = 0..<gather.batch
    let x = try arranged(
      array.node, array.loops.map(BatchAxis.loop) + own.dimensions.indices.map(BatchAxis.own),
      to: shared.map(BatchAxis.loop) + batch.map(BatchAxis.own) + fixed.map(BatchAxis.loop)
        + (gather.batch..<own.rank).map(BatchAxis.own), in: &graph)
    let order =
      shared.map(BatchAxis.loop) + batch.map(BatchAxis.place) + moving.map(BatchAxis.loop)
      + (gather.batch..<places.rank).map(BatchAxis.place)
    var operands = [x]
    for node in nodes { operands.append(try arrangedIndex(node, reach, places, to: order, in: &graph)) }
    let whole = Gather(batch: shared.count + gather.batch, axes: gather.axes.map { $0 + array.loops.count })
    let operation = Operation.gather(whole)
    let type = try graph.resultType(of: operation, operands, stated: graph.type(of: x))
    let node = graph.append(operation, operands, type: type)
    let rest = (gather.batch..<own.rank).filter { !gather.axes.contains($0) }.map(BatchAxis.own)
    let loops = union(array.loops, reach)
    return Batched(
      try arranged(
        node, order + fixed.map(BatchAxis.loop) + rest,
        to: loops.map(BatchAxis.loop) + places.dimensions.indices.map(BatchAxis.place) + rest, in: &graph), loops)
  }

  // MARK: Scatter

  mutating func scatter(_ gather: Gather, _ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    let operands = graph.operands(of: id)
    let updates = try operand(id, in: &graph)
    let target = graph.type(of: id).shape
    let places = graph.type(of: operands[1]).shape
    let indices = Array(operands.dropFirst())
    if gather.batch == 0 {
      let walks = zip(gather.axes, indices).map { affine($1, along: target.dimensions[$0], graph) }
      if walks.allSatisfy({ $0 != nil }) {
        return try accumulated(updates, zip(gather.axes, walks).map { ($0, $1) }, places, target, in: &graph)
      }
    }
    let (nodes, reach) = try filledIndices(indices, in: &graph)
    let loops = union(updates.loops, reach)
    let fixed = loops.filter { !reach.contains($0) }
    let rest = (gather.batch..<target.rank).filter { !gather.axes.contains($0) }.map(BatchAxis.own)
    let order =
      reach.map(BatchAxis.loop) + places.dimensions.indices.map(BatchAxis.place)
    let x = try arranged(
      filled(updates, loops, in: &graph),
      loops.map(BatchAxis.loop) + places.dimensions.indices.map(BatchAxis.place) + rest,
      to: order + fixed.map(BatchAxis.loop) + rest, in: &graph)
    var all = [x]
    for node in nodes { all.append(try arrangedIndex(node, reach, places, to: order, in: &graph)) }
    let own = target.dimensions
    let lead = shape(reach) + own[..<gather.batch] + shape(fixed)
    let operation = Operation.scatter(
      Gather(batch: reach.count + gather.batch, axes: gather.axes.map { $0 + loops.count }))
    let stated = TensorType(graph.element(of: x), Shape(lead + own[gather.batch...]))
    let type = try graph.resultType(of: operation, all, stated: stated)
    let node = graph.append(operation, all, type: type)
    let owns = target.dimensions.indices.map(BatchAxis.own)
    return Batched(
      try arranged(
        node,
        reach.map(BatchAxis.loop) + owns.prefix(gather.batch) + fixed.map(BatchAxis.loop)
          + owns.dropFirst(gather.batch), to: loops.map(BatchAxis.loop) + owns, in: &graph), loops)
  }

  private func accumulated(
    _ updates: Batched, _ walks: [(axis: Int, form: AffineIndex?)], _ places: Shape, _ target: Shape,
    in graph: inout Graph
  ) throws(TypeError) -> Batched {
    let loops = union(
      updates.loops,
      walks.flatMap { walk in (walk.form?.factors.keys).map(Array.init) ?? [] }.compactMap { self.loops[$0] })
    let node = try filled(updates, loops, in: &graph)
    let rank = graph.type(of: node).shape.rank
    let written = Dictionary(walks.map { ($0.axis, $0.form) }, uniquingKeysWith: { first, _ in first })
    let rest = target.dimensions.indices.filter { written[$0] == nil }
    let lead = loops.indices.map { View.Axis(steps: BatchingPass.unit($0, rank)) }
    let axes = target.dimensions.indices.map { axis -> View.Axis in
      if let form = written[axis] ?? nil { return walk(form, loops, rank) }
      return View.Axis(
        steps: BatchingPass.unit(loops.count + places.rank + (rest.firstIndex(of: axis) ?? 0), rank))
    }
    return Batched(
      try graph.accumulated(node, by: View(axes: lead + axes), into: shape(loops, target)), loops)
  }

  // MARK: Index arrays

  /// Index arrays with the axes of all loops that one of them depends on.
  private func filledIndices(
    _ indices: [NodeID], in graph: inout Graph
  ) throws(TypeError) -> (nodes: [NodeID], loops: [Int]) {
    var values: [Batched] = []
    for index in indices { values.append(image(of: index)) }
    let loops = Set(values.flatMap(\.loops)).sorted()
    var nodes: [NodeID] = []
    for value in values { nodes.append(try filled(value, loops, in: &graph)) }
    return (nodes, loops)
  }

  private func arrangedIndex(
    _ node: NodeID, _ loops: [Int], _ places: Shape, to order: [BatchAxis], in graph: inout Graph
  ) throws(TypeError) -> NodeID {
    try arranged(
      node, loops.map(BatchAxis.loop) + places.dimensions.indices.map(BatchAxis.place), to: order, in: &graph)
  }
}
