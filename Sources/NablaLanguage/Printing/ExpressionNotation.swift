import NablaGraph

/// The rules of one style: how a node is written, given its operands.
///
/// Conformances are stateless; what depends on the graph is asked of the ``PrintLayout``.
protocol ExpressionNotation: Sendable {
  /// The spelling of a node. An operand appears as a piece, never as text.
  func form(of id: NodeID, _ aspect: PrintedForm.Aspect, in layout: PrintLayout) -> PrintedForm

  /// The spelling of one element of a node, by its index along each axis of a shape that the node broadcasts to.
  func elementForm(
    of id: NodeID, _ places: [String], _ aspect: PrintedForm.Aspect, in layout: PrintLayout
  ) -> PrintedForm

  /// The operand that is printed in the node's stead, where the style does not show the node itself.
  func alias(of id: NodeID, in layout: PrintLayout) -> NodeID?

  /// What the users of the node may write for it.
  func traits(of id: NodeID, in layout: PrintLayout) -> PrintTraits

  /// How often the spelling of `f` mentions an operand.
  func mentions(of operand: Int, by f: Elementwise) -> Int

  var brackets: (open: String, close: String) { get }

  /// Characters beyond which a part is named although it is used once.
  var lengthLimit: Int { get }

  /// The spelling of an input's or shared part's name.
  func spelling(of name: String) -> String

  /// The nearest name that the style can spell; `name` itself where it can.
  func legalized(_ name: String) -> String

  /// Whether the style needs `name` for itself, so that no shared part may take it.
  func reserves(_ name: String) -> Bool

  /// Whether an input cannot keep its name, because `f`, which the graph uses, is spelled so.
  func collides(_ name: String, with f: Elementwise) -> Bool

  /// Whether an input cannot keep its name, because a function of arrays that the graph uses is spelled so.
  func collides(_ name: String, with arrayFunctions: Set<String>) -> Bool
}

/// Bottom-up facts about how a node looks to its user.
struct PrintTraits: Hashable, Sendable {
  /// Its text begins with a minus sign that a sum may take over.
  var isNegative = false
  /// The constant whose denominator ends the text, as in `2*x/3`.
  var divisor: NodeID?
  /// Elements of it stand at places of their own, so that a text names the index of each axis.
  var isPlaced = false
}
