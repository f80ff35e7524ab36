import Foundation
import NablaRewrite
import Testing

/// `docs/rewriting.md` lists the rules that there are. With `NABLA_RECORD=1` in the environment the list is written.
struct RuleTableTests {
  private static let begin = "<!-- rules -->\n"
  private static let end = "<!-- end of rules -->"

  @Test
  func `the manual lists every rule`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    let file = root.appending(path: "docs/rewriting.md")
    let document = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(document.range(of: RuleTableTests.begin))
    let stop = try #require(document.range(of: RuleTableTests.end))
    let table = RuleTableTests.table
    if ProcessInfo.processInfo.environment["NABLA_RECORD"] == "1" {
      let text = document.replacingCharacters(in: start.upperBound..<stop.lowerBound, with: table)
      try text.write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(document[start.upperBound..<stop.lowerBound] == table, "record it again")
    }
  }

  private static var table: String {
    let phases = Phase.allCases.map { phase in
      section("`\(phase)`", RewriteRule.all.filter { $0.phase == phase })
    }
    let expansions = section("Where a larger sum becomes cheaper by it", RewriteRule.expansions)
    return (phases + [expansions]).joined(separator: "\n")
  }

  private static func section(_ title: String, _ rules: [RewriteRule]) -> String {
    let rows = rules.map { rule in
      let conditions = rule.conditions.map(\.description).joined(separator: ", ")
      return "| \(rule.name) | `\(rule.pattern)` | `\(rule.replacement)` | \(rule.soundness.name) | \(conditions) |"
    }
    return """
      ### \(title)

      | rule | pattern | becomes | class | where |
      |---|---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }
}

extension Soundness {
  fileprivate var name: String {
    switch self {
    case .exact: "exact"
    case .algebraic: "algebraic"
    case .reassociating: "reassociating"
    case .domain: "domain"
    }
  }
}
