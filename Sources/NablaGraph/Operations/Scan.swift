/// A loop as data: a closed function that is applied once for each element of an axis and hands values on to its next
/// application.
///
/// The operands are the start values of what is carried, then the sequences, whose first axis is walked, then captured
/// values that are the same every time. The body takes the carried values, one element of each sequence and the captured
/// values; its roots are the next carried values, then the outputs. The results are the last carried values, then each
/// output, stacked along a new first axis.
public struct Scan: Hashable, Sendable {
  public var body: FunctionID
  public var carried: Int
  public var sequences: Int
  public var length: Dimension
  /// Whether the walk goes from the last element to the first. An output stands at its element's place either way.
  public var isReversed: Bool
  /// Whether reverse mode keeps the states before each step alone, and runs the steps once more on its way back.
  public var isCheckpointed: Bool

  public init(
    _ body: FunctionID, carried: Int, sequences: Int, length: Dimension, isReversed: Bool = false,
    isCheckpointed: Bool = false
  ) {
    self.body = body
    self.carried = carried
    self.sequences = sequences
    self.length = length
    self.isReversed = isReversed
    self.isCheckpointed = isCheckpointed
  }

  /// Checks the operands' types against the body's inputs, and what is carried against its start.
  func verify(_ operands: [TensorType], _ function: Function) throws(TypeError) {
    let body = function.body
    let inputs = body.inputs.map { body.graph.type(of: $0) }
    let results = body.roots.map { body.graph.type(of: $0.node) }
    guard operands.count == inputs.count else { throw .operandCount(expected: inputs.count, found: operands.count) }
    let isPossible =
      carried >= 0 && sequences >= 0 && carried + sequences <= inputs.count && carried <= results.count
      && !length.isUndefined && length.constant.map { $0 >= 0 } ?? true
    guard isPossible, !results.isEmpty else {
      throw .attribute("a length, and carried values and sequences that '\(function.name)' has")
    }
    for (position, input) in inputs.enumerated() {
      let isElement = (carried..<carried + sequences).contains(position)
      let expected = isElement ? stacked(input) : input
      if operands[position] != expected {
        throw .attribute("\(expected) for an input of '\(function.name)', not \(operands[position])")
      }
    }
    for (result, input) in zip(results.prefix(carried), inputs) where result != input {
      throw .attribute("\(input) carried on by '\(function.name)', not \(result)")
    }
  }

  /// The type of a result of the body as a result of the scan.
  func type(of result: Int, _ body: Program) -> TensorType {
    let type = body.graph.type(of: body.roots[result].node)
    return result < carried ? type : stacked(type)
  }

  private func stacked(_ element: TensorType) -> TensorType {
    TensorType(element.element, Shape([length] + element.shape.dimensions))
  }
}
