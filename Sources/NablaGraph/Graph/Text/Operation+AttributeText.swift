extension Operation {
  /// What stands between parentheses after the name; empty for an operation without attributes.
  package var attributeText: String {
    switch self {
    case .constant, .parameter, .elementwise, .cast, .stop, .broadcast, .reshape, .iota, .call: ""
    case .transpose(let permutation): "(\(permutation.map(String.init).joined(separator: ", ")))"
    case .slice(let slices):
      "(" + slices.map { "\($0.start) step \($0.step) count \($0.count)" }.joined(separator: ", ") + ")"
    case .pad(let padding):
      "(" + padding.map { "\($0.low) interior \($0.interior) high \($0.high)" }.joined(separator: ", ") + ")"
    case .concatenate(let axis): "(\(axis))"
    case .reduce(let reduction, let axes): "(\(([reduction.rawValue] + axes.map(String.init)).joined(separator: ", ")))"
    case .contract(let contraction): "(\(contraction))"
    case .convolve(let convolution): "(" + convolution.windows.map(\.description).joined(separator: ", ") + ")"
    case .gather(let gather), .scatter(let gather):
      "(batch \(gather.batch)" + gather.axes.map { ", \($0)" }.joined() + ")"
    case .view(let view), .accumulate(let view): "(" + view.axes.map(\.description).joined(separator: ", ") + ")"
    case .argReduce(let extremum, let axis): "(\(extremum.rawValue), \(axis))"
    case .cumulative(let cumulation, let axis, let isReversed):
      "(\(cumulation.rawValue), \(axis)\(isReversed ? ", reversed" : ""))"
    case .argsort(let axis): "(\(axis))"
    case .random(let site): "(\(site))"
    case .scan(let scan):
      "(carried \(scan.carried), sequences \(scan.sequences), length \(scan.length)"
        + (scan.isReversed ? ", reversed" : "") + (scan.isCheckpointed ? ", checkpointed" : "") + ")"
    case .result(let index): "(\(index))"
    }
  }
}

extension View.Axis: CustomStringConvertible {
  /// `1 by [n, 0]`.
  public var description: String { "\(start) by [\(steps.map(\.description).joined(separator: ", "))]" }
}

extension Convolution.Window: CustomStringConvertible {
  public var description: String {
    "stride \(stride) low \(low) high \(high) input \(inputDilation) kernel \(kernelDilation)"
  }
}
