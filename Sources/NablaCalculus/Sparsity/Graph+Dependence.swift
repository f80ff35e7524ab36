import NablaGraph

extension Graph {
  /// A linear image of the forward derivative with the same sparsity: along a seed of ones and zeros, an element of the
  /// result is positive where it depends on a seeded element, and zero elsewhere.
  ///
  /// Slopes count as one, so nothing cancels and no value is needed but those of integers, which choose elements. The
  /// results of a scan count as depending on all that it reads.
  ///
  /// - Parameter seeds: one per input, `f64`, of its shape.
  /// - Returns: one node per output, `f64`, of its shape.
  /// - Complexity: linear in the part of the arena between inputs and outputs.
  /// - Precondition: the graph holds no calls (``Program/inlined()``).
  public mutating func dependence(of outputs: [NodeID], from inputs: [NodeID], along seeds: [NodeID]) -> [NodeID] {
    let end = (outputs.map(\.index).max() ?? -1) + 1
    let needed = live(from: outputs)
    var image: [NodeID?] = Array(repeating: nil, count: end)
    for (input, seed) in zip(inputs, seeds) where input.index < end { image[input.index] = seed }
    for index in 0..<end where needed[index] && image[index] == nil {
      let id = NodeID(index)
      let images = operands(of: id).map { image[$0.index] }
      if images.contains(where: { $0 != nil }) { image[index] = dependenceImage(of: id, images) }
    }
    return outputs.map { output in
      let shape = type(of: output).shape
      return image[output.index].map { summed($0, to: shape) } ?? constant(.zero, .f64, shape)
    }
  }

  private mutating func dependenceImage(of id: NodeID, _ images: [NodeID?]) -> NodeID? {
    let operation = operation(of: id)
    let operands = operands(of: id)
    let type = TensorType(.f64, type(of: id).shape)
    switch operation {
    case .scan, .result: return total(of: images)
    case .stop, .iota, .argReduce, .argsort, .random, .constant, .parameter: return nil
    default: break
    }
    guard self.type(of: id).element.isFloat else { return nil }
    /// An operand's image in the operand's own shape.
    func full(_ position: Int, _ graph: inout Graph) -> NodeID {
      let shape = graph.type(of: operands[position]).shape
      return images[position].map { graph.summed($0, to: shape) } ?? graph.constant(.zero, .f64, shape)
    }
    switch operation {
    case .elementwise(let f):
      return f.facts.contains(.locallyConstant) ? nil : sum(of: images)
    case .cast:
      return images[0]
    case .gather, .scatter:
      guard images[0] != nil else { return nil }
      return append(operation, [full(0, &self)] + operands.dropFirst(), type: type)
    case .reduce(_, let axes):
      return append(.reduce(.sum, axes: axes), [full(0, &self)], type: type)
    case .cumulative(_, let axis, let isReversed):
      return append(.cumulative(.sum, axis: axis, isReversed: isReversed), [full(0, &self)], type: type)
    case .contract, .convolve:
      let ones = operands.map { constant(.one, .f64, self.type(of: $0).shape) }
      let terms = (0..<2).map { position -> NodeID? in
        guard images[position] != nil else { return nil }
        let factors = position == 0 ? [full(0, &self), ones[1]] : [ones[0], full(1, &self)]
        return append(operation, factors, type: type)
      }
      return sum(of: terms)
    default:
      // What moves elements moves their images.
      return append(operation, operands.indices.map { full($0, &self) }, type: type)
    }
  }

  private mutating func sum(of images: [NodeID?]) -> NodeID? {
    let present = images.compactMap { $0 }
    return present.dropFirst().reduce(present.first) { sum, image in sum.map { apply(.add, $0, image) } }
  }

  /// All elements of all images together.
  private mutating func total(of images: [NodeID?]) -> NodeID? {
    let totals = images.compactMap { $0 }.map { image in
      append(.reduce(.sum, axes: Array(0..<type(of: image).shape.rank)), [image], type: type(of: image))
    }
    return sum(of: totals)
  }
}
