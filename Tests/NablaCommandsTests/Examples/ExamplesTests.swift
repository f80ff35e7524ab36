import Foundation
import Testing

/// Runs what README.md, docs/ and examples/ show. With `NABLA_RECORD=1` in the environment, writes what the commands
/// print into the documents instead: read the difference before it is committed.
struct ExamplesTests {
  @Test func `the command was built with the tests`() {
    #expect(BuiltCommand.nabla != nil, "build it first: swift build --product nabla")
  }

  /// The comment at the top of an example says how to try it.
  @Test(.enabled(if: BuiltCommand.nabla != nil, "nabla is not built"), arguments: BuiltCommand.examples)
  func `an example does what its header says`(_ path: String) throws {
    let text = try String(contentsOf: BuiltCommand.root.appending(path: path), encoding: .utf8)
    let header = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("#") }
    let commands = header.filter { $0.hasPrefix("#   nabla ") }.map { String($0.dropFirst(4)) }
    #expect(!commands.isEmpty, "the header of \(path) names no command")
    let directory = try ExampleDirectory(nabla: try #require(BuiltCommand.nabla))
    try FileManager.default.copyItem(
      at: BuiltCommand.root.appending(path: "examples"), to: directory.url.appending(path: "examples"))
    for var command in commands {
      // Benchmarks are compared with the interpreter before they are measured; small ones do for that.
      if path.hasPrefix("examples/benchmarks/") { command.replace(/--size ([a-z]+)=\d+/) { "--size \($0.1)=2" } }
      let outcome = try directory.run(command)
      #expect(outcome.status == 0, "\(command)\n\(outcome.output)\(outcome.errors)")
    }
  }

  @Test(.enabled(if: BuiltCommand.newtonMethod != nil, "NewtonMethod is not built"))
  func `the Swift example finds the minimum`() throws {
    let outcome = try ExampleDirectory(nabla: try #require(BuiltCommand.newtonMethod)).run("exec nabla")
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    // Himmelblau's function has a minimum of 0 at (3, 2); d/dx is 4x(x² + y - 11) + 2(x + y² - 7).
    #expect(lines.contains { $0.contains("f(3.000000, 2.000000) = 0.000e+00") }, "\(outcome.output)")
    #expect(lines.last == "3*(a + b*c) = 33.0 at (5, 3, 2); d/da = 3.0, d/db = 6.0, d/dc = 9.0")
  }

  /// With a `swift` that has built already.
  @Test(.enabled(if: BuiltCommand.nabla != nil, "nabla is not built"))
  func `the quick start shows derivatives and leaves a picture`() throws {
    let nabla = try #require(BuiltCommand.nabla)
    let directory = try ExampleDirectory(nabla: nabla)
    for name in ["examples", "Tests/setup.sh"] {
      let copy = directory.url.appending(path: name)
      try FileManager.default.createDirectory(at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: BuiltCommand.root.appending(path: name), to: copy)
    }
    let outcome = try directory.run(
      """
      mkdir stubs
      cat >stubs/swift <<'END'
      #!/bin/sh
      case "$*" in
      *--version*) echo 'Swift version 6.3.1 (swift-6.3.1-RELEASE)' ;;
      *--show-bin-path*) echo "$BUILT" ;;
      esac
      END
      printf '#!/bin/sh\n' >stubs/pkg-config
      chmod +x stubs/*
      BUILT='\(nabla.deletingLastPathComponent().path())' PATH="$PWD/stubs:$PATH" sh examples/quickstart.sh
      grep -q '<svg' .build/quickstart/formula.svg
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("df/dc = 3*b") && outcome.output.contains(".build/quickstart/formula.svg"))
  }

  @Test(.enabled(if: BuiltCommand.nabla != nil, "nabla is not built"), arguments: BuiltCommand.documents)
  func `a document shows what happens`(_ path: String) throws {
    let url = BuiltCommand.root.appending(path: path)
    let document = try RunnableDocument(String(contentsOf: url, encoding: .utf8))
    guard let nabla = BuiltCommand.nabla, !document.commands.isEmpty else { return }
    let folder = path.hasPrefix("examples/") ? url.deletingLastPathComponent() : nil
    let directory = try ExampleDirectory(nabla: nabla, copying: folder)
    if folder == nil {
      let examples = BuiltCommand.root.appending(path: "examples")
      try FileManager.default.createSymbolicLink(
        at: directory.url.appending(path: "examples"), withDestinationURL: examples)
    }
    let outcomes = try document.run(in: directory)
    let recording = ProcessInfo.processInfo.environment["NABLA_RECORD"] == "1"
    if recording {
      let changed = outcomes.filter { $0.difference(from: $1) != nil }  // what has gaps keeps them
      let text = document.recording(changed.map { ($0, $1.output.trimmingCharacters(in: .newlines)) })
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    for picture in document.pictures {
      let name = picture.split(separator: "/").last.map(String.init) ?? picture
      let drawn = directory.url.appending(path: name)
      let shown = url.deletingLastPathComponent().appending(path: picture)
      #expect(FileManager.default.fileExists(atPath: drawn.path()), "no command of \(path) draws \(picture)")
      if recording { try Data(contentsOf: drawn).write(to: shown) }
      #expect(FileManager.default.fileExists(atPath: shown.path()), "\(path) shows \(picture), which is not there")
      guard document.isFixed(name), !recording else { continue }
      let texts = try [drawn, shown].map { try String(contentsOf: $0, encoding: .utf8) }
      if let difference = PictureComparison.difference(texts[0], texts[1]) {
        Issue.record("\(picture) is not what its command draws: \(difference)")
      }
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
      case .command(let command):
        if let needed = command.needed, try directory.run("command -v \(needed)").status != 0 { continue }
        outcomes.append((command, try directory.run(command.script)))
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
