extension Graph {
  /// Long scans as scans of scans: about √T segments of about √T steps each. In reverse mode a segment's states are
  /// computed again from its first one, so that the memory for T steps is in proportion to √T, for one more walk
  /// forward.
  ///
  /// A loop in a loop has segments of its own: T steps of T steps keep √T states of each. Values are the same to the bit.
  /// Short scans stay as they are, and those whose length is still a name: that is a number before a program runs, and
  /// segments are made then.
  ///
  /// - Returns: the new roots, in the same arena.
  public mutating func checkpointed(_ roots: [NodeID]) -> [NodeID] { checkpointed(roots, depth: 0) }

  /// Loops that stand deeper in one another are taken as they are.
  private static let checkpointedDepth = 8

  private mutating func checkpointed(_ roots: [NodeID], depth: Int) -> [NodeID] {
    if functions.isEmpty { return roots }
    let live = live(from: roots)
    let saved = currentOrigin
    defer { currentOrigin = saved }
    var image: [NodeID: NodeID] = [:]
    var results: [NodeID: [NodeID]] = [:]
    for id in ids where live[id.index] {
      if elementwise(id) == nil {
        switch operation(of: id) {
        case .scan:
          guard var scan = ScanBuilder(id, of: self), !scan.isCheckpointed else { break }
          let hasInner =
            depth < Graph.checkpointedDepth && scan.checkpointBody { $0.checkpointed($1, depth: depth + 1) }
          guard hasInner || scan.isLong else { break }
          scan.replaceOperands(image)
          currentOrigin = originID(of: id)
          if scan.isLong {
            results[id] = segmented(scan)
          } else {
            let new = scan.append(to: &self)
            results[id] = new.carried + new.outputs
          }
          continue
        case .result(let position):
          guard let known = results[operand(0, of: id)] else { break }
          image[id] = known[position]
          addOrigin(origin(of: id), to: known[position])
          continue
        default: break
        }
      }
      if image.isEmpty { continue }
      let old = operands(of: id)
      let new = old.map { image[$0] ?? $0 }
      if new == old { continue }
      currentOrigin = originID(of: id)
      image[id] = append(operation(of: id), new, type: type(of: id))
    }
    return roots.map { image[$0] ?? $0 }
  }

  /// The results of a scan as those of a scan of segments, and of one more for the steps that are left.
  private mutating func segmented(_ scan: ScanBuilder) -> [NodeID] {
    let length = scan.length.constant ?? 0
    let steps = Int(Double(length).squareRoot().rounded(.up))
    let segments = length / steps
    let rest = length - segments * steps
    // Where the walk begins.
    let first = scan.isReversed ? rest : 0

    var outer = ScanBuilder(named: "\(scan.name)_segments", length: Dimension(segments), isReversed: scan.isReversed)
    outer.isCheckpointed = true
    var inner = scan
    inner.length = Dimension(steps)
    for index in scan.carried.indices {
      inner.carried[index].start = outer.carry(scan.inputName(index), from: scan.carried[index].start, in: self)
    }
    for (index, bound) in scan.sequences.enumerated() {
      let part = part(of: bound.operand, first, segments * steps)
      var type = type(of: part)
      type.shape.dimensions.replaceSubrange(0..<1, with: [Dimension(segments), Dimension(steps)])
      inner.sequences[index].operand = outer.walk("", over: append(.reshape, [part], type: type), in: self)
    }
    for index in scan.captured.indices {
      inner.captured[index].operand = outer.capture(scan.captured[index].operand, in: self)
    }
    let step = inner.append(to: &outer.body)
    for (index, next) in step.carried.enumerated() { outer.carried[index].next = next }
    outer.outputs = step.outputs
    let whole = outer.append(to: &self)
    var outputs = whole.outputs.map { stack -> NodeID in
      var type = type(of: stack)
      type.shape.dimensions.replaceSubrange(0..<2, with: [Dimension(segments * steps)])
      return append(.reshape, [stack], type: type)
    }
    if rest == 0 { return whole.carried + outputs }

    var tail = scan
    tail.length = Dimension(rest)
    for index in scan.carried.indices { tail.carried[index].start = whole.carried[index] }
    for (index, bound) in scan.sequences.enumerated() {
      tail.sequences[index].operand = part(of: bound.operand, scan.isReversed ? 0 : segments * steps, rest)
    }
    let end = tail.append(to: &self)
    for (index, output) in end.outputs.enumerated() {
      let parts = scan.isReversed ? [output, outputs[index]] : [outputs[index], output]
      outputs[index] = append(.concatenate(axis: 0), parts, type: type(of: output))
    }
    return end.carried + outputs
  }

  /// Some elements of the first axis.
  private mutating func part(of id: NodeID, _ start: Int, _ count: Int) -> NodeID {
    let extents = type(of: id).shape.dimensions
    if extents[0] == Dimension(count) { return id }
    let slices = extents.enumerated().map { axis, extent in
      axis == 0
        ? Operation.Slice(start: Dimension(start), count: Dimension(count)) : Operation.Slice(start: 0, count: extent)
    }
    return append(.slice(slices), [id], type: type(of: id))
  }
}

extension ScanBuilder {
  /// Fewer steps than this are kept.
  private static let leastSteps = 16

  fileprivate var isLong: Bool { length.constant.map { $0 >= ScanBuilder.leastSteps } ?? false }

  /// - Returns: whether the body has other roots now.
  fileprivate mutating func checkpointBody(_ transform: (inout Graph, [NodeID]) -> [NodeID]) -> Bool {
    let new = transform(&body, roots)
    if new == roots { return false }
    for index in carried.indices { carried[index].next = new[index] }
    outputs = Array(new.dropFirst(carried.count))
    return true
  }

  fileprivate func inputName(_ index: Int) -> String { body.inputName(of: carried[index].input) }

  /// Puts other nodes of the graph around in the place of operands.
  public mutating func replaceOperands(_ image: [NodeID: NodeID]) {
    for index in carried.indices { carried[index].start = image[carried[index].start] ?? carried[index].start }
    for index in sequences.indices {
      sequences[index].operand = image[sequences[index].operand] ?? sequences[index].operand
    }
    for index in captured.indices {
      captured[index].operand = image[captured[index].operand] ?? captured[index].operand
    }
  }
}
