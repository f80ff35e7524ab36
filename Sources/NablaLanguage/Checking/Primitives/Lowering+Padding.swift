import NablaGraph

/// `pad(x, pad_width, mode)`: constants are one operation, edges and reflections are parts of the array joined to it.
extension Lowering {
  private typealias Width = (low: Dimension, high: Dimension)

  mutating func pad(_ call: PrimitiveCall) -> Value? {
    guard let (given, firmness) = array("x", call),
      let mode = option("mode", call, among: ["constant", "edge", "reflect"]),
      let widths = widths(call, rank: graph.type(of: given).shape.rank)
    else { return nil }
    if widths.allSatisfy({ $0 == (0, 0) }) { return .node(given, firmness) }
    if mode == "constant" { return padded(given, firmness, widths, call) }
    var node = given
    for (axis, width) in widths.enumerated() {
      guard
        let next = mode == "edge" ? edges(node, axis, width, call) : reflections(node, axis, width, call)
      else { return nil }
      node = next
    }
    return .node(node, firmness)
  }

  /// One number for all sides, two for before and after, or two for each axis.
  private mutating func widths(_ call: PrimitiveCall, rank: Int) -> [Width]? {
    var pairs: [[Dimension]] = []
    switch call.arguments["pad_width"]?.value {
    case .sizes(let array)?: pairs = array.rows ?? [array.elements]
    case let value?: if let size = value.size { pairs = [[size, size]] }
    case nil: break
    }
    if pairs.count == 1 { pairs = Array(repeating: pairs[0], count: rank) }
    guard pairs.count == rank, pairs.allSatisfy({ $0.count == 2 }) else {
      report(
        .argumentType,
        "'pad_width' is a size, two of them '[before, after]', or two for each of \(rank) axes", at: call.site)
      return nil
    }
    if pairs.joined().contains(where: { $0.constant.map { $0 < 0 } ?? false }) {
      report(.notSize, "a width is not negative", at: range(of: "pad_width", call))
      return nil
    }
    return pairs.map { ($0[0], $0[1]) }
  }

  private mutating func padded(
    _ given: NodeID, _ firmness: Firmness, _ widths: [Width], _ call: PrimitiveCall
  ) -> Value? {
    let fill = call.arguments["constant_values"]?.value ?? .number(.zero)
    guard let classes = numerics([.node(given, firmness), fill], at: call.site, in: "'pad'") else { return nil }
    let common = agreement(classes)
    guard let node = materialise(.node(given, firmness), common.element, at: call.site),
      let value = materialise(fill, common.element, at: call.site)
    else { return nil }
    let type = graph.type(of: node)
    guard graph.type(of: value).isScalar else {
      report(.argumentShape, "'constant_values' is one number", at: range(of: "constant_values", call))
      return nil
    }
    let paddings = widths.map { Operation.Padding(low: $0.low, high: $0.high) }
    guard let zeros = append(.pad(paddings), [node], type, at: place(call.site)) else { return nil }
    if graph.constant(value)?.rational?.isZero == true || graph.constant(value) == .boolean(false) {
      return .node(zeros, common.firmness)
    }
    // Where the padded mask is false, the value stands.
    let yes = graph.append(
      .broadcast, [graph.constant(.boolean(true), .bool)], type: TensorType(.bool, type.shape))
    guard let mask = append(.pad(paddings), [yes], TensorType(.bool, type.shape), at: place(call.site)) else {
      return nil
    }
    return .node(graph.apply(.select, mask, zeros, value), common.firmness)
  }

  private mutating func edges(_ node: NodeID, _ axis: Int, _ width: Width, _ call: PrimitiveCall) -> NodeID? {
    let type = graph.type(of: node)
    let extent = type.shape.dimensions[axis]
    let range = place(call.site)
    if extent == 0, width != (0, 0) {
      report(.reshape, "an empty axis has no edge to repeat", at: call.site)
      return nil
    }
    var parts = [node]
    for (start, count, isBefore) in [(Dimension(0), width.low, true), (extent - 1, width.high, false)] where count != 0
    {
      var shape = type.shape
      shape.dimensions[axis] = count
      guard let edge = cut(node, axis: axis, .init(start: start, count: 1), at: range),
        let repeated = append(.broadcast, [edge], TensorType(type.element, shape), at: range)
      else { return nil }
      parts.insert(repeated, at: isBefore ? 0 : parts.count)
    }
    return joined(parts, axis: axis, at: range)
  }

  /// The elements next to the edge, in opposite order; the edge itself does not repeat.
  private mutating func reflections(_ node: NodeID, _ axis: Int, _ width: Width, _ call: PrimitiveCall) -> NodeID? {
    let extent = graph.type(of: node).shape.dimensions[axis]
    let range = place(call.site)
    for side in [width.low, width.high] {
      if let known = extent.constant, let side = side.constant, side >= max(known, 1) {
        report(.reshape, "a reflection of \(side) needs an axis of more than \(known)", at: call.site)
        return nil
      }
    }
    var parts = [node]
    if width.low != 0 {
      guard let part = cut(node, axis: axis, .init(start: width.low, step: -1, count: width.low), at: range) else {
        return nil
      }
      parts.insert(part, at: 0)
    }
    if width.high != 0 {
      guard let part = cut(node, axis: axis, .init(start: extent - 2, step: -1, count: width.high), at: range) else {
        return nil
      }
      parts.append(part)
    }
    return joined(parts, axis: axis, at: range)
  }
}
