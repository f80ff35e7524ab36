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
  func assignments() throws -> [(name: String, text: String)] { try PointOptions.assignments(at, option: "--at") }

  /// The same of another option that takes assignments.
  static func assignments(_ texts: [String], option: String) throws -> [(name: String, text: String)] {
    let assignments = try texts.flatMap { try split($0, option: option) }
    var names: Set<String> = []
    for (name, _) in assignments where !names.insert(name).inserted {
      throw ValidationError("\(option) gives '\(name)' twice")
    }
    return assignments
  }

  /// The values of assignments, as members of a JSON object.
  static func members(_ texts: [String], option: String) throws -> [JSONValue.Member] {
    try assignments(texts, option: option).map { .init($0.name, try value($0.text, of: $0.name, option: option)) }
  }

  /// One column an input of the formula; parameters with defaults may be left out.
  ///
  /// - Returns: `nil` where no point is given and one is needed.
  func columns(for formula: Formula) throws -> [Column]? {
    let members = try PointOptions.members(at, option: "--at")
    if members.isEmpty, formula.parameters.contains(where: { formula.defaults[$0] == nil }) { return nil }
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
  private static func split(_ text: String, option: String) throws -> [(name: String, text: String)] {
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
        throw ValidationError("\(option) takes NAME=VALUE, not '\(part)'")
      }
      let name = part[..<equals].filter { !$0.isWhitespace }
      let value = part[part.index(after: equals)...]
      if name.isEmpty { throw ValidationError("\(option): a name is missing before '\(part)'") }
      if value.allSatisfy(\.isWhitespace) { throw ValidationError("\(option): a value is missing after '\(part)'") }
      return (String(name), String(value))
    }
  }

  /// A JSON number or list as it is; else a constant expression of the language, such as `pi/4` or `-inf`.
  ///
  /// - Throws: a usage error; what is wrong with an expression has been reported.
  static func value(_ text: String, of name: String, option: String = "--at") throws -> JSONValue {
    if let value = try? JSONParser.parse([UInt8](text.utf8)), value.string == nil, value.members == nil { return value }
    let formula: Formula
    do {
      formula = try Formula(Module(checking: SourceText(text, name: "\(option) \(name)")))
    } catch {
      StandardError.report(error.diagnostics, in: error.source)
      throw ExitStatus.usage
    }
    guard formula.parameters.isEmpty, formula.results.count == 1 else {
      throw ValidationError("\(option): the value of '\(name)' is a number, not '\(text)'")
    }
    let evaluator = try Evaluator(formula, [.value], backend: .interpreter)
    let results = try evaluator.evaluate([], points: 1)
    return ResultAssembly(evaluator.derived, results).entries(.value, points: 1)[0]
  }
}
