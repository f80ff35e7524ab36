extension Parser {
  /// Work that waits for the expression being read: the explicit form of a call stack.
  ///
  /// An *operator* frame waits for its right operand. A *delimiter* frame waits for a whole expression, and says how
  /// loose the operators in it may be. When a frame's turn comes, `finish()` hands it ``Parser/value``.
  struct Frame {
    enum Kind: UInt8 {
      // Operators
      case prefix, infix, chain, juxtaposition, pipe, root
      // Brackets and what stands in them
      case group, list, arguments, label, index, bars
      // if · then · else
      case condition, consequence, alternative
      // a if c else b, and c ? a : b
      case trailingIf, trailingElse, ternary, ternaryElse
      // for
      case bindings, bindingSource, bindingUpper
      // Headers
      case parameters, parameterType, parameterInitial, dimensions, variableType, variableInitial
      // Statements
      case program, block, value, assignment, destructuring, definition, layer, whereClause
    }

    var kind: Kind
    /// The operator, or flags that belong to the kind.
    var detail: UInt8 = 0
    /// How tightly an operator binds; `.any` for a delimiter.
    var level: Level = .any
    /// What ``Parser/minimum`` was before a delimiter.
    var outerMinimum: Level = .any
    /// What ``Parser/delimiter`` was before a delimiter.
    var outerDelimiter: UInt32 = 0
    /// The token that opened the frame.
    var token: UInt32 = 0
    /// Where the node begins.
    var lower: UInt32 = 0
    /// The part that is known already: the left operand, the callee, the name …
    var node: SyntaxID?
    /// A second such part.
    var other: SyntaxID?
    /// Where the frame's own nodes begin in ``Parser/scratch``.
    var base: UInt32 = 0
    /// Where the index being read begins; the token between the last parts of a choice of another language.
    var partLower: UInt32 = 0
    /// What ``Parser/bracketDepth`` was before a delimiter.
    var outerDepth: UInt32 = 0

    var isOperator: Bool { level != .any }
  }

  /// The expression just read, with the brackets around it.
  struct Value {
    var id: SyntaxID
    var lower: UInt32
    var upper: UInt32
    var traits: Traits = []

    struct Traits: OptionSet {
      let rawValue: UInt8
      /// A number without brackets: a name or `(` that touches it multiplies.
      static let bareNumber = Traits(rawValue: 1)
      /// `(`, `[`, `.` and `'` may follow.
      static let takesPostfix = Traits(rawValue: 2)
      /// Raised to a superscript.
      static let power = Traits(rawValue: 4)
    }
  }

  /// What the parser does next.
  enum Step {
    /// Reads what an expression may begin with.
    case operand
    /// Looks at what follows an operand.
    case operation
    /// Hands ``Parser/value`` to the innermost delimiter.
    case finished
    /// Reads a statement of the innermost block or program.
    case statement
    case argument, subscriptPart, binding, parameter, dimension, whereDefinition
    case done
  }
}
