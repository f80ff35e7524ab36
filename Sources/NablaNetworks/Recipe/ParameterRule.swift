import NablaLanguage

/// A function of one parameter, such as a penalty or a constraint, and which parameters it is for:
///
///     l2(0.01)                 every weight: every parameter of two axes or more
///     net.dense_1=l2(0.01)     the weights of a layer
///     net.dense_1.b=l1(0.01)   one parameter, of any shape
struct ParameterRule: Hashable, Sendable {
  let call: RuleCall
  private let path: String?

  /// - Parameter what: what it is: a penalty, a constraint.
  /// - Throws: ``TrainingError`` for a function or a path that there is not, `DiagnosticsError` for a text that is no call.
  init(_ text: String, as what: String, in module: Module, of variables: [TrainingVariable]) throws {
    // Within parentheses an equals sign belongs to the call.
    let mark = text.prefix { $0 != "(" }.firstIndex(of: "=")
    path = mark.map { text[..<$0].filter { $0 != " " } }
    call = try RuleCall(mark.map { String(text[text.index(after: $0)...]) } ?? text, for: what)
    try call.require(in: module, as: what)
    if let path, !variables.contains(where: { $0.isPart(of: path) }) {
      throw TrainingError.unknownPath(path, known: variables.filter { $0.kind == .learned }.map(\.path))
    }
  }

  func applies(to variable: TrainingVariable) -> Bool {
    if variable.path == path { return true }
    guard variable.type.shape.rank >= 2 else { return false }
    return path.map { variable.isPart(of: $0) } ?? true
  }
}
