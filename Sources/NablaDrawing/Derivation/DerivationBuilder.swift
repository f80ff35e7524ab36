import NablaCalculus
import NablaGraph
import NablaLanguage
import NablaRuntime

extension Derivation {
  /// Works through a program.
  ///
  /// - Complexity: linear in the program, and in the formulas of the steps that are shown.
  public init(_ program: Program, _ options: DerivationOptions = DerivationOptions()) throws(DerivationError) {
    var builder = try DerivationBuilder(program, options)
    try builder.differentiate()
    try builder.evaluate()
    self = builder.derivation()
  }
}

/// Collects what a derivation shows: nodes first, then their derivatives, numbers and formulas.
private struct DerivationBuilder {
  let program: Program
  let options: DerivationOptions
  let selection: StepSelection
  let names: StepNames
  /// The program's graph, with derivatives appended.
  var graph: Graph
  let position: [NodeID: Int]
  /// For each step the shown steps that it is computed from.
  let operands: [[NodeID]]
  /// For each step its partial derivatives by these, where there are any.
  var locals: [[NodeID?]]
  var totals: [NodeID?]
  var trace: Trace?

  init(_ program: Program, _ options: DerivationOptions) throws(DerivationError) {
    guard program.roots.indices.contains(options.output) else {
      throw .noOutput(options.output, count: program.roots.count)
    }
    let program = program.inlined()
    let selection = StepSelection(program, limit: options.limit, depth: options.depth, calls: options.calls)
    self.program = program
    self.options = options
    self.selection = selection
    names = StepNames(selection.steps, in: program, functionName: options.functionName)
    graph = program.graph
    position = Dictionary(selection.steps.enumerated().map { ($1, $0) }) { first, _ in first }
    operands = selection.steps.map { step in
      selection.operands(of: step).filter { selection.isShown[$0.index] }
    }
    locals = operands.map { $0.map { _ in nil } }
    totals = selection.steps.map { _ in nil }
  }

  private var root: NodeID { program.roots[options.output].node }

  private func isReal(_ id: NodeID) -> Bool { program.graph.type(of: id).element.isFloat }

  private func isRealScalar(_ id: NodeID) -> Bool { isReal(id) && program.graph.type(of: id).isScalar }

  mutating func differentiate() throws(DerivationError) {
    guard options.backward else { return }
    guard isRealScalar(root) else { throw .notReal(program.graph.type(of: root)) }
    let active = program.graph.live(from: [root])
    let real = selection.steps.indices.filter { isReal(selection.steps[$0]) }
    let derivatives = graph.derivatives(of: root, by: real.map { selection.steps[$0] })
    for (index, derivative) in zip(real, derivatives) { totals[index] = derivative }
    for (index, step) in selection.steps.enumerated() where isReal(step) {
      let targets = operands[index].indices.filter { isReal(operands[index][$0]) }
      guard active[step.index], isRealScalar(step), !targets.isEmpty else { continue }
      let slopes = graph.pullback(of: [step], cotangents: [one(step)], to: targets.map { operands[index][$0] })
      for (target, slope) in zip(targets, slopes) { locals[index][target] = slope }
    }
  }

  private mutating func one(_ id: NodeID) -> NodeID { graph.constant(.one, graph.type(of: id).element) }

  mutating func evaluate() throws(DerivationError) {
    guard let point = options.point else { return }
    var nodes = selection.steps + totals.compactMap { $0 }
    for slopes in locals { nodes += slopes.compactMap { $0 } }
    let shown = Program(
      graph: graph, inputs: program.inputs, roots: nodes.enumerated().map { Program.Root("\($0)", $1) })
    let tracer: Tracer
    do {
      tracer = try Tracer(shown)
    } catch {
      throw .point("\(error)")
    }
    do {
      trace = try tracer.trace(try columns(point, tracer.signature))
    } catch {
      throw .point("\(error)")
    }
  }

  private func columns(_ point: [String: [Double]], _ signature: NablaRuntime.Signature) throws(ExecutionError)
    -> [Column]
  {
    for name in point.keys.sorted() where signature.input(named: name) == nil {
      throw .unknownInput(name, known: signature.inputs.map(\.name))
    }
    var columns: [Column] = []
    for port in signature.inputs {
      guard let values = point[port.name] else { throw .missingInput(port.name) }
      guard values.count == port.count else {
        throw .count(input: port.name, perPoint: port.count, points: 1, found: values.count)
      }
      guard let column = Column(converting: values, to: port.type.element) else {
        throw .notRepresentable(input: port.name, element: port.type.element)
      }
      columns.append(column)
    }
    return columns
  }

  private func quantity(_ id: NodeID?) -> Quantity? {
    guard let trace, let id else { return nil }
    let elements = trace[id]
    return elements.isEmpty && graph.type(of: id).shape.knownCount != 0 ? nil : Quantity(elements, graph.type(of: id))
  }

  // MARK: Putting together

  func derivation() -> Derivation {
    var sketch = SymbolicSketch(graph, isBoundary: selection.isBoundary, names: names.names)
    let formulas = self.formulas(&sketch)
    let texts = derivativeTexts(&sketch)
    let rootNodes = Set(program.rootNodes)
    let feedsElided = self.feedsElided()
    var steps: [Derivation.Step] = []
    for (index, node) in selection.steps.enumerated() {
      let total = quantity(totals[index])
      let uses = operands[index].enumerated().map { slot, operand in
        let local = locals[index][slot].map {
          Derivation.Partial(formula: texts.locals[index][slot], value: quantity($0))
        }
        let share = local.map {
          Derivation.Partial(formula: texts.shares[index][slot], value: product(total, $0.value))
        }
        return Derivation.Use(step: position[operand] ?? 0, local: local, contribution: share)
      }
      let isInput = program.graph.parameterIndex(node) != nil
      steps.append(
        Derivation.Step(
          node: node, role: isInput ? .input : rootNodes.contains(node) ? .output : .intermediate,
          name: names.names[node] ?? SymbolicSketch.elided, formula: formulas[index],
          type: program.graph.type(of: node), uses: uses,
          usesElided: selection.operands(of: node).count > operands[index].count,
          isUsedByElided: feedsElided.contains(node), value: quantity(node),
          derivative: totals[index].map { Derivation.Partial(formula: texts.totals[index], value: quantity($0)) }))
    }
    return Derivation(
      functionName: ExpressionPrinter(.unicode).spelling(of: String(options.functionName.prefix(40))),
      formula: wholeFormula(), steps: steps,
      outputs: program.rootNodes.compactMap { position[$0] },
      differentiated: options.backward ? position[root] : nil, elidedCount: selection.elidedCount,
      inputNodes: program.inputs)
  }

  private func wholeFormula() -> String? {
    if !options.calls.isEmpty { return options.sourceLine }
    guard selection.elidedCount == 0, selection.steps.count <= 24, program.roots.count == 1 else { return nil }
    var program = program
    if program.graph.elementwise(root) == .identity { program.roots[0].node = program.graph.operand(0, of: root) }
    let text = ExpressionPrinter(.unicode, isOnOneLine: true).print(program, named: options.functionName)
    return text.count <= 100 ? text.replacing("-", with: "−") : nil
  }

  /// A path along which nothing flows adds nothing, whatever its slope is.
  private func product(_ total: Quantity?, _ local: Quantity?) -> Quantity? {
    guard let total = total?.number, let local = local?.number else { return nil }
    return Quantity(total == 0 ? 0 : total * local)
  }

  private func formulas(_ sketch: inout SymbolicSketch) -> [String] {
    let calls = Dictionary(options.calls.map { ($0.result, $0) }) { first, _ in first }
    var nodes: [NodeID] = []
    for step in selection.steps where program.graph.parameterIndex(step) == nil {
      guard let call = calls[step] else {
        nodes.append(sketch.definition(of: step))
        continue
      }
      for case (_, .node(let argument)) in call.arguments { nodes.append(sketch.cut(argument)) }
    }
    var texts = sketch.text(nodes)[...]
    return selection.steps.map { step in
      if program.graph.parameterIndex(step) != nil { return "" }
      guard let call = calls[step] else { return texts.popFirst() ?? "" }
      let arguments = call.arguments.map { label, value in
        let text = if case .text(let text) = value { text } else { texts.popFirst() ?? "" }
        return label.map { "\($0): \(text)" } ?? text
      }
      return "\(call.name)(\(arguments.joined(separator: ", ")))"
    }
  }

  /// The texts of local derivatives, of what each path adds, and of total derivatives; the last two only where every path
  /// is shown.
  private func derivativeTexts(
    _ sketch: inout SymbolicSketch
  ) -> (locals: [[String?]], shares: [[String?]], totals: [String?]) {
    var localNodes = locals.map { $0.map { _ in NodeID?.none } }
    var shareNodes = localNodes
    var totalNodes = [NodeID?](repeating: nil, count: locals.count)
    if let start = position[root], options.backward {
      totalNodes[start] = sketch.number(.one, like: sketch.symbol(root))
    }
    // The formula of a derivative is known where every path to the result is shown.
    var incomplete = feedsElided()
    for (index, step) in selection.steps.enumerated().reversed() {
      for (slot, slope) in locals[index].enumerated() {
        guard let slope, isRealScalar(operands[index][slot]) else { continue }
        let local = sketch.cut(slope, stoppingAt: selection.operands(of: step) + [step])
        let operand = operands[index][slot]
        if !sketch.isComplete(local) { incomplete.insert(operand) } else { localNodes[index][slot] = local }
        if !incomplete.contains(operand), let total = totalNodes[index], let place = position[operand] {
          let share = sketch.product(total, local)
          shareNodes[index][slot] = share
          totalNodes[place] = sketch.sum(totalNodes[place], share)
        }
      }
      if incomplete.contains(step) {
        totalNodes[index] = nil
        incomplete.formUnion(operands[index])
      } else if totalNodes[index] == nil, totals[index] != nil, isRealScalar(step) {
        totalNodes[index] = sketch.number(.zero, like: sketch.symbol(step))
      }
    }
    let all = (localNodes + shareNodes + [totalNodes]).flatMap { $0.compactMap { $0 } }
    var texts = sketch.readableText(all)[...]
    let localTexts = localNodes.map { $0.map { $0 == nil ? nil : texts.popFirst() } }
    let shareTexts = shareNodes.map { $0.map { $0 == nil ? nil : texts.popFirst() } }
    let totalTexts = totalNodes.map { $0 == nil ? nil : texts.popFirst() }
    return (
      localTexts, shareTexts, zip(totalTexts, expandedTotals(totalNodes.map { $0 != nil })).map { $0.shorter(than: $1) }
    )
  }

  /// The total derivatives by another road, where that is short: each step as the only symbol beside the inputs, and
  /// the rules that the compiler applies before it differentiates. So the loss of logistic regression gets `σ(z) − y`.
  private func expandedTotals(_ wanted: [Bool]) -> [String?] {
    // In a function too large to show they surely are too long.
    guard selection.elidedCount == 0 else { return wanted.map { _ in nil } }
    var sketch = SymbolicSketch(program.graph, isBoundary: selection.isBoundary, names: names.names)
    let steps = zip(selection.steps, wanted).filter(\.1).map(\.0)
    var texts = sketch.derivativeTexts(of: root, by: steps)[...]
    return wanted.map { $0 ? texts.popFirst() : nil }
  }

  /// The shown steps that steps left out are computed from.
  private func feedsElided() -> Set<NodeID> {
    var fed: Set<NodeID> = []
    guard selection.elidedCount > 0 else { return fed }
    let live = program.graph.live(from: program.rootNodes)
    for id in program.graph.ids where live[id.index] {
      guard selection.isBoundary[id.index], !selection.isShown[id.index] else { continue }
      for operand in selection.operands(of: id) where selection.isShown[operand.index] { fed.insert(operand) }
    }
    return fed
  }
}

extension String? {
  /// The shorter of two texts, the other one if they are of one length.
  fileprivate func shorter(than other: String?) -> String? {
    guard let self else { return other }
    guard let other else { return self }
    return other.count <= self.count ? other : self
  }
}
