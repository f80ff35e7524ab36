import NablaGraph
import NablaLanguage

/// All derivatives of a function as texts, a row a result.
public struct DerivativeList: Sendable {
  public struct Entry: Hashable, Sendable {
    /// The parameter.
    public var name: String
    public var text: String
  }

  /// Parts that the derivatives use, in an order in which they can be computed. Empty while each derivative can state
  /// its own; many long ones that share nearly everything state it together.
  public var shared: [ExpressionPrinter.Equation]
  public var rows: [[Entry]]
}

extension Formula {
  /// Whether the function is one number: it has a gradient. All other functions have a Jacobian.
  public var hasOneScalar: Bool {
    program.roots.count == 1 && program.graph.type(of: program.roots[0].node).isScalar
  }

  /// Nodes that may be written again for each derivative.
  private static let repetitionLimit = 1 << 18

  /// The partial derivatives as a mathematician would write them, in an amount of text that is linear in their graph.
  ///
  /// - Parameters:
  ///   - parameters: what to differentiate by; all real parameters where `nil`.
  ///   - order: 2 asks for the second derivative by each parameter; of several results, and of arrays, there are first
  ///     ones only.
  public func derivativeList(
    by parameters: [String]? = nil, order: Int = 1, _ style: ExpressionStyle = .text
  ) throws(DerivativeError) -> DerivativeList {
    let isJacobian = !hasOneScalar && order == 1
    let derived = try differentiated([isJacobian ? .jacobian : .gradient], by: parameters, order: order)
    let readable = pipeline.readable(derived.program)
    let printer = ExpressionPrinter(style)
    var list = DerivativeList(shared: [], rows: isJacobian ? results.map { _ in [] } : [[]])
    let texts: [String]
    if readable.graph.repeats(moreThan: Formula.repetitionLimit, from: readable.rootNodes) {
      let equations = printer.equations(readable.graph, readable.roots.map { ($0.name, $0.node) })
      list.shared = equations.definitions
      texts = equations.results.map(\.value)
    } else {
      texts = printer.print(readable.graph, readable.rootNodes)
    }
    for (output, text) in zip(derived.outputs, texts) {
      let entry = DerivativeList.Entry(name: self.parameters[output.by[0]], text: text)
      list.rows[isJacobian ? output.result ?? 0 : 0].append(entry)
    }
    return list
  }
}

extension Graph {
  /// Whether the roots, each with all that it needs, have more than so many nodes together.
  fileprivate func repeats(moreThan limit: Int, from roots: [NodeID]) -> Bool {
    var visit = Array(repeating: -1, count: count)
    var total = 0
    for (number, root) in roots.enumerated() {
      var stack = [root]
      while let id = stack.popLast() {
        if visit[id.index] == number { continue }
        visit[id.index] = number
        total += 1
        if total > limit { return true }
        forEachOperand(of: id) { stack.append($0) }
      }
    }
    return false
  }
}
