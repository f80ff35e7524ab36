import Foundation
import NablaCompiler
import NablaDatasets
import NablaGraph
import NablaLanguage

extension Model {
  /// Goes on with a text, piece by piece: each is drawn from what the model predicts after those before it.
  ///
  ///     let model = try Model(checkpoint: "characters.safetensors")
  ///     try model.generate(after: "The ", count: 200, temperature: 0.7) { print($0, terminator: "") }
  ///
  /// The model has been trained to predict what comes next, after each piece of a window (`sequence`) or after the last.
  /// Layers that remember from batch to batch are given one piece at a time.
  ///
  /// - Parameters:
  ///   - temperature: 1 draws as the model says, less draws what is probable more often, and 0 takes the most probable.
  ///   - report: given each piece as a text, with what parts it from the one before; `false` ends the text there.
  /// - Returns: what comes after the prompt.
  /// - Throws: ``TrainingError/noText(_:)`` for a model that was not trained on a text, `DatasetError` for a prompt with
  ///   characters that did not occur in it.
  @discardableResult
  public func generate(
    after prompt: String, count: Int, temperature: Double = 1, seed: Int = 0, backend: Backend = .c,
    _ report: (String) throws -> Bool = { _ in true }
  ) throws -> String {
    guard let input = inputs.first, inputs.count == 1, let vocabulary = TextVocabulary(input),
      let length = input.shape.first
    else { throw TrainingError.noText(function) }
    let reader = try TextReader(self, vocabulary, length: length, backend: backend)
    var numbers = try vocabulary.numbers(of: prompt)
    // Something has to come before the first piece.
    if numbers.isEmpty { numbers = [vocabulary.pieces.lowerBound] }
    var random = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
    var text = ""
    for _ in 0..<max(count, 0) {
      let weights = try reader.next(after: numbers)
      let number = Model.draw(weights, vocabulary.pieces, temperature, &random)
      numbers.append(number)
      let isFirst = text.isEmpty && prompt.isEmpty
      let piece = (isFirst ? "" : vocabulary.unit.separator) + vocabulary.names[number]
      text += piece
      if try !report(piece) { break }
    }
    return text
  }

  private static func draw(
    _ probabilities: [Double], _ pieces: Range<Int>, _ temperature: Double, _ random: inout SplitMix64
  ) -> Int {
    let allowed = pieces.clamped(to: probabilities.indices)
    guard let best = allowed.max(by: { probabilities[$0] < probabilities[$1] }), temperature > 0,
      probabilities[best] > 0
    else { return allowed.max { probabilities[$0] < probabilities[$1] } ?? pieces.lowerBound }
    let weights = allowed.map { pow(probabilities[$0] / probabilities[best], 1 / temperature) }
    var rest = Double.random(in: 0..<1, using: &random) * weights.reduce(0, +)
    for (number, weight) in zip(allowed, weights) {
      rest -= weight
      if rest < 0 { return number }
    }
    return best
  }
}

/// A model at work on a text that grows.
private final class TextReader {
  private let length: Int
  private let program: BatchProgram
  private let isStateful: Bool
  /// Pieces that layers remember.
  private var read = 0
  private let classes: Int

  init(_ model: Model, _ vocabulary: TextVocabulary, length: Int, backend: Backend) throws {
    func plan(_ length: Int, of model: Model) throws -> PredictionPlan {
      let name = model.inputs.first?.name ?? "x"
      return try PredictionPlan(model, columns: [(name, TensorType(.i32, Shape([Dimension(length)])))])
    }
    var found = try plan(length, of: model)
    isStateful = found.isStateful
    self.length = isStateful ? 1 : length
    if isStateful { found = try plan(1, of: model.forAnyLength) }
    let plan = found
    let memory = VariableMemory(plan.variables)
    try memory.take(model.weights, else: { [try plan.initialisation()] })
    program = try BatchProgram(try plan.program(batch: 1), memory: memory, backend: backend, threads: 1)
    classes = vocabulary.names.count
    let shape = program.tensor(.result(0))?.shape ?? []
    guard shape.last == classes, shape.count == 2 || shape.count == 3 && shape[1] == self.length else {
      throw TrainingError.noText(model.function)
    }
  }

  /// How probable each piece is after others.
  func next(after numbers: [Int]) throws -> [Double] {
    if isStateful {
      var found: [Double] = []
      for number in numbers[read...] { found = try run([number]) }
      read = numbers.count
      return Array(found.suffix(classes))
    }
    let window = Array(numbers.suffix(length))
    let isSequence = program.tensor(.result(0))?.shape.count == 3
    let rest = [Int](repeating: 0, count: length - window.count)
    // What comes after a piece says nothing of what is predicted for it; what comes before does.
    let found = try run(isSequence ? window + rest : rest + window)
    return isSequence ? Array(found[(window.count - 1) * classes..<window.count * classes]) : found
  }

  private func run(_ numbers: [Int]) throws -> [Double] {
    let examples = numbers.map { Int32($0) }
    try examples.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      try program.run([base], step: 0, scale: 1, key: Module.key(seed: 0))
    }
    return program.tensor(.result(0))?.doubles ?? []
  }
}

extension Model {
  /// The model without the sizes that its examples had: what header names they have is known again with others.
  fileprivate var forAnyLength: Model {
    var open = self
    open.sizes = [:]
    let names = Set(open.parameters.flatMap { $0.type.shape.dimensions.flatMap(\.symbols) })
    open.sizes = sizes.filter { !names.contains($0.key) }
    return open
  }
}
