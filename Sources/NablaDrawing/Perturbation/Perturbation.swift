import NablaGraph

/// A small change of one input, walked through a function, beside the derivative that predicts it.
///
/// Raising `a` by 0.001 in `3*(a + b*c)` raises `v = a + u` by 0.001 and the result by 0.003: three times as much, as
/// the derivative says.
public struct Perturbation: Sendable {
  public let function: String?
  /// The input that is changed.
  public let input: String
  /// By how much.
  public let change: Double
  /// The steps that the change reaches, operands before users; the input is the first.
  public let steps: [Step]
  /// How many steps are shown that the change does not reach.
  public let unchangedCount: Int
  /// Steps that are not shown.
  public let elidedCount: Int
  /// Of the result by the input.
  public let derivative: Double
  /// The name of that derivative: `∂f/∂a`.
  public let derivativeName: String

  public struct Step: Hashable, Sendable {
    public let name: String
    public let formula: String
    public let before: Double
    public let after: Double
    public let isResult: Bool
    /// How much faster than the input it changes.
    public let ratio: Double

    public var change: Double { after - before }
  }

  /// Walks a change through a program.
  ///
  /// - Parameters:
  ///   - input: the name of a scalar input.
  ///   - change: what is added to it.
  ///   - options: with a point.
  /// - Throws: ``DerivationError/point(_:)`` if there is no such input, the change is zero or not finite, or the point
  ///   does not fit.
  public init(
    _ program: Program, input: String, by change: Double, _ options: DerivationOptions
  ) throws(DerivationError) {
    guard change != 0, change.isFinite else { throw .point("a change of '\(input)' by \(change)") }
    guard program.inputs.indices.contains(where: { program.name(ofInput: $0) == input }) else {
      let names = program.inputs.indices.map { "'\(program.name(ofInput: $0))'" }.joined(separator: ", ")
      throw .point("no parameter '\(input)'; there are \(names)")
    }
    guard var moved = options.point?[input] else { throw .point("no value for '\(input)'") }
    guard moved.count == 1 else { throw .point("'\(input)' is an array") }
    var options = options
    options.backward = true
    let before = try Derivation(program, options)
    moved[0] += change
    options.point?[input] = moved
    let after = try Derivation(program, options)

    let position = program.inputs.indices.first { program.name(ofInput: $0) == input }
    let start = position.flatMap { place in
      before.steps.firstIndex { $0.role == .input && $0.node == before.inputNodes[place] }
    }
    guard let start, let differentiated = before.differentiated else { throw .point("no input '\(input)'") }
    // The change that is left after rounding.
    let actual = (after.steps[start].value?.number ?? 0) - (before.steps[start].value?.number ?? 0)
    var steps: [Step] = []
    var unchanged = 0
    for (old, new) in zip(before.steps, after.steps) {
      guard let x = old.value?.number, let y = new.value?.number else { continue }
      if old.node != before.steps[start].node, x == y || (x.isNaN && y.isNaN) {
        unchanged += old.role == .input ? 0 : 1
        continue
      }
      if old.role == .input && old.node != before.steps[start].node { continue }
      steps.append(
        Step(
          name: old.name, formula: old.formula, before: x, after: y,
          isResult: old.node == before.steps[differentiated].node,
          ratio: (y - x) / actual))
    }
    function = before.formula
    self.input = before.steps[start].name
    self.change = change
    self.steps = steps
    unchangedCount = unchanged
    elidedCount = before.elidedCount
    derivative = before.steps[start].derivative?.value?.number ?? .nan
    derivativeName = before.derivativeName(of: start)
  }

  /// The change of the result by the change of the input; 0 where the change does not reach it.
  public var ratio: Double { steps.first { $0.isResult }?.ratio ?? 0 }

  /// How far the ratio is from the derivative: it shrinks with the change where the function is smooth.
  public var difference: Double { ratio - derivative }
}
