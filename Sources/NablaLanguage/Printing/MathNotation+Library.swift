import NablaGraph
import NablaRewrite

/// Calls of the library's functions, which the readable form of a graph has.
extension MathNotation {
  /// `softmax(x)`, `logsumexp(x, axis: 0)`, `one_hot(ids, n)`: the function's value, where a call has one.
  func libraryCall(_ call: NodeID, in layout: PrintLayout) -> Form? {
    let graph = layout.graph
    guard case .call(let callee) = graph.operation(of: call), case let function = graph.functions[callee.index],
      function.body.roots.count == 1
    else { return nil }
    return array(legalized(function.name), graph.operands(of: call), labels: labels(of: function), in: layout)
  }

  /// What the call says beside its operand: the axes, where they are not those that the library takes by itself, and how
  /// many places there are.
  private func labels(of function: Function) -> [String] {
    let body = function.body.graph
    guard let input = function.body.inputs.first else { return [] }
    if let labels = convolutionLabels(function) ?? poolLabels(function) { return labels }
    let rank = body.type(of: input).shape.rank
    if let axes = function.summedAxes {
      let usual = function.name.hasSuffix("softmax") ? [rank - 1] : Array(0..<rank)
      return axes == usual ? [] : [axes.count == 1 ? "axis: \(axes[0])" : "axis: \(axes)"]
    }
    for id in body.ids where body.elementwise(id) == nil && body.operation(of: id) == .iota {
      return ["\(body.type(of: id).shape.dimensions[0])"]
    }
    return []
  }

  // MARK: Pooling

  /// `2`, `[3, 2], stride: 1`; before it, of an adjoint, the extents between batch and channels.
  private func poolLabels(_ function: Function) -> [String]? {
    guard function.name.hasSuffix("pool"), let root = function.body.rootNodes.first else { return nil }
    let body = function.body.graph
    for id in body.ids where body.elementwise(id) == nil {
      guard case .view(let view) = body.operation(of: id), let windows = SlidingWindows(view, body.type(of: id).shape)
      else { continue }
      let sizes = Set(windows.sizes).count == 1 ? "\(windows.sizes[0])" : "\(windows.sizes)"
      let strides = Set(windows.strides).count == 1 ? "\(windows.strides[0])" : "\(windows.strides)"
      let stride = windows.strides == windows.sizes ? [] : ["stride: \(strides)"]
      let space = Shape(Array(body.type(of: root).shape.dimensions.dropFirst().dropLast()))
      return (function.name == "avg_unpool" ? ["\(space)"] : []) + [sizes] + stride
    }
    return nil
  }

  // MARK: Convolutions

  private func convolutionLabels(_ function: Function) -> [String]? {
    let body = function.body.graph
    for id in body.ids where body.elementwise(id) == nil {
      guard case .convolve(let convolution) = body.operation(of: id) else { continue }
      let spatial = convolution.windows.count
      let space = Array(body.type(of: body.operand(0, of: id)).shape.dimensions.dropFirst().prefix(spatial))
      let window = Array(body.type(of: body.operand(1, of: id)).shape.dimensions.prefix(spatial))
      return function.name.hasSuffix("transpose")
        ? transposedLabels(
          convolution.windows, space, window, Array(body.type(of: id).shape.dimensions.dropFirst().prefix(spatial)))
        : labels(convolution.windows, space, window)
    }
    return nil
  }

  private func labels(_ windows: [Convolution.Window], _ space: [Dimension], _ window: [Dimension]) -> [String] {
    let same = windows.indices.map { axis in
      MathNotation.samePadding(space[axis], windows[axis].stride, windows[axis].kernelDilation, window[axis])
    }
    let padding = windows.map { [$0.low, $0.high] }
    return option("stride", windows.map(\.stride)) + option(padding, isSame: padding == same)
      + option("dilation", windows.map(\.kernelDilation))
  }

  /// The options of the convolution that this one is the adjoint of.
  private func transposedLabels(
    _ windows: [Convolution.Window], _ space: [Dimension], _ window: [Dimension], _ result: [Dimension]
  ) -> [String] {
    var isSame = true
    // With the shape of the result, what is added behind follows.
    var modes: Set<String> = ["valid", "same"]
    var padding: [[Dimension]] = []
    for (axis, walk) in windows.enumerated() {
      let stride = walk.inputDilation
      let large = space[axis] * Dimension(stride)
      let reach = Dimension(walk.kernelDilation) * (window[axis] - 1)
      padding.append([reach - walk.low, reach - walk.high])
      let same = MathNotation.samePadding(large, stride, walk.kernelDilation, window[axis])
      let high = large + reach - walk.low - (Dimension(stride) * (space[axis] - 1) + 1)
      if reach - walk.low != same[0] || walk.high != high { isSame = false }
      if reach != walk.low { modes.remove("valid") }
      let own = MathNotation.samePadding(result[axis], stride, walk.kernelDilation, window[axis])
      if reach - walk.low != own[0] { modes.remove("same") }
    }
    let isShaped = !isSame && windows.contains { $0.inputDilation > 1 } && padding.contains { $0[1].constant != 0 }
    if isShaped, let mode = ["valid", "same"].first(where: { modes.contains($0) }) {
      return option("stride", windows.map(\.inputDilation)) + (mode == "same" ? ["padding: \"same\""] : [])
        + option("dilation", windows.map(\.kernelDilation)) + ["shape: \(Shape(result))"]
    }
    return option("stride", windows.map(\.inputDilation)) + option(padding, isSame: isSame)
      + option("dilation", windows.map(\.kernelDilation))
  }

  private func option(_ name: String, _ values: [Int]) -> [String] {
    if values.allSatisfy({ $0 == 1 }) { return [] }
    return Set(values).count == 1 ? ["\(name): \(values[0])"] : ["\(name): \(values)"]
  }

  private func option(_ padding: [[Dimension]], isSame: Bool) -> [String] {
    if padding.allSatisfy({ $0.allSatisfy { $0 == 0 } }) { return [] }
    if isSame { return ["padding: \"same\""] }
    func pair(_ pair: [Dimension]) -> String { "[\(pair[0]), \(pair[1])]" }
    guard Set(padding).count == 1 else { return ["padding: [\(padding.map(pair).joined(separator: ", "))]"] }
    return ["padding: \(padding[0][0] == padding[0][1] ? "\(padding[0][0])" : pair(padding[0]))"]
  }

  /// How much `padding: "same"` adds before and after an axis.
  private static func samePadding(
    _ extent: Dimension, _ stride: Int, _ dilation: Int, _ window: Dimension
  ) -> [Dimension] {
    let reach = Dimension(dilation) * (window - 1)
    let places = (extent + Dimension(stride - 1)).floorDividing(by: Dimension(stride))
    let total = stride == 1 ? reach : (places - 1) * Dimension(stride) + reach + 1 - extent
    let low = total.floorDividing(by: 2)
    return [low, total - low]
  }
}
