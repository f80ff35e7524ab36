import Foundation
import NablaData
import NablaDatasets
import NablaLanguage
import Testing

import NablaNetworks

/// What docs/networks.md says.
@Suite struct `The manual of networks` {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static var manual: String {
    get throws { try String(contentsOf: root.appending(path: "docs/networks.md"), encoding: .utf8) }
  }

  /// The example, with other paths and fewer epochs.
  private func example(_ path: String, _ file: String) async throws -> (accuracies: [Double], labels: [Int]) {
    var accuracies: [Double] = []
    // BEGIN
    let model = try Model(input: [64]) {
      Layer.dense(64, activation: Layer.relu)
      Layer.dropout(0.1)
      Layer.dense(10)
      Layer.softmax
    }
    var recipe = Recipe(loss: "sparse_cross_entropy")
    recipe.optimizer = "adam(0.001)"
    recipe.metrics = ["accuracy", "macro_f1"]
    recipe.epochs = 3  // 10

    // let path = "digits.csv.gz"
    let parts = try DataRequest(parsing: "\(path):scale=16").load().split(.every(5))
    let trainer = try Trainer(model, recipe, training: parts.training, validation: parts.held)
    for try await progress in trainer.run() {
      if let epoch = progress.finished { accuracies.append(epoch["val_accuracy"] ?? .nan) }
    }
    try trainer.model.save(to: file)

    let trained = try Model(checkpoint: file)
    let digits = try DataRequest(parsing: path).load().all
    let labels = try trained.predict(digits).labels
    // END
    return (accuracies, labels)
  }

  @Test func `the Swift example compiles and learns`() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "digits-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let path = Self.root.appending(path: "examples/data/digits.csv.gz").path
    let (accuracies, labels) = try await example(path, file)
    #expect(accuracies.count == 3 && (accuracies.last ?? 0) > 0.8)
    #expect(labels.count == 1797)
  }

  @Test func `the Swift example is the one that compiles`() throws {
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let lines = source.split(separator: "\n").drop { !$0.hasSuffix("// BEGIN") }.dropFirst().prefix {
      !$0.hasSuffix("// END")
    }
    let manual = try Self.manual
    // What has to be other here: a path, the file, the number of epochs, and what is done with them.
    for line in lines.map({ $0.drop(while: \.isWhitespace) }) {
      if line.hasPrefix("//") || line.contains("file)") || line.contains("recipe.epochs") || line.contains("accuracies")
      {
        continue
      }
      #expect(manual.contains(line))
    }
  }

  @Test func `every function of the library for networks is in the manual`() throws {
    let manual = try Self.manual
    let files = ["layers", "losses", "metrics", "recurrent", "attention", "normalisation", "optimizers", "schedules"]
    for file in files {
      let url = Self.root.appending(path: "Sources/NablaLanguage/Library/\(file).nabla")
      let text = try String(contentsOf: url, encoding: .utf8)
      for line in text.split(separator: "\n") where line.hasPrefix("layer ") {
        let name = line.dropFirst(6).prefix { $0 != "(" }
        if ["total", "running_max", "moving_average", "torch_momentum", "passing"].contains(name) { continue }
        #expect(manual.contains("`\(name)`") || manual.contains("`\(name)("), "\(name)")
      }
    }
  }

  @Test func `every name in its tables is one of the library`() throws {
    let names = Set(Library.standard.names)
    for line in try Self.manual.split(separator: "\n") where line.hasPrefix("| `") {
      let cell = line.dropFirst(2).prefix { $0 != "|" }
      for part in cell.split(separator: "`") where part.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) {
        let isNumpy = ["reshape", "zeros", "ones", "eye"].contains(String(part))
        #expect(names.contains(String(part)) || isNumpy, "\(part)")
      }
    }
  }
}
