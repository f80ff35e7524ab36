import ArgumentParser
import Foundation
import NablaCompiler
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaNetworks

/// The program and the data of the verbs about networks.
struct NetworkOptions: ParsableArguments {
  @Argument(help: SourceOptions.sourceHelp)
  var source: String

  @Option(name: .long, help: "Files or the name of a set: digits.csv:scale=16, x=a.npy,y=b.npy, fashion-mnist.")
  var data: String

  @Option(name: .long, help: "The function whose result is a prediction; without it, the one that owns the parameters.")
  var model: String?

  @Option(name: .long, help: "The element type of parameters that state none: f32 or f64.")
  var dtype = "f32"

  @Option(name: .long, parsing: .singleValue, help: "Values of sizes, such as hidden=128.")
  var size: [String] = []

  @Option(name: .long, help: "How many examples are in a batch.")
  var batch = 32

  @Option(name: .long, help: "What first values, shuffling and random numbers are made of.")
  var seed = 0

  @Option(name: .long, help: "What runs it: auto, interpreter, c.")
  var backend: Backend = .c

  @Option(name: .long, help: "How many threads share a step; results do not depend on it.")
  var threads = 1

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
    if batch < 1 { throw ValidationError("--batch is at least 1, not \(batch)") }
  }

  func text() throws -> SourceText { try SourceOptions.text(of: source) }

  func request() throws -> DataRequest { try DataRequest(parsing: data) }
}

/// How a network is trained.
struct RecipeOptions: ParsableArguments {
  @Option(name: .long, help: "A function of the program, or a loss such as sparse_cross_entropy.")
  var loss: String

  @Option(
    name: .long, help: "The update rule: 'adam(0.001)', 'sgd(0.1, momentum: 0.9)', or one of the program's layers.")
  var optimizer = "adam"

  @Option(name: .long, help: "The learning rate by the step: 'cosine_decay(0.1, 1000)'.")
  var schedule: String?

  @Option(name: .long, help: "How often every example is seen.")
  var epochs = 1

  @Option(name: .long, help: "Functions of predictions and targets, separated by commas: accuracy.")
  var metrics: String?

  @Option(
    name: .long, help: "What is added to the loss for every weight, 'l2(0.01)', or for some: 'net.dense_1=l2(0.01)'.")
  var penalty: String?

  @Option(
    name: .customLong("result-penalty"),
    help: ArgumentHelp(
      "What is added to the loss for what layers give, for each example: 'net.dense_1=l2(0.01)'.", valueName: "penalty")
  )
  var resultPenalty: String?

  @Option(
    name: .long,
    help: "What every weight goes through after an update, 'max_norm(2)', or some: 'net.dense_1=max_norm(2)'.")
  var constraint: String?

  @Option(name: .customLong("clip-value"), help: "The largest element of a gradient.")
  var clipValue: Double?

  @Option(name: .customLong("clip-norm"), help: "The largest norm of a parameter's gradient.")
  var clipNorm: Double?

  @Option(
    name: .customLong("clip-global-norm"),
    help: ArgumentHelp("The largest norm of all gradients together.", valueName: "norm"))
  var clipGlobalNorm: Double?

  @Option(
    name: .customLong("weight-decay"),
    help: ArgumentHelp(
      "What part of the rate every update takes off the weights: 0.01, or 0.01,all for biases too, and "
        + "0.01,exclude=net.dense_1.",
      valueName: "part"))
  var weightDecay: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "End with a moving average of each parameter, which keeps so much of itself in a step: 0.99.",
      valueName: "momentum"))
  var average: Double?

  @Option(name: .long, help: "How many batches a step's gradient is the mean of.")
  var accumulate = 1

  @Option(name: .long, help: "Paths of layers or parameters that stay as they are, separated by commas.")
  var freeze: String?

  @Flag(name: .customLong("no-shuffle"), help: "Keep the examples in their order.")
  var keepsOrder = false

  func validate() throws {
    if epochs < 0 { throw ValidationError("--epochs is at least 0, not \(epochs)") }
    if accumulate < 1 { throw ValidationError("--accumulate is at least 1, not \(accumulate)") }
    if let average, !(0..<1).contains(average) {
      throw ValidationError("--average is at least 0 and below 1, not \(average)")
    }
    _ = try weightDecay.map(CallbackText.weightDecay)
    let limits = [clipValue, clipNorm, clipGlobalNorm].compactMap { $0 }
    if limits.count > 1 { throw ValidationError("one of --clip-value, --clip-norm, --clip-global-norm") }
    if let limit = limits.first, !(limit > 0) {
      throw ValidationError("the limit of gradients is positive, not \(limit)")
    }
  }

  func recipe(_ network: NetworkOptions) throws -> Recipe {
    var recipe = Recipe(loss: loss)
    recipe.model = network.model
    recipe.optimizer = optimizer
    recipe.schedule = schedule
    recipe.metrics = try metrics.map(CallList.split) ?? []
    recipe.penalties = try penalty.map(CallList.split) ?? []
    recipe.constraints = try constraint.map(CallList.split) ?? []
    recipe.clipping =
      clipValue.map { .value($0) } ?? clipNorm.map { .norm($0) } ?? clipGlobalNorm.map { .globalNorm($0) }
    recipe.resultPenalties = try resultPenalty.map(CallList.split) ?? []
    recipe.weightDecay = try weightDecay.map(CallbackText.weightDecay)
    recipe.averaging = average
    recipe.accumulation = accumulate
    recipe.frozen = try freeze.map(CallList.split) ?? []
    recipe.batch = network.batch
    recipe.epochs = epochs
    recipe.shuffles = !keepsOrder
    recipe.seed = network.seed
    recipe.floatType = try SourceOptions.floatType(network.dtype)
    recipe.sizes = try SourceOptions.sizes(network.size)
    return recipe
  }
}

/// A list between commas whose members may have commas in parentheses: `accuracy,top_k_accuracy(3, axis: 1)`.
enum CallList {
  static func split(_ text: String) throws -> [String] {
    var members: [String] = [""]
    var depth = 0
    for character in text {
      if character == "(" || character == "[" { depth += 1 }
      if character == ")" || character == "]" { depth -= 1 }
      if character == ",", depth == 0 { members.append("") } else { members[members.count - 1].append(character) }
    }
    let trimmed = members.map { $0.trimmingCharacters(in: .whitespaces) }
    if trimmed.contains("") { throw ValidationError("an entry of '\(text)' is empty") }
    return trimmed
  }
}
