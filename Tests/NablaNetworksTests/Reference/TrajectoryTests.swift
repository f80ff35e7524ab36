import Foundation
import NablaData
import NablaNetworks
import NablaRuntime
import Testing

/// Every update rule against its counterpart in Keras and PyTorch (`Data/trajectories.json`): the losses before each of
/// the first 90 updates of the network 64-256-128-10, the parameters after them, and what ten epochs make of it. Nothing
/// is written twice: the trainer reads the digits, differentiates the network and compiles the step.
@Suite struct `Trajectories of Keras and PyTorch` {
  static let rules: [(name: String, rule: String)] = [
    ("keras SGD(0.1)", "sgd(0.1)"),
    ("keras SGD(0.01)", "sgd"),
    ("keras SGD(0.01, momentum=.9)", "sgd(momentum: 0.9)"),
    ("keras SGD(0.01, momentum=.9, nesterov)", "sgd(momentum: 0.9, nesterov: true)"),
    ("seed Momentum(eta=.01,gamma=.9)", "momentum"),
    ("torch SGD(0.01, momentum=.9)", "torch_sgd(0.01, momentum: 0.9)"),
    ("torch SGD(0.01, momentum=.9, nesterov)", "torch_sgd(0.01, momentum: 0.9, nesterov: true)"),
    ("keras Adagrad(0.001, acc0=.1, eps=1e-7 inside sqrt)", "adagrad"),
    ("torch Adagrad(0.01, acc0=0, eps=1e-10 outside)", "torch_adagrad"),
    ("keras RMSprop(0.001, rho=.9, eps=1e-7 inside sqrt)", "rmsprop"),
    ("torch RMSprop(0.01, alpha=.99, eps=1e-8 outside)", "torch_rmsprop"),
    ("keras Adam(0.001, eps=1e-7)", "adam"),
    ("torch Adam(0.001, eps=1e-8)", "torch_adam"),
    ("keras AdamW(0.001, wd=.004)", "adamw"),
    ("torch AdamW(0.001, wd=.01)", "torch_adamw"),
  ]

  static let isLong = ProcessInfo.processInfo.environment["NABLA_LONG_TESTS"] == "1"

  /// The rules that every run of the tests tries: one of each kind, among them the one that jumps to a loss of 32.
  static let tried = isLong ? Array(rules.indices) : [5, 10, 11]

  private static let network = """
    net(x: [m, 64]) = x |> dense(256, relu) |> dense(128, relu) |> dense(10) |> softmax
    loss(x: [m, 64], y: i32[m]) = mean(sparse_cross_entropy(net(x), y))
    """

  private static let names = (1...3).flatMap { ["net.dense_\($0).W", "net.dense_\($0).b"] }

  @Test func `every rule of the reference has one here`() throws {
    let runs = try #require(try Reference.values("trajectories").required("runs").members)
    #expect(Set(runs.map(\.name)) == Set(Self.rules.map(\.name)))
  }

  @Test(arguments: tried)
  func `ninety losses agree`(_ index: Int) throws {
    let (name, rule) = Self.rules[index]
    let expected = try Reference.values("trajectories").required("runs").required(name)
    var generator = ReferenceStart(seed: 42)
    let start = [(64, 256), (256, 128), (128, 10)].enumerated().map { layer, size in
      generator.glorot("net.dense_\(layer + 1).W", size.0, size.1)
    }
    var run = try ReferenceRun(Self.network, optimizer: rule, epochs: 10, start: start)
    try run.run(steps: 90)
    let losses = try expected.required("losses").numbers
    try #require(losses.count == 90 && run.losses.count == 90)
    for (step, (found, loss)) in zip(run.losses, losses).enumerated() {
      #expect(abs(found - loss) <= 1e-9 * max(1, loss), "step \(step + 1): \(found) instead of \(loss)")
    }
    let weights = Dictionary(uniqueKeysWithValues: run.trainer.weights.map { ($0.name, $0.tensor.doubles) })
    for (name, figures) in zip(Self.names, try expected.required("parameters").array ?? []) {
      let values = try #require(weights[name])
      #expect(abs(values.reduce(0, +) - figures.numbers[0]) < 1e-8, "sum of \(name)")
      #expect(abs(norm(values) - figures.numbers[1]) < 1e-8, "norm of \(name)")
    }
    guard Self.isLong else { return }
    try run.run(steps: 360)
    let (loss, accuracy) = try run.evaluation()
    let end = try expected.required("test").numbers
    #expect(abs(loss - end[0]) < 1e-6 && abs(accuracy - end[1]) < 1e-6, "\(loss), \(accuracy) instead of \(end)")
  }

  private func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
