import NablaGraph
import TestSupport

/// Patterns that move elements, choose them by place, walk windows, or go on step by step.
extension RandomFusedProgram {
  mutating func moved(_ value: Value) -> (String, Value)? {
    let extents = value.extents
    guard let axis = extents.indices.randomElement(using: &random) else { return nil }
    switch number(0...3) {
    case 0:
      let order = Array(extents.indices).shuffled(using: &random)
      return ("transpose", append(.transpose(order), [value], order.map { extents[$0] }, bound: value.bound))
    case 1:
      let count = extents[axis] / 2
      let isTurned = chance(2) && extents[axis] > 0
      let slices = extents.enumerated().map { number, extent in
        number == axis
          ? Operation.Slice(
            start: Dimension(isTurned ? extent - 1 : extent - count), step: isTurned ? -1 : 1,
            count: Dimension(count))
          : Operation.Slice(start: 0, count: Dimension(extent))
      }
      var less = extents
      less[axis] = count
      return ("slice \(axis)", append(.slice(slices), [value], less, bound: value.bound))
    case 2:
      let other = pick { $0.extents == extents } ?? value
      var more = extents
      more[axis] *= 2
      var result = append(.concatenate(axis: axis), [value, other], more, bound: max(value.bound, other.bound))
      result.digits = nil
      return ("concatenate \(axis)", result)
    default:
      let flat = extents.reduce(1, *)
      return ("reshape", append(.reshape, [value], [flat], bound: value.bound))
    }
  }

  /// One element of each row, as a cross-entropy reads them, or its transpose.
  mutating func gathered(_ value: Value) -> (String, Value)? {
    guard value.extents.count == 2, value.extents[1] > 0 else { return nil }
    let rows = Dimension(value.extents[0])
    let key = graph.constant(Constant(7), .i64)
    let bits = graph.append(.random(site: 40), [key], type: TensorType(.i64, Shape([rows, 1])))
    let places = graph.apply(.mod, bits, graph.constant(Constant(value.extents[1]), .i64))
    let gather = Gather(batch: 1, axes: [1])
    let node = graph.append(.gather(gather), [value.node, places], type: TensorType())
    let picked = Value(
      node: node, extents: graph.type(of: node).shape.dimensions.map { $0.constant ?? 0 }, bound: value.bound,
      digits: value.digits)
    if chance(2) { return ("gather", picked) }
    let spread = graph.append(.scatter(gather), [picked.node, places], type: type(value.extents))
    let scattered = Value(node: spread, extents: value.extents, bound: value.bound, digits: nil)
    return ("scatter", apply(.subtract, calmed(value), scattered, bound: 16))
  }

  /// Products of a batch of matrices, the same with one another, and what follows them.
  mutating func batch(_ value: Value) -> (String, Value)? {
    guard value.extents.count == 2 else { return nil }
    let count = number(1...4)
    let other = input([count] + value.extents)
    let scaled = apply(.multiply, other, calmed(value), bound: 16)
    guard let products = product(Contraction([0, 1, 3], [0, 2, 3], to: [0, 1, 2]), scaled, other) else { return nil }
    let shifted = apply(.subtract, products, literal(1), bound: products.bound + 1)
    return ("batch of \(count)", chain(calmed(shifted)))
  }

  /// h ← tanh(x W + h U), or without products, over the rows of an array; the last state or all of them.
  mutating func recurrence(_ value: Value) -> (String, Value)? {
    guard value.extents.count == 2 else { return nil }
    let length = number(0...6)
    let (rows, units) = (value.extents[0], value.extents[1])
    guard units * units * rows * max(length, 1) <= RandomFusedProgram.productLimit else { return nil }
    let sequence = input([length, rows, units])
    let (weights, start) = (input([units, units]), calmed(value))
    let (hasProduct, isReversed, isTurned) = (!chance(3), chance(2), chance(2))
    let last = Dimension(length)
    let small = literal(1, 64)
    let (states, outputs) = graph.loop(
      from: [start.node], over: [sequence.node], length: last, reversed: isReversed
    ) { graph, state, elements in
      var sum = elements[0]
      if hasProduct {
        let contraction = Contraction([0, 1], isTurned ? [2, 1] : [1, 2], to: [0, 2])
        let product = graph.append(.contract(contraction), [state[0], weights.node], type: TensorType())
        sum = graph.apply(.add, sum, graph.apply(.multiply, product, small.node))
      } else {
        sum = graph.apply(.add, sum, graph.apply(.multiply, state[0], small.node))
      }
      let next = graph.apply(.tanh, sum)
      return ([next], [next, graph.apply(.multiply, state[0], next)])
    }
    let note = "scan of \(length)\(hasProduct ? "" : " without products")"
    if chance(2) { return (note, Value(node: states[0], extents: [rows, units], bound: 8, digits: nil)) }
    let all = Value(node: outputs[chance(2) ? 0 : 1], extents: [length, rows, units], bound: 8, digits: nil)
    return (note + " with outputs", kept(.sum, [0], of: all))
  }

  /// The largest, or the sum, of windows that lie side by side or overlap, along the last axis.
  mutating func pooled(_ value: Value) -> (String, Value)? {
    guard let extent = value.extents.last else { return nil }
    let (window, stride) = (number(1...3), number(1...3))
    guard extent >= window else { return nil }
    let places = (extent - window) / stride + 1
    let rank = value.extents.count + 1
    let view = View(
      axes: value.extents.indices.map { axis in
        View.Axis(
          steps: (0..<rank).map { own in
            if axis < rank - 2 { return own == axis ? 1 : 0 }
            return own == rank - 2 ? Dimension(stride) : own == rank - 1 ? 1 : 0
          })
      })
    let windows = append(
      .view(view), [value], Array(value.extents.dropLast()) + [places, window], bound: value.bound)
    let isSum = chance(2)
    let pooled = append(
      .reduce(isSum ? .sum : .max, axes: [rank - 1]), [windows], Array(windows.extents.dropLast()),
      bound: value.bound * 3)
    if chance(2) { return ("pool \(window) by \(stride)", calmed(pooled)) }
    let back = graph.append(.accumulate(view), [windows.node], type: type(value.extents))
    let spread = Value(node: back, extents: value.extents, bound: value.bound * 9, digits: nil)
    return ("pool \(window) by \(stride) and back", calmed(spread))
  }

  /// A convolution along the last axis but one, with a bias and an activation.
  mutating func convolved(_ value: Value) -> (String, Value)? {
    guard value.extents.count == 2 else { return nil }
    let (places, channels) = (value.extents[0], value.extents[1])
    let (window, outputs) = (number(1...3), [1, 3, 8, 16, 17].randomElement(using: &random) ?? 1)
    guard places >= window, channels > 0, places * channels * window * outputs <= RandomFusedProgram.productLimit
    else { return nil }
    let shape = Convolution.Window(stride: number(1...2), low: Dimension(number(0...1)), high: Dimension(number(0...1)))
    // [batch, space, groups, channels]
    let image = append(.reshape, [value], [1, places, 1, channels], bound: value.bound)
    let kernel = input([window, 1, channels, outputs])
    let node = graph.append(
      .convolve(Convolution(windows: [shape])), [image.node, kernel.node], type: TensorType())
    let extents = graph.type(of: node).shape.dimensions.map { $0.constant ?? 0 }
    let bound = value.bound * 2 * Double(window * channels)
    let sums = Value(node: node, extents: extents, bound: bound, digits: nil)
    let flat = append(.reshape, [sums], [extents[1], outputs], bound: bound)
    let biased = apply(.add, flat, input([outputs]), bound: bound + 2)
    return ("convolution of \(window)", calmed(apply(.relu, biased, bound: bound + 2)))
  }
}
