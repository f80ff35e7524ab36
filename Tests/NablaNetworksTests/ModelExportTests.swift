import Foundation
import NablaCompiler
import NablaData
import NablaDatasets
import NablaRuntime
import Testing

@testable import NablaNetworks

/// Emitted libraries are compiled without a warning, and predict what the model predicts.
@Suite struct `Exported models` {
  private static let networks = [
    "net(x: [m, 2]) = x |> dense(6, activation: tanh) |> dense(2) |> softmax",
    "net(x: [m, 2]) = x |> batch_norm |> dense(4, activation: relu) |> dropout(1/2) |> dense(2) |> softmax",
    // Names that are taken in C.
    "double(x: [m, 2]) = x |> dense(3) |> dense(2) |> softmax",
    "log(int: [m, 2]) = int |> dense(2) |> softmax",
  ]

  private func run(_ arguments: [String], in folder: URL) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test(arguments: networks, [false, true])
  func `compile without a warning and agree with predictions`(_ text: String, _ separates: Bool) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "nabla-model-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let stored = try Square.points(30)
    var recipe = Square.recipe()
    recipe.loss = "sparse_cross_entropy"
    recipe.epochs = 2
    let prepared = try stored.normalised(by: try stored.normalisation(of: "x"))
    let trainer = try Trainer(SourceText(text), recipe, training: prepared, backend: .interpreter)
    try trainer.run { _ in true }
    let export = try trainer.model.exported(samples: stored, separatesWeights: separates)
    for (name, bytes) in export.files { try Data(bytes).write(to: folder.appending(path: name)) }
    let sources = export.files.map(\.name).filter { $0.hasSuffix(".c") }
    let warnings = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1"]
    let built = try run(["cc"] + warnings + sources + ["-o", "try", "-lm"], in: folder)
    #expect(built.status == 0, "\(built.output)")
    let plain = try run(["cc"] + warnings + ["-DNABLA_PLAIN"] + sources + ["-o", "plain", "-lm"], in: folder)
    #expect(plain.status == 0, "\(plain.output)")
    #expect(try run(["./plain"], in: folder).status == 0)
    let tried = try run(["./try"], in: folder)
    #expect(tried.status == 0, "\(tried.output)")
    #expect(tried.output.split(separator: "\n").count == 16)
    #expect(tried.output.contains("below") && tried.output.contains("above"))
    if separates {
      // A file of another size is refused.
      try Data([0, 1, 2]).write(to: folder.appending(path: "\(export.name).weights"))
      #expect(try run(["./try"], in: folder).status == 1)
    }
  }
}
