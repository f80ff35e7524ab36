import NablaDiagnostics
import NablaGraph

/// What a caller must know of a function: its parameters as an entry point, and what it returns.
public struct Signature: Hashable, Sendable {
  /// One parameter of a function.
  public struct Parameter: Hashable, Sendable {
    public let name: String
    public let kind: Kind
    /// What the parameter is when a call does not say.
    public let initial: Initial?
    public let range: SourceRange

    /// The type of a parameter that is an input of the program; `nil` for those that are decided before the run.
    public var type: TensorType? { if case .value(let type) = kind { type } else { nil } }
  }

  /// What a parameter takes.
  public enum Kind: Hashable, Sendable {
    /// Numbers: an input of the program.
    case value(TensorType)
    /// An integer known before the run, see ``CheckOptions/sizes``.
    case size
    /// A function, by name. An entry point may not have one without a default.
    case function
    /// A name or string that chooses what is computed.
    case option
  }

  /// The value of a parameter that a call may leave out.
  public enum Initial: Hashable, Sendable {
    /// An exact number.
    case constant(Constant)
    /// Anything else, as the source has it.
    case expression(String)
  }

  /// One result. A single result is named `value`; those of a tuple by the names in it, else by position from 0.
  public struct Result: Hashable, Sendable {
    public let name: String
    public let type: TensorType
  }

  public let name: String
  public let parameters: [Parameter]
  /// In order; empty where the function has errors or cannot be an entry point.
  public let results: [Result]
  /// The parameters and states of the layers that it calls, by path: inputs of the program after its own.
  public let variables: [LayerVariable]
  /// Whether it draws random numbers: then the last input is a key, see ``Module/keyName``.
  public let draws: Bool
  /// The whole definition.
  public let range: SourceRange

  /// The parameters that are inputs of the program, in order.
  public var inputs: [Parameter] { parameters.filter { $0.type != nil } }
}

extension Signature {
  /// - Parameter kinds: what each parameter takes; `nil` where the header is at fault or takes functions.
  init(
    _ routine: Routine, in unit: CodeUnit, kinds: [Kind]?, results: [Result] = [],
    variables: [LayerVariable] = [], draws: Bool = false
  ) {
    name = routine.name
    range = routine.range
    self.results = results
    self.variables = variables
    self.draws = draws
    parameters = routine.parameters.enumerated().map { position, parameter in
      let kind: Kind =
        switch parameter.kind {
        case .value: kinds?[position] ?? .value(TensorType())
        case .size: .size
        case .function: .function
        case .option: .option
        }
      let initial = parameter.initial.map { id -> Initial in
        unit.exactConstant(id).map { .constant($0) } ?? .expression(unit.tree.text(id))
      }
      return Parameter(name: parameter.name, kind: kind, initial: initial, range: parameter.range)
    }
  }
}

extension CodeUnit {
  /// The value of a small expression of exact numbers.
  fileprivate func exactConstant(_ id: SyntaxID, depth: Int = 8) -> Constant? {
    if depth == 0 { return nil }
    switch tree.kind(id) {
    case .number: return NumberLiteral.value(tree.number(id))
    case .prefix(.negate, let operand):
      return exactConstant(operand, depth: depth - 1).flatMap { ExactArithmetic.negate($0) }
    case .infix(let infix, let a, let b):
      guard let x = exactConstant(a, depth: depth - 1)?.rational, let y = exactConstant(b, depth: depth - 1)?.rational
      else { return nil }
      return ExactArithmetic.apply(infix, x, y).map { .rational($0) }
    case .name:
      switch binding(id) {
      case .builtin(.pi): return .pi
      case .builtin(.e): return .e
      case .builtin(.infinity): return .infinity
      case .builtin(.yes): return .boolean(true)
      case .builtin(.no): return .boolean(false)
      default: return nil
      }
    default: return nil
    }
  }
}
