import NablaGraph

/// A rule in the form that matching walks: the pattern's nodes in one array, operands after their users.
///
/// Rules are objects, so that trying one copies a reference.
final class CompiledRule: Sendable {
  enum Kind: Sendable { case variable, constant, operation }

  struct Node: Sendable {
    var kind: Kind
    var f = Elementwise.identity
    /// The number of the metavariable, or of the constant.
    var variable = 0
    /// Where the operands stand.
    var operands: (Int, Int, Int) = (0, 0, 0)
  }

  let rule: RewriteRule
  let nodes: [Node]
  /// The constants of the pattern, apart from the nodes, which are copied all the time.
  let constants: [Constant]
  let conditions: [Condition]
  let variables: [Int]
  /// The cost of the replacement from its metavariables.
  let replacementCost: Int
  /// Whether the rule fires also where it makes the graph dearer, because it makes it right.
  let isUnconditional: Bool
  /// The operation that the first operand of the root must have; the second may have it where the root is commutative.
  let firstOperation: Elementwise?
  let isCommutative: Bool

  init(_ rule: RewriteRule) {
    self.rule = rule
    conditions = rule.conditions
    variables = rule.pattern.variables
    replacementCost = rule.replacement.cost(constants: rule.constants)
    isUnconditional = rule.phase == .stabilise
    var nodes: [Node] = []
    var constants: [Constant] = []
    CompiledRule.flatten(rule.pattern, into: &nodes, &constants)
    self.nodes = nodes
    self.constants = constants
    let root = nodes[0]
    isCommutative = root.kind == .operation && root.f.facts.contains(.commutative)
    firstOperation =
      root.kind == .operation && nodes[root.operands.0].kind == .operation ? nodes[root.operands.0].f : nil
  }

  /// Appends a pattern's nodes and returns where its root stands. Patterns are small, so recursion is.
  @discardableResult
  private static func flatten(_ pattern: Pattern, into nodes: inout [Node], _ constants: inout [Constant]) -> Int {
    let index = nodes.count
    switch pattern {
    case .variable(let number): nodes.append(Node(kind: .variable, variable: number))
    case .constant(let value):
      nodes.append(Node(kind: .constant, variable: constants.count))
      constants.append(value)
    case .apply(let f, let operands):
      nodes.append(Node(kind: .operation, f: f))
      let places = operands.map { flatten($0, into: &nodes, &constants) }
      nodes[index].operands = (places[0], places.count > 1 ? places[1] : 0, places.count > 2 ? places[2] : 0)
    }
    return index
  }
}

/// What the metavariables of a rule stand for in one match.
struct Bindings {
  private var ids: (NodeID?, NodeID?, NodeID?, NodeID?) = (nil, nil, nil, nil)
  /// The declared cost of matched nodes that nobody else uses: what disappears if the rule fires.
  var freed = 0

  subscript(index: Int) -> NodeID? {
    get {
      switch index {
      case 0: ids.0
      case 1: ids.1
      case 2: ids.2
      default: ids.3
      }
    }
    set {
      switch index {
      case 0: ids.0 = newValue
      case 1: ids.1 = newValue
      case 2: ids.2 = newValue
      default: ids.3 = newValue
      }
    }
  }
}
