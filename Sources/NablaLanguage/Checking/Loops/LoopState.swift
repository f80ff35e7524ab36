import NablaDiagnostics
import NablaGraph

/// A loop whose step is being evaluated.
struct LoopState {
  /// A name of the header: what is walked, and the input that stands for its element.
  struct Element {
    let slot: Int
    /// The sequence; `nil` for the numbers of a range.
    let sequence: NodeID?
    /// Where a range begins.
    let lower: Dimension
    /// The element; of a range the step's number, from 0.
    let input: NodeID
    /// Where the name is bound.
    let range: SourceRange
  }

  /// A name that is carried from step to step.
  struct Carried {
    let name: CarriedName
    let start: Value
    /// The one type that the name has in all steps.
    var type: TensorType
    var firmness: Firmness
    /// Stands for the value before the step.
    var input: NodeID
  }

  /// A state of a layer that is read in a step, and perhaps set: a hidden name that the loop carries.
  struct State {
    let path: String
    let start: NodeID
    /// Stands for the value before the step.
    let input: NodeID
  }

  let syntax: SyntaxID
  /// Tells its random numbers from those of other loops.
  let path: UInt64
  /// Whether the stack of the last expressions is used.
  let isValue: Bool
  let length: Dimension
  let elements: [Element]
  var carried: [Carried]
  /// The types of what is carried have been settled by a first evaluation of the step.
  var isSettled = false
  /// The number of the step, where something depends on it and the header has none.
  var counter: NodeID?
  var states: [State] = []
  /// The number of observations before the step.
  let firstObservation: Int
}

/// What repeats the evaluation that it surrounds, by its place in ``Lowering/loops`` or ``Lowering/comprehensions``.
enum Repetition: Hashable, Sendable {
  case loop(Int)
  case comprehension(Int)

  var isComprehension: Bool { if case .comprehension = self { true } else { false } }
}
