import Foundation
import NablaDiagnostics
import Testing

@testable import NablaLanguage

/// docs/diagnostics.md is made of the tables of problems, and of what is printed for their examples. With
/// `NABLA_RECORD=1` in the environment it is written anew.
@Suite struct `The page of diagnostics` {
  /// A problem of either table.
  struct Row: Sendable, CustomTestStringConvertible {
    let id: String
    let severity: Diagnostic.Severity
    let entry: ProblemEntry

    var testDescription: String { id }
  }

  static let rows =
    SyntaxProblem.allCases.map { Row(id: $0.id, severity: $0.severity, entry: $0.entry) }
    + CheckProblem.allCases.map { Row(id: $0.id, severity: $0.severity, entry: $0.entry) }

  @Test(arguments: rows)
  func `an example has its problem, first and with the severity it is declared with`(_ row: Row) throws {
    #expect(row.entry.meaning.hasSuffix(".") || row.entry.meaning.hasSuffix(".)"))
    guard let example = row.entry.example else { return }
    let diagnostics = Module(checking: SourceText(example)).diagnostics
    let found = try #require(diagnostics.first { $0.id == row.id }, "\(diagnostics.map(\.id))")
    #expect(found.severity == row.severity || row.id == CheckProblem.functionParameter.id)
    // One mistake, one message.
    #expect(Set(diagnostics.map(\.id)) == [row.id])
  }

  @Test func `is what the tables say`() throws {
    let page = Self.page
    let url = DocumentFolder.url.appending(path: "diagnostics.md")
    if ProcessInfo.processInfo.environment["NABLA_RECORD"] == "1" {
      try page.write(to: url, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: url, encoding: .utf8) == page, "NABLA_RECORD=1 writes it anew")
  }

  private static let headings: [(prefix: String, title: String)] = [
    ("lex.", "Characters and words"), ("parse.", "Structure"), ("check.", "Names, calls and derivatives"),
    ("type.", "Element types"), ("shape.", "Shapes"), ("limit.", "Limits"),
  ]

  private static var page: String {
    var text = """
      # Diagnostics

      What Nabla says about a program, by the id that stands in brackets at the end of a message. Ids are stable: tools
      may match them. All problems of a text are reported at once, in its order; what would only follow from another
      problem is left out. An error leaves the program without result (the command ends with status 2), a warning does
      not.

      This page is made of the tables in the source (`SyntaxProblem+Table.swift`, `CheckProblem+Table.swift`) and of what
      is printed for each example.

      """
    for heading in headings {
      text += "\n## \(heading.title)\n"
      for row in rows where row.id.hasPrefix(heading.prefix) { text += section(row) }
    }
    return text
  }

  private static func section(_ row: Row) -> String {
    var text = "\n### `\(row.id)`\n\n\(wrapped(row.entry.meaning))\n"
    guard let example = row.entry.example else { return text }
    let source = SourceText(example, name: "example.nabla")
    let diagnostics = Module(checking: source).diagnostics.filter { $0.id == row.id }
    text += "\n```text\n\(DiagnosticRenderer(source: source).render(diagnostics))\n```\n"
    return text
  }

  /// Lines of at most 120 columns.
  private static func wrapped(_ text: String) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count >= 120 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines.joined(separator: "\n")
  }
}

/// Where the documents are.
enum DocumentFolder {
  static let url = URL(filePath: #filePath).appending(path: "../../../../docs").standardized
}
