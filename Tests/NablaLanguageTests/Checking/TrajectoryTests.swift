import Foundation
import Nabla
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

/// The update rules of the library against those of Keras and PyTorch: the losses before each of the first updates of a
/// network of three layers, from the same start and with the same batches (`Data/trajectories.json`).
@Suite struct `Update rules against Keras and PyTorch` {
  static let rules: [(name: String, rule: String)] = [
    ("keras SGD(0.1)", "sgd(w, g, t, 0.1)"),
    ("keras SGD(0.01)", "sgd(w, g, t)"),
    ("keras SGD(0.01, momentum=.9)", "sgd(w, g, t, momentum: 0.9)"),
    ("keras SGD(0.01, momentum=.9, nesterov)", "sgd(w, g, t, momentum: 0.9, nesterov: true)"),
    ("seed Momentum(eta=.01,gamma=.9)", "momentum(w, g, t)"),
    ("torch SGD(0.01, momentum=.9)", "torch_sgd(w, g, t, 0.01, momentum: 0.9)"),
    ("torch SGD(0.01, momentum=.9, nesterov)", "torch_sgd(w, g, t, 0.01, momentum: 0.9, nesterov: true)"),
    ("keras Adagrad(0.001, acc0=.1, eps=1e-7 inside sqrt)", "adagrad(w, g, t)"),
    ("torch Adagrad(0.01, acc0=0, eps=1e-10 outside)", "torch_adagrad(w, g, t)"),
    ("keras RMSprop(0.001, rho=.9, eps=1e-7 inside sqrt)", "rmsprop(w, g, t)"),
    ("torch RMSprop(0.01, alpha=.99, eps=1e-8 outside)", "torch_rmsprop(w, g, t)"),
    ("keras Adam(0.001, eps=1e-7)", "adam(w, g, t)"),
    ("torch Adam(0.001, eps=1e-8)", "torch_adam(w, g, t)"),
    ("keras AdamW(0.001, wd=.004)", "adamw(w, g, t)"),
    ("torch AdamW(0.001, wd=.01)", "torch_adamw(w, g, t)"),
  ]

  private struct Reference: Decodable { let runs: [String: [Double]] }

  @Test func `every rule of the reference is tried`() throws {
    #expect(try Set(reference.runs.keys) == Set(Self.rules.map(\.name)))
  }

  @Test(arguments: rules.indices)
  func `the losses agree`(_ index: Int) throws {
    let (name, rule) = Self.rules[index]
    let expected = try #require(try reference.runs[name])
    // The first epoch; its last batch is a short one.
    let isLong = ProcessInfo.processInfo.environment["NABLA_LONG_TESTS"] == "1"
    let network = try SmallNetwork(rule: rule)
    var state = network.start
    for step in 1...(isLong ? 44 : 3) {
      let loss = try network.train(&state, step: step)
      #expect(abs(loss - expected[step - 1]) <= 1e-9 * max(1, expected[step - 1]), "step \(step)")
    }
  }

  private var reference: Reference {
    get throws {
      let url = try #require(
        Bundle.module.url(forResource: "trajectories", withExtension: "json", subdirectory: "Data"))
      return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
    }
  }
}

/// The network 64-256-128-10 with a rule that trains it.
private struct SmallNetwork {
  typealias State = [String: [Double]]

  let start: State
  private let images: [[Double]]
  private let labels: [Double]
  private let program: Program
  private let executable: Interpreter

  init(rule: String) throws {
    let url = try #require(Bundle.module.url(forResource: "digits", withExtension: "txt", subdirectory: "Data"))
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    images = lines.map { $0.utf8.prefix(64).map { Double($0 <= 57 ? $0 - 48 : $0 - 87) / 16 } }
    labels = lines.map { Double($0.utf8.last ?? 48) - 48 }
    let weights = ["W1", "b1", "W2", "b2", "W3", "b3"]
    let shapes = ["64, 256", "256", "256, 128", "128", "128, 10", "10"]
    let header = zip(weights, shapes).map { "\($0): [\($1)]" }.joined(separator: ", ")
    let names = weights.joined(separator: ", ")
    let rules = weights.map { "n\($0) = \(rule.replacing("(w, g,", with: "(\($0), g\($0),"))" }.joined(separator: "\n")
    let text = """
      loss(x: [32, 64], y: i64[32], \(header)) =
          mean(sparse_cross_entropy(softmax(relu(relu(x @ W1 + b1) @ W2 + b2) @ W3 + b3), y))
      step(x: [32, 64], y: i64[32], \(header), t) {
          (\(weights.map { "g\($0)" }.joined(separator: ", "))) = grad(loss, (\(names)))(x, y, \(names))
          cost = loss(x, y, \(names))
          \(rules)
          (cost, \(weights.map { "n\($0)" }.joined(separator: ", ")))
      }
      """
    let module = Module(checking: SourceText(text))
    #expect(module.diagnostics.map(\.summary) == [])
    program = try module.program("step", includingState: true)
    executable = try Interpreter(program)
    let states = try module.initialisation(of: "step")
    var start: State = [:]
    if !states.roots.isEmpty {
      let values = try Interpreter(states).evaluate([Module.keyName: [0]])
      for (root, value) in zip(states.roots, values) { start[root.name] = value }
    }
    var generator = SplitMix64(state: 42)
    for (layer, (inputs, outputs)) in [(64, 256), (256, 128), (128, 10)].enumerated() {
      let limit = (6 / Double(inputs + outputs)).squareRoot()
      start["W\(layer + 1)"] = (0..<inputs * outputs).map { _ in (2 * generator.uniform() - 1) * limit }
      start["b\(layer + 1)"] = Array(repeating: 0, count: outputs)
    }
    self.start = start
  }

  /// Makes a step, and returns the loss before it.
  func train(_ state: inout State, step: Int) throws -> Double {
    let rows = (step - 1) * 32..<step * 32
    var point = state
    point["x"] = rows.flatMap { images[$0] }
    point["y"] = rows.map { labels[$0] }
    point["t"] = [Double(step)]
    let results = try executable.evaluate(point)
    for (root, value) in zip(program.roots, results).dropFirst() {
      state[root.name.hasPrefix("n") ? String(root.name.dropFirst()) : root.name] = value
    }
    return results[0][0]
  }
}

/// The generator of the reference's start.
private struct SplitMix64 {
  var state: UInt64

  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    bits ^= bits >> 31
    return Double(bits >> 11) * 0x1p-53
  }
}
