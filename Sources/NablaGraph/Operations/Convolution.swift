/// Sums of products over sliding windows: the cross-correlation of every network library, in any number of spatial
/// axes.
///
/// The operands are `x [batch, space…, groups, channels]` and `k [window…, groups, channels, outputs]`, the result is
/// `[batch, space…, groups, outputs]`. Because the groups have an axis of their own, the two transposes are convolutions
/// of the same form: by `x` with the window turned round, channels and outputs exchanged, and stride and input dilation
/// exchanged; by `k` with the batch as channels, and stride and kernel dilation exchanged.
public struct Convolution: Hashable, Sendable {
  /// What happens along one spatial axis.
  public struct Window: Hashable, Sendable {
    public var stride: Int
    /// Zeros before and after; a negative number cuts elements off.
    public var low, high: Dimension
    /// The distance of neighbouring elements: 1, or more with zeros between them.
    public var inputDilation, kernelDilation: Int

    public init(
      stride: Int = 1, low: Dimension = 0, high: Dimension = 0, inputDilation: Int = 1, kernelDilation: Int = 1
    ) {
      self.stride = stride
      self.low = low
      self.high = high
      self.inputDilation = inputDilation
      self.kernelDilation = kernelDilation
    }

    /// The extent that a dilated axis spans.
    static func span(_ extent: Dimension, _ dilation: Int) -> Dimension {
      extent == 0 ? 0 : Dimension(dilation) * (extent - 1) + 1
    }

    /// How many places the window takes.
    public func positions(_ extent: Dimension, window: Dimension) -> Dimension {
      let room = Window.span(extent, inputDilation) + low + high - Window.span(window, kernelDilation)
      if let room = room.constant, room < 0 { return 0 }
      return room.floorDividing(by: Dimension(stride)) + 1
    }
  }

  /// One for each spatial axis.
  public var windows: [Window]

  public init(windows: [Window]) { self.windows = windows }

  /// - Throws: ``TypeError`` where groups or channels differ, or the window is empty.
  public func resultType(_ x: TensorType, _ kernel: TensorType) throws(TypeError) -> TensorType {
    let rank = windows.count + 3
    for operand in [x, kernel] where operand.shape.rank != rank {
      throw .attribute("operands of rank \(rank), not \(operand.shape)")
    }
    guard windows.allSatisfy({ $0.stride > 0 && $0.inputDilation > 0 && $0.kernelDilation > 0 }),
      windows.allSatisfy({ !$0.low.isUndefined && !$0.high.isUndefined })
    else { throw .attribute("strides and dilations of at least 1") }
    guard x.element == kernel.element else { throw .elementTypes([x.element, kernel.element]) }
    guard x.element != .bool else { throw .unsupported(.bool) }
    let (space, window) = (x.shape.dimensions, kernel.shape.dimensions)
    let (groups, channels) = (windows.count + 1, windows.count + 2)
    if space[groups] != window[groups - 1] {
      throw .contraction(x.shape, kernel.shape, left: groups, right: groups - 1)
    }
    if space[channels] != window[channels - 1] {
      throw .contraction(x.shape, kernel.shape, left: channels, right: channels - 1)
    }
    let positions = windows.enumerated().map { axis, part in part.positions(space[axis + 1], window: window[axis]) }
    return TensorType(x.element, Shape([space[0]] + positions + [space[groups], window[channels]]))
  }
}
