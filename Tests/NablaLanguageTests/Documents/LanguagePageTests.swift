import Foundation
import Nabla
import NablaDiagnostics
import NablaGraph
import Testing

@testable import NablaLanguage

/// The tables of docs/language.md are made of the operation table and the library. With `NABLA_RECORD=1` in the
/// environment they are written anew. (What the page shows of the command is run with the other documents.)
@Suite(.serialized) struct `The page of the language` {
  @Test(arguments: ["functions", "library", "primitives"])
  func `its tables are those of the source`(_ name: String) throws {
    let url = DocumentFolder.url.appending(path: "language.md")
    let page = try String(contentsOf: url, encoding: .utf8)
    let table =
      switch name {
      case "functions": try Self.functions()
      case "library": Self.library
      default: Self.primitives
      }
    let parts = page.components(separatedBy: "<!-- \(name) -->\n")
    let end = try #require(parts.last?.range(of: "<!-- end -->"))
    try #require(parts.count == 2)
    let written = parts[0] + "<!-- \(name) -->\n" + table + parts[1][end.lowerBound...]
    if ProcessInfo.processInfo.environment["NABLA_RECORD"] == "1" {
      try written.write(to: url, atomically: true, encoding: .utf8)
    } else {
      #expect(page == written, "NABLA_RECORD=1 writes it anew")
    }
  }

  /// Every function of the operation table that programs may call.
  private static func functions() throws -> String {
    var text = "| function | derivatives |\n|---|---|\n"
    for f in Elementwise.allCases where f.definition.notation == .call {
      guard Builtin.named(f.name) == .elementwise(f), f.definition.typing != .selection else { continue }
      let names = Array(["x", "y", "z"].prefix(f.arity))
      let call = "\(f.name)(\(names.joined(separator: ", ")))"
      let formula = try Formula("f(\(names.joined(separator: ", "))) = \(call)")
      let slopes = try names.map { name in "`\(try formula.derivative(by: name).text())`" }
      text += "| `\(call)` | \(slopes.joined(separator: ", ")) |\n"
    }
    return text
  }

  /// The functions of arrays that are built in.
  private static var primitives: String {
    var text = "| function | |\n|---|---|\n"
    for primitive in Primitive.allCases where !primitive.isForLibrary {
      text += "| `\(primitive.rawValue)(\(primitive.row.header))` | \(primitive.row.summary) |\n"
    }
    return text
  }

  /// The functions of the library, by header, with the comments before them.
  private static var library: String {
    var text = "| function | |\n|---|---|\n"
    for name in Library.standard.names {
      guard let source = Library.standard.source(of: name) else { continue }
      let lines = source.split(separator: "\n")
      let comment = lines.filter { $0.hasPrefix("#") }.map { $0.drop { $0 == "#" || $0 == " " } }
      guard let header = Self.header(lines) else { continue }
      let parameters = header.replacing(": option", with: "").replacing("[...", with: "[…")
      text += "| `\(parameters)` | \(comment.joined(separator: " ")) |\n"
    }
    return text
  }

  /// What stands before the `=` or `{` of a definition.
  private static func header(_ lines: [Substring]) -> String? {
    let text = lines.filter { !$0.hasPrefix("#") }.map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ")
    var depth = 0
    for index in text.indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" { depth -= 1 }
      if text[index] == ")", depth == 0 { return String(text[...index]) }
    }
    return nil
  }
}
