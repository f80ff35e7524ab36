/// What is wrong with a graph or a program; a bug of the pass that built it, or of the text that it was read from.
public enum VerificationError: Error, Hashable, Sendable {
  /// A node uses itself or a later node.
  case operandOrder(NodeID, operand: NodeID)
  /// The node's operation does not apply to its operands.
  case type(NodeID, TypeError)
  /// The node's type is not the one that its operation has.
  case storedType(NodeID, stored: TensorType, derived: TensorType)
  /// Looking a node up finds another one, or none: two equal nodes, or a broken table.
  case interning(NodeID)
  /// Two nodes are one parameter.
  case sharedParameter(NodeID)
  /// An input or root is no node of the graph.
  case unknownNode(NodeID)
  /// An input is not a parameter node.
  case inputIsNoParameter(NodeID)
  case repeatedInput(NodeID)
  /// A root needs a parameter that is not an input.
  case freeParameter(NodeID)
  /// An alias of a result or of an input that does not exist.
  case aliasOutOfRange(output: Int, input: Int)
  /// A result that may not take the buffer of the input, because another one takes it or its type is different.
  case aliasConflict(output: Int, input: Int)
  /// The body of a function in the table is wrong.
  indirect case function(name: String, VerificationError)
}
