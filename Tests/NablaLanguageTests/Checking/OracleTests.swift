import Foundation
import Nabla
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

/// Array functions, losses, convolutions and element types, with the values and gradients of NumPy and JAX
/// (`Data/arrays.jsonl`, made by `Data/arrays.py`): over shapes with 0, 1 and odd extents. Comprehensions and computed
/// indices with those of plain loops (`Data/comprehensions.jsonl`). Layers, losses, metrics, schedules, penalties and
/// constraints with those of PyTorch and Keras (`Data/networks.jsonl`, `Data/layers.jsonl`), masks and states
/// with those of Keras (`Data/sequences.jsonl`), and what is left in `Data/remaining.jsonl`.
@Suite struct `Array functions against NumPy and JAX` {
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let program: String
    let inputs: [Numbers]
    let results: [Numbers]
    let gradient: [Numbers]?
    let sizes: [String: Int]?
    let by: [String]?
    let training: Bool?
    /// The next values of what layers keep, by path.
    let states: [String: Numbers]?
    /// How exact the reference is, where that is less than double precision.
    let tolerance: Double?

    var testDescription: String { program }
  }

  struct Numbers: Decodable, Sendable {
    let type: String
    let shape: [Int]
    let elements: [Number]

    var values: [Double] { elements.map(\.value) }
  }

  /// A number, or the name of one that JSON does not have.
  struct Number: Decodable, Sendable {
    let value: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let name = try? container.decode(String.self) {
        value = name == "nan" ? .nan : name == "inf" ? .infinity : -.infinity
      } else {
        value = try container.decode(Double.self)
      }
    }
  }

  static let files = ["arrays", "comprehensions", "networks", "layers", "sequences", "remaining"]
  static let cases: [Case] = files.flatMap { name -> [Case] in
    guard let url = Bundle.module.url(forResource: name, withExtension: "jsonl", subdirectory: "Data"),
      let data = try? Data(contentsOf: url)
    else { return [] }
    return data.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Case.self, from: $0) }
  }

  @Test func `all lines are read`() { #expect(Self.cases.count > 775) }

  /// Moving averages after a step of training.
  @Test(arguments: cases.filter { $0.states != nil })
  func `states follow`(_ example: Case) throws {
    let options = CheckOptions(sizes: ["m": example.inputs[0].shape[0]], training: true)
    let program = try Module(checking: SourceText(example.program), options: options)
      .program("f", includingState: true)
    let found = try Interpreter(program).evaluate(
      Dictionary(
        uniqueKeysWithValues: zip(
          program.inputs.indices.map { program.name(ofInput: $0) }, example.inputs.map(\.values))
      ))
    for (path, numbers) in try #require(example.states) {
      let position = try #require(program.roots.firstIndex { $0.name == path })
      for (value, wanted) in zip(found[position], numbers.values) {
        #expect(abs(value - wanted) <= (example.tolerance ?? 1e-12), "\(path): \(value) instead of \(wanted)")
      }
    }
  }

  @Test(arguments: cases)
  func agree(_ example: Case) throws {
    // The networks are of symbolic batches.
    let sizes = example.sizes ?? (example.by == nil ? [:] : ["m": example.inputs[0].shape[0]])
    let options = CheckOptions(sizes: sizes, training: example.training ?? false)
    let formula = try Formula(example.program, options: options).started()
    let wants: [Want] = example.gradient == nil ? [.value] : [.value, .gradient]
    let evaluator = try Evaluator(formula, wants, by: example.by, backend: .interpreter)
    let columns = try example.inputs.map { input in
      let element = try #require(ElementType(rawValue: input.type))
      return try #require(Column(converting: input.values, to: element))
    }
    // What layers keep begins with its first values.
    let kept = formula.parameters.dropFirst(columns.count).compactMap { formula.omitted($0)?.column }
    let found = try evaluator.evaluate(columns + kept, points: 1)
    let expected = example.results + (example.gradient ?? [])
    try #require(found.count == expected.count)
    let program = evaluator.derived.program
    for (index, (column, numbers)) in zip(found, expected).enumerated() {
      let type = program.graph.type(of: program.roots[index].node)
      let shape = Shape(numbers.shape.map { Dimension($0) })
      #expect(type == TensorType(try #require(ElementType(rawValue: numbers.type)), shape))
      let scale = max(1, numbers.values.filter(\.isFinite).map(abs).max() ?? 1)
      let tolerance = (example.tolerance ?? (type.element == .f32 ? 1e-6 : 1e-12)) * scale
      for (value, wanted) in zip(column.doubles, numbers.values) {
        #expect(value == wanted || value.isNaN && wanted.isNaN || abs(value - wanted) <= tolerance)
      }
    }
  }
}
