/// What a node does with its operands. Small, and closed under differentiation.
///
/// Elementwise mathematics is one case with a table of its own (``Elementwise``); the rest moves, joins, reduces or
/// calls. The type that a node gets is derived from the operation and the operands' types by one rule each
/// (`Operation+Typing.swift`), or, where the operation cannot know it (a parameter, a constant, a cast, a broadcast, a
/// reshape), it is the node's to say.
public enum Operation: Hashable, Sendable {
  /// A number, of rank 0.
  case constant(Constant)
  /// An input, by its position in ``Graph/parameters``.
  case parameter(Int)
  case elementwise(Elementwise)
  /// The operand in the node's element type.
  case cast
  /// The operand, through which no derivative flows.
  case stop
  /// The operand, repeated to the node's shape by the rules of broadcasting.
  case broadcast
  /// The operand's elements in row-major order, in the node's shape.
  case reshape
  /// Axis `i` of the result is axis `permutation[i]` of the operand.
  case transpose([Int])
  /// A part of every axis.
  case slice([Slice])
  /// The operand inside a larger tensor of zeros: the adjoint of `slice`.
  case pad([Padding])
  /// The operands one after the other along an axis.
  case concatenate(axis: Int)
  /// Collapses axes, which stand in ascending order.
  case reduce(Reduction, axes: [Int])
  /// Products of two operands' elements, summed.
  case contract(Contraction)
  /// Sums of products over sliding windows; closed under its two transposes.
  case convolve(Convolution)
  /// The numbers 0, 1, … along one axis.
  case iota
  /// The elements of the first operand at the places that the others name.
  case gather(Gather)
  /// Zeros in the node's shape, with the first operand's elements added at the places that the others name: the
  /// transpose of `gather`.
  case scatter(Gather)
  /// The elements of the operand at places that are affine in the result's own, in the node's shape.
  case view(View)
  /// Zeros in the node's shape, with the operand's elements added at such places: the transpose of `view`.
  case accumulate(View)
  /// The place of the least or greatest element along an axis, the first of several; NaN wins.
  case argReduce(Extremum, axis: Int)
  /// Sums or products of all elements up to each one of an axis, from its beginning or from its end.
  case cumulative(Cumulation, axis: Int, isReversed: Bool)
  /// The places of an axis' elements in ascending order; equal ones keep theirs, NaN comes last.
  case argsort(axis: Int)
  /// Random numbers: a pure function of the operand, a key, and the site. Floats are uniform in [0, 1), integers are
  /// raw bits. An array of keys, whose shape the result's begins with, draws for each of them what it draws alone.
  case random(site: Int)
  /// All results of a closed function that is applied again and again; its users are ``result(_:)`` nodes.
  case scan(Scan)
  /// All results of a closed function; its users are ``result(_:)`` nodes.
  case call(FunctionID)
  /// One of the results of a node that has several.
  case result(Int)

  /// How an axis is collapsed.
  public enum Reduction: String, CaseIterable, Hashable, Sendable {
    case sum, product, min, max, any, all
    /// As `min` and `max`; of several extreme elements the first one's cotangent takes all, in row-major order.
    case firstMin, firstMax
  }

  /// An extreme element.
  public enum Extremum: String, CaseIterable, Hashable, Sendable { case min, max }

  /// What ``cumulative(_:axis:isReversed:)`` computes.
  public enum Cumulation: String, CaseIterable, Hashable, Sendable { case sum, product }

  /// Elements `start`, `start + step`, … of an axis, `count` of them; `step` may be negative.
  public struct Slice: Hashable, Sendable {
    public var start: Dimension
    public var step: Int
    public var count: Dimension

    public init(start: Dimension, step: Int = 1, count: Dimension) {
      self.start = start
      self.step = step
      self.count = count
    }
  }

  /// Zeros before, between and after the elements of an axis; a negative number before or after cuts elements off.
  public struct Padding: Hashable, Sendable {
    public var low: Dimension
    public var interior: Int
    public var high: Dimension

    public init(low: Dimension, interior: Int = 0, high: Dimension) {
      self.low = low
      self.interior = interior
      self.high = high
    }
  }

  /// The operations beside the elementwise ones, by name.
  public enum Structural: String, CaseIterable, Hashable, Sendable {
    case constant, parameter, cast, stop, broadcast, reshape, transpose, slice, pad, concatenate, reduce, contract
    case convolve, iota, gather, scatter, view, accumulate, argreduce, cumulative, argsort, random
    case call, scan, result
  }

  /// `nil` for an elementwise operation.
  public var structural: Structural? {
    switch self {
    case .constant: .constant
    case .parameter: .parameter
    case .elementwise: nil
    case .cast: .cast
    case .stop: .stop
    case .broadcast: .broadcast
    case .reshape: .reshape
    case .transpose: .transpose
    case .slice: .slice
    case .pad: .pad
    case .concatenate: .concatenate
    case .reduce: .reduce
    case .contract: .contract
    case .convolve: .convolve
    case .iota: .iota
    case .gather: .gather
    case .scatter: .scatter
    case .view: .view
    case .accumulate: .accumulate
    case .argReduce: .argreduce
    case .cumulative: .cumulative
    case .argsort: .argsort
    case .random: .random
    case .call: .call
    case .scan: .scan
    case .result: .result
    }
  }

  /// The name in the graph's textual form.
  public var name: String {
    if case .elementwise(let f) = self { return f.name }
    return structural?.rawValue ?? ""
  }

  /// The function that the operation applies.
  public var function: FunctionID? {
    switch self {
    case .call(let function): function
    case .scan(let scan): scan.body
    default: nil
    }
  }

  /// The same with a function of another table.
  func applying(_ function: FunctionID) -> Operation {
    switch self {
    case .call: return .call(function)
    case .scan(var scan):
      scan.body = function
      return .scan(scan)
    default: return self
    }
  }
}
