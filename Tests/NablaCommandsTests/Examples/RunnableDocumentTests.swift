import Foundation
import Testing

/// The harness itself, with a `nabla` made of a few lines of shell.
struct RunnableDocumentTests {
  private static let text = """
    # A document

    ```sh
    rm -rf everything  # unmarked: not run
    <!-- run -->
    ```
    <!-- file f.nabla -->
    ```nabla
    f(x) = x^2
    ```
    An ordinary comment: <!-- run --> in a line.
    <!-- nothing -->

    <!-- run -->

    ```sh
    nabla diff f.nabla
    echo done
    ```

    ```text
    diff f.nabla: f(x) = x^2
    done
    ```

    <!-- run status=3 -->
    ```sh
    exit 3
    ```
    """

  private func stub() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(path: "nabla-stub-\(UUID().uuidString)")
    try "#!/bin/sh\necho \"$* $(cat \"$2\")\" | sed 's/ f(/: f(/'\n".write(to: url, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path())
    return url
  }

  @Test func `marked blocks are the steps, in order`() throws {
    let document = try RunnableDocument(Self.text)
    try #require(document.steps.count == 3)
    #expect(document.steps[0] == .file(name: "f.nabla", contents: "f(x) = x^2\n"))
    #expect(document.commands.map(\.script) == ["nabla diff f.nabla\necho done", "exit 3"])
    #expect(document.commands.map(\.expected) == ["diff f.nabla: f(x) = x^2\ndone", nil])
    #expect(document.commands.map(\.status) == [0, 3])
  }

  @Test func `commands run in one directory and are compared`() throws {
    let nabla = try stub()
    defer { try? FileManager.default.removeItem(at: nabla) }
    let document = try RunnableDocument(Self.text)
    let directory = try ExampleDirectory(nabla: nabla)
    let outcomes = try document.run(in: directory)
    #expect(outcomes.compactMap { $0.difference(from: $1) } == [])
    #expect(outcomes.map(\.outcome.status) == [0, 3])

    var wrong = document.commands[0]
    wrong.expected = "diff f.nabla: f(x) = x^3\ndone"
    #expect(wrong.difference(from: outcomes[0].outcome)?.contains("but got") == true)
    wrong.status = 1
    #expect(wrong.difference(from: outcomes[0].outcome)?.contains("status 0, not 1") == true)
  }

  @Test func `a folder is copied, never written to`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "nabla-folder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try "here".write(to: folder.appending(path: "data.txt"), atomically: true, encoding: .utf8)
    let directory = try ExampleDirectory(nabla: folder.appending(path: "data.txt"), copying: folder)
    let outcome = try directory.run("cat data.txt; echo more >data.txt; touch new; pwd >&2; read x || echo ' no input'")
    #expect(outcome.output == "here no input\n")
    #expect(outcome.errors.contains("nabla-example"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["data.txt"])
    #expect(try String(contentsOf: folder.appending(path: "data.txt"), encoding: .utf8) == "here")
  }

  @Test func `a command without end is ended`() throws {
    let outcome = try ExampleDirectory(nabla: URL(filePath: "/bin/sh")).run("exec sleep 1000", seconds: 1)
    #expect(outcome.status != 0)
  }

  @Test func `outputs are recorded in place of what was expected`() throws {
    let document = try RunnableDocument(Self.text)
    let recorded = document.recording(document.commands.map { ($0, "new\nlonger\noutput") })
    #expect(recorded == Self.text.replacing("diff f.nabla: f(x) = x^2\ndone", with: "new\nlonger\noutput"))
  }

  @Test(arguments: [
    ("<!-- run -->\ntext", 1), ("\n<!-- run -->", 2), ("<!-- run -->\n```text\nx\n```", 1),
    ("<!-- file -->\n```\n```", 1),
    ("<!-- run status=x -->\n```sh\n```", 1), ("<!-- run stauts=1 -->\n```sh\n```", 1),
  ])
  func `a mark that cannot be followed is an error with its line`(_ text: String, _ line: Int) {
    #expect { try RunnableDocument(text) } throws: { error in
      (error as? RunnableDocument.MarkError)?.line == line
    }
  }

  @Test(arguments: [
    ("", "", true), ("a", "a\n\n", true), ("a  \nb", "a\nb", true), ("a", "a\nb", false), ("a\nb", "a", false),
    ("...", "", true), ("...", "x\ny", true), ("a\n...", "a", true), ("a\n...", "a\nb\nc", true),
    ("a\n...", "b", false),
    ("...\nc", "a\nb\nc", true), ("...\nc", "c\nd", false), ("a\n...\nc", "a\nc", true), ("a\n...\na", "a", false),
    ("a\n...\nm\n...\nz", "a\n1\nm\n2\nz", true), ("a\n...\nm\n...\nz", "a\n1\n2\nz", false), (" a", "a", false),
  ])
  func `expected text matches with gaps`(_ expected: String, _ text: String, _ matches: Bool) {
    #expect(ExpectedText(expected).matches(text) == matches)
  }
}
