import Foundation
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

@testable import NablaNetworks

private let network = """
  net(x: [m, 3]) = x |> dense(4, activation: tanh) |> dense(2) |> softmax
  loss(x: [m, 3], y: i32[m]) = mean(sparse_cross_entropy(net(x), y))
  """

private let columns: [(name: String, type: TensorType)] = [
  ("x", TensorType(.f64, Shape([3]))), ("y", TensorType(.i32)),
]

private func recipe(_ optimizer: String = "sgd(0.1)") -> Recipe {
  var recipe = Recipe(loss: "loss")
  recipe.optimizer = optimizer
  recipe.floatType = .f64
  recipe.batch = 8
  return recipe
}

@Suite struct `Training plans` {
  @Test func `keep the parameters of the layers and the slots of the rule`() throws {
    let plan = try TrainingPlan(SourceText(network), recipe("adam"), columns: columns)
    let weights = ["net.dense_1.W", "net.dense_1.b", "net.dense_2.W", "net.dense_2.b"]
    #expect(plan.variables.filter { $0.kind == .learned }.map(\.name) == weights)
    let slots = plan.variables.filter { $0.kind == .slot }.map(\.name)
    #expect(slots == weights.flatMap { ["\($0).adam.m", "\($0).adam.v"] })
  }

  @Test func `update every variable where it lies`() throws {
    let step = try TrainingPlan(SourceText(network), recipe("adam"), columns: columns).step(batch: 8)
    for (position, output) in step.outputs.enumerated() {
      guard case .variable = output else { continue }
      let input = try #require(step.program.aliases[position])
      #expect("\(step.inputs[input])" == "\(output)")
    }
    #expect(step.program.aliases.count == 12)
  }

  @Test func `give a loss of the library to the function that predicts, and not to the program's own loss`() throws {
    var own = recipe()
    own.loss = "sparse_cross_entropy"
    let objective = try Objective(Module(checking: SourceText(network)), own, columns: columns)
    #expect(objective.model == "net")
    #expect(objective.parameters.map(\.name) == ["x", "y"])
  }

  @Test(arguments: ["adam(", "1 + 1", "adam(0.1); x", "f(x) = x", "a.b(1)"])
  func `accept nothing but a call as a rule`(text: String) {
    #expect(throws: DiagnosticsError.self) { try RuleCall(text, for: "optimizer") }
  }

  @Test func `refuse what cannot be trained`() {
    func plan(_ text: String, _ recipe: Recipe) throws {
      _ = try TrainingPlan(SourceText(text), recipe, columns: columns)
    }
    #expect(throws: TrainingError.self) { try plan(network, recipe("relu")) }
    #expect(throws: TrainingError.self) { try plan("loss(x: [m, 3], y: i32[m]) = sum(x)", recipe()) }
    #expect(throws: TrainingError.self) { try plan(network.replacing("mean(", with: "("), recipe()) }
    #expect(throws: TrainingError.self) { try plan(network.replacing("m, 3", with: "m, 5"), recipe()) }
    var frozen = recipe()
    frozen.frozen = ["net.dense_7"]
    #expect(throws: TrainingError.self) { try plan(network, frozen) }
  }
}

@Suite struct `Training` {
  /// 20 examples of two classes, by a rule that a network can learn.
  private var examples: Dataset {
    get throws {
      let count = 20
      let x = (0..<count * 3).map { Double(($0 * 7919) % 101) / 50 - 1 }
      let y = (0..<count).map { Int32(x[3 * $0] + x[3 * $0 + 1] > 0 ? 1 : 0) }
      return try Dataset([
        DatasetColumn("x", Tensor(x, shape: [count, 3])),
        DatasetColumn("y", Tensor(Column(y), shape: [count]), classes: .init(count: 2)),
      ])
    }
  }

  private func trainer(_ recipe: Recipe) throws -> Trainer {
    try Trainer(SourceText(network), recipe, training: try examples, backend: .interpreter)
  }

  /// The loss of the same network by hand; `w` has the parameters one after the other.
  private func loss(_ w: [Double], _ x: [[Double]], _ y: [Int]) -> Double {
    var total: Double = 0
    for (x, y) in zip(x, y) {
      var z: [Double] = [w[24], w[25]]
      for j in 0..<4 {
        var a: Double = w[12 + j]
        for i in 0..<3 { a += x[i] * w[4 * i + j] }
        for k in 0..<2 { z[k] += tanh(a) * w[16 + 2 * j + k] }
      }
      total += log(exp(z[0]) + exp(z[1])) - z[y]
    }
    return total / Double(x.count)
  }

  @Test func `takes the step of gradient descent`() throws {
    var recipe = recipe()
    recipe.shuffles = false
    let trainer = try trainer(recipe)
    let before: [Double] = trainer.weights.flatMap { $0.tensor.doubles }
    _ = try trainer.run { _ in false }
    let after: [Double] = trainer.weights.flatMap { $0.tensor.doubles }
    let data: [Double] = (0..<60).map { Double(($0 * 7919) % 101) / 50 - 1 }
    let x: [[Double]] = (0..<8).map { Array(data[3 * $0..<3 * $0 + 3]) }
    let y: [Int] = x.map { $0[0] + $0[1] > 0 ? 1 : 0 }
    for index in before.indices {
      var (up, down) = (before, before)
      up[index] += 1e-5
      down[index] -= 1e-5
      let slope: Double = (loss(up, x, y) - loss(down, x, y)) / 2e-5
      #expect(abs(after[index] - (before[index] - 0.1 * slope)) < 1e-9)
    }
  }

  @Test(arguments: ["sgd(0.1, momentum: 0.9)", "adam(0.01)", "nadam"])
  func `gives the same bits when it is stopped and resumed`(rule: String) throws {
    var recipe = recipe(rule)
    recipe.epochs = 5
    recipe.seed = 3
    let whole = try trainer(recipe)
    try whole.run { _ in true }
    let first = try trainer(recipe)
    var steps = 0
    // In the middle of the third epoch, which has three steps.
    let isComplete = try first.run { _ in
      steps += 1
      return steps < 8
    }
    #expect(!isComplete)
    let second = try trainer(recipe)
    try second.resume(try first.checkpoint, path: "memory")
    #expect(try second.run { _ in true })
    #expect(second.weights.map(\.tensor) == whole.weights.map(\.tensor))
    #expect(second.history.map(\.training) == whole.history.map(\.training))
  }

  @Test func `refuses the checkpoint of another recipe`() throws {
    let checkpoint = try trainer(recipe("adam(0.01)")).checkpoint
    #expect(throws: TrainingError.self) { try trainer(recipe("adam(0.02)")).resume(checkpoint, path: "memory") }
  }

  @Test func `says which value was the first that is no number, and changes nothing`() throws {
    let text = network.replacing("mean(sparse_cross_entropy(net(x), y))", with: "mean(log(net(x)[:, 0] - 2) + 0*y)")
    let trainer = try Trainer(SourceText(text), recipe(), training: try examples, backend: .interpreter)
    let before = trainer.weights.map(\.tensor)
    let error = #expect(throws: TrainingError.self) { try trainer.run { _ in true } }
    guard case .notFinite(_, let epoch, let place)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(epoch == 1)
    let range = try #require(place?.range)
    #expect(SourceText(text)[range].contains("log"))
    #expect(trainer.weights.map(\.tensor) == before)
  }

  @Test func `leaves frozen parameters as they are`() throws {
    var recipe = recipe()
    recipe.frozen = ["net.dense_1"]
    recipe.epochs = 2
    let trainer = try trainer(recipe)
    let before = trainer.weights
    try trainer.run { _ in true }
    #expect(trainer.weights[0].tensor == before[0].tensor && trainer.weights[1].tensor == before[1].tensor)
    #expect(trainer.weights[2].tensor != before[2].tensor)
  }

  @Test func `stops early when nothing gets better`() throws {
    var recipe = recipe("sgd(1e-300)")
    recipe.epochs = 50
    let trainer = try trainer(recipe)
    trainer.earlyStopping = EarlyStopping(monitor: "loss", patience: 3, leastChange: 1e-6)
    #expect(try trainer.run { _ in true })
    #expect(trainer.history.count == 4)
  }
}
