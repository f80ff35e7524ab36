import NablaCalculus
import NablaGraph
import NablaLanguage
import NablaRewrite

/// Formulas in terms of a derivation's steps: a graph of its own in which every step is an input.
///
/// A formula that is cut out of the program this way can be rewritten and printed without looking into the steps that
/// it mentions.
struct SymbolicSketch {
  private(set) var graph = Graph()
  private let source: Graph
  private let isBoundary: [Bool]
  private let names: [NodeID: String]
  private var symbols: [NodeID: NodeID] = [:]
  /// What stands here for a node of the source that is no step.
  private var image: [NodeID: NodeID] = [:]

  /// What stands for steps that were left out, by their type, and what is computed from them.
  private var elidedSymbols: [TensorType: NodeID] = [:]
  private var mentionsElided: Set<NodeID> = []

  /// What a step that was left out is called.
  static let elided = "…"

  /// - Parameter isBoundary: the steps among the first nodes of `source`, shown or not.
  init(_ source: Graph, isBoundary: [Bool], names: [NodeID: String]) {
    self.source = source
    self.isBoundary = isBoundary
    self.names = names
  }

  /// A step as a symbol.
  mutating func symbol(_ step: NodeID) -> NodeID {
    if let known = symbols[step] { return known }
    let type = source.type(of: step)
    let symbol: NodeID
    if let name = names[step] {
      symbol = graph.parameter(name, type)
    } else {
      // One symbol stands for many values, so nothing that mentions it may be rewritten.
      symbol = elidedSymbols[type] ?? graph.parameter(SymbolicSketch.elided, type)
      elidedSymbols[type] = symbol
      mentionsElided.insert(symbol)
    }
    symbols[step] = symbol
    return symbol
  }

  /// Whether a formula mentions no step that was left out.
  func isComplete(_ node: NodeID) -> Bool { !mentionsElided.contains(node) }

  /// What a step computes, in terms of other steps.
  mutating func definition(of step: NodeID) -> NodeID {
    // A result that is a parameter as it came.
    if source.elementwise(step) == .identity { return cut(source.operand(0, of: step)) }
    let operands = source.operands(of: step).map { cut($0) }
    return graph.copy(step, of: source, operands: operands)
  }

  /// The value of a node in terms of steps.
  ///
  /// - Parameter few: the only steps that the value may be written with, whatever other steps are among its parts.
  mutating func cut(_ node: NodeID, stoppingAt few: [NodeID]? = nil) -> NodeID {
    var memo: [NodeID: NodeID] = [:]
    // Swapped, not copied: the memo of many cuts is large.
    if few == nil { swap(&memo, &image) }
    defer { if few == nil { swap(&memo, &image) } }
    for id in inlineNodes(below: node, memo, few) {
      let operands = source.operands(of: id).map { memo[$0] ?? symbol($0) }
      let copy = graph.copy(id, of: source, operands: operands)
      memo[id] = copy
      if !operands.allSatisfy(isComplete) { mentionsElided.insert(copy) }
    }
    return memo[node] ?? symbol(node)
  }

  private func isStep(_ id: NodeID, _ few: [NodeID]?) -> Bool {
    if source.parameterIndex(id) != nil { return true }
    return few?.contains(id) ?? (id.index < isBoundary.count && isBoundary[id.index])
  }

  /// The nodes to copy, operands before users.
  private func inlineNodes(
    below node: NodeID, _ known: [NodeID: NodeID], _ few: [NodeID]?
  ) -> [NodeID] {
    var found: Set<NodeID> = []
    var stack = [node]
    while let id = stack.popLast() {
      if isStep(id, few) || known[id] != nil || !found.insert(id).inserted { continue }
      for position in 0..<source.operandCount(of: id) { stack.append(source.operand(position, of: id)) }
    }
    return found.sorted()
  }

  // MARK: Arithmetic of derivatives

  mutating func number(_ value: Constant, like id: NodeID) -> NodeID {
    graph.constant(value, graph.type(of: id).element)
  }

  /// `a*b`, with a factor 1 left out.
  mutating func product(_ a: NodeID, _ b: NodeID) -> NodeID {
    if graph.constant(a) == .one || graph.constant(b) == .zero { return b }
    if graph.constant(b) == .one || graph.constant(a) == .zero { return a }
    return graph.apply(.multiply, a, b)
  }

  /// `a + b`, with a term 0 left out.
  mutating func sum(_ a: NodeID?, _ b: NodeID) -> NodeID {
    guard let a, graph.constant(a) != .zero else { return b }
    return graph.constant(b) == .zero ? a : graph.apply(.add, a, b)
  }

  // MARK: Text

  private static let longestFormula = 400

  /// The formulas as they stand, with the minus sign of print.
  func text(_ nodes: [NodeID]) -> [String] {
    ExpressionPrinter(.unicode, isOnOneLine: true).print(graph, nodes).map { text in
      let text = text.replacing("-", with: "−")
      return text.count <= SymbolicSketch.longestFormula ? text : text.prefix(SymbolicSketch.longestFormula) + "…"
    }
  }

  /// The formulas as a mathematician would write them.
  mutating func readableText(_ nodes: [NodeID]) -> [String] {
    let readable = Rewriter().rewrite(&graph, roots: nodes, through: [.canonicalise, .readable])
    return text(readable)
  }

  /// The derivatives of a node by steps, each written with that step and the inputs alone.
  mutating func derivativeTexts(of node: NodeID, by steps: [NodeID]) -> [String] {
    let symbols = steps.map { symbol($0) }
    let values = steps.map { cut(node, stoppingAt: [$0]) }
    let rewriter = Rewriter()
    let stable = rewriter.rewrite(&graph, roots: values, through: [.canonicalise, .stabilise])
    var derivatives: [NodeID] = []
    for (value, symbol) in zip(stable, symbols) {
      derivatives += graph.gradient(of: value, by: [symbol])
    }
    return readableText(derivatives)
  }
}
