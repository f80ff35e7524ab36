import NablaDiagnostics
import NablaRuntime
import TestSupport
import Testing

@testable import NablaCompiler
@testable import NablaNetworks

/// Networks of convolutions with few channels, whose arrays have the examples of a batch side by side, against the
/// interpreter: what is computed does not depend on where it lies.
@Suite struct BatchLayoutTests {
  /// A network of up to three blocks of random sizes.
  private static func network(seed: UInt64) -> (text: String, recipe: Recipe) {
    var random = SplitMix64(seed: seed)
    func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &random)] }
    let (height, width, channels) = (pick([9, 10, 12, 13]), pick([8, 10, 11, 12]), pick([1, 2, 3, 5]))
    var text = "infer(x: [m, \(height), \(width), \(channels)]) = x"
    for _ in 0..<pick([1, 2, 2, 3]) {
      text += " |> conv2d(\(pick([1, 2, 3, 5, 6, 8, 16, 17])), \(pick([1, 2, 3, 3])), "
      text += "padding: \"\(pick(["same", "same", "valid"]))\", stride: \(pick([1, 1, 1, 2])), "
      text += "activation: \(pick(["relu", "tanh", "gelu"])))"
      text += pick(["", "", " |> max_pool(2)", " |> avg_pool(2, padding: \"same\")", " |> zero_padding2d(1, 0, 2, 1)"])
    }
    text += pick([" |> flatten", " |> global_avg_pool", " |> flatten |> dense(4, tanh)"]) + " |> dense(3)\n"
    text += "loss(x: [m, \(height), \(width), \(channels)]) = mean(infer(x)^2)\n"
    var recipe = Recipe(loss: "loss")
    recipe.optimizer = pick(["sgd(0.1)", "adam(0.01)"])
    recipe.sizes = ["m": pick([16, 32, 48, 17])]
    recipe.floatType = pick([.f32, .f64])
    return (text, recipe)
  }

  @Test(arguments: UInt64(1)...12)
  func `steps of random networks of convolutions are what the interpreter computes`(_ seed: UInt64) throws {
    let (text, recipe) = BatchLayoutTests.network(seed: seed)
    let training = try SyntheticTraining(SourceText(text), recipe)
    let other = try training.bind(training.step, to: try Interpreter(training.step))
    let ready = try Backend.c.prepare(training.step, threads: 1 + Int(seed % 2))
    let one = try training.bind(training.step, to: ready.executable)
    for _ in 0..<2 {
      try other.run()
      try one.run()
    }
    let difference = training.difference(one, other, steps: 2)
    #expect(difference == nil, "seed \(seed), \(recipe.sizes), \(recipe.floatType): \(text)")
  }

  @Test(arguments: [(16, true), (32, true), (17, false)])
  func `examples are side by side where they fill vectors`(_ batch: Int, _ isExpected: Bool) throws {
    var recipe = Recipe(loss: "loss")
    recipe.optimizer = "sgd(0.01)"
    recipe.sizes = ["m": batch]
    let training = try SyntheticTraining(try SyntheticTrainingTests.source("benchmarks/lenet"), recipe)
    let plan = try ArrayPlan(training.step, unit: VectorUnit(bytes: 64, registers: 32))
    #expect(plan.buffers.contains(where: \.isBatchLast) == isExpected)
  }
}
