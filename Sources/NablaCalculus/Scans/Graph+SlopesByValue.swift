import NablaGraph

extension Graph {
  /// The slope of a hyperbolic tangent from its value: `1 - tanh²` for `sech²`.
  ///
  /// A walk back has the value, which is usually the state; of its operand it would have to keep the products that made it.
  /// Where the tangent is 1 to the last bit, the slope is 0 and not some 10⁻¹⁷.
  ///
  /// - Parameter start: the first node of the backward graph; values are looked for before it.
  /// - Returns: the images of backward nodes that change.
  mutating func slopesByValue(from start: Int) -> [NodeID: NodeID] {
    var image: [NodeID: NodeID] = [:]
    let end = count
    let saved = currentOrigin
    defer { currentOrigin = saved }
    for index in start..<max(start, end) {
      let id = NodeID(index)
      currentOrigin = originID(of: id)
      if let value = tangent(ofSlope: id), value.index < start {
        let one = constant(.one, element(of: id))
        image[id] = apply(.subtract, one, apply(.multiply, value, value))
        continue
      }
      if image.isEmpty { continue }
      let old = operands(of: id)
      let new = old.map { image[$0] ?? $0 }
      if new != old { image[id] = append(operation(of: id), new, type: type(of: id)) }
    }
    return image
  }

  /// `tanh(u)` for `sech(u)^2`.
  private mutating func tangent(ofSlope id: NodeID) -> NodeID? {
    guard elementwise(id) == .power, constant(operand(1, of: id))?.rational == 2,
      case let base = operand(0, of: id), elementwise(base) == .sech
    else { return nil }
    return apply(.tanh, operand(0, of: base))
  }
}
