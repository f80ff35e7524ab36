import NablaGraph
import NablaRuntime

/// Kernels that are loops, with the operands' chains fused in.
extension ArrayPlanBuilder {
  mutating func addKernels(for id: NodeID) throws(CompilerError) {
    let graph = facts.graph
    let extents = facts.extents(of: id)
    if let literal = facts.literals[id] {
      let buffer = addBuffer(for: id)
      return fill(buffer, with: literal)
    }
    if let assembly = facts.assemblies[id] { return try addAssembly(assembly, id) }
    switch graph.operation(of: id) {
    case .reduce(let reduction, let axes):
      let operand = graph.operand(0, of: id)
      let space = facts.extents(of: operand)
      let kept = space.indices.filter { !axes.contains($0) }
      let start = Literal(reduction.start, graph.element(of: id))
      try addLoop(for: id, over: space) { (loop, buffer, plan) throws(CompilerError) in
        let value = try loop.value(of: operand, at: loop.identity, plan)
        let address = plan.address(kept.map { loop.identity[$0] }, in: extents, of: buffer, rank: loop.rank)
        try loop.add(value, reducing: axes, by: reduction.combination, from: start, to: buffer, address)
      }
    case .contract(let contraction):
      if try !addMatrixProduct(contraction, id) { try addContraction(contraction, id) }
    case .pad(let padding):
      try addPadding(padding, id)
    case .concatenate(let axis):
      try addConcatenation(axis, id)
    case .accumulate(let view):
      try addAccumulation(view, id)
    case .scatter(let gather):
      if facts.isCompared(gather, id) { try addCompared(gather, id) } else { addScatter(gather, id) }
    case .argReduce(let extremum, let axis) where facts.isUnrolled(id):
      try addComparisons(extremum, axis, id)
    case .argReduce(let extremum, let axis):
      addAlong(axis, .extremum(extremum), id)
    case .cumulative(let cumulation, let axis, let isReversed):
      addAlong(axis, .cumulation(cumulation, isReversed: isReversed), id)
    case .argsort(let axis):
      addAlong(axis, .order, id)
    case .random(let site):
      addRandom(site, id)
    case .convolve(let convolution):
      try addConvolution(convolution, id)
    case .scan(let scan):
      try addScan(scan, id)
    case .result:
      break  // Made by the scan.
    case .call:
      preconditionFailure("calls are inlined")
    default:
      try addLoop(for: id, over: extents) { (loop, buffer, plan) throws(CompilerError) in
        let index = loop.identity
        try loop.add(id, at: index, to: buffer, plan.address(index, in: extents, of: buffer, rank: loop.rank), plan)
      }
    }
  }

  /// A product of matrices; it is none if an operand is one number for all places.
  private mutating func addMatrixProduct(_ contraction: Contraction, _ id: NodeID) throws(CompilerError) -> Bool {
    guard facts.isMatrixProduct(contraction, id) else { return false }
    let extents = facts.labelExtents(of: contraction, id)
    var loop = LoopBuilder(order: steps.count, extents: extents)
    let operands = facts.graph.operands(of: id)
    let index = loop.identity
    guard
      let left = try loop.element(of: operands[0], at: contraction.left.map { index[$0] }, self),
      let right = try loop.element(of: operands[1], at: contraction.right.map { index[$0] }, self)
    else { return false }
    let element = facts.graph.element(of: id)
    // The labels of the result in its order, then the others.
    let order = contraction.result + contraction.summed
    if let label = examples(in: contraction, id) {
      try addHalves(of: id, left, right, order: order, extents: extents, label: label)
      return true
    }
    let buffer = addBuffer(for: id)
    let place = contraction.result.map { index[$0] }
    let address = self.address(place, in: facts.extents(of: id), of: buffer, rank: loop.rank)
    func ordered(_ place: ContractionKernel.Place) -> ContractionKernel.Place {
      (place.buffer, LinearIndex(offset: place.address.offset, steps: order.map { place.address.steps[$0] }))
    }
    append(
      product: ContractionKernel(
        over: order.map { extents[$0] }, summed: Array(contraction.result.count..<order.count), left: ordered(left),
        right: ordered(right), result: ordered((buffer, address)), element: element, unit: unit,
        rowParts: rowParts, isSplit: depth == 0))
    return true
  }

  mutating func append(product: ContractionKernel) {
    var kernel = product
    kernel.scratch = addBuffer(
      buffers[kernel.result].element, [kernel.scratchCount(threads: sharing.threads, isTiled: sharing.fuses)])
    append(.contract(kernel))
  }

  /// A sum of products as one loop nest, with what makes the operands fused in.
  private mutating func addContraction(_ contraction: Contraction, _ id: NodeID) throws(CompilerError) {
    let isByRow = facts.isSumOfRows(contraction, id)
    let labels = isByRow ? contraction.summed + contraction.result : contraction.result + contraction.summed
    let labelExtents = facts.labelExtents(of: contraction, id)
    let space = labels.map { labelExtents[$0] }
    let element = facts.graph.element(of: id)
    let extents = facts.extents(of: id)
    let operands = facts.graph.operands(of: id)
    let axes = labels.indices.filter { contraction.summed.contains(labels[$0]) }
    let kept = labels.indices.filter { !axes.contains($0) }
    try addLoop(for: id, over: space) { (loop, buffer, plan) throws(CompilerError) in
      let identity = loop.identity
      var factors: [KernelPlan.Operand] = []
      for (operand, own) in zip(operands, [contraction.left, contraction.right]) {
        let index = own.map { label in identity[labels.firstIndex(of: label) ?? 0] }
        factors.append(try loop.value(of: operand, at: index, plan))
      }
      let product = try loop.apply(.multiply, factors, element)
      let place = kept.map { identity[$0] }
      let address = plan.address(place, in: extents, of: buffer, rank: loop.rank)
      if axes.isEmpty {
        loop.add(product, to: buffer, address)
      } else {
        try loop.add(product, reducing: axes, by: .add, from: Literal(0.0, element), to: buffer, address)
      }
    }
  }

  private mutating func addConcatenation(_ axis: Int, _ id: NodeID) throws(CompilerError) {
    let extents = facts.extents(of: id)
    let buffer = addBuffer(for: id)
    var offset = 0
    for operand in facts.graph.operands(of: id) {
      let space = facts.extents(of: operand)
      if space.elementCount == 0 { continue }
      var loop = LoopBuilder(order: steps.count, extents: space)
      let value = try loop.value(of: operand, at: loop.identity, self)
      var place = loop.identity
      place[axis].offset += offset
      loop.add(value, to: buffer, address(place, in: extents, of: buffer, rank: space.count))
      append(loop)
      offset += space[axis]
    }
  }
}
