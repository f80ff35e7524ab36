import NablaGraph
import NablaLanguage

/// A penalty on what a layer gives, and which layer, or function of the program: `net.dense_1=l2(0.01)`.
struct ResultRule: Hashable, Sendable {
  let path: String
  let call: RuleCall

  /// - Parameter calls: those of the objective, one of which has to be of that path.
  /// - Throws: ``TrainingError`` for a function or a path that there is not, `DiagnosticsError` for a text that is no call.
  init(_ text: String, in module: Module, _ calls: [TracedCall]) throws {
    let mark = text.prefix { $0 != "(" }.firstIndex(of: "=")
    path = mark.map { text[..<$0].filter { $0 != " " } } ?? ""
    call = try RuleCall(mark.map { String(text[text.index(after: $0)...]) } ?? text, for: "penalty")
    try call.require(in: module, as: "penalty")
    if results(in: calls).isEmpty {
      let known = calls.filter { !$0.isRepeated && !$0.results.isEmpty }.compactMap(\.path)
      throw TrainingError.unknownPath(path, known: Array(Set(known)).sorted())
    }
  }

  /// What the calls of the layer give, each value once. Those in a loop are no values of the program.
  func results(in calls: [TracedCall]) -> [NodeID] {
    var found: [NodeID] = []
    for call in calls where call.path == path && !call.isRepeated {
      if let result = call.results.first, !found.contains(result) { found.append(result) }
    }
    return found
  }
}
