import Foundation
import NablaCompiler
import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaRuntime
import Testing

@testable import NablaNetworks

/// Points of two classes in a square, stored as whole numbers from 0 to 100.
enum Square {
  static let program = """
    net(x: [m, 2]) = x |> dense(6, activation: tanh) |> dense(1, activation: sigmoid)
    """

  static func coordinate(_ index: Int) -> Int { (index * 7919) % 101 }

  static func labels(_ count: Int) -> [Int] {
    (0..<count).map { (index: Int) -> Int in coordinate(2 * index) + coordinate(2 * index + 1) > 100 ? 1 : 0 }
  }

  static func points(_ count: Int) throws -> Dataset {
    let x = (0..<2 * count).map { Int32(coordinate($0)) }
    let y = labels(count).map { Int32($0) }
    return try Dataset([
      DatasetColumn("x", Tensor(Column(x), shape: [count, 2])),
      DatasetColumn("y", Tensor(Column(y), shape: [count]), classes: .init(names: ["below", "above"])),
    ])
  }

  static func recipe(metrics: [String] = []) -> Recipe {
    var recipe = Recipe(loss: "binary_cross_entropy")
    recipe.optimizer = "adam(0.05)"
    recipe.metrics = metrics
    recipe.batch = 16
    recipe.epochs = 20
    return recipe
  }

  static func trained(_ data: Dataset, _ recipe: Recipe = recipe()) throws -> Trainer {
    let trainer = try Trainer(SourceText(program), recipe, training: data, backend: .interpreter)
    try trainer.run { _ in true }
    return trainer
  }
}

@Suite struct `Models` {
  @Test func `prepare data as those of training were`() throws {
    let stored = try Square.points(50)
    let scaled = try stored.scaled("x", by: 100)
    let measured = try scaled.normalisation(of: "x")
    let prepared = try scaled.normalised(by: measured)
    let model = try Square.trained(prepared).model
    let expected = try model.predict(prepared, backend: .interpreter).values
    #expect(try model.predict(stored, backend: .interpreter).values == expected)
    #expect(throws: DatasetError.self) { try model.predict(try stored.scaled("x", by: 50), backend: .interpreter) }
  }

  @Test func `predict the same in batches of any size`() throws {
    let data = try Square.points(37)
    let model = try Square.trained(data).model
    let whole = try model.predict(data, batch: 37, backend: .interpreter)
    #expect(whole.values.shape == [37, 1])
    for batch in [1, 8, 36] {
      #expect(try model.predict(data, batch: batch, backend: .interpreter).values == whole.values)
    }
    #expect(whole.labels == whole.values.doubles.map { $0 > 0.5 ? 1 : 0 })
    #expect(whole.name(1) == "above")
  }

  @Test func `know their classes by name, in whatever order data have them`() throws {
    let data = try Square.points(60)
    let trainer = try Square.trained(data, Square.recipe(metrics: ["accuracy"]))
    let model = try trainer.model
    let labels = Square.labels(60)
    // `above` is now 0, and there is a class that no example has.
    let turned = try Dataset([
      data.columns[0],
      DatasetColumn(
        "y", Tensor(Column(labels.map { Int32(1 - $0) }), shape: [60]), classes: .init(names: ["above", "below"])),
    ])
    let expected = try model.evaluate(data, backend: .interpreter)
    #expect(try model.evaluate(turned, backend: .interpreter) == expected)
    let strange = try Dataset([
      data.columns[0],
      DatasetColumn(
        "y", Tensor(Column(labels.map { Int32($0) }), shape: [60]), classes: .init(names: ["left", "right"])),
    ])
    #expect(throws: DatasetError.self) { try model.evaluate(strange, backend: .interpreter) }
  }

  @Test func `come back from a file whole`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = try Square.points(40).scaled("x", by: 100)
    let model = try Square.trained(data, Square.recipe(metrics: ["recall"])).model
    try model.save(to: path)
    let read = try Model(checkpoint: path)
    #expect(read.inputs == model.inputs && read.target == model.target && read.metrics == ["recall"])
    let (a, b) = (try read.predict(data, backend: .interpreter), try model.predict(data, backend: .interpreter))
    #expect(a.values == b.values && a.classNames == ["below", "above"])
    try Data(try Data(contentsOf: URL(fileURLWithPath: path)).prefix(200)).write(to: URL(fileURLWithPath: path))
    #expect(throws: DataError.self) { try Model(checkpoint: path) }
  }

  @Test func `refuse weights of another network`() throws {
    let data = try Square.points(40)
    var model = try Square.trained(data).model
    model.weights.removeLast()
    #expect(throws: TrainingError.self) { try model.predict(data, backend: .interpreter) }
    model.weights.append(NamedTensor("net.dense_2.b", Tensor([1.0, 2], shape: [2])))
    #expect(throws: TrainingError.self) { try model.predict(data, backend: .interpreter) }
  }

  @Test func `have layers as they are after training`() throws {
    let text = "net(x: [m, 2]) = x |> batch_norm |> dropout(1/2) |> dense(1)"
    let data = try Square.points(32)
    let trainer = try Trainer(
      SourceText(text), Square.recipeOfRegression, training: data.renaming("y", to: "z"), backend: .interpreter)
    try trainer.run { _ in true }
    let model = try trainer.model
    let whole = try model.predict(data, batch: 32, backend: .interpreter).values
    #expect(try model.predict(data, batch: 5, backend: .interpreter).values == whole)
    // Nothing of the batch decides, and nothing is drawn: the formula with the moving averages.
    let named = Dictionary(uniqueKeysWithValues: model.weights.map { ($0.name, $0.tensor.doubles) })
    let (scale, shift) = (try #require(named["net.batch_norm_1.scale"]), try #require(named["net.batch_norm_1.shift"]))
    let mean = try #require(named["net.batch_norm_1.moving_mean"])
    let variance = try #require(named["net.batch_norm_1.moving_var"])
    let (w, b) = (try #require(named["net.dense_1.W"]), try #require(named["net.dense_1.b"]))
    let x = [0.0, Double(7919 % 101)]
    var expected = b[0]
    for i in 0..<2 { expected += w[i] * (scale[i] * (x[i] - mean[i]) / (variance[i] + 1e-3).squareRoot() + shift[i]) }
    #expect(abs(whole.doubles[0] - expected) < 1e-4 * max(1, abs(expected)))
  }
}

extension Square {
  static var recipeOfRegression: Recipe {
    var recipe = Recipe(loss: "squared_error")
    recipe.optimizer = "sgd(0.001)"
    recipe.epochs = 3
    return recipe
  }
}

@Suite struct `Metrics of an epoch` {
  /// What the sums over a whole set come to, from its labels and predictions.
  private func counts(_ labels: [Int], _ predictions: [Int]) -> (right: Double, wrong: Double, missed: Double) {
    let pairs = zip(labels, predictions)
    return (
      Double(pairs.count { $0 == 1 && $1 == 1 }), Double(pairs.count { $0 == 0 && $1 == 1 }),
      Double(pairs.count { $0 == 1 && $1 == 0 })
    )
  }

  @Test(arguments: [1, 7, 32, 100]) func `are those of all examples, whatever the batch`(batch: Int) throws {
    let data = try Square.points(100)
    let metrics = ["accuracy", "precision", "recall", "f1_score", "root_mean_squared_error", "r2_score", "auc"]
    let model = try Square.trained(data).model
    let prediction = try model.predict(data, backend: .interpreter)
    let p = prediction.values.doubles
    let y = Square.labels(100)
    let found = try model.evaluate(data, metrics: metrics, batch: batch, backend: .interpreter)
    func value(_ name: String) throws -> Double {
      try #require(found.first { $0.name == name }?.tensor.doubles.first)
    }
    let (right, wrong, missed) = counts(y, prediction.labels)
    let agreeing = zip(y, prediction.labels).count { $0 == $1 }
    var squares = 0.0
    var spread = 0.0
    let mean = Double(y.reduce(0, +)) / 100
    for (guess, label) in zip(p, y) {
      let truth = Double(label)
      squares += (guess - truth) * (guess - truth)
      spread += (truth - mean) * (truth - mean)
    }
    let expected: [(String, Double, Double)] = [
      ("accuracy", Double(agreeing) / 100, 1e-6), ("precision", right / (right + wrong), 1e-6),
      ("recall", right / (right + missed), 1e-6), ("f1_score", 2 * right / (2 * right + wrong + missed), 1e-6),
      ("root_mean_squared_error", (squares / 100).squareRoot(), 1e-6), ("r2_score", 1 - squares / spread, 1e-5),
    ]
    for (name, truth, tolerance) in expected {
      let difference = abs(try value(name) - truth)
      #expect(difference < tolerance, "\(name)")
    }
    // The trapezoids of Keras, threshold by threshold.
    let limits = [-1e-7] + (1...198).map { Double($0) / 199 } + [1 + 1e-7]
    let positives = Double(y.count { $0 == 1 })
    let curve = limits.map { limit -> (wrong: Double, right: Double) in
      let passed = zip(p, y).filter { $0.0 > limit }
      let right = Double(passed.count { $0.1 == 1 })
      return ((Double(passed.count) - right) / (100 - positives), right / positives)
    }
    var expectedArea = 0.0
    for (left, right) in zip(curve, curve.dropFirst()) {
      expectedArea += (left.wrong - right.wrong) * (left.right + right.right) / 2
    }
    let area = try value("auc")
    #expect(abs(area - expectedArea) < 1e-9)
  }

  @Test func `begin anew with every epoch, and go on in a resumed one`() throws {
    let data = try Square.points(50)
    var recipe = Square.recipe(metrics: ["recall", "auc"])
    recipe.epochs = 3
    let whole = try Square.trained(data, recipe)
    let first = try Trainer(SourceText(Square.program), recipe, training: data, backend: .interpreter)
    var steps = 0
    try first.run { _ in
      steps += 1
      return steps < 6
    }
    let second = try Trainer(SourceText(Square.program), recipe, training: data, backend: .interpreter)
    try second.resume(try first.checkpoint, path: "memory")
    try second.run { _ in true }
    #expect(second.history.map(\.training) == whole.history.map(\.training))
    #expect(whole.history.allSatisfy { ($0["recall"] ?? -1) >= 0 && ($0["recall"] ?? 2) <= 1 })
    // Measuring in the midst of an epoch changes nothing.
    let third = try Trainer(SourceText(Square.program), recipe, training: data, backend: .interpreter)
    try third.run { progress in
      if progress.finished == nil { _ = try third.evaluate(data) }
      return true
    }
    #expect(third.history.map(\.training) == whole.history.map(\.training))
  }

  @Test func `do not change what is trained`() throws {
    let text = """
      net(x: [m, 2]) = x |> batch_norm |> dense(8, tanh) |> dropout(1/4) |> dense(2) |> softmax
      loss(x: [m, 2], y: i32[m]) = mean(sparse_cross_entropy(net(x), y))
      """
    var recipe = Square.recipe()
    recipe.loss = "loss"
    recipe.epochs = 2
    let weights = try [[], ["accuracy", "macro_f1"]].map { metrics in
      recipe.metrics = metrics
      let trainer = try Trainer(SourceText(text), recipe, training: try Square.points(50), backend: .interpreter)
      try trainer.run { _ in true }
      return trainer.weights
    }
    #expect(weights[0] == weights[1])
  }

  @Test func `are single numbers while training, and may be arrays of a whole set`() throws {
    var recipe = Square.recipe(metrics: ["confusion"])
    recipe.loss = "sparse_cross_entropy"
    let text = SourceText("net(x: [m, 2]) = x |> dense(2) |> softmax")
    let data = try Square.points(30)
    #expect(throws: TrainingError.self) { try Trainer(text, recipe, training: data, backend: .interpreter) }
    recipe.metrics = []
    let trainer = try Trainer(text, recipe, training: data, backend: .interpreter)
    let model = try trainer.model
    let found = try model.evaluate(data, metrics: ["confusion"], batch: 7, backend: .interpreter)
    #expect(found[1].tensor.shape == [2, 2] && found[1].tensor.doubles.reduce(0, +) == 30)
  }
}
