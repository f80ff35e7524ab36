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
  /// The whole definition.
  public let range: SourceRange

  /// The parameters that are inputs of the program, in order.
  public var inputs: [Parameter] { parameters.filter { $0.type != nil } }
}
