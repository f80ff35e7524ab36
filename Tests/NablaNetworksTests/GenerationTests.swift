import Foundation
import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import TestSupport
import Testing

@testable import NablaNetworks

/// Networks of texts: what comes next, and what a sentence says.
@Suite struct `Networks of texts` {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func trained(_ program: String, on text: String, _ options: String, epochs: Int) throws -> Model {
    let file = try directory.write(text, to: "text.txt")
    let data = try DataRequest(parsing: file.path() + options).load().all
    var recipe = Recipe(loss: "sparse_cross_entropy")
    (recipe.optimizer, recipe.epochs, recipe.batch) = ("adam(0.03)", epochs, 16)
    let trainer = try Trainer(SourceText(program), recipe, training: data)
    try trainer.run { _ in true }
    return try trainer.model
  }

  /// What follows each character is certain, so that whoever has learned it writes it.
  @Test(arguments: [
    ("simple_rnn(16, return_sequences: true)", ":text:window=6:sequence"),
    ("flatten", ":text:window=6"),
    ("gru(16, return_sequences: true, stateful: true)", ":text:window=6:stride=6:sequence"),
  ])
  func `write on`(_ body: String, _ options: String) throws {
    let text = String(repeating: "abcd", count: 60)
    let model = try trained(
      "net(x: i32[m, t]) = x |> embedding(4, 8) |> \(body) |> dense(4) |> softmax", on: text, options, epochs: 25)
    #expect(try model.generate(after: "ab", count: 8, temperature: 0) == "cdabcdab")
    #expect(try model.generate(after: "abcdabcdabcdabc", count: 3, temperature: 0) == "dab")
    var pieces: [String] = []
    try model.generate(after: "d", count: 50, temperature: 0) {
      pieces.append($0)
      return pieces.count < 2
    }
    #expect(pieces == ["a", "b"])
    #expect(throws: DatasetError.self) { try model.generate(after: "xyz", count: 1) }
    // The same seed gives the same text.
    let one = try model.generate(after: "a", count: 20, temperature: 3, seed: 5)
    #expect(try model.generate(after: "a", count: 20, temperature: 3, seed: 5) == one)
  }

  @Test func `write words`() throws {
    let text = String(repeating: "the cat sat on a mat; ", count: 40)
    let model = try trained(
      "net(x: i32[m, t]) = x |> embedding(8, 8) |> gru(16, return_sequences: true) |> dense(8) |> softmax", on: text,
      ":text:words:window=5:sequence", epochs: 25)
    #expect(try model.generate(after: "The cat", count: 4, temperature: 0) == " sat on a mat")
  }

  @Test func `say what a sentence says`() throws {
    let rows = (0..<80).map { index in
      let (what, word) = (["film", "book", "play", "song"][index % 4], index % 2 == 0 ? "wonderful" : "dreadful")
      return "\(index % 3 == 0 ? "a really " : "")\(word) \(what),\(index % 2 == 0 ? "good" : "bad")"
    }
    let file = try directory.write("review,label\n" + rows.joined(separator: "\n") + "\n", to: "reviews.csv")
    let data = try DataRequest(parsing: file.path() + ":words=8").load().all
    var recipe = Recipe(loss: "binary_cross_entropy")
    (recipe.optimizer, recipe.epochs, recipe.metrics) = ("adam(0.02)", 12, ["accuracy"])
    let trainer = try Trainer(
      SourceText("net(x: i32[m, t]) = x |> embedding(20, 8) |> lstm(8, mask: x != 0) |> dense(1) |> sigmoid"), recipe,
      training: data)
    try trainer.run { _ in true }
    #expect(trainer.history.last?["accuracy"] == 1)
    // Words that were never seen are unknown, and the numbers of the others are those of training.
    let new = try directory.write("review,label\nwonderful unheard things,good\nDreadful!,bad\n", to: "new.csv")
    let asked = try DataRequest(parsing: new.path() + ":words=8").load().all
    let prediction = try trainer.model.predict(asked)
    #expect(prediction.labels.map(prediction.name) == ["good", "bad"])
  }
}
