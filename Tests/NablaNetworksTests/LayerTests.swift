import NablaCompiler
import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaRuntime
import Testing

@testable import NablaNetworks

@Suite struct `Layers composed in Swift` {
  @Test func `are those of the library`() throws {
    let model = try Model(input: [28, 28]) {
      Layer.flatten
      Layer.dense(256, activation: Layer.relu)
      for units in [128, 10] { Layer.dense(units) }
      Layer.softmax
    }
    let text = try Model(
      "model(x: [m, 28, 28]) = x |> flatten |> dense(256, activation: relu) |> dense(128) |> dense(10) |> softmax")
    let (a, b) = (try model.summary(), try text.summary())
    #expect(a.parameters == 235_146 && a.rows == b.rows && a.variables == b.variables)
  }

  @Test func `branch and come together`() throws {
    let model = try Model(input: [8, 8, 1]) {
      Layer.conv2d(4, 3, padding: "same", use_bias: false)
      Layer.residual {
        Layer.conv2d(4, 3, padding: "same")
        Layer.batch_norm
      }
      Layer.branches([Layer.global_avg_pool], [Layer.global_max_pool])
      Layer.dense(2)
    }
    let summary = try model.summary()
    #expect(summary.rows.last?.result.shape.dimensions.last == 2)
    // 9·4, then 9·4·4 + 4 and scale and shift, then 8·2 + 2.
    #expect(summary.parameters == 36 + 148 + 8 + 18 && summary.states == 8)
  }

  @Test func `are wrong with a message`() {
    #expect(throws: DiagnosticsError.self) { try Model(input: [4]) { Layer.dens(3) } }
    #expect(throws: DiagnosticsError.self) { try Model(input: [4]) { Layer.dense(3, colour: 1) } }
    #expect(throws: DiagnosticsError.self) { try Model(input: [4]) { Layer.conv2d(3, 3) } }
  }
}

@Suite struct `Training as a sequence` {
  private func trainer(epochs: Int = 4) throws -> Trainer {
    let model = try Model(input: [2]) {
      Layer.dense(6, activation: Layer.tanh)
      Layer.dense(1, activation: Layer.sigmoid)
    }
    var recipe = Square.recipe()
    recipe.epochs = epochs
    return try Trainer(model, recipe, training: try Square.points(40), backend: .interpreter)
  }

  @Test func `takes the steps that a run takes`() async throws {
    let (one, other) = (try trainer(), try trainer())
    var epochs = 0
    for try await progress in one.run() where progress.finished != nil { epochs += 1 }
    try other.run { _ in true }
    #expect(epochs == 4 && one.isComplete)
    #expect(one.weights == other.weights)
  }

  @Test func `ends where nobody asks for more, and goes on from there`() async throws {
    let (one, other) = (try trainer(), try trainer())
    for try await progress in one.run() where progress.epoch == 2 { break }
    #expect(!one.isComplete && one.history.count == 1)
    for try await _ in one.run() {}
    try other.run { _ in true }
    #expect(one.weights == other.weights && one.history.count == 4)
  }

  @Test func `is cancelled with its task`() async throws {
    let trainer = try trainer(epochs: 1_000_000)
    let task = Task {
      var steps = 0
      for try await _ in trainer.run() {
        steps += 1
        if steps == 5 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return steps
    }
    #expect(try await task.value == 5)
    #expect(!trainer.isComplete)
    // What it came to is there to be saved.
    #expect(try trainer.checkpoint.isResumable)
  }
}
