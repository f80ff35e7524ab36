import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

@testable import NablaNetworks

/// What a recipe says beside the rule, and what is said about a recipe that is wrong.
@Suite struct `Recipes` {
  static let text = """
    net(x: [m, 2]) = x |> dense(3, tanh) |> dense(2) |> softmax
    # Has nothing to do with the network: its m and n are others.
    other(A: [m, n], B: [n, 7]) = A @ B + ones(m, 7)
    loss(x: [m, 2], y: i32[m]) = mean(sparse_cross_entropy(net(x), y))
    """

  static func trainer(_ text: String = text, _ change: (inout Recipe) -> Void = { _ in }) throws -> Trainer {
    var recipe = Recipe(loss: "loss")
    recipe.optimizer = "sgd(0.1)"
    recipe.floatType = .f64
    recipe.batch = 10
    change(&recipe)
    return try Trainer(
      SourceText(text), recipe, training: try Square.points(30).scaled("x", by: 100), backend: .interpreter)
  }

  static func weights(_ trainer: Trainer) -> [String: [Double]] {
    Dictionary(uniqueKeysWithValues: trainer.weights.map { ($0.name, $0.tensor.doubles) })
  }

  @Test func `bind sizes of the data in the objective alone`() throws {
    // Ten examples in a batch are no reason why there should not be more here.
    let text = Self.text + "\nodd(x: [m]) = x[12]\nloss_again(x: [m, 2], y: i32[m]) = loss(x, y)"
    #expect(try Self.trainer(text) { $0.model = "net" }.run { _ in true })
  }

  @Test func `have penalties for every weight, for a layer, and for one parameter`() throws {
    let plain = try Self.trainer()
    let start = Self.weights(plain)
    func squares(_ names: String...) -> Double {
      names.reduce(0) { $0 + (start[$1] ?? []).reduce(0) { $0 + $1 * $1 } }
    }
    let data = try Square.points(30).scaled("x", by: 100)
    func loss(_ penalties: String...) throws -> Double {
      try Self.trainer { $0.penalties = penalties }.evaluate(data)[0].value
    }
    let base = try loss()
    let (first, second) = ("net.dense_1.W", "net.dense_2.W")
    #expect(abs(try loss("l2(0.1)") - base - 0.1 * squares(first, second)) < 1e-12)
    #expect(abs(try loss("net.dense_1=l2(0.1)") - base - 0.1 * squares(first)) < 1e-12)
    #expect(
      abs(
        try loss("net.dense_1=l2(0.1)", "net.dense_2.W=l2(0.2)") - base
          - 0.1 * squares(first) - 0.2 * squares(second)) < 1e-12)
    // A bias is meant only where it is named; it begins with 0.
    #expect(try loss("net.dense_1.b=l2(l: 5)") == base)
    #expect(throws: TrainingError.self) { try loss("net.dense_3=l2") }
    #expect(throws: TrainingError.self) { try loss("l3(0.1)") }
  }

  @Test func `have constraints for some parameters`() throws {
    let trainer = try Self.trainer { $0.constraints = ["net.dense_1=max_norm(0.1)", "net.dense_2.b=non_negative"] }
    try trainer.run { _ in true }
    let weights = Self.weights(trainer)
    let columns = try #require(weights["net.dense_1.W"])
    for unit in 0..<3 { #expect((columns[unit] * columns[unit] + columns[unit + 3] * columns[unit + 3]) < 0.010001) }
    #expect(try #require(weights["net.dense_2.b"]).allSatisfy { $0 >= 0 })
    #expect(try #require(weights["net.dense_2.W"]).contains { abs($0) > 0.1 })
  }

  /// Keras' `use_ema`: the first average is the parameter of the first step.
  @Test func `end with moving averages of the parameters`() throws {
    let path = "net.dense_2.b"
    let plain = try Self.trainer { $0.epochs = 2 }
    var steps: [[Double]] = []
    try plain.run { _ in
      steps.append(Self.weights(plain)[path] ?? [])
      return true
    }
    let averaged = try Self.trainer { ($0.averaging, $0.epochs) = (0.9, 2) }
    try averaged.run { _ in true }
    let expected = steps.dropFirst().reduce(steps[0]) { average, step in
      zip(average, step).map { 0.9 * $0 + 0.1 * $1 }
    }
    let found = try #require(Self.weights(averaged)[path])
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-14 })
    // A run that goes on does so from the parameters themselves.
    let resumed = try Self.trainer { ($0.averaging, $0.epochs) = (0.9, 2) }
    try resumed.resume(try averaged.checkpoint, path: "memory")
    #expect(Self.weights(resumed)[path] == found)
  }

  @Test(arguments: ["sgd(0.1, momentum: 0.9)", "adam(0.01)"])
  func `make one step of several batches`(_ rule: String) throws {
    func weights(_ batch: Int, _ accumulation: Int) throws -> [String: [Double]] {
      let trainer = try Self.trainer {
        ($0.batch, $0.accumulation, $0.optimizer) = (batch, accumulation, rule)
        ($0.shuffles, $0.epochs, $0.schedule) = (false, 2, "exponential_decay(0.1, 1, 0.5)")
      }
      try trainer.run { _ in true }
      return Self.weights(trainer)
    }
    let (whole, parts) = (try weights(15, 1), try weights(5, 3))
    for (path, values) in whole {
      let found = try #require(parts[path])
      #expect(zip(values, found).allSatisfy { abs($0 - $1) < 1e-12 }, "\(path): \(values) and \(found)")
    }
    // Stopped between two batches of a step, and resumed.
    let change: (inout Recipe) -> Void = { ($0.batch, $0.accumulation, $0.optimizer, $0.epochs) = (5, 3, rule, 2) }
    let (one, first, second) = (
      try Self.trainer(Self.text, change), try Self.trainer(Self.text, change), try Self.trainer(Self.text, change)
    )
    try one.run { _ in true }
    var steps = 0
    try first.run { _ in
      steps += 1
      return steps < 7
    }
    try second.resume(try first.checkpoint, path: "memory")
    try second.run { _ in true }
    #expect(Self.weights(one) == Self.weights(second))
  }

  @Test(arguments: [
    ("loss", "mse", "squared_error"), ("loss", "categorical_crossentropy", "cross_entropy"),
    ("loss", "SparseCategoricalCrossentropy", "sparse_cross_entropy"), ("loss", "los", "loss"),
    ("optimizer", "Adam", "adam"), ("optimizer", "SGD(0.1)", "sgd"), ("optimizer", "RMSProp", "rmsprop"),
    ("optimizer", "NAG", "nesterov"), ("metric", "acc", "accuracy"), ("metric", "F1Score", "f1_score"),
    ("metric", "rmse", "root_mean_squared_error"), ("schedule", "CosineDecay(0.1, 9)", "cosine_decay"),
    ("schedule", "StepLR(0.1, 9)", "step_decay"), ("penalty", "L1L2", "l1_l2"),
    ("constraint", "NonNeg", "non_negative"),
  ])
  func `answer names of other libraries with their own`(_ what: String, _ text: String, _ own: String) throws {
    let error = #expect(throws: TrainingError.self) {
      try Self.trainer { recipe in
        switch what {
        case "loss": recipe.loss = text
        case "optimizer": recipe.optimizer = text
        case "metric": recipe.metrics = [text]
        case "schedule": recipe.schedule = text
        case "penalty": recipe.penalties = [text]
        default: recipe.constraints = [text]
        }
      }
    }
    let message = try #require(error?.diagnostic.message)
    #expect(message.hasSuffix("did you mean '\(own)'?"), "\(message)")
  }

  @Test(arguments: [
    ("f(x: [m, 2]) = Dense(x, 3)", "did you mean 'dense'?"),
    ("f(x: [m, 8, 8, 1]) = x |> Conv2D(3, 3)", "did you mean 'conv2d'?"),
    ("f(x: [m, 8, 8, 1]) = MaxPooling2D(x, 2)", "did you mean 'max_pool'?"),
    ("f(x: [m, 2]) = BatchNormalization(x)", "did you mean 'batch_norm'?"),
    ("f(x: [m, 2]) = x |> dense(3, activation: swish)", "did you mean 'silu'?"),
    ("f(x: [m, 2]) = dropout(x, p: 0.5)", "did you mean 'rate'?"),
    ("f(x: [m, 8, 8, 1]) = conv2d(x, 3, kernel_size: 3)", "did you mean 'side'?"),
  ])
  func `answer layers of other libraries in programs, too`(_ program: String, _ advice: String) {
    let messages = Module(checking: SourceText(program)).diagnostics.map(\.message)
    #expect(messages.contains { $0.contains(advice) }, "\(messages)")
  }

  @Test func `weigh a loss of the library by a column of the data`() throws {
    let data = try Square.points(40)
    let weighed = try data.weighed(.numbers([2, 0]))
    func losses(_ data: Dataset) throws -> Double {
      var recipe = Square.recipe()
      recipe.floatType = .f64
      return try Trainer(SourceText(Square.program), recipe, training: data, backend: .interpreter).evaluate(data)[0]
        .value
    }
    let below = Square.labels(40).indices.filter { Square.labels(40)[$0] == 0 }
    let own = try losses(data.subset(below))
    #expect(abs(try losses(weighed) - 2 * own * Double(below.count) / 40) < 1e-12)
  }
}

@Suite struct `What is wrong with data` {
  private static func fault(_ x: [Float], _ y: [Int32], _ text: String = Recipes.text) throws -> String {
    let data = try Dataset([
      DatasetColumn("x", Tensor(Column(x), shape: [y.count, 2])),
      DatasetColumn("y", Tensor(Column(y), shape: [y.count])),
    ])
    var recipe = Recipe(loss: "loss")
    recipe.batch = 2
    let error = #expect(throws: DatasetError.self) {
      let trainer = try Trainer(SourceText(text), recipe, training: data, backend: .interpreter)
      try trainer.run { _ in true }
    }
    return error?.diagnostic.message ?? ""
  }

  @Test func `a number that is none is named before anything is trained`() throws {
    let text = try Self.fault([1, 2, 3, .nan, 5, 6], [0, 1, 0])
    #expect(text == "column 'x[1]', example 1: a finite number is expected, not nan")
  }

  @Test(arguments: [7, -1] as [Int32]) func `a class that the network does not have is named`(_ label: Int32) throws {
    let text = try Self.fault([1, 2, 3, 4, 5, 6], [0, 1, label])
    #expect(text == "column 'y', example 2: a class from 0 to 1 is expected, not \(label)")
  }
}
