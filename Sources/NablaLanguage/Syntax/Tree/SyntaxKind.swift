/// What a node of a ``SyntaxTree`` is, with its children.
///
/// Parentheses leave no node: `(x)` is `x`. Children that are optional in the grammar are optional here; lists are
/// slices of the arena, so asking for a kind copies nothing.
public enum SyntaxKind: Sendable {
  // MARK: Expressions

  /// A place that could not be parsed. It has been reported; a later pass is silent about it.
  case error
  /// `2`, `.5`, `2e3`: exactly as spelled, see ``SyntaxTree/number(_:)``.
  case number
  /// A run of superscripts such as `⁻¹`, the exponent of a `.power`; ``SyntaxTree/number(_:)`` reads it as `-1`.
  case superscript
  /// `"bi,ijk->bj"`, see ``SyntaxTree/string(_:)``.
  case string
  /// A use of a name.
  case name(NameID)
  /// `f(a, axis: 0)`. An argument is an expression, an ``argument(label:value:)`` or a comprehension.
  /// `√x` and `∂(e, x)` are calls of `sqrt` and `diff` whose callee is the sign.
  case call(callee: SyntaxID, arguments: ArraySlice<SyntaxID>)
  /// `axis: 0` among the arguments of a call; the label is a ``binder(_:)``.
  case argument(label: SyntaxID, value: SyntaxID)
  /// `f'`; `f''` is a prime of a prime.
  case prime(SyntaxID)
  /// `x[i, a:b, ...]`. An index is an expression, a ``slice(start:stop:step:)`` or an ``ellipsis``.
  case index(base: SyntaxID, indices: ArraySlice<SyntaxID>)
  /// `a:b:c` among indices; `a:` and `a::` are alike.
  case slice(start: SyntaxID?, stop: SyntaxID?, step: SyntaxID?)
  /// `...` among indices or dimensions.
  case ellipsis
  /// `A.T`, `x.shape`; the member's name is a ``binder(_:)``.
  case member(base: SyntaxID, name: SyntaxID)
  case conditional(condition: SyntaxID, then: SyntaxID, else: SyntaxID)
  case prefix(PrefixOperator, SyntaxID)
  case infix(InfixOperator, SyntaxID, SyntaxID)
  /// `a < b <= c` with two comparisons or more: `operators[i]` stands between `operands[i]` and `operands[i + 1]`.
  case chain(operands: ArraySlice<SyntaxID>, operators: ComparisonChain)
  /// `2x`, `3(x + k)`: a product that binds tighter than `*`.
  case juxtaposition(number: SyntaxID, factor: SyntaxID)
  /// `x |> f`; the function is a name, primes, a member or a call, or ``error``.
  case pipe(value: SyntaxID, function: SyntaxID)
  /// `(a, b)`: two elements or more.
  case tuple(ArraySlice<SyntaxID>)
  /// `[a, b]`. With comprehensions as elements, it is the stack of all of them.
  case list(ArraySlice<SyntaxID>)
  /// `e for i in 0..<n, j in 0..<i` in a list or among arguments.
  case comprehension(element: SyntaxID, bindings: ArraySlice<SyntaxID>)
  /// `i in x` (no upper bound) or `i in lower..<upper`; the name is a ``binder(_:)``.
  case binding(name: SyntaxID, source: SyntaxID, upper: SyntaxID?)
  /// `for t in x { … }`; the body is a ``block(_:)``. It is the whole of a body, never an operand.
  case loop(bindings: ArraySlice<SyntaxID>, body: SyntaxID)
  /// `value where definitions`; these are ``definition(name:parameters:body:)``, ``assignment(name:value:)`` and
  /// ``destructuring(names:value:)``.
  case whereClause(value: SyntaxID, definitions: ArraySlice<SyntaxID>)

  // MARK: Statements

  /// The root: layers, definitions, assignments and values.
  case program(ArraySlice<SyntaxID>)
  /// `{ … }`
  case block(ArraySlice<SyntaxID>)
  /// A statement that is an expression: the value of its block or program when it is the last.
  case value(SyntaxID)
  /// `layer f(x) { … }`; the child is a ``definition(name:parameters:body:)``.
  case layer(SyntaxID)
  /// `f(x, y) = e` or `f(x, y) { … }`, at top level or inside a block or `where`.
  case definition(name: SyntaxID, parameters: ArraySlice<SyntaxID>, body: SyntaxID)
  /// `x = e`: a constant at top level, a local or carried name in a block.
  case assignment(name: SyntaxID, value: SyntaxID)
  /// `(u, v) = e`; the names are ``binder(_:)``.
  case destructuring(names: ArraySlice<SyntaxID>, value: SyntaxID)
  /// `param W: [i, units] = e` and `state m: [c] = e` in a layer.
  case variable(VariableRole, name: SyntaxID, type: SyntaxID, initial: SyntaxID?)

  // MARK: Headers

  /// A name where it is bound, or a label: never a use.
  case binder(NameID)
  /// `x: f64[n] = 0` in a header.
  case parameter(name: SyntaxID, type: SyntaxID?, initial: SyntaxID?)
  /// `f64`, `[n, m]`, `f32[..., n]`, `size`. Without brackets `dimensions` is `nil`. The element is a
  /// ``binder(_:)``; a dimension is an expression or an ``ellipsis``.
  case type(element: SyntaxID?, dimensions: ArraySlice<SyntaxID>?)
}

/// Which of a layer's own variables a declaration makes.
public enum VariableRole: UInt8, Hashable, Sendable { case param, state }

/// The operators of a chain of comparisons.
public struct ComparisonChain: RandomAccessCollection, Sendable {
  let codes: ArraySlice<UInt8>

  public var startIndex: Int { 0 }
  public var endIndex: Int { codes.count }
  public subscript(position: Int) -> InfixOperator {
    InfixOperator(rawValue: codes[codes.startIndex + position]) ?? .equal
  }
}
