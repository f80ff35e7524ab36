import Foundation
import Nabla
import NablaDiagnostics
import NablaGraph
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

  /// Definitions by name, in the order of first definition.
  fileprivate(set) var definitions: [(name: String, text: String)] = []

  var names: [String] { definitions.map(\.name) }

  /// Whether an input goes on in the next line: a bracket is open, or an operand is missing.
  static func isIncomplete(_ text: String) -> Bool {
    !text.hasPrefix(":") && Parser.parse(SourceText(text)).isIncomplete
  }

  mutating func answer(_ input: String) -> Answer {
    let text = input.trimmingCharacters(in: .whitespacesAndNewlines)
    if text.isEmpty { return Answer() }
    do {
      if text.hasPrefix(":") { return try ReplDirective.run(text, in: &self) }
      return try evaluate(text)
    } catch let error as DiagnosticsError {
      let renderer = DiagnosticRenderer(source: error.source, usesColor: Terminal.usesColor(STDERR_FILENO))
      return Answer(problems: error.diagnostics.map { renderer.render($0) }.joined(separator: "\n"))
    } catch let error as DerivativeError {
      return Answer(problems: "error: \(error.diagnostic.message)")
    } catch let error as Diagnostic {
      return Answer(problems: "error: \(error.message)")
    } catch {
      return Answer(problems: "error: \(error)")
    }
  }

  /// A definition is kept; an expression is evaluated, or simplified where it has free names.
  private mutating func evaluate(_ text: String) throws -> Answer {
    let module = Module(checking: SourceText(text, name: "<input>"))
    let defined = ReplSession.definedNames(module)
    if defined.isEmpty {
      let formula = try expression(text)
      return Answer(output: try ReplSession.show(formula))
    }
    var candidate = definitions
    for name in defined {
      candidate.removeAll { $0.name == name }
    }
    candidate.append((defined.joined(separator: ", "), text))
    let checked = Module(checking: SourceText(candidate.map(\.text).joined(separator: "\n")))
    if checked.hasErrors { throw DiagnosticsError(source: checked.source, diagnostics: checked.diagnostics) }
    definitions = candidate
    return Answer(output: defined.joined(separator: ", "))
  }

  mutating func load(_ text: String, name: String) throws -> Answer {
    let module = Module(checking: SourceText(text, name: name))
    if module.hasErrors { throw DiagnosticsError(source: module.source, diagnostics: module.diagnostics) }
    return try evaluate(text)
  }

  mutating func clear() { definitions = [] }

  /// The formula of a function's name, or of an expression over the definitions.
  ///
  /// A name that nothing defines becomes a parameter.
  func expression(_ text: String) throws(DiagnosticsError) -> Formula {
    let program = definitions.map(\.text).joined(separator: "\n")
    if definitions.contains(where: { $0.name.split(separator: ", ").contains(Substring(text)) }) {
      let module = Module(checking: SourceText(program))
      if module.function(text) != nil { return try Formula(module, function: text) }
    }
    let prefix = program.isEmpty ? "" : program + "\n"
    var parameters: [String] = []
    for _ in 0..<2 {
      let head = "\(ReplSession.entry)(\(parameters.joined(separator: ", "))) = "
      let module = Module(checking: SourceText(prefix + head + text))
      let unknown = module.diagnostics.filter { $0.id == "check.undefined-name" }.compactMap(\.range)
      if unknown.isEmpty || !parameters.isEmpty { return try Formula(module, function: ReplSession.entry) }
      for name in unknown.map({ module.source[$0] }) where !parameters.contains(name) { parameters.append(name) }
    }
    return try Formula(Module(checking: SourceText(prefix + text)))
  }

  /// The name under which an expression is checked; no user's name begins so by accident.
  private static let entry = "nabla_entry"

  /// The names that a text defines at top level.
  private static func definedNames(_ module: Module) -> [String] {
    let tree = module.parsed.tree
    guard case .program(let statements) = tree.kind(tree.root) else { return [] }
    return statements.flatMap { statement -> [String] in
      var statement = statement
      if case .layer(let inner) = tree.kind(statement) { statement = inner }
      switch tree.kind(statement) {
      case .definition(let name, _, _), .assignment(let name, _): return [tree.name(of: name)]
      case .destructuring(let names, _): return names.map { tree.name(of: $0) }
      default: return []
      }
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
