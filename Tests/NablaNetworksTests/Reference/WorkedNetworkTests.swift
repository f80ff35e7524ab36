import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

@testable import NablaNetworks

/// Networks trained from starts that PyTorch was given too, with its losses to twelve digits (`Data/worked.json`).
@Suite struct `Worked networks` {
  private let figures: JSONValue

  init() throws { figures = try Reference.values("worked") }

  /// Ten epochs of Adam on the digits.
  private func check(_ name: String, _ network: String, start: [NamedTensor]) throws {
    let wanted = try figures.required("\(name) Keras-Adam 10 epochs")
    let text = """
      \(network)
      loss(x: [m, 8, 8], y: i32[m]) = mean(sparse_cross_entropy(net(x), y))
      """
    var run = try ReferenceRun(text, optimizer: "adam(0.001)", epochs: 10, start: start)
    let isLong = `Trajectories of Keras and PyTorch`.isLong
    try run.run(steps: isLong ? 450 : 90)
    for member in try #require(try wanted.required("loss").members) {
      guard let step = Int(member.name), step <= run.losses.count, let loss = member.value.number else { continue }
      #expect(abs(run.losses[step - 1] - loss) < 1e-9, "step \(step): \(run.losses[step - 1]) instead of \(loss)")
    }
    guard isLong else { return }
    let (loss, accuracy) = try run.evaluation()
    #expect(abs(loss - (try wanted.required("test_loss").number ?? 0)) < 1e-7)
    #expect(abs(accuracy - (try wanted.required("test_acc").number ?? 0)) < 1e-6)
  }

  @Test func `a convolutional network`() throws {
    var generator = ReferenceStart(seed: 11)
    try check(
      "CNN digits",
      """
      net(x: [m, 8, 8]) = x[..., newaxis] |> conv2d(8, 3, activation: relu) |> max_pool(2) |> flatten |> dense(10)
                            |> softmax
      """,
      start: [
        generator.glorot("net.conv2d_1.K", [3, 3, 1, 8], inputs: 9, outputs: 72),
        generator.glorot("net.dense_1.W", 72, 10),
      ])
  }

  @Test(arguments: [("SimpleRNN", "simple_rnn", 1), ("LSTM", "lstm", 4), ("GRU", "gru", 3)])
  func `recurrent networks`(_ name: String, _ layer: String, _ gates: Int) throws {
    var generator = ReferenceStart(seed: 13)
    try check(
      "\(name) digits rows", "net(x: [m, 8, 8]) = x |> \(layer)(32) |> dense(10) |> softmax",
      start: [
        generator.glorot("net.\(layer)_1.W", 8, 32 * gates), generator.glorot("net.\(layer)_1.U", 32, 32 * gates),
        generator.glorot("net.dense_1.W", 32, 10),
      ])
  }

  @Test func `logistic regression by gradient descent`() throws {
    let wanted = try figures.required("logreg breast_cancer GD lr=.1 zero init")
    let text = """
      net(x: [m, 30]) = sigmoid(dense(x, 1, kernel_initializer: zeros)[:, 0])
      loss(x: [m, 30], y: i32[m]) = mean(binary_cross_entropy(net(x), y))
      """
    let (training, held, _, _) = try Examples.load("breast_cancer.csv:normalise").split(.every(5))
    #expect(training.count == wanted["m"]?.integer && held?.count == wanted["test"]?.integer)
    var recipe = Recipe(loss: "loss")
    recipe.optimizer = "sgd(0.1)"
    recipe.metrics = ["accuracy"]
    recipe.floatType = .f64
    recipe.batch = training.count
    recipe.shuffles = false
    recipe.epochs = 1000
    let trainer = try Trainer(SourceText(text), recipe, training: training)
    try trainer.run { _ in true }
    for member in try #require(try wanted.required("rec").members) {
      let step = try #require(Int(member.name))
      let found = trainer.history[step - 1].training.map(\.value)
      #expect(abs(found[0] - (member.value["loss_before"]?.number ?? 0)) < 1e-9, "step \(step)")
      #expect(abs(found[1] - (member.value["train_acc"]?.number ?? 0)) < 1e-6, "step \(step)")
    }
    let weights = trainer.weights.map(\.tensor.doubles)
    let norm = weights[0].reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(norm - (wanted["w_norm"]?.number ?? 0)) < 1e-9)
    #expect(abs(weights[1][0] - (wanted["b"]?.number ?? 0)) < 1e-9)
  }

  @Test func `the number of parameters`() throws {
    let wanted = try figures.required("counts")
    for (inputs, name) in [(784, "params_784_256_128_10"), (64, "params_64_256_128_10")] {
      let text = """
        net(x: [m, \(inputs)]) = x |> dense(256) |> relu |> dense(128) |> relu |> dense(10) |> softmax
        loss(x: [m, \(inputs)], y: i32[m]) = mean(sparse_cross_entropy(net(x), y))
        """
      let columns = [("x", TensorType(.f32, Shape([Dimension(inputs)]))), ("y", TensorType(.i32))]
      let plan = try TrainingPlan(SourceText(text), Recipe(loss: "loss"), columns: columns)
      let learned = plan.variables.filter { $0.kind == .learned }
      #expect(learned.map { $0.type.shape.knownCount ?? 0 }.reduce(0, +) == wanted[name]?.integer)
    }
    let steps = try wanted.required("steps_60000_bs1000")
    #expect(BatchPlan(count: 60_000, batch: 1000).batchesPerEpoch == steps["per_epoch"]?.integer)
  }

  /// From zeros or from one constant, all hidden units stay alike.
  @Test(arguments: [0.0, 0.1])
  func `what begins alike stays alike`(_ start: Double) throws {
    let text = """
      alike() = \(start)
      net(x: [m, 64]) = x |> dense(16, sigmoid, kernel_initializer: alike, bias_initializer: alike)
                          |> dense(10, kernel_initializer: alike, bias_initializer: alike) |> softmax
      loss(x: [m, 64], y: i32[m]) = mean(sparse_cross_entropy(net(x), y))
      """
    var run = try ReferenceRun(text, optimizer: "sgd(1)", epochs: 1, start: [])
    try run.run(steps: 1)
    let change = run.trainer.weights.map { $0.tensor.doubles.map { start - $0 } }
    let columns = (0..<64).map { Array(change[0][16 * $0..<16 * $0 + 16]) }
    let rows = (0..<16).map { Array(change[2][10 * $0..<10 * $0 + 10]) }
    #expect(columns.allSatisfy { column in column.allSatisfy { abs($0 - column[0]) < 1e-15 } })
    #expect(rows.allSatisfy { row in zip(row, rows[0]).allSatisfy { abs($0 - $1) < 1e-15 } })
    guard start == 0 else { return }
    let wanted = try figures.required("zero init (sigmoid 64-16-10)")
    #expect(abs(run.losses[0] - (wanted["loss_ln10"]?.number ?? 0)) < 1e-11)
    for (gradient, norm) in zip(change, try wanted.required("grad_norms").numbers) {
      #expect(abs(gradient.reduce(0) { $0 + $1 * $1 }.squareRoot() - norm) < 1e-11)
    }
  }
}
