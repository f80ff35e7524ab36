import Foundation
import Testing

/// The benchmarks' losses as C libraries: every compiler of this machine optimises them without a warning, and their
/// test mains run. A compiler finds most of what it warns of when it optimises.
@Suite(.enabled(if: BuiltCommand.nabla != nil, "the command is built with the tests"))
struct ExportedExamplesTests {
  struct Export: CustomTestStringConvertible {
    let name: String
    let batch: Int
    var testDescription: String { "\(name), m = \(batch)" }
  }

  /// Fewer rows than a kernel takes at once, more, and one alone.
  static let exports = [
    Export(name: "mlp", batch: 40), Export(name: "mlp", batch: 200), Export(name: "rnn", batch: 1),
  ]

  @Test(arguments: exports, ["gcc", "clang"])
  func `compile without a warning and run`(_ export: Export, _ compiler: String) throws {
    let nabla = try #require(BuiltCommand.nabla)
    let folder = FileManager.default.temporaryDirectory.appending(path: "nabla-export-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = BuiltCommand.root.appending(path: "examples/benchmarks/\(export.name).nabla").path()
    let emitted = try run(
      [nabla.path(), "emit", source, "--function", "loss", "--size", "m=\(export.batch)", "--dtype", "f32"]
        + ["--threads", "2", "-o", folder.path()])
    #expect(emitted.status == 0, "\(emitted.text)")
    // Not every machine has both.
    guard try run([compiler, "--version"]).status == 0 else { return }
    let files = ["loss.c", "loss_main.c"].map { folder.appending(path: $0).path() }
    let program = folder.appending(path: "program").path()
    let built = try run(
      [compiler, "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror"] + files + ["-lm", "-o", program])
    #expect(built.status == 0, "\(built.text)")
    let result = try run([program])
    #expect(result.status == 0 && result.text.contains("value = "), "\(result.text.suffix(300))")
  }

  private func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}
