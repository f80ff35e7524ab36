import Foundation
import Nabla
import NablaData
import TestSupport
import Testing

@testable import NablaCommands

/// The lessons of examples/seeds against numbers that PyTorch computed: `worked.json`.
@Suite(.enabled(if: BuiltCommand.nabla != nil, "nabla is not built"))
struct SeedChapterTests {
  static let worked = (try? JSONParser.parse(Array(corpusLines("worked.json").joined(separator: "\n").utf8))) ?? .null

  /// Numbers that a command prints as JSON, and where `worked.json` has them.
  struct Case: Sendable, CustomTestStringConvertible {
    /// What is evaluated, below examples/seeds.
    let command: String
    /// Where the numbers stand in what is printed.
    let found: [String]
    /// Where they stand in `worked.json`; several places are joined.
    let expected: [[String]]

    init(_ command: String, _ found: [String], _ entry: String, _ names: String...) {
      self.command = command
      self.found = found
      expected = names.map { [entry, $0] }
    }

    var testDescription: String { "\(command) \(found)" }
  }

  private static let graph = "f=3(a+bc) a=5 b=3 c=2"
  private static let logistic = "logistic_regression.nabla --at w1=0.5,w2=-0.25,b=0.1,x1=1,x2=2"
  private static let network = "seed001 4-3-1 net"
  private static let softmax = "softmax CE z=(2,1,.1) y=onehot(0)"
  private static func example(_ y: Int) -> String { "logreg 1 example x=(1,2) w=(.5,-.25) b=.1 y=\(y)" }

  @Test(arguments: [
    Case("computation_graph.nabla --function f --at a=5,b=3,c=2 --gradient", ["value"], graph, "J"),
    Case(
      "computation_graph.nabla --function f --at a=5,b=3,c=2 --gradient", ["gradient"], graph, "dJ_da", "dJ_db", "dJ_dc"
    ),
    Case("computation_graph.nabla --function f --at a=5.001,b=3,c=2", ["value"], graph, "J_at_a_plus_0_001"),
    Case(
      "computation_graph.nabla --function square_of_sum --at x=1,y=2 --gradient", ["gradient"], "z=(x+y)^2 at (1,2)",
      "dx", "dy"),
    Case("\(logistic),y=1", ["value"], example(1), "L"), Case("\(logistic),y=0", ["value"], example(0), "L"),
    Case("\(logistic),y=1 --gradient --wrt w1,w2,b", ["gradient"], example(1), "dw", "db"),
    Case("\(logistic),y=0 --gradient --wrt w1,w2,b", ["gradient"], example(0), "dw", "db"),
    Case(
      "logistic_regression.nabla --function loss_of_z --at z=0.1,y=1 --gradient --wrt z", ["gradient"], example(1),
      "a_minus_y"),
    Case(
      "logistic_regression.nabla --function loss --at a=0.5249791874789399,y=0 --gradient --wrt a", ["gradient"],
      example(0), "da"),
    Case("network_4_3_1.nabla --function numbers", ["value"], network, "L", "dL_dw11"),
    Case("network_4_3_1.nabla --function gradients", ["value"], network, "dW1", "dw2"),
    Case("softmax.nabla --function numbers", ["value"], softmax, "p", "sum"),
    Case("softmax.nabla --function without_itself", ["value"], softmax, "wrong_seed002_excl_i"),
    Case("softmax.nabla --function loss --at 'z=[2, 1, 0.1]'", ["value"], softmax, "L"),
    Case("softmax.nabla --function loss --at 'z=[2, 1, 0.1]' --gradient", ["gradient"], softmax, "dz"),
    Case("convexity.nabla --function curvature_squared --at w=-3", ["value"], "convexity", "v"),
    Case(
      "dense_network.nabla --function parameters", ["value"], "counts", "params_784_256_128_10", "params_64_256_128_10"),
  ])
  func `a lesson has the numbers of the book`(_ example: Case) throws {
    let answer = try evaluate(example.command)
    let found = example.found.reduce(answer) { $0[$1] ?? .null }
    let expected = example.expected.map { $0.reduce(Self.worked) { $0[$1] ?? .null } }
    expect(numbers(found), areCloseTo: expected.flatMap(numbers), "\(example)")
  }

  @Test func `units that start equal have equal derivatives`() throws {
    let entry = try #require(Self.worked["zero init (sigmoid 64-16-10)"])
    let kept = try directory(keeping: 40)
    let zero = try evaluate("initialisation.nabla --function first_step --at @kept.npz", in: kept)["value"]
    expect(numbers(zero?["0"] ?? .null), areCloseTo: numbers(entry["loss_ln10"] ?? .null), "the loss")
    expect(numbers(zero?["1"] ?? .null), areCloseTo: numbers(entry["grad_norms"] ?? .null), "the norms")
    #expect(numbers(zero?["2"] ?? .null).allSatisfy { $0 < 1e-15 })
    let constant = try evaluate("initialisation.nabla --function first_step --at @kept.npz,start=0.1", in: kept)[
      "value"]
    #expect(numbers(constant?["2"] ?? .null).allSatisfy { $0 < 1e-15 })
  }

  /// The weights of the reference are Glorot's with SplitMix64 from 7, one layer after the other.
  @Test(arguments: ["sigmoid", "tanh", "relu"]) func `gradients vanish through sigmoids`(_ activation: String) throws {
    let entry = try #require(Self.worked["vanishing \(activation) (seed 7, no bias)"])
    let kept = try directory(keeping: 160)
    var generator = SplitMix(state: 7)
    let sizes = [64] + Array(repeating: 32, count: 10) + [10]
    let layers = zip(sizes, sizes.dropFirst()).map { below, above -> [[Double]] in
      let limit = (6 / Double(below + above)).squareRoot()
      return (0..<below).map { _ in (0..<above).map { _ in (2 * generator.next() - 1) * limit } }
    }
    try kept.write("{\"U\": \(layers[0]), \"V\": \(Array(layers[1..<10])), \"W\": \(layers[10])}", to: "weights.json")
    let answer = try evaluate(
      "vanishing_gradient.nabla --function \(activation)_norms --at @kept.npz,@weights.json", in: kept)
    let (found, expected) = (numbers(answer["value"] ?? .null), numbers(entry["gnorm_layer1_to_11"] ?? .null))
    #expect(found.count == 11)
    // The reference has seven digits.
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-6 * expected) }
  }

  @Test func `the library's rules go the ways that are written out`() throws {
    let written = numbers(try evaluate("optimizers.nabla --function ends")["value"] ?? .null)
    let library = numbers(try evaluate("update_rules.nabla --function ends")["value"] ?? .null)
    #expect(written.count == 12 && library.count == 12)
    // Nesterov's rule is the same for other variables.
    for index in library.indices where index / 2 != 2 { #expect(abs(written[index] - library[index]) < 1e-12) }
  }

  @Test func `logistic regression learns as it does elsewhere`() throws {
    let entry = try #require(Self.worked["logreg breast_cancer GD lr=.1 zero init"]?["rec"])
    let directory = try examples()
    let outcome = try directory.run(
      """
      nabla train examples/seeds/breast_cancer.nabla --data examples/data/breast_cancer.csv:normalise \
        --validation every:5 --loss cost --optimizer 'sgd(0.1)' --batch 456 --epochs 100 --no-shuffle \
        --metrics binary_accuracy --dtype f64 --log run.jsonl --quiet
      """)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = try String(contentsOf: directory.url.appending(path: "run.jsonl"), encoding: .utf8).split(
      separator: "\n")
    for epoch in [1, 2, 10, 100] {
      let record = try JSONParser.parse(Array(lines[epoch - 1].utf8))
      let expected = try #require(entry["\(epoch)"])
      expect(
        numbers(record["loss"] ?? .null), areCloseTo: numbers(expected["loss_before"] ?? .null), "the loss of \(epoch)")
      // What was held out is measured after the step here, and before the next one there.
      let before = try epoch > 1 ? JSONParser.parse(Array(lines[epoch - 2].utf8)) : .null
      let accuracies = numbers(record["binary_accuracy"] ?? .null) + numbers(before["val_binary_accuracy"] ?? .null)
      let wanted = numbers(expected["train_acc"] ?? .null) + numbers(expected["test_acc"] ?? .null)
      // The reference has six digits.
      for (found, wanted) in zip(accuracies, wanted) { #expect(abs(found - wanted) < 1e-6) }
    }
  }

  // MARK: Commands

  private func examples() throws -> ExampleDirectory {
    let directory = try ExampleDirectory(nabla: try #require(BuiltCommand.nabla))
    try FileManager.default.createSymbolicLink(
      at: directory.url.appending(path: "examples"), withDestinationURL: BuiltCommand.root.appending(path: "examples"))
    return directory
  }

  /// Four of every five digits, as the reference keeps them for training.
  private func directory(keeping count: Int) throws -> ExampleDirectory {
    let directory = try examples()
    let outcome = try directory.run(
      """
      nabla eval 'kept(x: [m, 64], y: i64[m]) {
          p = \(count / 5)
          (reshape(reshape(x, [p, 5, 64])[:, :4], [4*p, 64]), reshape(reshape(y, [p, 5])[:, :4], [4*p]))
      }' --data examples/data/digits.csv.gz:scale=16:limit=\(count) --size m=\(count) -o both.npz
      nabla eval 'f(a: [m, 64], b: i64[m]) = (x, y) where x = a, y = b' --at a=@both.npz:kept_0,b=@both.npz:kept_1 -o kept.npz
      """)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return directory
  }

  private func evaluate(_ command: String, in directory: ExampleDirectory? = nil) throws -> JSONValue {
    let outcome = try (directory ?? examples()).run("nabla eval examples/seeds/\(command) --format json")
    #expect(outcome.status == 0, "\(command)\n\(outcome.errors)")
    return try JSONParser.parse(Array(outcome.output.utf8))
  }

  /// All numbers of a value, in their order.
  private func numbers(_ value: JSONValue) -> [Double] {
    if let array = value.array { return array.flatMap(numbers) }
    if let members = value.members { return members.flatMap { numbers($0.value) } }
    if case .number(let text) = value, let number = Double(text) { return [number] }
    return []
  }

  private func expect(_ found: [Double], areCloseTo expected: [Double], _ what: String) {
    #expect(found.count == expected.count && !expected.isEmpty, "\(what): \(found) for \(expected)")
    // The reference has twelve decimals.
    for (found, expected) in zip(found, expected) {
      #expect(abs(found - expected) < 2e-12 + 1e-12 * abs(expected), "\(what): \(found) for \(expected)")
    }
  }
}

/// Uniform numbers below 1, of 53 bits.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}
