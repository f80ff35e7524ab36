import NablaGraph

/// Sliding windows: convolutions, and the windows themselves.
extension Lowering {
  /// `grouped_convolution(x, k, stride, padding, dilation)`: `x [batch, space…, groups, channels]` with
  /// `k [window…, groups, channels, outputs]`.
  mutating func convolution(_ call: PrimitiveCall) -> Value? {
    guard let (nodes, firmness) = convolved(call), let rank = spatialRank(nodes[0], call) else { return nil }
    let (space, window) = (extents(nodes[0], from: 1, rank), extents(nodes[1], from: 0, rank))
    guard let strides = numbers("stride", call, rank), let dilations = numbers("dilation", call, rank),
      let padding = padding(call, space, window, strides, dilations)
    else { return nil }
    let windows = (0..<rank).map { axis in
      Convolution.Window(
        stride: strides[axis], low: padding[axis].low, high: padding[axis].high, kernelDilation: dilations[axis])
    }
    return convolution(windows, nodes, call).map { .node($0, firmness) }
  }

  /// The adjoint of a convolution by its first operand: what a stride skipped is filled with zeros.
  mutating func transposedConvolution(_ call: PrimitiveCall) -> Value? {
    guard let (nodes, firmness) = convolved(call), let rank = spatialRank(nodes[0], call) else { return nil }
    let (space, window) = (extents(nodes[0], from: 1, rank), extents(nodes[1], from: 0, rank))
    guard let strides = numbers("stride", call, rank), let dilations = numbers("dilation", call, rank) else {
      return nil
    }
    // The convolution that this is the adjoint of goes from the larger array: stride * extent for "same".
    // Of several that it may go from, `shape` names one.
    let isShaped = call.arguments["shape"].map { $0.value != .string("none") } ?? false
    var large = zip(space, strides).map { $0 * Dimension($1) }
    if isShaped {
      guard let given = sizes("shape", call) else { return nil }
      guard given.count == rank else {
        report(.argumentType, "'shape' is one size for each of \(rank) axes", at: range(of: "shape", call))
        return nil
      }
      large = given
    }
    guard let padding = padding(call, large, window, strides, dilations) else { return nil }
    let isSame = call.arguments["padding"]?.value == .string("same")
    let windows = (0..<rank).map { axis -> Convolution.Window in
      let reach = Dimension(dilations[axis]) * (window[axis] - 1)
      let low = reach - padding[axis].low
      var high = reach - padding[axis].high
      // Between the elements a stride leaves gaps, and none after the last one.
      if isSame || isShaped { high = large[axis] + reach - low - (Dimension(strides[axis]) * (space[axis] - 1) + 1) }
      return .init(low: low, high: high, inputDilation: strides[axis], kernelDilation: dilations[axis])
    }
    let spatial = Array(0..<rank)
    let turned = flipped(nodes[1], spatial)
    let kernel = permuted(turned, spatial + [rank, rank + 2, rank + 1])
    return convolution(windows, [nodes[0], kernel], call).map { .node($0, firmness) }
  }

  private mutating func convolved(_ call: PrimitiveCall) -> (nodes: [NodeID], firmness: Firmness)? {
    factors(["x", "k"].map { call.arguments[$0]?.value ?? .invalid }, at: call.site, in: "a convolution")
  }

  private mutating func spatialRank(_ x: NodeID, _ call: PrimitiveCall) -> Int? {
    let rank = graph.type(of: x).shape.rank - 3
    if rank > 0 { return rank }
    report(.convolution, "a convolution needs a batch, at least one axis to slide along, and channels", at: call.site)
    return nil
  }

  private func extents(_ node: NodeID, from axis: Int, _ rank: Int) -> [Dimension] {
    Array(graph.type(of: node).shape.dimensions.dropFirst(axis).prefix(rank))
  }

  private mutating func convolution(
    _ windows: [Convolution.Window], _ nodes: [NodeID], _ call: PrimitiveCall
  ) -> NodeID? {
    let (x, k) = (graph.type(of: nodes[0]), graph.type(of: nodes[1]))
    let operation = Operation.convolve(Convolution(windows: windows))
    do {
      let type = try graph.resultType(of: operation, nodes, stated: x)
      guard isManageable(type.shape, at: place(call.site)) else { return nil }
      return graph.append(operation, nodes, type: type)
    } catch {
      let space = x.shape.dimensions.dropLast(2).map(\.description).joined(separator: ", ")
      let channels = x.shape.dimensions.suffix(2).reduce(Dimension(1), *)
      let window = k.shape.dimensions.dropLast(3).map(\.description).joined(separator: ", ")
      report(
        .convolution,
        "an array [\(space), \(channels)] with a kernel [\(window)] of \(k.shape.dimensions[k.shape.rank - 2]) channels "
          + "in \(k.shape.dimensions[max(k.shape.rank - 3, 0)]) groups: the channels of a group need to agree",
        at: call.site)
      return nil
    }
  }

  // MARK: Windows

  /// `windows(x, size, stride, dilation)`: the windows of the axes between the first and the last, whose places stand
  /// where those axes stood, and whose elements are new axes before the last: `[batch, place…, window…, channels]`.
  mutating func windows(_ call: PrimitiveCall) -> Value? {
    guard let (node, firmness) = array("x", call) else { return nil }
    let type = graph.type(of: node)
    let rank = type.shape.rank - 2
    guard rank > 0 else {
      report(.convolution, "windows need a batch, at least one axis to slide along, and channels", at: call.site)
      return nil
    }
    guard let sizes = numbers("size", call, rank), let strides = numbers("stride", call, rank),
      let dilations = numbers("dilation", call, rank)
    else { return nil }
    let space = extents(node, from: 1, rank)
    let places = (0..<rank).map { axis in
      Convolution.Window(stride: strides[axis], kernelDilation: dilations[axis])
        .positions(space[axis], window: Dimension(sizes[axis]))
    }
    let dimensions = type.shape.dimensions
    let shape = Shape([dimensions[0]] + places + sizes.map { Dimension($0) } + [dimensions[rank + 1]])
    guard isManageable(shape, at: place(call.site)) else { return nil }
    let axes = (0..<rank + 2).map { axis -> View.Axis in
      var steps = Array(repeating: Dimension(0), count: 2 * rank + 2)
      switch axis {
      case 0: steps[0] = 1
      case rank + 1: steps[2 * rank + 1] = 1
      default:
        steps[axis] = Dimension(strides[axis - 1])
        steps[rank + axis] = Dimension(dilations[axis - 1])
      }
      return View.Axis(steps: steps)
    }
    return append(.view(View(axes: axes)), [node], TensorType(type.element, shape), at: place(call.site))
      .map { .node($0, firmness) }
  }

  /// The axes that `windows` adds.
  mutating func windowAxes(_ call: PrimitiveCall) -> Value? {
    guard let (node, _) = array("x", call) else { return nil }
    let rank = max(graph.type(of: node).shape.rank - 2, 0)
    return .sizes(SizeArray((0..<rank).map { Dimension(rank + 1 + $0) }, [rank]))
  }

  /// `window_padding(x, size, stride, padding, dilation)`: how much a `padding` option adds before and after each axis,
  /// as `pad` takes it.
  mutating func windowPadding(_ call: PrimitiveCall) -> Value? {
    guard let (node, _) = array("x", call) else { return nil }
    let rank = graph.type(of: node).shape.rank - 2
    guard rank > 0 else {
      report(.convolution, "windows need a batch, at least one axis to slide along, and channels", at: call.site)
      return nil
    }
    guard let sizes = numbers("size", call, rank), let strides = numbers("stride", call, rank),
      let dilations = numbers("dilation", call, rank),
      let padding = padding(
        call, extents(node, from: 1, rank), sizes.map { Dimension($0) }, strides, dilations)
    else { return nil }
    let widths = [[0, 0]] + padding.map { [$0.low, $0.high] } + [[0, 0]]
    return .sizes(SizeArray(widths.flatMap { $0 }, [widths.count, 2]))
  }

  /// One number for all spatial axes, or one for each; 1 where it is left out.
  private mutating func numbers(_ name: String, _ call: PrimitiveCall, _ rank: Int) -> [Int]? {
    guard call.arguments[name] != nil else { return Array(repeating: 1, count: rank) }
    guard let given = sizes(name, call) else { return nil }
    let known = given.compactMap(\.constant).filter { $0 > 0 }
    guard known.count == given.count, given.count == 1 || given.count == rank else {
      report(
        .argumentType, "'\(name)' is a positive number, or one for each of \(rank) axes", at: range(of: name, call))
      return nil
    }
    return known.count == rank ? known : Array(repeating: known[0], count: rank)
  }

  // MARK: Padding

  /// `"valid"` adds nothing, `"same"` as much as makes ⌈extent/stride⌉ places, more of it at the end; a number adds it
  /// on all sides, two add before and after, and a list has them for each axis.
  private mutating func padding(
    _ call: PrimitiveCall, _ space: [Dimension], _ window: [Dimension], _ strides: [Int], _ dilations: [Int]
  ) -> [(low: Dimension, high: Dimension)]? {
    let rank = space.count
    switch call.arguments["padding"]?.value {
    case nil, .string("valid")?: return Array(repeating: (0, 0), count: rank)
    case .string("same")?:
      var result: [(low: Dimension, high: Dimension)] = []
      for axis in 0..<rank {
        let (stride, reach) = (Dimension(strides[axis]), Dimension(dilations[axis]) * (window[axis] - 1))
        let places = (space[axis] + stride - 1).floorDividing(by: stride)
        let total = strides[axis] == 1 ? reach : (places - 1) * stride + reach + 1 - space[axis]
        // With a window that reaches over the stride it is not negative, whatever the extent.
        let isPositive = total.constant.map { $0 >= 0 } ?? reach.constant.map { $0 + 1 >= strides[axis] }
        guard let isPositive else {
          report(.unknownSize, "padding \"same\" needs sizes that are numbers here", at: call.site)
          return nil
        }
        if !isPositive, total.constant == nil {
          report(
            .unknownSize, "padding \"same\" with a stride beyond the window needs sizes that are numbers", at: call.site
          )
          return nil
        }
        let low = isPositive ? total.floorDividing(by: 2) : 0
        result.append((low, isPositive ? total - low : 0))
      }
      return result
    case .sizes(let array)?:
      let pairs = array.rows ?? (array.elements.count == 2 ? Array(repeating: array.elements, count: rank) : [])
      if pairs.count == rank, pairs.allSatisfy({ $0.count == 2 }) { return pairs.map { ($0[0], $0[1]) } }
    case let value?:
      if let width = value.size { return Array(repeating: (width, width), count: rank) }
    }
    report(
      .argumentType,
      "'padding' is \"valid\", \"same\", a size, '[before, after]', or that for each of \(rank) axes", at: call.site)
    return nil
  }
}
