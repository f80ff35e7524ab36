import NablaGraph

/// Derivatives of sums and products of all elements up to each one.
///
/// That of a sum is the sum from the other end. Those of a product are linear recurrences of first order, which need no
/// division, so that zeros are no exception.
extension Graph {
  mutating func cumulationPullback(
    _ cumulation: Operation.Cumulation, _ axis: Int, isReversed: Bool, of id: NodeID, cotangent: NodeID, isStrong: Bool
  ) -> NodeID {
    let x = operand(0, of: id)
    if cumulation == .sum {
      return append(.cumulative(.sum, axis: axis, isReversed: !isReversed), [cotangent], type: type(of: x))
    }
    if type(of: x).shape.dimensions[axis] == 0 { return cotangent }
    // With s[i] = cotangent[i] + x[i + 1] * s[i + 1], what reaches x[i] is s[i] times the product before it.
    let product: Elementwise = isStrong ? .strongMultiply : .multiply
    let factors = turned(x, axis, if: isReversed)
    let extent = type(of: x).shape.dimensions[axis]
    let rest = part(factors, axis, start: 1, count: extent - 1)
    let sums = recurrence(turned(cotangent, axis, if: isReversed), rest, axis, product)
    return turned(
      simplified(product, sums, productsBefore(id, axis, isReversed: isReversed)), axis, if: isReversed)
  }

  mutating func cumulationPushforward(
    _ cumulation: Operation.Cumulation, _ axis: Int, isReversed: Bool, of id: NodeID, tangent: NodeID
  ) -> NodeID {
    if cumulation == .sum { return append(operation(of: id), [tangent], type: type(of: id)) }
    if type(of: id).shape.dimensions[axis] == 0 { return tangent }
    // t[i] = before[i] * tangent[i] + x[i] * t[i - 1], from the end that the products begin at.
    let x = operand(0, of: id)
    let extent = type(of: x).shape.dimensions[axis]
    let steps = apply(
      .multiply, turned(tangent, axis, if: isReversed), productsBefore(id, axis, isReversed: isReversed))
    let factors = part(turned(x, axis, if: isReversed), axis, start: 1, count: extent - 1)
    let sums = recurrence(reversed(steps, axes: [axis]), reversed(factors, axes: [axis]), axis, .multiply)
    return turned(sums, axis, if: !isReversed)
  }

  /// The products of all elements before each one, in the direction of the products.
  private mutating func productsBefore(_ id: NodeID, _ axis: Int, isReversed: Bool) -> NodeID {
    let full = type(of: id)
    let extent = full.shape.dimensions[axis]
    var single = full
    single.shape.dimensions[axis] = 1
    let ones = constant(.one, full.element, single.shape)
    if extent == 0 { return id }
    if extent == 1 { return ones }
    let products = part(turned(id, axis, if: isReversed), axis, start: 0, count: extent - 1)
    return append(.concatenate(axis: axis), [ones, products], type: full)
  }

  private mutating func turned(_ id: NodeID, _ axis: Int, if isTurned: Bool) -> NodeID {
    isTurned ? reversed(id, axes: [axis]) : id
  }

  /// The solution of `s[i] = terms[i] + factors[i] * s[i + 1]` along an axis, where `factors` is one shorter.
  ///
  /// A known extent is solved by doubling: each element takes in as many again as it has. An unknown one is walked.
  private mutating func recurrence(
    _ terms: NodeID, _ factors: NodeID, _ axis: Int, _ product: Elementwise
  ) -> NodeID {
    guard let count = type(of: terms).shape.dimensions[axis].constant else {
      return scannedRecurrence(terms, factors, axis, product)
    }
    var (sums, reach) = (terms, factors)
    var step = 1
    while step < count {
      let rest = count - step
      let taken = simplified(product, part(sums, axis, start: Dimension(step), count: Dimension(rest)), reach)
      let grown = simplified(.add, part(sums, axis, start: 0, count: Dimension(rest)), taken)
      let last = part(sums, axis, start: Dimension(rest), count: Dimension(step))
      sums = append(.concatenate(axis: axis), [grown, last], type: type(of: terms))
      let next = rest - step
      if next <= 0 { break }
      reach = apply(
        .multiply, part(reach, axis, start: 0, count: Dimension(next)),
        part(reach, axis, start: Dimension(step), count: Dimension(next)))
      step *= 2
    }
    return sums
  }

  private mutating func scannedRecurrence(
    _ terms: NodeID, _ factors: NodeID, _ axis: Int, _ product: Elementwise
  ) -> NodeID {
    let full = type(of: terms)
    var element = full
    let length = element.shape.dimensions.remove(at: axis)
    var body = Graph()
    let sum = body.parameter("s", element)
    let (term, factor) = (body.parameter("t", element), body.parameter("f", element))
    let next = body.apply(.add, term, body.apply(product, sum, factor))
    let function = intern(
      Function(
        name: "recurrence",
        body: Program(
          graph: body, inputs: [sum, term, factor], roots: [.init("s", next), .init("sums", next)])))
    // Nothing follows the last element, so its factor is of no account.
    var single = full
    single.shape.dimensions[axis] = 1
    let padded = append(
      .concatenate(axis: axis), [factors, constant(.zero, full.element, single.shape)], type: full)
    let ahead = [axis] + (0..<full.shape.rank).filter { $0 != axis }
    let sequences = [terms, padded].map { append(.transpose(ahead), [$0], type: full) }
    let start = constant(.zero, element.element, element.shape)
    let results = scan(Scan(function, carried: 1, sequences: 2, length: length, isReversed: true), [start] + sequences)
    var back = ahead
    for (position, origin) in ahead.enumerated() { back[origin] = position }
    return append(.transpose(back), [results[1]], type: full)
  }
}
