import NablaDiagnostics
import NablaGraph

extension Lowering {
  /// What is left to do: the explicit form of a call stack. Tasks run in the current frame, last in, first out; an
  /// expression's value ends on the value stack.
  enum Task {
    case evaluate(SyntaxID)
    /// The values of the children are on the stack.
    case finish(SyntaxID)
    /// The condition of a conditional is on the stack.
    case branch(SyntaxID)
    /// Condition and both branches are on the stack.
    case join(SyntaxID)
    case discard
    /// The extents of a layer's variable are on the stack.
    case declareVariable(SyntaxID)
    /// What stands after the `=` of a variable is on the stack; if it is a function, it is called.
    case callInitialiser(SyntaxID)
    /// The start of the innermost variable is on the stack.
    case storeInitial(SyntaxID)
    /// The value of an assignment or destructuring is on the stack.
    case bind(SyntaxID)
    /// Evaluates a definition of a `where` clause that nobody asked for.
    case force(SyntaxID)
    /// Makes a frame the current one.
    case enter(Int)
    /// Goes back to what repeats the evaluation here.
    case surround([Repetition])
    /// The default of a parameter is on the stack.
    case bindInitial(Int)
    /// The extent that a header demands is on the stack.
    case checkDimension(parameter: Int, axis: Int)
    /// Looks at a function of a block that nothing calls.
    case checkLocal(Int)
    /// The header of such a function is the current frame, with its extents known.
    case callLocal(Int)
    /// The result of the current frame is on the stack.
    case leave
    /// The innermost derivation has its arguments in the current frame.
    case completeArguments
    /// The bounds or the source of a comprehension's binding are on the stack.
    case bindIndex(SyntaxID)
    /// The element of the innermost comprehension is on the stack.
    case closeComprehension
    /// The values of a loop's header are on the stack.
    case openLoop(SyntaxID)
    /// The value of the innermost loop's step is on the stack.
    case closeLoop
    /// The value to differentiate is on the stack; the innermost derivation says how.
    case differentiate
    /// The result of a traced call is on the stack.
    case closeTrace(Int)
  }

  /// A function at work.
  struct Frame {
    let unit: Int
    let routine: Int
    /// Where its names begin in ``Lowering/slots``.
    let base: Int
    /// The frame around a local function, or -1.
    let parent: Int
    let serial: Int
    /// Tells the functions of its blocks apart from those of an earlier step of a loop.
    var edition: Int
    /// The frame that called.
    let caller: Int
    let purpose: Purpose
    /// The place in the program that called it, through however many library functions.
    let site: SourceRange?
    /// All its values are scalars, and it is applied to arrays.
    let isElementwise: Bool
    /// The places of the arguments, by parameter.
    var argumentRanges: [SourceRange?] = []
    /// Where the variables of layers that it calls belong.
    let path: String
    /// Where its random numbers are drawn.
    var callPath: UInt64
    var effects = Effects()
    /// What repeats the `where` clauses that its definitions stand in.
    var definitionSurroundings: [SyntaxID: [Repetition]] = [:]
  }

  enum Purpose {
    case call(CallKey)
    /// What is built, which nothing calls again.
    case entry
    case constant(Int)
    /// Only the types of the header are looked at.
    case header
    /// Only the defaults are looked at, for a derivative by them.
    case defaults

    /// Whether the body of a function is evaluated.
    var isCall: Bool {
      switch self {
      case .call, .entry: true
      case .constant, .header, .defaults: false
      }
    }
  }

  /// Calls with equal arguments have equal results.
  struct CallKey: Hashable {
    let function: FunctionID
    let arguments: [Value]
    /// Of a layer: each place that calls it has variables of its own.
    var path: String?
  }

  /// A name that an expression is differentiated by: a fresh input stands for its value until the frame is left, so
  /// that equal expressions elsewhere are not taken for the name.
  struct Observation {
    let input: NodeID
    let value: NodeID
    let serial: Int
  }

  /// An axis of a parameter whose extent is an expression, in the header that is looked at in a frame.
  struct HeaderAxis: Hashable {
    let serial: Int
    let parameter: Int
    let axis: Int
  }

  /// An argument of a call.
  struct Argument {
    var label: String?
    var value: Value
    var range: SourceRange
  }
}
