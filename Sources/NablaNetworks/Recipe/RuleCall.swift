import NablaDiagnostics
import NablaLanguage

/// A call as a recipe has it, such as `adam(0.001, beta1: 0.9)`: what only the training step knows, the parameter and its
/// gradient, is put in front of the arguments.
///
/// The text is parsed, and nothing but a call is accepted, so that what goes into the program is an expression of the
/// language.
public struct RuleCall: Hashable, Sendable, CustomStringConvertible {
  public struct Argument: Hashable, Sendable {
    public var label: String?
    public var text: String

    var spelling: String { label.map { "\($0): \(text)" } ?? text }
  }

  public var name: String
  public var arguments: [Argument]

  /// - Parameter text: a call, or a name alone for a call without arguments.
  /// - Throws: ``DiagnosticsError`` where the text is no call.
  public init(_ text: String, for purpose: String) throws(DiagnosticsError) {
    let parsed = Parser.parse(SourceText(text, name: purpose))
    let tree = parsed.tree
    if parsed.diagnostics.contains(where: { $0.severity == .error }) {
      throw DiagnosticsError(source: parsed.source, diagnostics: parsed.diagnostics)
    }
    if let call = RuleCall(tree) {
      self = call
    } else {
      let problem = Diagnostic(
        "recipe.call", "a name or a call is expected, such as adam(0.001)", at: tree.range(tree.root))
      throw DiagnosticsError(source: parsed.source, diagnostics: [problem])
    }
  }

  private init?(_ tree: SyntaxTree) {
    guard case .program(let statements) = tree.kind(tree.root), statements.count == 1, let statement = statements.first,
      case .value(let value) = tree.kind(statement)
    else { return nil }
    switch tree.kind(value) {
    case .name(let name):
      self.name = tree.name(name)
      arguments = []
    case .call(let callee, let arguments):
      guard case .name(let name) = tree.kind(callee) else { return nil }
      self.name = tree.name(name)
      self.arguments = arguments.map { id in
        guard case .argument(let label, let value) = tree.kind(id) else {
          return Argument(label: nil, text: tree.text(id))
        }
        return Argument(label: tree.name(of: label), text: tree.text(value))
      }
    default: return nil
    }
  }

  /// Looks whether there is the function, and whether it has the arguments that are named.
  ///
  /// - Parameter what: what is called: a loss, a metric, a schedule.
  /// - Throws: ``TrainingError/unknownName(_:what:nearest:)``, ``TrainingError/unknownArgument(_:of:known:nearest:)``.
  func require(in module: Module, as what: String) throws {
    guard let signature = module.definition(name) ?? Library.standard.signature(of: name) else {
      if Library.standard.has(name) { return }
      let own = module.functions.map(\.name)
      throw TrainingError.unknownName(name, what: what, nearest: Library.standard.nearest(to: name, among: own))
    }
    let known = signature.parameters.map(\.name)
    for label in arguments.compactMap(\.label) where !known.contains(label) {
      let nearest = Library.standard.nearestArgument(to: label, among: known)
      throw TrainingError.unknownArgument(label, of: name, known: known, nearest: nearest)
    }
  }

  /// The call with other arguments in front of its own.
  func text(after first: [String]) -> String {
    "\(name)(\((first + arguments.map(\.spelling)).joined(separator: ", ")))"
  }

  /// The call as a recipe has it.
  public var description: String {
    arguments.isEmpty ? name : "\(name)(\(arguments.map(\.spelling).joined(separator: ", ")))"
  }

  /// Takes out the argument of a label, or without that the first that has none.
  mutating func take(_ label: String) -> String? {
    let position =
      arguments.firstIndex { $0.label == label }
      ?? arguments.firstIndex { $0.label == nil }
    return position.map { arguments.remove(at: $0).text }
  }
}
