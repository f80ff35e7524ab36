import Foundation
import Testing

/// Runs what README.md, docs/ and examples/ show. With `NABLA_RECORD=1` in the environment, writes what the commands
/// print into the documents instead: read the difference before it is committed.
struct ExamplesTests {
  @Test func `the command was built with the tests`() {
    #expect(BuiltCommand.nabla != nil, "build it first: swift build --product nabla")
  }

  @Test(.enabled(if: BuiltCommand.nabla != nil, "nabla is not built"), arguments: BuiltCommand.documents)
  func `a document shows what happens`(_ path: String) throws {
    let url = BuiltCommand.root.appending(path: path)
    let document = try RunnableDocument(String(contentsOf: url, encoding: .utf8))
    guard let nabla = BuiltCommand.nabla, !document.commands.isEmpty else { return }
    let folder = path.hasPrefix("examples/") ? url.deletingLastPathComponent() : nil
    let directory = try ExampleDirectory(nabla: nabla, copying: folder)
    let outcomes = try document.run(in: directory)
    let recording = ProcessInfo.processInfo.environment["NABLA_RECORD"] == "1"
    if recording {
      let text = document.recording(outcomes.map { ($0, $1.output.trimmingCharacters(in: .newlines)) })
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    for (var command, outcome) in outcomes {
      if recording { command.expected = nil }
      if let difference = command.difference(from: outcome) { Issue.record("\(path):\(command.line): \(difference)") }
    }
  }
}

extension RunnableDocument {
  /// Writes the files and runs the commands, in order, whatever becomes of each.
  func run(in directory: ExampleDirectory) throws -> [(command: Command, outcome: ExampleDirectory.Outcome)] {
    var outcomes: [(Command, ExampleDirectory.Outcome)] = []
    for step in steps {
      switch step {
      case .file(let name, let contents): try directory.write(contents, to: name)
      case .command(let command): outcomes.append((command, try directory.run(command.script)))
      }
    }
    return outcomes
  }
}

extension RunnableDocument.Command {
  /// What is not as the document says, for a person; `nil` when all is.
  func difference(from outcome: ExampleDirectory.Outcome) -> String? {
    let context = "\n$ \(script)\n\(outcome.output)\(outcome.errors)"
    if outcome.status != status { return "ended with status \(outcome.status), not \(status)\(context)" }
    if let expected, !ExpectedText(expected).matches(outcome.output) {
      return "expected\n\(expected)\nbut got\(context)"
    }
    return nil
  }
}
