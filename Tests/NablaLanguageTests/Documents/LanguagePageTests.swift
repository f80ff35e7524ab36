import Foundation
import Nabla
import NablaDiagnostics
import NablaGraph
import Testing

@testable import NablaLanguage

/// The tables of docs/language.md are made of the operation table and the library. With `NABLA_RECORD=1` in the
/// environment they are written anew. (What the page shows of the command is run with the other documents.)
@Suite struct `The page of the language` {
  @Test(arguments: ["functions", "library"])
  func `its tables are those of the source`(_ name: String) throws {
    let url = DocumentFolder.url.appending(path: "language.md")
    let page = try String(contentsOf: url, encoding: .utf8)
    let table = try name == "functions" ? Self.functions() : Self.library
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

  /// The functions of the library, by header, with the comments before them.
  private static var library: String {
    var text = "| function | |\n|---|---|\n"
    for name in Library.standard.names {
      guard let source = Library.standard.source(of: name) else { continue }
      let lines = source.split(separator: "\n")
      let comment = lines.filter { $0.hasPrefix("#") }.map { $0.drop { $0 == "#" || $0 == " " } }
      guard let header = lines.first(where: { !$0.hasPrefix("#") })?.split(separator: " = ").first else { continue }
      let parameters = header.replacing(": option", with: "").replacing("[...]", with: "[…]")
      text += "| `\(parameters)` | \(comment.joined(separator: " ")) |\n"
    }
    return text
  }
}
