import Testing

/// A formula of physics, statistics or machine learning: a line of `formulas.nabla`.
public struct CorpusFormula: Sendable, CustomTestStringConvertible {
  public let name: String
  public let parameters: [String]
  /// The right side.
  public let text: String
  /// The whole line.
  public let definition: String

  public var testDescription: String { name }

  /// `nil` for a line that is not `name(parameter,…) = text`.
  init?(_ line: String) {
    guard let open = line.firstIndex(of: "("), let close = line.firstIndex(of: ")"),
      let equals = line.firstIndex(of: "="), open < close, close < equals
    else { return nil }
    name = String(line[..<open])
    parameters = line[line.index(after: open)..<close].split(separator: ",").map(String.init)
    text = String(line[line.index(after: equals)...].drop(while: \.isWhitespace))
    definition = line
  }

  public static let all: [CorpusFormula] = corpusLines("formulas.nabla").compactMap(CorpusFormula.init)
}
