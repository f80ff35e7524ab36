import ArgumentParser
import Foundation
import Testing

@testable import NablaCommands

/// Every option of every verb is told of, in the help, in the completions and in the manual.
@Suite(.enabled(if: BuiltCommand.nabla != nil, "nabla is not built"))
struct HelpTests {
  static let verbs = NablaCommand.configuration.subcommands.map { $0._commandName }

  @Test(arguments: NablaCommand.configuration.subcommands.map { $0._commandName })
  func `the help of a verb describes every option`(_ verb: String) throws {
    let outcome = try CommandLineTests.run("COLUMNS=200 nabla help \(verb)")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.contains { $0.hasPrefix("Example: nabla \(verb)") || $0.contains("| nabla \(verb)") }, "no example")
    for (index, line) in lines.enumerated() where line.hasPrefix("  -") || line.hasPrefix("  <") {
      // A long name has its description on the next line.
      let name = line.dropFirst(2).prefix { $0 != " " }
      let text = line.count > 26 ? line.dropFirst(26) : lines[index + 1].drop(while: \.isWhitespace)
      #expect(!text.allSatisfy(\.isWhitespace) && !text.hasPrefix("-"), "\(verb) \(name) has no description")
    }
  }

  @Test func `the verbs and what they take`() throws {
    var summary = ""
    for verb in HelpTests.verbs {
      let help = try CommandLineTests.run("COLUMNS=200 nabla help \(verb)").output
      let words = help.split(separator: "\n").filter { $0.hasPrefix("  -") || $0.hasPrefix("  <") }.map { line in
        line.dropFirst(2).split(separator: " ").prefix { $0.hasPrefix("-") || $0.hasPrefix("<") }.joined(separator: " ")
      }
      let own = words.filter { $0 != "--version" && $0 != "-h, --help" }
      summary += "\(verb): \(own.joined(separator: ", "))\n"
    }
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Options.txt")
    if ProcessInfo.processInfo.environment["NABLA_RECORD"] == "1" {
      try summary.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try summary == String(contentsOf: file, encoding: .utf8))
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func `completions know every verb`(_ shell: String) throws {
    let outcome = try CommandLineTests.run("nabla --generate-completion-script \(shell)")
    #expect(outcome.status == 0)
    for verb in HelpTests.verbs { #expect(outcome.output.contains(verb), "\(shell) does not complete \(verb)") }
    for option in ["check-finite", "backward", "in-place"] {
      #expect(outcome.output.contains(option), "\(shell) does not complete --\(option)")
    }
  }

  @Test func `the manual has a section for every verb`() throws {
    let manual = try String(contentsOf: BuiltCommand.root.appending(path: "docs/commands.md"), encoding: .utf8)
    for verb in HelpTests.verbs {
      #expect(
        manual.contains("\n## \(verb)\n") && manual.contains("[`\(verb)`](#\(verb))"),
        "\(verb) is not in docs/commands.md")
    }
  }

  @Test func `the version is one line`() throws {
    #expect(try CommandLineTests.run("nabla --version").output.split(separator: ".").count == 3)
  }
}
