import NablaGraph
import NablaLanguage
import Synchronization

extension Formula {
  /// The function as it was written, constants folded at most.
  ///
  /// - Returns: one line for a single result; one line a result, with the shared parts first, for several.
  public func text(_ style: ExpressionStyle = .text) -> String { print(program, style) }

  /// The function as a mathematician would write it after simplification.
  public func simplifiedText(_ style: ExpressionStyle = .text) -> String {
    print(simplified, style)
  }

  /// The whole function, with its name and the types of its parameters, so that it can be read back:
  /// `f(x: [n], w: [n]) = x @ w`. Several results are a tuple.
  ///
  /// - Parameter simplified: whether it is as a mathematician would write it, or as it was written.
  public func definition(_ style: ExpressionStyle = .text, simplified: Bool = false) -> String {
    ExpressionPrinter(style).print(simplified ? self.simplified : program, named: name)
  }

  private var simplified: Program { pipeline.readable(pipeline.prepare(program)) }

  /// The partial derivatives as a mathematician would write them, by parameter, each by itself.
  ///
  /// - Parameters:
  ///   - parameters: what to differentiate by; all real parameters where `nil`.
  ///   - order: 2 asks for the second derivative by each parameter.
  public func derivativeTexts(
    by parameters: [String]? = nil, order: Int = 1, _ style: ExpressionStyle = .text
  ) throws(DerivativeError) -> [(name: String, text: String)] {
    let derived = try differentiated([.gradient], by: parameters, order: order)
    let readable = pipeline.readable(derived.program)
    let texts = ExpressionPrinter(style).print(readable.graph, readable.rootNodes)
    return zip(derived.outputs, texts).map { (self.parameters[$0.by[0]], $1) }
  }

  /// The partial derivatives of every result, in the order of the results: for several what
  /// ``derivativeTexts(by:order:_:)`` is for one.
  public func jacobianTexts(
    by parameters: [String]? = nil, _ style: ExpressionStyle = .text
  ) throws(DerivativeError) -> [[(name: String, text: String)]] {
    let derived = try differentiated([.jacobian], by: parameters)
    let readable = pipeline.readable(derived.program)
    let texts = ExpressionPrinter(style).print(readable.graph, readable.rootNodes)
    var rows = results.map { _ in [(name: String, text: String)]() }
    for (output, text) in zip(derived.outputs, texts) {
      rows[output.result ?? 0].append((self.parameters[output.by[0]], text))
    }
    return rows
  }

  /// Value and derivatives as one function of a programming language.
  ///
  /// - Parameter style: `.swift` or `.c`.
  /// - Throws: ``DerivativeError/arraysInCode(_:)`` for functions of arrays, and what taking the derivative throws.
  public func derivativeCode(
    _ style: ExpressionStyle, by parameters: [String]? = nil, order: Int = 1
  ) throws(DerivativeError) -> String {
    let wants = order == 1 && results.count > 1 ? [Want.value, .jacobian] : [.value, .gradient]
    let derived = try differentiated(wants, by: parameters, order: order)
    let readable = pipeline.readable(derived.program)
    try requireSpelling(of: readable, style)
    return ExpressionPrinter(style).print(readable, named: name)
  }

  /// Checks that a style has words for the function as it was written.
  public func requireSpelling(_ style: ExpressionStyle) throws(DerivativeError) {
    try requireSpelling(of: program, style)
  }

  private func requireSpelling(of program: Program, _ style: ExpressionStyle) throws(DerivativeError) {
    if ExpressionPrinter(style).canExpress(program.graph, program.rootNodes + program.inputs) { return }
    throw .arraysInCode(style == .c ? "C" : "Swift")
  }

  /// Where a derivative is zero by convention: the function is constant between jumps of a step in the graph.
  public func derivativeNotes() -> [String] {
    let live = program.graph.live(from: program.rootNodes)
    var names: [String] = []
    for id in program.graph.ids where live[id.index] {
      guard let f = program.graph.elementwise(id), f.definition.facts.contains(.locallyConstant) else { continue }
      if f.definition.typing == .real || f.definition.typing == .numeric, !names.contains(f.name) {
        names.append(f.name)
      }
    }
    return names.map { "the derivative of '\($0)' is taken to be 0, also where it jumps" }
  }

  private func print(_ program: Program, _ style: ExpressionStyle) -> String {
    let printer = ExpressionPrinter(style)
    if program.roots.count == 1 { return printer.print(program.graph, program.roots[0].node) }
    let names = program.roots.indices.map(resultName)
    return printer.print(program.graph, roots: zip(names, program.rootNodes).map { (name: $0, node: $1) })
  }
}

extension Expression: CustomStringConvertible {
  /// The expression in the language.
  public var description: String { ExpressionPrinter().print(arena.graph.withLock { $0 }, node) }
}
