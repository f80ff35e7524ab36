import NablaCompiler
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaRuntime
import Testing

@testable import NablaNetworks

/// Layers that remember from batch to batch.
@Suite struct `Stateful networks` {
  static let windows = """
    net(x: [m, t, 1]) = x |> LAYER(3, stateful: true) |> dense(1)
    """
  static let loss = "\nloss(x: [m, t, 1], y: [m]) = mean((net(x)[:, 0] - y)^2)"
  /// The same weights, read as one sequence.
  static let whole = """
    net(x: [m, t, 1]) = (x |> LAYER(3, return_sequences: true) |> dense(1))[:, 2::3, 0]
    """

  static func series(_ count: Int, length: Int) throws -> Dataset {
    let numbers = (0..<count * length).map { Double(($0 * 37) % 23) / 23 - 0.4 }
    return try Dataset([
      DatasetColumn("x", Tensor(numbers, shape: [count, length, 1])),
      DatasetColumn("y", Tensor((0..<count).map { Double($0 % 3) }, shape: [count])),
    ])
  }

  @Test(arguments: ["simple_rnn", "lstm", "gru"], [Backend.interpreter, .c])
  func `read windows of a sequence as they read the sequence`(_ layer: String, _ backend: Backend) throws {
    var recipe = Recipe(loss: "squared_error")
    recipe.floatType = .f64
    let text = Self.windows.replacing("LAYER", with: layer)
    let stateful = try Trainer(SourceText(text), recipe, training: try Self.series(8, length: 3)).model
    #expect(!stateful.weights.contains { $0.name.contains(".last") || $0.name.contains(".memory") })
    let stateless = try Model(
      SourceText(Self.whole.replacing("LAYER", with: layer)), floatType: .f64, weights: stateful.weights)
    let parts = try stateful.predict(try Self.series(8, length: 3), backend: backend).values.doubles
    let expected = try stateless.predict(try Self.series(1, length: 24), backend: backend).values.doubles
    #expect(parts.count == 8)
    #expect(zip(parts, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(parts) and \(expected)")
  }

  /// Three streams of ten windows: the first is longer by one. The losses of an epoch that changes nothing are those of the
  /// streams read one by one, and the next epoch begins anew.
  @Test func `give each place of a batch a stream of its own`() throws {
    let text = Self.windows.replacing("LAYER", with: "lstm") + Self.loss
    var recipe = Recipe(loss: "loss")
    (recipe.floatType, recipe.batch, recipe.optimizer, recipe.epochs) = (.f64, 3, "sgd(0)", 2)
    let trainer = try Trainer(SourceText(text), recipe, training: try Self.series(10, length: 3), backend: .interpreter)
    try trainer.run { _ in true }
    var total = 0.0
    let set = try Self.series(10, length: 3)
    for stream in [0..<4, 4..<7, 7..<10] {
      let loss = try trainer.model.evaluate(set.subset(stream), backend: .interpreter)[0].tensor.doubles[0]
      total += loss * Double(stream.count)
    }
    #expect(trainer.history.count == 2)
    for record in trainer.history { #expect(abs((record["loss"] ?? 0) - total / 10) < 1e-12) }
  }

  @Test(arguments: [Backend.interpreter, .c])
  func `go on with the same bits when they are stopped`(_ backend: Backend) throws {
    let text = Self.windows.replacing("LAYER", with: "gru") + Self.loss
    var recipe = Recipe(loss: "loss")
    (recipe.batch, recipe.optimizer, recipe.epochs) = (3, "adam(0.01)", 3)
    func trainer() throws -> Trainer {
      try Trainer(SourceText(text), recipe, training: try Self.series(10, length: 3), backend: backend)
    }
    let whole = try trainer()
    try whole.run { _ in true }
    var checkpoint: Checkpoint?
    for _ in 0..<4 {
      let part = try trainer()
      if let checkpoint { try part.resume(checkpoint, path: "memory") }
      var steps = 0
      try part.run { _ in
        steps += 1
        return steps < 3
      }
      checkpoint = try part.checkpoint
    }
    let resumed = try trainer()
    try resumed.resume(try #require(checkpoint), path: "memory")
    try resumed.run { _ in true }
    #expect(resumed.weights == whole.weights)
  }

  @Test func `are no functions that could be exported`() throws {
    let model = try Model(Self.windows.replacing("LAYER", with: "lstm").replacing("m, t, 1", with: "m, 3, 1"))
    #expect(throws: TrainingError.self) { _ = try model.exported(samples: try Self.series(3, length: 3)) }
    #expect(try model.summary().parameters == 4 * 3 * (1 + 3 + 1) + 4)
  }
}
