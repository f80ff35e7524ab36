import Foundation
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

@testable import NablaNetworks

/// What a network takes from another one, what costs what, and what decays.
@Suite struct `Transfer and penalties` {
  static let trained = "net(x: [m, 2]) = x |> dense(6, tanh) |> dense(2) |> softmax"
  static let other = """
    net(x: [m, 2]) = x |> dense(6, tanh) |> dense(3) |> batch_norm |> dense(2) |> softmax
    loss(x: [m, 2], y: i32[m]) = mean(sparse_cross_entropy(net(x), y))
    """

  static func trainer(_ text: String, _ change: (inout Recipe) -> Void = { _ in }) throws -> Trainer {
    var recipe = Recipe(loss: text.contains("loss(") ? "loss" : "sparse_cross_entropy")
    (recipe.optimizer, recipe.floatType, recipe.batch) = ("sgd(0.1)", .f64, 10)
    change(&recipe)
    return try Trainer(
      SourceText(text), recipe, training: try Square.points(30).scaled("x", by: 100), backend: .interpreter)
  }

  @Test func `a network begins with what fits, and says what does not`() throws {
    let first = try Self.trainer(Self.trained)
    try first.run { _ in true }
    let second = try Self.trainer(Self.other) { $0.frozen = ["net.dense_1"] }
    let report = try second.begin(with: try first.checkpoint.tensors, path: "first")
    #expect(report.taken == ["net.dense_1.W", "net.dense_1.b"])
    #expect(
      report.missing.map(\.path) == [
        "net.batch_norm_1.moving_mean", "net.batch_norm_1.moving_var", "net.batch_norm_1.scale",
        "net.batch_norm_1.shift", "net.dense_2.W", "net.dense_2.b", "net.dense_3.W", "net.dense_3.b",
      ])
    #expect(report.missing.first { $0.path == "net.dense_2.W" }?.reason == "[6, 2] there and [6, 3] here")
    #expect(report.unused.isEmpty)
    try second.run { _ in true }
    // What is frozen has stayed what it was.
    let (before, after) = (Recipes.weights(first), Recipes.weights(second))
    #expect(before["net.dense_1.W"] == after["net.dense_1.W"])
    #expect(throws: TrainingError.self) {
      try second.begin(with: [NamedTensor("elsewhere.W", Tensor([1, 2]))], path: "nothing")
    }
  }

  /// Keras' `activity_regularizer`: the sum over the batch, divided by its examples.
  @Test func `what a layer gives costs for each example`() throws {
    let data = try Square.points(30).scaled("x", by: 100)
    let text = "hidden(x: [m, 2]) = x |> dense(6, tanh)\nnet(x: [m, 2]) = hidden(x) |> dense(2) |> softmax"
    func loss(_ penalties: [String], batch: Int = 10) throws -> Double {
      try Self.trainer(text) {
        ($0.model, $0.resultPenalties, $0.batch) = ("net", penalties, batch)
      }.evaluate(data)[0].value
    }
    let hidden = try Self.trainer(text) { $0.model = "net" }
    var model = try Model(SourceText(text), function: "hidden", floatType: .f64)
    model.weights = hidden.weights.filter { $0.name.hasPrefix("hidden.") }
    let values = try model.predict(data, backend: .interpreter).values.doubles
    let cost = 0.1 * values.reduce(0) { $0 + $1 * $1 } / 30
    let base = try loss([])
    #expect(cost > 1e-3)
    for path in ["hidden", "hidden.dense_1"] {
      #expect(abs(try loss(["\(path)=l2(0.1)"]) - base - cost) < 1e-12)
    }
    // Whatever the batch is, since each example costs by itself.
    #expect(abs(try loss(["hidden=l2(0.1)"], batch: 7) - base - cost) < 1e-12)
    for wrong in ["l2(0.1)", "hidden.dense_2=l2", "hidden=l3", "hidden=relu"] {
      #expect(throws: (any Error).self) { try loss([wrong]) }
    }
    let trainer = try Self.trainer(text) { ($0.model, $0.resultPenalties, $0.epochs) = ("net", ["hidden=l1(1)"], 20) }
    try trainer.run { _ in true }
    let losses = trainer.history.compactMap { $0["loss"] }
    #expect(losses.count == 20 && losses[19] < losses[0])
  }

  @Test func `decay is for weights, for all, or for all but some`() throws {
    func weights(_ decay: WeightDecay?) throws -> [String: [Double]] {
      let trainer = try Self.trainer(Self.trained) {
        ($0.weightDecay, $0.epochs, $0.optimizer) = (decay, 1, "sgd(0.5)")
      }
      let start = Recipes.weights(trainer)
      // One step of a rate that moves nothing else.
      let still = try Self.trainer(Self.trained) { ($0.epochs, $0.optimizer) = (0, "sgd(0.5)") }
      #expect(Recipes.weights(still) == start)
      try trainer.run { _ in false }
      return Recipes.weights(trainer)
    }
    func isNear(_ a: [Double]?, _ b: [Double]?) -> Bool {
      zip(a ?? [.nan], b ?? [.nan]).allSatisfy { abs($0 - $1) < 1e-14 }
    }
    let plain = try weights(nil)
    let usual = try weights(0.1)
    let all = try weights(WeightDecay(0.1, all: true))
    let some = try weights(WeightDecay(0.1, excluding: ["net.dense_1"]))
    #expect(usual["net.dense_1.W"] != plain["net.dense_1.W"] && usual["net.dense_1.b"] == plain["net.dense_1.b"])
    #expect(isNear(all["net.dense_1.W"], usual["net.dense_1.W"]))
    #expect(isNear(some["net.dense_1.W"], plain["net.dense_1.W"]))
    #expect(isNear(some["net.dense_2.W"], usual["net.dense_2.W"]))
    #expect(throws: TrainingError.self) { _ = try weights(WeightDecay(0.1, excluding: ["net.dense_7"])) }
  }

  /// Sizes that a model knows of its own function are none of the others'.
  @Test func `sizes of a model are its function's`() throws {
    let text = """
      net(x: [m, n]) = x |> dense(2) |> softmax
      other(A: [n, 3], B: [4, 3]) = A + B[:n]
      """
    var recipe = Recipe(loss: "sparse_cross_entropy")
    recipe.model = "net"
    let data = try Square.points(20)
    let trainer = try Trainer(SourceText(text), recipe, training: data, backend: .interpreter)
    let model = try trainer.model
    #expect(model.sizes == ["n": 2])
    #expect(try model.evaluate(data, backend: .interpreter).count == 1)
    let again = try Trainer(model, recipe, training: data, backend: .interpreter)
    #expect(try again.model.predict(data, backend: .interpreter).count == 20)
  }

  @Test(arguments: [
    ("dense(3)", "sparse_cross_entropy", "softmax"), ("dense(3) |> relu", "sparse_cross_entropy", "from_logits"),
    ("dense(3, sigmoid)", "sparse_cross_entropy", "exclude each other"),
    ("dense(3) |> softmax", "sparse_cross_entropy", nil),
    ("dense(3, softmax)", "sparse_cross_entropy", nil), ("dense(3)", "sparse_cross_entropy(from_logits: true)", nil),
    ("dense(3) |> softmax", "sparse_cross_entropy(from_logits: true)", "leave one"),
    ("dense(1)", "binary_cross_entropy", "sigmoid"), ("dense(1) |> sigmoid", "binary_cross_entropy", nil),
    ("dense(1) |> softmax", "binary_cross_entropy", "always 1"), ("dense(1)", "squared_error", nil),
  ])
  func `a loss is of what the network ends with`(_ end: String, _ loss: String, _ word: String?) throws {
    let text = "net(x: [m, 2]) = x |> dense(6, tanh) |> \(end)"
    let column = end.contains("dense(1") ? "[:, 0]" : ""
    let call =
      loss.contains("from") ? "sparse_cross_entropy(net(x), y, from_logits: true)" : "\(loss)(net(x)\(column), y)"
    for own in [nil, "\nloss(x: [m, 2], y: i32[m]) = mean(\(call))"] {
      let advice = try Self.trainer(text + (own ?? "")) { $0.loss = own == nil ? loss : "loss" }.advice
      #expect(advice.count == (word == nil ? 0 : 1), "\(advice)")
      if let word { #expect(advice.first?.contains(word) == true) }
    }
  }

  /// Labels that the program makes others of are none of the network's classes.
  @Test func `labels may be changed by the program`() throws {
    let text = """
      net(x: [m, 2]) = x |> dense(2) |> softmax
      loss(x: [m, 2], y: i32[m]) = mean(sparse_cross_entropy(net(x), mod(y, 2)))
      plain(x: [m, 2], y: i32[m]) = mean(sparse_cross_entropy(net(x), y))
      """
    let data = try Dataset([
      DatasetColumn("x", Tensor([0.5, 1, 1.5, 2], shape: [2, 2])), DatasetColumn("y", Tensor(Column([Int32(1), 3]))),
    ])
    var recipe = Recipe(loss: "loss")
    recipe.model = "net"
    try Trainer(SourceText(text), recipe, training: data, backend: .interpreter).run { _ in true }
    recipe.loss = "plain"
    #expect(throws: DatasetError.self) { try Trainer(SourceText(text), recipe, training: data, backend: .interpreter) }
  }
}
