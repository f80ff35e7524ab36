import NablaGraph

/// Writes parts of a graph as a person would.
///
/// Brackets stand only where the grammar needs them. A part that is used several times is named as soon as that is
/// shorter than repeating it, so a text is linear in its graph: forty squarings of a value print in forty lines, not in
/// 2⁴⁰ characters. Parts that nest too deep for a reader are named too.
///
/// An input keeps its name also where it hides a built-in constant: beside an input `e`, Euler's number is `exp(1)`.
/// Only where it hides a function that the graph uses it gets another one (`sin_`), since nothing else could call the
/// function then.
public struct ExpressionPrinter: Sendable {
  public var style: ExpressionStyle
  /// Whether the block of a value with loops is one line.
  public var isOnOneLine: Bool

  public init(_ style: ExpressionStyle = .text, isOnOneLine: Bool = false) {
    self.style = style
    self.isOnOneLine = isOnOneLine
  }

  /// A name and the text that it stands for.
  public struct Equation: Hashable, Sendable {
    public var name: String
    public var value: String
  }

  /// Several results with the parts that they share.
  public struct Equations: Hashable, Sendable {
    /// What the results use, in an order in which it can be computed.
    public var definitions: [Equation]
    public var results: [Equation]
  }

  /// One value by itself: `3*(a + b*c)`, `t1*(1 - t1) where t1 = sigmoid(w*x + b)`.
  public func print(_ graph: Graph, _ node: NodeID) -> String { print(graph, [node])[0] }

  /// Each value by itself.
  ///
  /// - Complexity: linear in the graph, plus linear in what each node depends on.
  public func print(_ graph: Graph, _ nodes: [NodeID]) -> [String] {
    let layout = PrintLayout(graph, notation)
    return nodes.map { node in
      if let loops = loops(graph, [node]) { return loops }
      layout.arrange([node])
      return join(definitions(of: layout), layout.text(of: node))
    }
  }

  /// Several values that share parts, one a line, the shared parts first.
  public func print(_ graph: Graph, roots: [(name: String, node: NodeID)]) -> String {
    if let loops = loops(graph, roots.map(\.node), named: roots.map(\.name)) { return loops }
    let equations = equations(graph, roots)
    let lines = (equations.definitions + equations.results).map { "\($0.name) = \($0.value)" }
    guard style == .latex else { return lines.joined(separator: "\n") }
    if lines.count == 1 { return lines[0] }
    let rows = (equations.definitions + equations.results).map { #"\#($0.name) &= \#($0.value)"# }
    return #"\begin{aligned}"# + "\n" + rows.joined(separator: " \\\\\n") + "\n" + #"\end{aligned}"#
  }

  /// The same as parts.
  public func equations(_ graph: Graph, _ roots: [(name: String, node: NodeID)]) -> Equations {
    let layout = PrintLayout(graph, notation)
    layout.arrange(roots.map(\.node))
    return Equations(
      definitions: definitions(of: layout),
      results: roots.map { Equation(name: $0.name, value: layout.text(of: $0.node)) })
  }

  /// The block that a value with loops is, or the statements that give several such values their names; `nil` without
  /// loops, and in styles that have none.
  private func loops(_ graph: Graph, _ nodes: [NodeID], named names: [String]? = nil) -> String? {
    if !hasLoops || graph.functions.isEmpty { return nil }
    let inputs = graph.ids.filter { graph.parameterIndex($0) != nil }
    guard let sketch = LoopSketch(graph, roots: nodes, inputs: inputs) else { return nil }
    var printer = LoopPrinter(sketch, notation)
    let lines = printer.block(named: names)
    if style == .latex { return LoopPrinter.latex(lines) }
    if isOnOneLine { return "{ \(LoopPrinter.line(lines)) }" }
    return names == nil ? "{\n\(LoopPrinter.text(lines, indent: 1))\n}" : LoopPrinter.text(lines, indent: 0)
  }

  /// Whether the style has loops.
  var hasLoops: Bool { style != .swift && style != .c }

  /// How the style spells a name, such as an input's.
  public func spelling(of name: String) -> String { notation.spelling(of: notation.legalized(name)) }

  var notation: any ExpressionNotation {
    switch style {
    case .text: MathNotation(dialect: .text)
    case .unicode: MathNotation(dialect: .unicode)
    case .latex: MathNotation(dialect: .latex)
    case .swift: CodeNotation(dialect: .swift)
    case .c: CodeNotation(dialect: .c)
    }
  }

  func definitions(of layout: PrintLayout) -> [Equation] {
    layout.definitions.map { id in
      Equation(name: layout.notation.spelling(of: layout.name(of: id)), value: layout.definition(of: id))
    }
  }

  /// `value where t1 = …, t2 = …`; in code, declarations before the value.
  func join(_ definitions: [Equation], _ value: String) -> String {
    if definitions.isEmpty { return value }
    func list(_ form: (Equation) -> String, _ separator: String) -> String {
      definitions.map(form).joined(separator: separator)
    }
    switch style {
    case .text, .unicode: return value + " where " + list({ "\($0.name) = \($0.value)" }, ", ")
    case .latex: return value + #" \quad \text{where } "# + list({ "\($0.name) = \($0.value)" }, #",\; "#)
    case .swift: return list({ "let \($0.name) = \($0.value)" }, "\n") + "\n" + value
    case .c: return list({ "const double \($0.name) = \($0.value);" }, "\n") + "\n" + value
    }
  }
}
