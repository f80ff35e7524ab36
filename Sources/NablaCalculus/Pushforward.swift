import NablaGraph

extension Graph {
  /// Forward mode: the Jacobian–vector product of `outputs` along `tangents` of `inputs`.
  ///
  /// - Parameter tangents: one per input, of its type.
  /// - Returns: one tangent per output, of its shape; the constant zero where nothing flows.
  /// - Complexity: linear in the part of the arena between inputs and outputs.
  /// - Precondition: the graph holds no calls (``Program/inlined()``).
  public mutating func pushforward(of outputs: [NodeID], from inputs: [NodeID], along tangents: [NodeID]) -> [NodeID] {
    let end = (outputs.map(\.index).max() ?? -1) + 1
    let needed = live(from: outputs)
    var tangent: [NodeID?] = Array(repeating: nil, count: end)
    var isInput = Array(repeating: false, count: end)
    for (input, value) in zip(inputs, tangents) where input.index < end {
      tangent[input.index] = value
      isInput[input.index] = true
    }
    let savedOrigin = currentOrigin
    defer { currentOrigin = savedOrigin }
    var scanTangents: [NodeID: [NodeID?]] = [:]
    let first = inputs.map(\.index).min() ?? end
    for index in first..<max(first, end) where needed[index] && !isInput[index] {
      let id = NodeID(index)
      let operands = self.operands(of: id)
      if let results = scanTangents[operands.first ?? id], case .result(let position) = operation(of: id) {
        tangent[index] = results[position]
        continue
      }
      let tangents = operands.map { tangent[$0.index] }
      guard tangents.contains(where: { $0 != nil }) else { continue }
      currentOrigin = originWithoutName(of: id)
      if isScan(id) {
        scanTangents[id] = scanPushforward(of: id, tangents)
        continue
      }
      guard type(of: id).element.isFloat else { continue }
      if let f = elementwise(id) {
        tangent[index] = elementwisePushforward(f, id, elementwiseOperands(of: id), tangents)
      } else {
        tangent[index] = structuralPushforward(of: id, operands, tangents)
      }
    }
    return outputs.map { output in
      guard let value = tangent[output.index] else {
        return constant(.zero, type(of: output).element, type(of: output).shape)
      }
      return summed(value, to: type(of: output).shape)
    }
  }

  /// `Σ slope × tangent`. A selection selects among tangents, so that the branch not taken cannot leak.
  private mutating func elementwisePushforward(
    _ f: Elementwise, _ id: NodeID, _ operands: ElementwiseOperands, _ tangents: [NodeID?]
  ) -> NodeID? {
    if f.facts.contains(.locallyConstant) { return nil }
    if f == .select {
      let zero = zero(like: id)
      return apply(.select, operands[0], tangents[1] ?? zero, tangents[2] ?? zero)
    }
    var sum: NodeID?
    if f == .strongMultiply {
      // The product rule with strong products: where a factor of the mask is zero, so is its term.
      if let first = tangents[0] { sum = simplified(.strongMultiply, first, operands[1]) }
      if let second = tangents[1] {
        let term = simplified(.strongMultiply, operands[0], second)
        sum = sum.map { simplified(.add, $0, term) } ?? term
      }
      return sum
    }
    for (slope, tangent) in zip(f.slopes, tangents) {
      guard let tangent, let term = weighted(slope, by: tangent, operands: operands, result: id) else { continue }
      sum = sum.map { simplified(.add, $0, term) } ?? term
    }
    return sum
  }

  /// Structural operations are linear: the tangent goes through the same operation, reductions of extrema apart.
  private mutating func structuralPushforward(of id: NodeID, _ operands: [NodeID], _ tangents: [NodeID?]) -> NodeID? {
    let operation = operation(of: id)
    switch operation {
    case .contract, .convolve: return bilinearPushforward(of: id, operands, tangents)
    default: break
    }
    let full = operands.indices.map { position -> NodeID in
      let shape = type(of: operands[position]).shape
      let element = type(of: operands[position]).element
      return tangents[position].map { summed($0, to: shape) } ?? constant(.zero, element, shape)
    }
    switch operation {
    case .constant, .parameter, .elementwise, .stop, .contract, .convolve, .iota, .argReduce, .argsort, .random:
      return nil
    case .cast, .broadcast, .reshape, .transpose, .slice, .pad, .concatenate, .reduce(.sum, _), .view, .accumulate:
      return append(operation, full, type: type(of: id))
    case .gather, .scatter:
      // The places have no tangents.
      return append(operation, [full[0]] + operands.dropFirst(), type: type(of: id))
    case .cumulative(let cumulation, let axis, let isReversed):
      return cumulationPushforward(cumulation, axis, isReversed: isReversed, of: id, tangent: full[0])
    case .reduce(_, let axes):
      // The transpose of the reverse rule: the pullback of one, times the tangent, summed.
      let one = constant(.one, type(of: id).element)
      guard let slope = structuralPullback(of: id, cotangent: one).first?.contribution else { return nil }
      return append(.reduce(.sum, axes: axes), [apply(.multiply, slope, full[0])], type: type(of: operands[0]))
    case .call, .scan, .result:
      preconditionFailure("calls are inlined before differentiation, and scans are taken as wholes")
    }
  }

  /// A contraction and a convolution are linear in each operand.
  private mutating func bilinearPushforward(
    of id: NodeID, _ operands: [NodeID], _ tangents: [NodeID?]
  ) -> NodeID? {
    var sum: NodeID?
    for (position, tangent) in tangents.enumerated() {
      guard let tangent else { continue }
      var factors = operands
      factors[position] = summed(tangent, to: type(of: operands[position]).shape)
      let term = append(operation(of: id), factors, type: type(of: id))
      sum = sum.map { simplified(.add, $0, term) } ?? term
    }
    return sum
  }
}
