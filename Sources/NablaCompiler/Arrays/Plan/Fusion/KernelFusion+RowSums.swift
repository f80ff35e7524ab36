import NablaGraph
import NablaRuntime

/// Fewer walks along each row: steady factors leave sums, which then need nothing that is known later and are made
/// beside what they add up; and sums over the rows too are made row by row.
extension KernelFusion {
  /// Longer bodies are not joined.
  private static let statementLimit = 96
  /// Arrays that one loop walks along at most.
  private static let accessLimit = 24

  /// The kernel with as few walks along a row as can be.
  ///
  /// - Postcondition: the kernel of that number is the result.
  mutating func shorten(_ kernel: RowKernel, _ number: Int) {
    var parts: [LoopKernel] = []
    let units = unitBuffers(of: kernel)
    for part in kernel.parts {
      // What is written over what is read is one loop, as it was.
      parts += isInPlace(part) ? [part] : part.apart.flatMap { split($0, rows: kernel.rows, units) }
    }
    var position = 0
    while position < parts.count {
      guard let target = (0..<position).first(where: { canJoin(position, to: $0, parts, rows: kernel.rows.count) }),
        parts[target].append(parts[position], product: -1)
      else {
        position += 1
        continue
      }
      parts[target].reduced = parts[target].reduced.isEmpty ? parts[position].reduced : parts[target].reduced
      parts.remove(at: position)
      parts[target] = RowBody.image(of: parts[target], rows: kernel.rows.count, isUnit: { _ in false })
      uniteEqualSums(of: target, in: &parts, number)
    }
    var whole = kernel
    whole.parts = parts
    whole.ranks = parts.map { _ in ranks[number] }
    replace(number, with: .rows(whole))
    for part in whole.parts.indices {
      let others = Set(whole.parts.enumerated().flatMap { $0.offset == part ? [] : $0.element.readBuffers })
      let written = whole.parts[part].results
      let wanted = written.filter { isWanted($0.buffer, besides: number) || others.contains($0.buffer) }
      if wanted.count < written.count { whole.parts[part].keep { wanted.contains($0) } }
    }
    whole.parts.removeAll { $0.results.isEmpty }
    replace(number, with: .rows(whole))
  }

  // MARK: Sums

  /// A part with its sums made row by row and without steady factors, and what is then done to each row's sum.
  private mutating func split(_ part: LoopKernel, rows: [Int], _ units: Set<Int>) -> [LoopKernel] {
    func isUnit(_ operand: KernelPlan.Operand, in part: LoopKernel) -> Bool {
      guard let input = operand.input, case .element(let buffer, _) = part.sources[input] else { return false }
      return units.contains(buffer)
    }
    var part = part
    part = RowBody.image(of: part, rows: rows.count) { [part] in isUnit($0, in: part) }
    let inner = Array(rows.count..<part.extents.count)
    let isAcross = part.reduced.contains { $0 < rows.count }
    let sums = part.results.indices.filter { part.results[$0].start != nil }
    guard !inner.isEmpty, !sums.isEmpty, part.reduced.filter({ $0 >= rows.count }) == inner,
      sums.allSatisfy({ part.isSum($0) })
    else { return [part] }
    let steadiness = RowSteadiness(part, rows: rows.count)
    let products = sums.map { number -> RowProduct? in
      let product = RowProduct(of: part.summand(number), in: part, steadiness)
      return product.flatMap { product in product.isSafe { isUnit($0, in: part) } ? product : nil }
    }
    guard isAcross || products.contains(where: { $0 != nil }) else { return [part] }
    var first = part
    var followers: [LoopKernel] = []
    for (number, product) in zip(sums, products) where isAcross || product != nil {
      let element = plan.buffers[part.results[number].buffer].element
      let sum = addBuffer(element, rows)
      let address = LinearIndex.address(
        LinearIndex.identity(over: part.extents).prefix(rows.count).map { $0 }, in: rows, rank: part.extents.count)
      followers.append(part.follower(of: number, rows: rows, product?.steady ?? [], sum: sum, element))
      if let product { first.replaceSummand(number, by: product.varying, element) }
      first.results[number].buffer = sum
      first.results[number].address = address
    }
    first.reduced = inner
    return [RowBody.image(of: first, rows: rows.count, isUnit: { _ in false })] + followers
  }

  private mutating func addBuffer(_ element: ElementType, _ extents: [Int]) -> Int {
    plan.buffers.append(ArrayPlan.Buffer(element: element, extents: extents, place: .workspace(0), name: nil))
    readers.append([])
    writers.append([])
    return plan.buffers.count - 1
  }

  /// Arrays that hold, for each row, exponentials of what is less than the row's maximum: between 0 and 1, one of them 1.
  private func unitBuffers(of kernel: RowKernel) -> Set<Int> {
    var maxima: [Int: LoopKernel.Source] = [:]
    var units: Set<Int> = []
    for part in kernel.parts {
      for (number, result) in part.results.enumerated() {
        if let source = part.maximum(number) { maxima[result.buffer] = source }
        if result.start == nil, let (source, maximum) = part.shiftedExponential(number), maxima[maximum] == source {
          units.insert(result.buffer)
        }
      }
    }
    return units
  }

  // MARK: Joining

  /// Whether a part can be done in the loop of an earlier one: over the same elements, with nothing between the two that
  /// it needs or that needs it, and element by element with the other.
  private func canJoin(_ position: Int, to target: Int, _ parts: [LoopKernel], rows: Int) -> Bool {
    let (first, second) = (parts[target], parts[position])
    guard first.extents == second.extents, first.extents.count > rows, !first.extents.contains(0),
      first.reduced.isEmpty || second.reduced.isEmpty || first.reduced == second.reduced,
      !(first.reduced + second.reduced).contains(where: { $0 < rows }),
      first.body.statements.count + second.body.statements.count <= KernelFusion.statementLimit,
      first.sources.count + first.results.count + second.sources.count + second.results.count
        <= KernelFusion.accessLimit,
      isVectorial(first) == isVectorial(second)
    else { return false }
    let (reads, writes) = (Set(second.readBuffers.map(memory)), Set(second.results.map { memory($0.buffer) }))
    for between in parts[(target + 1)..<position] {
      let theirs = between.results.map { memory($0.buffer) }
      if theirs.contains(where: { reads.contains($0) || writes.contains($0) }) { return false }
      if between.readBuffers.contains(where: { writes.contains(memory($0)) }) { return false }
    }
    return isInStep(first, second)
  }

  private func isVectorial(_ part: LoopKernel) -> Bool { part.isVectorial { plan.buffers[$0].element } }

  /// Whether a part writes where it reads.
  private func isInPlace(_ part: LoopKernel) -> Bool {
    let written = Set(part.results.map { memory($0.buffer) })
    return part.readBuffers.contains { written.contains(memory($0)) }
  }

  /// What an array shares with those that lie in the same place.
  private func memory(_ buffer: Int) -> Int { replacedInput(of: buffer) ?? buffer }

  /// Whether the second of two loops over the same places reads of what the first writes the element at the same place,
  /// and neither writes over what the other one still needs.
  private func isInStep(_ first: LoopKernel, _ second: LoopKernel) -> Bool {
    for result in first.results {
      let place = memory(result.buffer)
      for other in second.results where memory(other.buffer) == place { return false }
      for (buffer, address) in second.reads where memory(buffer) == place {
        if result.start != nil || buffer != result.buffer || address != result.address { return false }
      }
    }
    for result in second.results {
      let place = memory(result.buffer)
      for (buffer, address) in first.reads where memory(buffer) == place {
        if result.start != nil || address != result.address { return false }
      }
    }
    return true
  }

  /// Makes one of sums of a part that are the same.
  private func uniteEqualSums(of target: Int, in parts: inout [LoopKernel], _ number: Int) {
    var known: [KernelPlan.Operand: Int] = [:]
    var kept: [Int] = []
    for position in parts[target].results.indices {
      let result = parts[target].results[position]
      guard parts[target].isSum(position), !isWanted(result.buffer, besides: number) else {
        kept.append(position)
        continue
      }
      let summand = parts[target].summand(position)
      guard let other = known[summand], parts[target].results[other].address == result.address,
        parts[target].results[other].start == result.start
      else {
        known[summand] = position
        kept.append(position)
        continue
      }
      let buffer = parts[target].results[other].buffer
      for part in parts.indices { parts[part].read(buffer, insteadOf: result.buffer) }
    }
    if kept.count == parts[target].results.count { return }
    let wanted = Set(kept.map { parts[target].results[$0].buffer })
    parts[target].keep { wanted.contains($0.buffer) }
  }
}

extension LoopKernel {
  /// Bodies of more statements stay as they are.
  private static let apartLimit = 40
  private static let apartAccesses = 10

  /// What results share may cost so much more, if they are made in two places.
  private static let apartCost = 12

  /// A loop for each result, if some are sums: each can then be made as early as it can. Those that end up in one place
  /// are one loop again; those that share what is costly stay together.
  fileprivate var apart: [LoopKernel] {
    guard results.count > 1, results.contains(where: { $0.start != nil }),
      body.statements.count <= LoopKernel.apartLimit, sources.count + results.count <= LoopKernel.apartAccesses,
      Set(results.map(\.buffer)).count == results.count
    else { return [self] }
    let loops = results.map { result in
      var loop = self
      loop.keep { $0 == result }
      if result.start == nil { loop.reduced = [] }
      return loop
    }
    return loops.reduce(0) { $0 + $1.cost } - cost <= LoopKernel.apartCost ? loops : [self]
  }

  /// Whether a result is a sum of floats.
  func isSum(_ number: Int) -> Bool {
    guard results[number].start != nil, let value = body.results[number].value,
      case .apply(.add) = body.statements[value].action, body.statements[value].element.isFloat,
      let input = body.statements[value][0].input, case .accumulator(result: number) = sources[input]
    else { return false }
    return true
  }

  /// What a sum adds up.
  ///
  /// - Precondition: the result is a sum.
  func summand(_ number: Int) -> KernelPlan.Operand { body.statements[addition(number)][1] }

  /// The statement that adds to a sum.
  ///
  /// - Precondition: the result is a sum.
  private func addition(_ number: Int) -> Int {
    guard let value = body.results[number].value else { preconditionFailure("a sum is a statement") }
    return value
  }

  /// Adds up a product of some factors instead.
  fileprivate mutating func replaceSummand(_ number: Int, by factors: [KernelPlan.Operand], _ element: ElementType) {
    let value = addition(number)
    let product = factors.dropFirst().reduce(factors[0]) { product, factor in
      let operands = [product, factor].sorted { $0.code < $1.code }
      body.statements.append(.init(.apply(.multiply), operands, element))
      return .value(body.statements.count - 1)
    }
    body.statements.append(.init(.apply(.add), [body.statements[value][0], product], element))
    body.results[number] = .value(body.statements.count - 1)
  }

  /// What makes the result of a row's sum: its steady factors, and the sum over the rows if it is one.
  ///
  /// - Parameter sum: where the sums of the rows are.
  fileprivate func follower(
    of number: Int, rows: [Int], _ steady: [KernelPlan.Operand], sum: Int, _ element: ElementType
  ) -> LoopKernel {
    var kernel = self
    let isAcross = reduced.contains { $0 < rows.count }
    var value = KernelPlan.Operand.input(kernel.sources.count)
    let rank = extents.count
    let place = LinearIndex.identity(over: extents).prefix(rows.count).map { $0 }
    kernel.sources.append(.element(buffer: sum, .address(place, in: rows, rank: rank)))
    kernel.body.inputs.append(.init(name: "", element: element))
    func append(_ f: Elementwise, _ operands: [KernelPlan.Operand]) {
      kernel.body.statements.append(.init(.apply(f), operands, element))
      value = .value(kernel.body.statements.count - 1)
    }
    for factor in steady { append(.multiply, [value, factor]) }
    if isAcross {
      kernel.sources.append(.accumulator(result: 0))
      kernel.body.inputs.append(.init(name: "", element: element))
      append(.add, [.input(kernel.sources.count - 1), value])
    }
    kernel.results = [results[number]]
    if !isAcross { kernel.results[0].start = nil }
    kernel.body.results = [value]
    kernel.body.outputs = [.init(name: "", element: element)]
    kernel = kernel.withoutUnused(kernel.results)
    kernel.mapIndices { LinearIndex(offset: $0.offset, steps: Array($0.steps.prefix(rows.count))) }
    kernel.extents = rows
    kernel.reduced = reduced.filter { $0 < rows.count }
    return kernel
  }

  /// What a result is the largest element of.
  func maximum(_ number: Int) -> Source? {
    guard results[number].start != nil, let value = body.results[number].value,
      case .apply(.max) = body.statements[value].action, let input = body.statements[value][1].input
    else { return nil }
    return sources[input]
  }

  /// The `x` and the array of `m` where a result is `exp(x - m)`, or that with `m` replaced by 0 where it is not finite.
  func shiftedExponential(_ number: Int) -> (Source, maximum: Int)? {
    guard let value = body.results[number].value, case .apply(.exp) = body.statements[value].action,
      let difference = body.statements[value][0].value,
      case .apply(.subtract) = body.statements[difference].action,
      let input = body.statements[difference][0].input
    else { return nil }
    var shift = body.statements[difference][1]
    if let choice = shift.value, case .apply(.select) = body.statements[choice].action {
      func isZero(_ operand: KernelPlan.Operand) -> Bool {
        operand.literal.map { body.literals[$0] == Literal(0.0, body.literals[$0].element) } ?? false
      }
      let (one, other) = (body.statements[choice][1], body.statements[choice][2])
      if isZero(other) { shift = one } else if isZero(one) { shift = other }
    }
    guard let maximum = shift.input, case .element(let buffer, _) = sources[maximum] else { return nil }
    return (sources[input], buffer)
  }

  /// Reads another array instead of one.
  fileprivate mutating func read(_ buffer: Int, insteadOf old: Int) {
    for case (let number, .element(old, let address)) in sources.enumerated() {
      sources[number] = .element(buffer: buffer, address)
    }
  }
}
