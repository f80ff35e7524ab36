import NablaDiagnostics
import NablaGraph

/// A checked source: its functions with their types, and every problem found.
///
/// Checking looks at each function once per combination of argument types. ``program(_:includingState:)`` then expands
/// one function into a graph; what calls nothing has been built by then, since looking at it is the same work.
public struct Module: Sendable {
  public let parsed: ParsedSource
  public let options: CheckOptions
  /// All problems of all stages, in source order.
  public let diagnostics: [Diagnostic]
  /// In program order.
  public let functions: [Signature]

  private let unit: CodeUnit
  /// The programs that checking has built, by routine.
  private let programs: [Program?]

  /// Checks a source text.
  ///
  /// - Complexity: linear in the length of the text for programs that call each function with few combinations of
  ///   types; bounded by ``CheckOptions/Limits`` for all.
  public init(checking source: SourceText, options: CheckOptions = CheckOptions()) {
    self.init(checking: Parser.parse(source), options: options)
  }

  /// Checks a parsed source, for example again with other sizes.
  public init(checking parsed: ParsedSource, options: CheckOptions = CheckOptions()) {
    self.parsed = parsed
    self.options = options
    let (unit, problems) = Resolver.resolve(parsed.tree)
    self.unit = unit
    var check = Check(unit, problems, options)
    functions = check.run()
    programs = check.programs
    // What is wrong in a definition that could not be read may be a consequence.
    let unread = parsed.unreadItems
    let found = check.problems.diagnostics.filter { problem in
      guard let range = problem.range else { return true }
      return !unread.contains { $0.start <= range.start && range.end <= $0.end }
    }
    diagnostics = (parsed.diagnostics + found).sorted {
      ($0.range?.start ?? 0, $0.id) < ($1.range?.start ?? 0, $1.id)
    }
  }

  public var source: SourceText { parsed.source }
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// The function that is meant where none is named.
  public var lastFunction: Signature? { functions.last }

  /// The function of a name.
  public func function(_ name: String) -> Signature? { functions.first { $0.name == name } }

  /// The names and defaults of the parameters of any definition of the program, a layer too. Their types depend on calls.
  public func definition(_ name: String) -> Signature? {
    unit.routines.first { $0.name == name }.map { Signature($0, in: unit, kinds: nil) }
  }

  /// Whether a name is that of a layer, of the program or of the library.
  public func isLayer(_ name: String) -> Bool {
    if let own = unit.routines.first(where: { $0.name == name }) { return own.role == .layer }
    return Library.standard.functions[name].map { Library.standard.layers.contains($0) } ?? false
  }

  /// Expands a function into a graph.
  ///
  /// The inputs of the program are ``Signature/inputs`` in order, then ``Signature/variables``, then the key if it draws
  /// random numbers; its roots are ``Signature/results``.
  ///
  /// - Parameters:
  ///   - name: the function; `nil` means ``lastFunction``.
  ///   - includingState: the next values of the states, too, as roots under their paths after the results.
  /// - Throws: the diagnostics of the module if there are errors, and problems that only the expansion shows, such as
  ///   ``CheckOptions/Limits`` exceeded.
  public func program(_ name: String? = nil, includingState: Bool = false) throws(DiagnosticsError) -> Program {
    if hasErrors { throw DiagnosticsError(source: source, diagnostics: diagnostics) }
    let index = try routine(name)
    if let program = programs[index] { return program }
    var lowering = Lowering(unit, options: options, mode: .build)
    if let kinds = lowering.header(of: index) {
      let (inputs, result) = lowering.enter(index, kinds)
      if var roots = lowering.roots(of: result, index), !lowering.problems.hasErrors {
        let effects = lowering.entryEffects
        let inputs =
          inputs + effects.sorted.compactMap { lowering.variables[$0.path] } + [lowering.key].compactMap { $0 }
        if includingState { roots += lowering.stateRoots }
        return lowering.takeProgram(inputs, roots)
      }
    }
    throw DiagnosticsError(source: source, diagnostics: lowering.problems.sorted)
  }

  /// The same with the calls that the text of the program makes, in the order in which they begin.
  ///
  /// The graph has everything that was put into it, also what no root needs.
  ///
  /// - Parameter elementwise: calls of functions of single numbers, too, such as `relu`.
  public func tracedProgram(
    _ name: String? = nil, includingState: Bool = false, elementwise: Bool = false
  ) throws(DiagnosticsError) -> (program: Program, calls: [TracedCall]) {
    if hasErrors { throw DiagnosticsError(source: source, diagnostics: diagnostics) }
    let index = try routine(name)
    var lowering = Lowering(unit, options: options, mode: .build)
    lowering.traces = true
    lowering.tracesElementwise = elementwise
    if let kinds = lowering.header(of: index) {
      let (inputs, result) = lowering.enter(index, kinds)
      if var roots = lowering.roots(of: result, index), !lowering.problems.hasErrors {
        let inputs =
          inputs + lowering.entryEffects.sorted.compactMap { lowering.variables[$0.path] }
          + [lowering.key].compactMap { $0 }
        if includingState { roots += lowering.stateRoots }
        return (Program(graph: lowering.graph, inputs: inputs, roots: roots), lowering.calls)
      }
    }
    throw DiagnosticsError(source: source, diagnostics: lowering.problems.sorted)
  }

  /// The name of the input that all random numbers depend on: an integer made of a seed and a step, see ``key(seed:step:)``.
  public static let keyName = "random key"

  /// The key of a step of a run: every step draws other numbers, and the same ones again with the same seed.
  public static func key(seed: Int, step: Int = 0) -> Int64 {
    Int64(bitPattern: ChancePath.step(from: ChancePath.step(from: 0, to: seed), to: step))
  }

  /// The program that makes the first values of a function's variables: its input is the key, its roots are the
  /// variables by path, in the order of ``Signature/variables``.
  public func initialisation(of name: String? = nil) throws(DiagnosticsError) -> Program {
    if hasErrors { throw DiagnosticsError(source: source, diagnostics: diagnostics) }
    let index = try routine(name)
    var lowering = Lowering(unit, options: options, mode: .build)
    lowering.collectsInitials = true
    if let kinds = lowering.header(of: index) {
      _ = lowering.enter(index, kinds)
      if !lowering.problems.hasErrors, let program = lowering.initialisation { return program }
    }
    throw DiagnosticsError(source: source, diagnostics: lowering.problems.sorted)
  }

  /// Why there is nothing to run.
  private var withoutFunction: Diagnostic {
    guard let constant = unit.routines.last(where: { $0.role == .constant }) else {
      return Diagnostic(.noFunction, "the program is empty: it has no function", at: nil)
    }
    return Diagnostic(
      .noFunction,
      "the program has no function: '\(constant.name)' is a constant; a function has a list of parameters, "
        + "even if it is empty: '\(constant.name)() = …'", at: constant.range)
  }

  /// The function to expand.
  private func routine(_ name: String?) throws(DiagnosticsError) -> Int {
    let chosen = name.map { unit.functions[$0] } ?? unit.programOrder.last
    guard let chosen else {
      let problem: Diagnostic
      if let name {
        let nearest = Suggestion.nearest(to: name, among: unit.functions.keys)
        let advice = nearest.map { "; did you mean '\($0)'?" } ?? ""
        problem = Diagnostic(.unknownFunction, "the program has no function '\(name)'\(advice)", at: nil)
      } else {
        problem = withoutFunction
      }
      throw DiagnosticsError(source: source, diagnostics: [problem])
    }
    if let parameter = unit.routines[chosen].openFunctionParameter {
      let diagnostic = Check.openFunction(parameter, of: unit.routines[chosen], in: unit, .error)
      throw DiagnosticsError(source: source, diagnostics: [diagnostic])
    }
    return chosen
  }
}
