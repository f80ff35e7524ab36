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
  /// All results of a closed function; its users are ``result(_:)`` nodes.
  case call(FunctionID)
  /// One of the results of a node that has several.
  case result(Int)

  /// How an axis is collapsed.
  public enum Reduction: String, CaseIterable, Hashable, Sendable {
    case sum, product, min, max, any, all
  }

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
    case constant, parameter, cast, stop, broadcast, reshape, transpose, slice, pad, concatenate, reduce, contract,
      call,
      result
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
    case .call: .call
    case .result: .result
    }
  }

  /// The name in the graph's textual form.
  public var name: String {
    if case .elementwise(let f) = self { return f.name }
    return structural?.rawValue ?? ""
  }
}
