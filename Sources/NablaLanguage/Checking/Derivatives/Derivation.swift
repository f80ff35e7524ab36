import NablaDiagnostics
import NablaGraph

/// A derivative of a function whose value is being computed.
struct Derivation {
  enum Form: Hashable {
    case form(DerivativeForm)
    case prime(order: Int)
  }

  /// An argument that is differentiated by.
  struct Variable {
    /// The parameter's name, or its position.
    let name: String
    /// The argument.
    let value: NodeID
    let firmness: Firmness
    /// The fresh input that stands for it; the argument itself in checking.
    let input: NodeID
  }

  let form: Form
  let function: FunctionID
  let site: SyntaxID
  var variables: [Variable] = []
  /// Tangents, cotangents or the vectors of a Hessian product.
  var vectors: [Lowering.Argument] = []
  /// A function of scalars, applied to arrays of this shape.
  var elementwiseShape: Shape?
  /// Differentiates by the parameters of layers: `grad(f, params)`.
  var isByWeights = false
  /// What was done before the function was called.
  var earlierEffects = Effects()
  /// The arguments of the function, until its defaults are known.
  var arguments: [Lowering.Argument?] = []
}
