import NablaGraph

extension KernelFusion {
  /// Longer bodies are not joined to products of matrices.
  private static let statementLimit = 200

  /// Lets products of matrices do to each tile of their result, while it is at hand, what loops over the same places
  /// would do later: a bias, an activation, a derivative's factor, an update of parameters, sums over the rows.
  mutating func fuseEpilogues() {
    for number in kernels.indices {
      guard case .contract(let product)? = kernels[number], product.tiling != nil, writers[product.result] == [number]
      else { continue }
      var tried: Set<Int> = []
      // What the epilogue computes can have users that fit as well.
      while let next = order.successors[number].filter({ !tried.contains($0) }).min(by: { ranks[$0] < ranks[$1] }) {
        tried.insert(next)
        fuse(next, into: number)
      }
    }
  }

  private mutating func fuse(_ follower: Int, into number: Int) {
    guard case .contract(let product)? = kernels[number], case .loop(let loop)? = kernels[follower],
      product.epilogue.map({ $0.statementCount + loop.statementCount < KernelFusion.statementLimit }) ?? true,
      let aligned = loop.aligned(to: product),
      looksUpNothingOwn([loop], writing: [product.result] + product.writtenBuffers),
      aligned.reduced.isEmpty || aligned.reduced == product.otherAxes, isInStep(aligned, with: product),
      !order.isWay(from: number, to: follower, direct: false)
    else { return }
    var epilogue = product.epilogue ?? LoopKernel(of: product, plan.buffers[product.result].element)
    guard epilogue.append(aligned, product: product.result), product.with(epilogue).isAsFull(as: product) else {
      return
    }
    epilogue.reduced = epilogue.reduced.isEmpty ? aligned.reduced : epilogue.reduced
    unite(number, with: follower)
    // What only this kernel read stays in registers.
    let others = epilogue.results.filter { isWanted($0.buffer, besides: number) }
    epilogue.keep { result in others.contains(result) }
    let whole = product.with(epilogue)
    replace(number, with: .contract(whole))
    plan.resize(whole.scratch, to: whole.scratchCount(threads: plan.threads, isTiled: true))
  }

  /// Lets what a product has added up so far lie where its epilogue then writes, instead of in memory of its own.
  mutating func addUpInPlace() {
    for number in kernels.indices {
      guard case .contract(let product)? = kernels[number], product.isResultStored, let epilogue = product.epilogue,
        case .workspace = plan.buffers[product.result].place, !isWanted(product.result, besides: number),
        !epilogue.results.contains(where: { $0.buffer == product.result })
      else { continue }
      if reorders, let input = sumInput(of: epilogue) {
        var kernel = product
        kernel.sumInput = input
        replace(number, with: .contract(kernel))
        continue
      }
      let (own, read) = (
        plan.buffers[product.result], [product.left.buffer, product.right.buffer] + epilogue.readBuffers
      )
      let target = epilogue.results.first { result in
        let buffer = plan.buffers[result.buffer]
        return result.start == nil && result.address == product.resultAddress && buffer.element == own.element
          && buffer.byteCount == own.byteCount && !read.contains(result.buffer)
          && replacedInput(of: result.buffer) == nil
          && epilogue.results.count { $0.buffer == result.buffer } == 1
      }
      if let target { replace(number, with: .contract(product.storing(in: target.buffer))) }
    }
  }

  /// The input that an epilogue adds the product to, times numbers, if that is all it does, and if it writes the sum over
  /// the input: an update of parameters. Parts of a long sum can then be added one after the other.
  private func sumInput(of epilogue: LoopKernel) -> Int? {
    guard epilogue.results.count == 1, let result = epilogue.results.first, result.start == nil,
      let input = replacedInput(of: result.buffer),
      epilogue.addsProduct(to: .element(buffer: input, result.address))
    else { return nil }
    return input
  }

  /// Whether a loop can follow a product tile by tile: it has vectors, reads of the product and of what is computed
  /// from it the element at the same place, and overwrites nothing that other tiles still need.
  private func isInStep(_ loop: LoopKernel, with product: ContractionKernel) -> Bool {
    guard loop.isVectorial({ plan.buffers[$0].element }) else { return false }
    var own: [Int: LinearIndex] = [product.result: product.resultAddress]
    for result in product.epilogue?.results ?? [] {
      if result.start != nil && loop.readBuffers.contains(result.buffer) { return false }
      own[result.buffer] = result.address
    }
    for (buffer, address) in loop.reads {
      if let known = own[buffer], known != address { return false }
    }
    for result in loop.results {
      guard let input = replacedInput(of: result.buffer) else { continue }
      if product.left.buffer == input || product.right.buffer == input { return false }
      for (buffer, address) in loop.reads + (product.epilogue?.reads ?? []) where buffer == input {
        if address != result.address { return false }
      }
    }
    // A map writes each place once; sums go to places of the columns.
    return loop.results.allSatisfy { $0.start != nil || $0.address.isInjective(over: loop.extents) }
  }
}

extension LoopKernel {
  /// The elements of a product, written as they are.
  fileprivate init(of product: ContractionKernel, _ element: ElementType) {
    self.init(extents: product.resultExtents)
    sources = [.product]
    body.inputs = [.init(name: "", element: element)]
    results = [Result(buffer: product.result, address: product.resultAddress)]
    body.results = [.input(0)]
  }

  /// Whether the only result is a source and a multiple of the product, added up.
  fileprivate func addsProduct(to target: Source) -> Bool {
    enum Kind { case other, multiple, target, sum }
    func kind(of source: Source) -> Kind { source == target ? .target : source == .product ? .multiple : .other }
    var kinds: [Kind] = []
    func kind(_ operand: KernelPlan.Operand) -> Kind {
      operand.value.map { kinds[$0] } ?? operand.input.map { kind(of: sources[$0]) } ?? .other
    }
    for statement in body.statements {
      let operands = statement.operands.map(kind)
      guard operands.contains(where: { $0 != .other }) else {
        kinds.append(.other)
        continue
      }
      guard case .apply(let f) = statement.action, statement.element.isFloat else { return false }
      switch (f, operands) {
      case (.negate, [.multiple]), (.multiply, [.multiple, .other]), (.multiply, [.other, .multiple]),
        (.divide, [.multiple, .other]), (.add, [.multiple, .multiple]), (.subtract, [.multiple, .multiple]):
        kinds.append(.multiple)
      case (.add, [.target, .multiple]), (.add, [.multiple, .target]), (.subtract, [.target, .multiple]):
        kinds.append(.sum)
      default: return false
      }
    }
    return kind(body.results[0]) == .sum
  }

  /// The same loop over the axes of a product's result; `nil` if it has others, apart from those with one place.
  ///
  /// What it reads of the product, or of what has been made of that, tells which axis is which.
  fileprivate func aligned(to product: ContractionKernel) -> LoopKernel? {
    var known = [product.result: product.resultAddress]
    for result in product.epilogue?.results ?? [] where result.start == nil { known[result.buffer] = result.address }
    for case .element(let buffer, let address) in sources {
      if let theirs = known[buffer], let aligned = aligned(address, to: theirs, over: product.resultExtents) {
        // Elements that neighbours of the product do not write side by side are better moved by a loop of their own.
        let neighbours = product.resultAddress.steps.firstIndex(of: 1) ?? 0
        if aligned.results.contains(where: { abs($0.address.steps[neighbours]) > 1 }) { break }
        return aligned
      }
    }
    return aligned(to: product.resultExtents)
  }

  /// The same loop over axes along which an address has other steps; an axis of the loop may be several of them.
  private func aligned(_ own: LinearIndex, to theirs: LinearIndex, over extents: [Int]) -> LoopKernel? {
    if own.offset != theirs.offset { return nil }
    // For each of their axes, an axis of the loop and how many places of it one step is.
    var images: [(axis: Int, places: Int)?] = extents.map { _ in nil }
    for axis in self.extents.indices where self.extents[axis] != 1 {
      var (places, step) = (1, own.steps[axis])
      while places < self.extents[axis] {
        let next = extents.indices.first { images[$0] == nil && extents[$0] != 1 && theirs.steps[$0] == step }
        guard let next else { return nil }
        images[next] = (axis, places)
        places *= extents[next]
        step *= extents[next]
      }
      if places != self.extents[axis] { return nil }
    }
    if zip(extents, images).contains(where: { $0 != 1 && $1 == nil }) { return nil }
    var loop = self
    loop.mapIndices { index in
      LinearIndex(
        offset: index.offset, steps: images.map { image in image.map { index.steps[$0.axis] * $0.places } ?? 0 })
    }
    loop.reduced = extents.indices.filter { axis in images[axis].map { reduced.contains($0.axis) } ?? false }
    loop.extents = extents
    return loop
  }

  /// The same loop over given axes; `nil` if it has others, apart from those with one place.
  private func aligned(to extents: [Int]) -> LoopKernel? {
    let own = self.extents.indices.filter { self.extents[$0] != 1 }
    let theirs = extents.indices.filter { extents[$0] != 1 }
    guard own.map({ self.extents[$0] }) == theirs.map({ extents[$0] }) else { return nil }
    var axes = Array(repeating: -1, count: extents.count)
    for (position, axis) in zip(theirs, own) { axes[position] = axis }
    var loop = self
    loop.mapIndices { index in
      LinearIndex(offset: index.offset, steps: axes.map { $0 < 0 ? 0 : index.steps[$0] })
    }
    loop.reduced = theirs.filter { reduced.contains(axes[$0]) }
    loop.extents = extents
    return loop
  }

  /// Adds the body and the results of a loop over the same places. Elements that this loop computes are not read.
  ///
  /// - Returns: `false` if the two do not fit.
  mutating func append(_ other: LoopKernel, product: Int) -> Bool {
    let (values, offset) = (body.statements.count, results.count)
    var literals: [Int] = []
    for literal in other.body.literals {
      let known = body.literals.firstIndex(of: literal)
      literals.append(known ?? body.literals.count)
      if known == nil { body.literals.append(literal) }
    }
    var inputs: [KernelPlan.Operand] = []
    for (position, source) in other.sources.enumerated() {
      var source = source
      if case .element(let buffer, let address) = source {
        if let own = results.firstIndex(where: { $0.buffer == buffer && $0.address == address && $0.start == nil }) {
          inputs.append(body.results[own])
          continue
        }
        if buffer == product { source = .product }
      }
      if case .accumulator(let result) = source { source = .accumulator(result: result + offset) }
      let element = other.body.inputs[position].element
      if let known = sources.indices.first(where: { sources[$0] == source && body.inputs[$0].element == element }) {
        inputs.append(.input(known))
      } else {
        inputs.append(.input(sources.count))
        sources.append(source)
        body.inputs.append(other.body.inputs[position])
      }
    }
    func image(_ operand: KernelPlan.Operand) -> KernelPlan.Operand {
      if let value = operand.value { return .value(value + values) }
      if let input = operand.input { return inputs[input] }
      return .literal(literals[operand.literal ?? 0])
    }
    for statement in other.body.statements {
      body.statements.append(.init(statement.action, statement.operands.map(image), statement.element))
    }
    results += other.results
    checks = (checks + other.checks).unique
    body.results += other.body.results.map(image)
    body.parts = [0..<body.statements.count]
    return true
  }

  /// Leaves out results, and what only they need.
  mutating func keep(_ isWanted: (Result) -> Bool) {
    let original = results
    let kept = results.indices.filter { isWanted(results[$0]) }
    results = kept.map { original[$0] }
    body.results = kept.map { body.results[$0] }
    self = withoutUnused(original)
  }
}
