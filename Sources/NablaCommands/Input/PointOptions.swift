import ArgumentParser
import Nabla
import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// `--at x=1,y=[1, 2],z=pi/4`: a value for every parameter.
struct PointOptions: ParsableArguments {
  @Option(name: .long, parsing: .singleValue, help: "Where: x=1,y=pi/2,v=[1,2].")
  var at: [String] = []

  /// The assignments by name, in order.
  func assignments() throws -> [(name: String, text: String)] { try at.flatMap { try PointOptions.split($0) } }

  /// One column an input of the formula; parameters with defaults may be left out.
  ///
  /// - Returns: `nil` where no point is given and one is needed.
  func columns(for formula: Formula) throws -> [Column]? {
    let assignments = try assignments()
    if assignments.isEmpty, formula.parameters.contains(where: { formula.defaults[$0] == nil }) { return nil }
    var members: [JSONValue.Member] = []
    for (name, text) in assignments { members.append(.init(name, try PointOptions.value(text, of: name))) }
    let derived = try formula.differentiated([.value])
    let batch = PointReader(formula, derived).batch(points: [.object(members)], vector: nil)
    if let problem = batch.problems.first { throw problem.problem }
    return batch.columns
  }

  /// The numbers of each parameter by name; `nil` where no point is given.
  func values(for formula: Formula) throws -> [String: [Double]]? {
    guard !at.isEmpty, let columns = try columns(for: formula) else { return nil }
    return Dictionary(zip(formula.parameters, columns.map(\.doubles)), uniquingKeysWith: { first, _ in first })
  }

  /// The same, where a point must be given.
  func requiredColumns(for formula: Formula) throws -> [Column] {
    guard let columns = try columns(for: formula) else {
      let missing = formula.parameters.filter { formula.defaults[$0] == nil }
      throw ValidationError("a point is needed: --at \(missing.map { "\($0)=…" }.joined(separator: ","))")
    }
    return columns
  }

  // MARK: Reading

  /// Splits at commas outside brackets.
  private static func split(_ text: String) throws -> [(name: String, text: String)] {
    var parts: [String] = [""]
    var depth = 0
    for character in text {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return try parts.filter { !$0.allSatisfy(\.isWhitespace) }.map { part in
      guard let equals = part.firstIndex(of: "=") else {
        throw ValidationError("a point is given as NAME=VALUE, not '\(part)'")
      }
      let name = part[..<equals].filter { !$0.isWhitespace }
      return (String(name), String(part[part.index(after: equals)...]))
    }
  }

  /// A JSON number or list as it is; else a constant expression of the language, such as `pi/4` or `-inf`.
  static func value(_ text: String, of name: String) throws -> JSONValue {
    if let value = try? JSONParser.parse([UInt8](text.utf8)), value.string == nil, value.members == nil { return value }
    let formula = try Formula(text)
    guard formula.parameters.isEmpty, formula.results.count == 1 else {
      throw ValidationError("the value of '\(name)' is a number, not '\(text)'")
    }
    let evaluator = try Evaluator(formula, [.value], backend: .interpreter)
    let results = try evaluator.evaluate([], points: 1)
    return ResultAssembly(evaluator.derived, results).entries(.value, points: 1)[0]
  }
}
