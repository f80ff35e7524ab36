import NablaDiagnostics

/// Turns text into a ``SyntaxTree`` and diagnostics. Never throws and never recurses.
///
/// The grammar is read by precedence: after an operand, an operator that binds looser than those waiting lets them
/// take their operands, and a bracket or keyword opens a ``Frame`` that waits for a whole expression. All that waits
/// is on one explicit stack, so nesting is bounded by memory alone. Each parsing function carries its part of the
/// grammar as a comment; docs have it in one piece.
///
/// An error is reported once. What could not be read is an `.error` node, about which later passes are silent;
/// wherever the intention is plain (`2 x`, `a ** b`, `f(x = 1)`) the tree has what was meant.
public struct Parser {
  var tree: SyntaxTree
  var tokens: [Token]
  var position = 0
  var frames: [Frame] = []
  /// The place of the innermost delimiter among the frames.
  var delimiter: UInt32 = 0
  /// The finished children of nodes that are not finished.
  var scratch: [SyntaxID] = []
  /// The operators of chains of comparisons that are not finished.
  var chainScratch: [UInt8] = []
  var value: Value
  /// The loosest operator that the innermost delimiter takes.
  var minimum = Level.any
  /// How many `(` and `[` are open since the last `{`; newlines count only when there are none.
  var bracketDepth: UInt32 = 0

  var nameIDs: [String: NameID] = [:]
  /// The same for names of one ASCII letter, by code.
  var letters: [NameID?] = Array(repeating: nil, count: 128)
  /// Names seen as a parameter, local or loop name so far, and as a function: only to choose between fix-its.
  var valueNames = NameSet()
  var functionNames = NameSet()

  var diagnostics = DiagnosticCollector()
  /// The token of the last error: a second error at one place would be a consequence of the first.
  var lastErrorPosition = -1
  /// Where the last statement began: a statement that takes no token must not be tried again.
  var lastStatementPosition = -1
  var isIncomplete = false

  /// Parses a whole source.
  ///
  /// - Complexity: linear in the length of the text, and no recursion: 100,000 nested parentheses are no trouble.
  public static func parse(_ source: SourceText) -> ParsedSource {
    guard source.endOffset < Int(Int32.max) else {
      let tooLong = Diagnostic(.tooLong, "a source may not be longer than 2 GiB")
      return ParsedSource(tree: .empty(source), diagnostics: [tooLong], isIncomplete: false)
    }
    let lexer = Lexer.tokenize(source)
    var parser = Parser(source, tokens: lexer.tokens)
    parser.run()
    // What is missing has a place of its own, which may lie beyond what it is missing from.
    if !parser.diagnostics.diagnostics.isEmpty || !lexer.diagnostics.diagnostics.isEmpty { parser.tree.widen() }
    return ParsedSource(
      tree: parser.tree, diagnostics: lexer.diagnostics.merged(with: parser.diagnostics),
      isIncomplete: parser.isIncomplete && lexer.diagnostics.diagnostics.isEmpty)
  }

  private init(_ source: SourceText, tokens: [Token]) {
    tree = SyntaxTree(source: source)
    tree.nodes.reserveCapacity(tokens.count)
    tree.pool.reserveCapacity(tokens.count)
    self.tokens = tokens
    value = Value(id: SyntaxID(0), lower: 0, upper: 0)
  }

  private mutating func run() {
    push(.program, lower: 0)
    var step = Step.statement
    while true {
      switch step {
      case .operand: step = operand()
      case .operation: step = operation()
      case .finished: step = finish()
      case .statement: step = statement()
      case .argument: step = argument()
      case .subscriptPart: step = subscriptPart()
      case .binding: step = binding()
      case .parameter: step = parameter()
      case .dimension: step = dimension()
      case .whereDefinition: step = whereDefinition()
      case .done: return
      }
    }
  }

  /// Lets all waiting operators take their operands, then hands the expression to the delimiter that waits for it.
  private mutating func finish() -> Step {
    reduceOperators(atLeast: .any)
    guard let frame = frames.last else { return .done }
    switch frame.kind {
    case .prefix, .infix, .chain, .juxtaposition, .pipe, .root: return .operation
    case .group: return finishGroupElement(frame)
    case .list: return finishListElement(frame)
    case .arguments: return finishArgument(frame)
    case .label: return finishLabelledArgument(frame)
    case .index: return finishSubscriptPart(frame)
    case .bars: return finishBars(frame)
    case .condition: return finishCondition(frame)
    case .consequence: return finishConsequence(frame)
    case .alternative: return finishAlternative(frame)
    case .trailingIf, .ternary: return finishForeignChoice(frame)
    case .trailingElse, .ternaryElse: return finishForeignAlternative(frame)
    case .bindingSource: return finishBindingSource(frame)
    case .bindingUpper: return finishBindingUpper(frame)
    case .bindings: return finishLoop(frame)
    case .parameters: return finishParameters(frame)
    case .parameterType: return finishParameterType(frame)
    case .parameterInitial: return finishParameterInitial(frame)
    case .dimensions: return finishDimension(frame)
    case .variableType: return finishVariableType(frame)
    case .variableInitial: return finishVariableInitial(frame)
    case .program, .block: return finishStatement()
    case .value, .assignment, .destructuring, .definition: return finishBody(frame)
    case .layer: return finishLayer(frame)
    case .whereClause: return finishWhereDefinition(frame)
    }
  }
}
