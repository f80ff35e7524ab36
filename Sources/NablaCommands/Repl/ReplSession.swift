import Foundation
import Nabla
import NablaDiagnostics
import NablaLanguage

/// What the interactive session knows: the definitions so far. Input in, text out; the terminal is somebody else's.
struct ReplSession {
  /// What a line leads to.
  struct Answer {
    var output = ""
    /// Diagnostics and errors, for standard error.
    var problems = ""
    var ends = false
  }

  /// One statement that defines something, as it was typed.
  struct Definition {
    let names: [String]
    let text: String
  }

  /// In the order in which they were made; a name has one.
  private(set) var definitions: [Definition] = []

  var names: [String] { definitions.flatMap(\.names) }

  /// All definitions, as they were typed.
  var listing: String { definitions.map(\.text).joined(separator: "\n") }

  /// Whether an input goes on in the next line: a bracket is open, or an operand is missing.
  static func isIncomplete(_ text: String) -> Bool {
    !text.hasPrefix(":") && Parser.parse(SourceText(text)).isIncomplete
  }

  mutating func answer(_ input: String) -> Answer {
    let text = input.trimmingCharacters(in: .whitespacesAndNewlines)
    if text.isEmpty { return Answer() }
    let usesColor = Terminal.usesColor(STDERR_FILENO)
    do {
      if let line = text.hasPrefix(":") ? text : ReplDirective.meant(by: text, names: names) {
        return try ReplDirective.run(line, in: &self)
      }
      return try evaluate(SourceText(text))
    } catch let error as SessionError {
      return Answer(problems: error.rendered(usesColor: usesColor))
    } catch let error as DiagnosticsError {
      let renderer = DiagnosticRenderer(source: error.source, usesColor: usesColor)
      return Answer(problems: error.diagnostics.map { renderer.render($0) }.joined(separator: "\n"))
    } catch {
      return Answer(problems: "error: \(Problem.diagnostic(error).message)")
    }
  }

  /// Definitions are kept; an expression is evaluated, or simplified where it has free names.
  mutating func evaluate(_ source: SourceText) throws -> Answer {
    let parsed = Parser.parse(source)
    let errors = parsed.diagnostics.filter { $0.severity == .error }
    if !errors.isEmpty { throw DiagnosticsError(source: source, diagnostics: errors) }
    let statements = ReplSession.statements(parsed.tree)
    let added = statements.compactMap { $0.names.isEmpty ? nil : Definition(names: $0.names, text: $0.text) }
    if !added.isEmpty { try define(added) }
    var outputs = added.flatMap(\.names)
    for statement in statements where statement.names.isEmpty {
      outputs.append(try ReplSession.show(try expression(statement.text)))
    }
    return Answer(output: outputs.joined(separator: added.count == statements.count ? ", " : "\n"))
  }

  /// Adds definitions in place of those of the same names; all of them, or none.
  private mutating func define(_ added: [Definition]) throws {
    let replaced = Set(added.flatMap(\.names))
    let kept = definitions.filter { replaced.isDisjoint(with: $0.names) }
    let text = ReplSession.text(of: kept + added)
    let module = Module(checking: text.source)
    if module.hasErrors { throw SessionError(problems: text.localised(module.diagnostics)) }
    definitions = kept + added
  }

  mutating func clear() { definitions = [] }

  /// The formula of a function's name, or of an expression over the definitions.
  ///
  /// A name that nothing defines becomes a parameter.
  func expression(_ text: String) throws -> Formula {
    let program = ReplSession.text(of: definitions)
    if names.contains(text) {
      let module = Module(checking: program.source)
      if module.function(text) != nil { return try Formula(module, function: text) }
    }
    let (module, whole) = entry(text, program, parameters: [])
    let unknown = module.diagnostics.filter { $0.id == "check.undefined-name" }.compactMap(\.range)
    var parameters: [String] = []
    for name in unknown.map({ module.source[$0] }) where !parameters.contains(name) { parameters.append(name) }
    let (again, last) = parameters.isEmpty ? (module, whole) : entry(text, program, parameters: parameters)
    if again.hasErrors { throw SessionError(problems: last.localised(again.diagnostics)) }
    return try Formula(again, function: ReplSession.entryName)
  }

  /// The definitions with one more, whose body is the expression.
  private func entry(_ text: String, _ program: SessionText, parameters: [String]) -> (Module, SessionText) {
    var whole = program
    whole.appendGlue("\(ReplSession.entryName)(\(parameters.joined(separator: ", "))) = ")
    whole.append(text)
    return (Module(checking: whole.source), whole)
  }

  /// The name under which an expression is checked; no user's name begins so by accident.
  private static let entryName = "nabla_entry"

  private static func text(of definitions: [Definition]) -> SessionText {
    var text = SessionText()
    for definition in definitions {
      text.append(definition.text)
      text.appendGlue("\n")
    }
    return text
  }

  /// The statements of a text with the names that they define.
  private static func statements(_ tree: SyntaxTree) -> [(names: [String], text: String)] {
    guard case .program(let statements) = tree.kind(tree.root) else { return [] }
    return statements.map { statement in (definedNames(statement, tree), tree.source[tree.range(statement)]) }
  }

  private static func definedNames(_ statement: SyntaxID, _ tree: SyntaxTree) -> [String] {
    var statement = statement
    if case .layer(let inner) = tree.kind(statement) { statement = inner }
    switch tree.kind(statement) {
    case .definition(let name, _, _), .assignment(let name, _): return [tree.name(of: name)]
    case .destructuring(let names, _): return names.map { tree.name(of: $0) }
    default: return []
    }
  }

  /// A number where there is nothing free, else the simplified formula.
  static func show(_ formula: Formula) throws -> String {
    guard formula.parameters.isEmpty else { return formula.simplifiedText(.text) }
    let evaluator = try Evaluator(formula, [.value], backend: .interpreter)
    let results = try evaluator.evaluate([], points: 1)
    let entry = ResultAssembly(evaluator.derived, results).entries(.value, points: 1)[0]
    if let members = entry.members { return members.map { "\($0.name) = \($0.value.text)" }.joined(separator: "\n") }
    return entry.string ?? entry.text
  }
}
