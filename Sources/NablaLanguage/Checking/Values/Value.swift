import NablaDiagnostics
import NablaGraph

/// What an expression stands for while a function is checked or expanded.
enum Value: Hashable, Sendable {
  /// An error that has been reported; silent.
  case invalid
  /// An argument that a call leaves out, or a name that has no value yet.
  case absent
  /// A definition of a `where` clause that nobody has asked for yet.
  case pending(SyntaxID)
  /// An exact number that the text shows. Integers among them are sizes, too.
  case number(Constant)
  /// A truth value known before the run.
  case boolean(Bool)
  /// A size that depends on names.
  case size(Dimension)
  /// Anything computed at run time.
  case node(NodeID, Firmness)
  /// Several results, with the names they go by.
  case tuple([Value], labels: [String])
  /// The elements of a comprehension, for the call or the brackets that it stands in.
  case elements(Elements)
  case function(FunctionID)
  case string(String)
  /// Sizes in a list, such as `x.shape`: an array of exact integers when it is computed with.
  case sizes(SizeArray)
  case newaxis
  /// `leading`, as the value of `axis:`.
  case leadingAxes

  /// The exact rational, where it is one.
  var rational: Rational? { if case .number(let constant) = self { constant.rational } else { nil } }

  /// The size, where the value is one.
  var size: Dimension? {
    switch self {
    case .size(let dimension): dimension
    case .number(.rational(let value)): value.integer.map { Dimension($0) }
    default: nil
    }
  }

  /// The sizes of a list, of a tuple, or one alone.
  var sizes: [Dimension]? {
    switch self {
    case .sizes(let array): return array.list
    case .tuple(let elements, _):
      let sizes = elements.compactMap(\.size)
      return sizes.count == elements.count ? sizes : nil
    default: return size.map { [$0] }
    }
  }

  static func size(of dimension: Dimension) -> Value {
    dimension.constant.map { .number(Constant($0)) } ?? .size(dimension)
  }

  var isInvalid: Bool { self == .invalid }
}

/// Whether an element type is firm, or gives way to that of another operand.
///
/// Exact numbers, and what is computed of them alone, are weak: their nodes have the program's float type until they
/// meet a firm operand, and are then built again in its type.
enum Firmness: UInt8, Hashable, Sendable {
  case firm
  /// Computed of exact integers alone: gives way to every numeric type.
  case weakInteger
  /// Gives way to floats; beside an integer it makes the program's float type.
  case weakReal
}

/// An interned ``FunctionValue`` of one expansion.
struct FunctionID: Hashable, Sendable { let index: Int }

/// A function as a value: what a name, a prime or `grad(f)` stands for. Known before the run, always.
enum FunctionValue: Hashable, Sendable {
  case elementwise(Elementwise)
  case reduction(Operation.Reduction)
  case builtin(Builtin)
  /// A function of a text. A local function knows the frame that it was made in, by its place and serial number.
  case routine(unit: Int, index: Int, frame: Int, serial: Int)
  /// The derivative of a function in one of the ways of ``DerivativeForm``, by the parameters of those names.
  case derivative(DerivativeForm, of: FunctionID, by: [String]?)
  /// `f'`, `f''`, …
  case prime(of: FunctionID, order: Int)
}

/// Functions by number and numbers by function.
struct FunctionTable: Sendable {
  private var functions: [FunctionValue] = []
  private var ids: [FunctionValue: FunctionID] = [:]

  subscript(id: FunctionID) -> FunctionValue { functions[id.index] }

  mutating func intern(_ function: FunctionValue) -> FunctionID {
    if let id = ids[function] { return id }
    let id = FunctionID(index: functions.count)
    functions.append(function)
    ids[function] = id
    return id
  }
}
