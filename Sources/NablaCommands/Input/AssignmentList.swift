import ArgumentParser
import Nabla
import NablaData
import NablaDiagnostics

/// `x=1,y=[1, 2],w=@w.npy,@more.npz`: what an option that takes values by name is given.
struct AssignmentList {
  private enum Part {
    case assignment(name: String, text: String)
    case file(String)
  }

  private let option: String
  private let parts: [Part]

  /// - Parameter option: what usage errors call it.
  init(_ texts: [String], option: String) throws {
    self.option = option
    parts = try texts.flatMap { try AssignmentList.split($0, option: option) }
    var names: Set<String> = []
    for case .assignment(let name, _) in parts where !names.insert(name).inserted {
      throw ValidationError("\(option) gives '\(name)' twice")
    }
  }

  /// The values; an assignment counts more than a file.
  ///
  /// - Parameter isWanted: which arrays of a file that names its arrays are meant.
  func point(_ isWanted: (String) -> Bool = { _ in true }) throws -> Point {
    var files: [Point.Member] = []
    var members: [Point.Member] = []
    for part in parts {
      switch part {
      case .file(let path): files += try AssignmentList.members(ofFile: path, isWanted)
      case .assignment(let name, let text):
        members.append(.init(name: name, value: try AssignmentList.value(text, of: name, option: option)))
      }
    }
    return Point(files + members)
  }

  /// Splits at commas outside brackets.
  private static func split(_ text: String, option: String) throws -> [Part] {
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
      let start = part.drop(while: \.isWhitespace)
      if start.first == "@" { return .file(String(start.dropFirst())) }
      guard let equals = part.firstIndex(of: "=") else {
        throw ValidationError("\(option) takes NAME=VALUE, not '\(part)'")
      }
      let name = part[..<equals].filter { !$0.isWhitespace }
      let value = part[part.index(after: equals)...]
      if name.isEmpty { throw ValidationError("\(option): a name is missing before '\(part)'") }
      if value.allSatisfy(\.isWhitespace) { throw ValidationError("\(option): a value is missing after '\(part)'") }
      return .assignment(name: String(name), text: String(value))
    }
  }

  // MARK: Values

  /// An array of a file; a JSON number or list as it is; else a constant expression of the language, such as `pi/4` or
  /// `-inf`.
  ///
  /// - Throws: a usage error; what is wrong with an expression has been reported.
  static func value(_ text: String, of name: String, option: String) throws -> PointValue {
    let start = text.drop(while: \.isWhitespace)
    if start.first == "@" { return try value(ofFile: String(start.dropFirst())) }
    if let value = try? JSONParser.parse([UInt8](text.utf8)), value.string == nil, value.members == nil {
      return .json(value)
    }
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
    return .json(ResultAssembly(evaluator.derived, results).entries(.value, points: 1)[0])
  }

  /// `w.npy`, or `data.npz:w` for one array of several.
  private static func value(ofFile text: String) throws -> PointValue {
    var path = text
    var member: String?
    // A colon may be part of a path, too.
    if !SourceFile(path: text).exists, let colon = text.lastIndex(of: ":") {
      path = String(text[..<colon])
      member = String(text[colon...].dropFirst())
    }
    return try reporting(path) {
      let file = try DataFile(path: path)
      guard file.format == .json else { return .tensor(try file.tensor(member)) }
      // Decimals stay exact until they meet the parameter's type.
      let value = try file.json()
      guard let member else { return .json(value) }
      guard let found = value[member] else {
        throw DataError.noMember(member, known: (value.members ?? []).map(\.name))
      }
      return .json(found)
    }
  }

  /// The arrays of a file that names them.
  private static func members(ofFile path: String, _ isWanted: (String) -> Bool) throws -> [Point.Member] {
    try reporting(path) {
      let file = try DataFile(path: path)
      guard file.format == .json else {
        return try file.tensors(where: isWanted).map { .init(name: $0.name, value: .tensor($0.tensor)) }
      }
      let value = try file.json()
      guard let members = value.members else {
        throw DataError.notANumber(path: path, expected: "an object", found: value.kind)
      }
      return members.filter { isWanted($0.name) }.map { .init(name: $0.name, value: .json($0.value)) }
    }
  }

  /// Names the file that a problem is in.
  private static func reporting<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DataError {
      switch error {
      case .file, .unknownFormat, .notANumber, .inFile: throw error.diagnostic
      case .severalMembers(let names):
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        throw Diagnostic(
          error.diagnostic.id,
          "'\(path)' has several arrays, \(list): say which, as in '@\(path):\(names.first ?? "x")'")
      default: throw DataError.inFile(path: path, error).diagnostic
      }
    }
  }
}
