import Foundation
import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaNetworks
import NablaRuntime
import Testing

/// A run of the trainer in double precision from a start that scripts in Python know too, with batches of 32 digits in the
/// order of the file.
struct ReferenceRun {
  let trainer: Trainer
  let held: Dataset
  private(set) var losses: [Double] = []

  /// - Parameter start: values of parameters by their paths; the others keep what their initialisers give.
  init(_ text: String, optimizer: String, epochs: Int, start: [NamedTensor]) throws {
    (trainer, held) = try ReferenceRun.trainer(text, optimizer: optimizer, epochs: epochs)
    let given = Dictionary(uniqueKeysWithValues: start.map { ($0.name, $0) })
    #expect(Set(given.keys).isSubset(of: trainer.weights.map(\.name)))
    try trainer.load(trainer.weights.map { given[$0.name] ?? $0 }, path: "start")
  }

  private static func trainer(_ text: String, optimizer: String, epochs: Int) throws -> (Trainer, Dataset) {
    var recipe = Recipe(loss: "loss")
    recipe.optimizer = optimizer
    recipe.metrics = ["accuracy"]
    recipe.floatType = .f64
    recipe.batch = 32
    recipe.epochs = epochs
    recipe.shuffles = false
    let (training, held, _, _) = try Examples.load("digits.csv.gz:scale=16").split(.every(5))
    let trainer = try Trainer(SourceText(text), recipe, training: training)
    return (trainer, try #require(held))
  }

  /// Makes so many steps more, and notes the loss before each of them.
  mutating func run(steps: Int) throws {
    // What is reported is the mean over the examples of the epoch so far.
    var (sum, seen) = (0.0, 0)
    var found: [Double] = []
    try trainer.run { progress in
      let total = progress.measures[0].value * Double(progress.examples)
      found.append((total - sum) / Double(progress.examples - seen))
      (sum, seen) = progress.finished == nil ? (total, progress.examples) : (0, 0)
      return found.count < steps
    }
    losses += found
  }

  /// Loss and accuracy on the held-out examples.
  func evaluation() throws -> (loss: Double, accuracy: Double) {
    let measures = try trainer.evaluate(held)
    return (measures[0].value, measures[1].value)
  }
}

/// The sets among the examples.
enum Examples {
  static func load(_ request: String) throws -> LoadedData {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../examples/data")
    return try DataRequest(parsing: root.standardized.path() + "/" + request).load()
  }
}

/// Uniform numbers that keep the size of signals, from SplitMix64, as the scripts draw them.
struct ReferenceStart {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// - Parameters:
  ///   - inputs: how many inputs reach an output.
  ///   - outputs: how many outputs an input reaches.
  mutating func glorot(_ name: String, _ shape: [Int], inputs: Int, outputs: Int) -> NamedTensor {
    let limit = (6 / Double(inputs + outputs)).squareRoot()
    let values = (0..<shape.reduce(1, *)).map { _ in (2 * (Double(generator.next() >> 11) * 0x1p-53) - 1) * limit }
    return NamedTensor(name, Tensor(values, shape: shape))
  }

  mutating func glorot(_ name: String, _ inputs: Int, _ outputs: Int) -> NamedTensor {
    glorot(name, [inputs, outputs], inputs: inputs, outputs: outputs)
  }
}

/// The numbers of a script.
enum Reference {
  static func values(_ name: String) throws -> JSONValue {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Data"))
    return try JSONValue(parsing: Array(try Data(contentsOf: url)))
  }
}

extension JSONValue {
  /// A member that must be there.
  func required(_ name: String) throws -> JSONValue { try #require(self[name], "\(name)") }

  var number: Double? { if case .number(let text) = self { Double(text) } else { nil } }

  var numbers: [Double] { (array ?? []).compactMap(\.number) }

  /// The numbers of nested lists, in order.
  var flattened: [Double] { array?.flatMap(\.flattened) ?? number.map { [$0] } ?? [] }
}

extension Dataset {
  /// The examples of a column as one array.
  func tensor(_ name: String, as element: ElementType) throws -> Tensor {
    let position = try position(of: name)
    let shape = [count] + columns[position].shape
    let column = Column(shape.reduce(1, *), of: element) { bytes in
      if let base = bytes.baseAddress { gather(Array(0..<count), column: position, into: base, as: element) }
    }
    return Tensor(column, shape: shape)
  }
}
