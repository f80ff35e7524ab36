import NablaGraph

/// Functions of the library that a reader would rather see than what they are made of.
///
/// In a readable graph they are calls: nothing looks into them, and the printer writes their name.
enum LibraryForm: Hashable {
  case softmax(axes: [Int])
  case logSoftmax(axes: [Int])
  case logSumExp(axes: [Int])
  case mean(axes: [Int])
  case variance(axes: [Int])
  case deviation(axes: [Int])
  /// The root of the sum of squares.
  case norm(axes: [Int])
  /// The greatest element, the mean of every window.
  case maxPool(SlidingWindows)
  case averagePool(SlidingWindows)
  /// The adjoints; that of the greatest element takes the array too.
  case maxUnpool(SlidingWindows)
  case averageUnpool(SlidingWindows, Shape)
  /// Of places among so many.
  case oneHot(Dimension)
  /// Of `[batch, space…, channels]` with `[window…, channels, outputs]`; `isGrouped` with an axis of groups in both.
  case convolution(Convolution, isGrouped: Bool)
  /// The same with the window turned round, and its channels and outputs exchanged.
  case transposedConvolution(Convolution, isGrouped: Bool)

  var name: String {
    switch self {
    case .convolution(_, let isGrouped): isGrouped ? "grouped_convolution" : "convolve"
    case .transposedConvolution(_, let isGrouped): isGrouped ? "grouped_convolution_transpose" : "convolve_transpose"
    case .softmax: "softmax"
    case .logSoftmax: "log_softmax"
    case .logSumExp: "logsumexp"
    case .mean: "mean"
    case .variance: "var"
    case .deviation: "std"
    case .norm: "norm"
    case .maxPool: "max_pool"
    case .averagePool: "avg_pool"
    case .maxUnpool: "max_unpool"
    case .averageUnpool: "avg_unpool"
    case .oneHot: "one_hot"
    }
  }

  /// The function of operands of these types.
  ///
  /// - Parameter element: the type of the result's elements.
  func function(of types: [TensorType], to element: ElementType) -> Function {
    var body = Graph()
    let inputs = zip(["x", "k"], types).map { body.parameter($0, $1) }
    let (x, type) = (inputs[0], types[0])
    let root: NodeID
    switch self {
    case .convolution(let convolution, let isGrouped):
      root = body.convolved(x, inputs[1], by: convolution, isGrouped: isGrouped)
    case .transposedConvolution(let convolution, let isGrouped):
      root = body.convolved(x, body.turned(inputs[1], convolution.windows.count), by: convolution, isGrouped: isGrouped)
    case .softmax(let axes):
      let exponential = body.apply(.exp, x)
      root = body.apply(.divide, exponential, body.sum(exponential, keeping: axes))
    case .logSoftmax(let axes):
      root = body.apply(.subtract, x, body.apply(.log, body.sum(body.apply(.exp, x), keeping: axes)))
    case .logSumExp(let axes):
      root = body.apply(.log, body.append(.reduce(.sum, axes: axes), [body.apply(.exp, x)], type: type))
    case .mean(let axes):
      root = body.mean(of: x, axes)
    case .variance(let axes):
      root = body.variance(of: x, axes)
    case .deviation(let axes):
      root = body.apply(.sqrt, body.variance(of: x, axes))
    case .norm(let axes):
      root = body.apply(.sqrt, body.append(.reduce(.sum, axes: axes), [body.apply(.multiply, x, x)], type: type))
    case .maxPool(let windows):
      root = body.append(.reduce(.firstMax, axes: windows.axes), [body.shown(x, in: windows)], type: type)
    case .averagePool(let windows):
      let sum = body.append(.reduce(.sum, axes: windows.axes), [body.shown(x, in: windows)], type: type)
      let count = body.constant(.rational(Rational(windows.elementCount)), type.element)
      root = body.apply(.divide, sum, count)
    case .maxUnpool(let windows):
      root = body.unpooled(x, windows, like: inputs[1], greatest: true)
    case .averageUnpool(let windows, let shape):
      let ones = body.constant(.one, type.element)
      let like = body.append(.broadcast, [ones], type: TensorType(type.element, shape))
      root = body.unpooled(x, windows, like: like, greatest: false)
    case .oneHot(let extent):
      let places = TensorType(type.element, Shape(type.shape.dimensions + [1]))
      let walk = body.append(.iota, [], type: TensorType(type.element, Shape([extent])))
      let isNamed = body.apply(.equal, body.append(.reshape, [x], type: places), walk)
      root = body.apply(.select, isNamed, body.constant(.one, element), body.constant(.zero, element))
    }
    return Function(name: name, body: Program(graph: body, inputs: inputs, roots: [.init(name, root)]))
  }

  /// Functions that stay as they are.
  private static let names: Set<String> = [
    "softmax", "log_softmax", "logsumexp", "mean", "var", "std", "norm", "max_pool", "avg_pool", "max_unpool",
    "avg_unpool", "one_hot", "convolve", "convolve_transpose",
    "grouped_convolution",
    "grouped_convolution_transpose",
  ]

  /// Whether the value is a multiple of the first operand's.
  static func isLinear(_ name: String) -> Bool {
    [
      "convolve", "convolve_transpose", "grouped_convolution", "grouped_convolution_transpose", "avg_pool",
      "max_unpool",
      "avg_unpool", "mean",
    ].contains(name)
  }

  /// Whether it takes axes away, which `keepdims: true` keeps.
  static func keepsAxes(_ name: String) -> Bool { ["mean", "var", "std", "norm", "logsumexp"].contains(name) }

  /// Whether a function is one of these: it stays as it is.
  static func contains(_ name: String, _ body: Program) -> Bool { names.contains(name) && body.roots.count == 1 }
}

extension Graph {
  fileprivate mutating func convolved(
    _ x: NodeID, _ k: NodeID, by convolution: Convolution, isGrouped: Bool
  ) -> NodeID {
    let operation = Operation.convolve(convolution)
    if isGrouped { return append(operation, [x, k], type: type(of: x)) }
    let spatial = convolution.windows.count
    let parts = inserting(1, at: spatial + 1, of: x)
    let kernels = inserting(1, at: spatial, of: k)
    let whole = append(operation, [parts, kernels], type: type(of: parts))
    var result = type(of: whole)
    result.shape.dimensions.remove(at: spatial + 1)
    return append(.reshape, [whole], type: result)
  }

  private mutating func inserting(_ extent: Dimension, at axis: Int, of id: NodeID) -> NodeID {
    var type = type(of: id)
    type.shape.dimensions.insert(extent, at: axis)
    return append(.reshape, [id], type: type)
  }

  /// A kernel with the window turned round, channels and outputs exchanged.
  fileprivate mutating func turned(_ k: NodeID, _ spatial: Int) -> NodeID {
    let dimensions = type(of: k).shape.dimensions
    let slices = dimensions.enumerated().map { axis, extent in
      axis < spatial ? Operation.Slice(start: extent - 1, step: -1, count: extent) : .init(start: 0, count: extent)
    }
    let turned = append(.slice(slices), [k], type: type(of: k))
    let rank = dimensions.count
    return append(
      .transpose(Array(0..<rank - 2) + [rank - 1, rank - 2]), [turned], type: type(of: turned))
  }

  /// The sum along axes over the number of its terms.
  fileprivate mutating func mean(of x: NodeID, _ axes: [Int]) -> NodeID {
    let type = type(of: x)
    let sum = append(.reduce(.sum, axes: axes), [x], type: type)
    return axes.reduce(sum) { quotient, axis in
      let one = constant(.one, type.element)
      let ones = append(
        .broadcast, [one], type: TensorType(type.element, Shape([type.shape.dimensions[axis]])))
      return apply(.divide, quotient, append(.reduce(.sum, axes: [0]), [ones], type: self.type(of: ones)))
    }
  }

  fileprivate mutating func variance(of x: NodeID, _ axes: [Int]) -> NodeID {
    var kept = type(of: x)
    for axis in axes { kept.shape.dimensions[axis] = 1 }
    let mean = append(.reshape, [mean(of: x, axes)], type: kept)
    let difference = apply(.subtract, x, mean)
    return self.mean(of: apply(.multiply, difference, difference), axes)
  }

  /// The sum along axes, which stay with one element.
  fileprivate mutating func sum(_ id: NodeID, keeping axes: [Int]) -> NodeID {
    var type = type(of: id)
    let sum = append(.reduce(.sum, axes: axes), [id], type: type)
    for axis in axes { type.shape.dimensions[axis] = 1 }
    return append(.reshape, [sum], type: type)
  }

  /// The windows of an array.
  fileprivate mutating func shown(_ x: NodeID, in windows: SlidingWindows) -> NodeID {
    return append(.view(windows.view), [x], type: TensorType(type(of: x).element, windows.shape))
  }

  /// One element for each window, at its greatest element or shared among all.
  fileprivate mutating func unpooled(
    _ y: NodeID, _ windows: SlidingWindows, like x: NodeID, greatest: Bool
  ) -> NodeID {
    let shown = shown(x, in: windows)
    var type = type(of: y)
    for axis in windows.axes { type.shape.dimensions.insert(1, at: axis) }
    let updates = append(.reshape, [y], type: type)
    let weights: NodeID
    if greatest {
      // Of several greatest all are meant here: what a call stands for is only read.
      let most = append(.reduce(.firstMax, axes: windows.axes), [shown], type: type)
      let isMost = apply(.equal, shown, append(.reshape, [most], type: type))
      weights = apply(.select, isMost, constant(.one, type.element), constant(.zero, type.element))
    } else {
      weights = apply(.divide, shown, constant(.rational(Rational(windows.elementCount)), type.element))
    }
    return append(.accumulate(windows.view), [apply(.multiply, updates, weights)], type: self.type(of: x))
  }
}
