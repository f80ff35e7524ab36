import NablaGraph
import NablaRewrite

/// A rule's pattern as a graph: every metavariable has become an expression that the rule's conditions allow.
struct RuleInstance {
  var graph = Graph()
  var root = NodeID(0)
  private(set) var parameters = 0

  /// - Parameter subexpression: what a metavariable without conditions becomes; a parameter by itself where `nil`.
  init(_ rule: RewriteRule, subexpression: ((inout RuleInstance) -> NodeID)? = nil) {
    let sample = RuleSample(rule)
    var bound: [Int: NodeID] = [:]
    for variable in sample.variables {
      let properties = rule.conditions.filter { $0.variable == variable }.map(\.property)
      if sample.isBoolean(variable) {
        let (a, b) = (parameter(), parameter())
        bound[variable] = graph.apply(.less, a, b)
      } else if properties.isEmpty {
        bound[variable] = subexpression.map { $0(&self) } ?? parameter()
      } else {
        bound[variable] = value(with: Set(properties))
      }
    }
    root = node(rule.pattern, bound)
  }

  mutating func parameter() -> NodeID {
    parameters += 1
    return graph.parameter("p\(parameters)", TensorType(.f64))
  }

  /// The root and everything in it, so that no part is the pattern's alone.
  var allNodes: [NodeID] { [root] + graph.ids.filter { graph.elementwise($0) != nil && $0 != root } }

  private mutating func value(with properties: Set<Condition.Property>) -> NodeID {
    let p = parameter()
    if properties.contains(.powerOfTwo) { return graph.constant(.rational(Rational(4)), .f64) }
    if !properties.isDisjoint(with: [.nonzeroConstant, .invertibleConstant]) { return graph.constant(.pi, .f64) }
    if properties.contains(.finite) {
      let zero = graph.constant(.zero, .f64)
      return graph.apply(.select, [graph.apply(.less, p, zero), zero, graph.constant(.one, .f64)])
    }
    if properties.contains(.integer) {
      return graph.apply(.add, graph.apply(.floor, p), graph.apply(.ceil, parameter()))
    }
    if properties.contains(.exponentialSum) {
      return graph.apply(.add, graph.apply(.exp, p), graph.apply(.exp, parameter()))
    }
    return graph.apply(.cosh, p)
  }

  private mutating func node(_ pattern: Pattern, _ bound: [Int: NodeID]) -> NodeID {
    switch pattern {
    case .variable(let index): return bound[index] ?? root
    case .constant(.boolean(let value)): return graph.constant(.boolean(value), .bool)
    case .constant(let value): return graph.constant(value, .f64)
    case .apply(let f, let operands): return graph.apply(f, operands.map { node($0, bound) })
    }
  }
}
