import NablaDiagnostics

/// A part of a text that runs with names of its own: a function, or a constant of the program.
struct Routine: Sendable {
  enum Role: Hashable, Sendable { case function, constant, layer }

  /// A parameter of a function, as far as the text shows.
  struct Parameter: Sendable {
    var name: String
    var slot: Int
    var type: SyntaxID?
    var initial: SyntaxID?
    var range: SourceRange
    var kind = Kind.value
    /// Where the body calls it, which makes it a function parameter.
    var callRange: SourceRange?
    /// Whether it has axes: `[n]`.
    var hasDimensions = false

    enum Kind: Hashable, Sendable { case value, size, function, option }
  }

  /// A name that the routine declares.
  struct Slot: Sendable {
    enum Role: Hashable, Sendable { case parameter, dimension, local, part, loop }

    var name: NameID
    var role: Role
    var range: SourceRange
    /// The parameter that declares a dimension.
    var owner: Int?
    var isUsed = false
    /// The variable of a layer that the name is, or the state that assigning to it gives its next value.
    var variable: Int?
    /// An expression is differentiated with respect to the name, so equal expressions must not be taken for it.
    var isObserved = false
  }

  /// A `param` or `state` of a layer.
  struct Variable: Sendable {
    let name: String
    let role: VariableRole
    let slot: Int
    let type: SyntaxID
    let initial: SyntaxID?
  }

  let name: String
  let role: Role
  /// The definition, or the value of a bare expression.
  let syntax: SyntaxID
  let range: SourceRange
  /// The function around a local one.
  let parent: Int?
  var parameters: [Parameter] = []
  var body: SyntaxID
  var slots: [Slot] = []
  var variables: [Variable] = []
  /// Part of a recursion, or with a faulty header: calls give nothing, silently.
  var isFaulty = false
  /// Calls of the routine in the text.
  var isMentioned = false
  /// Made of operators and built-in functions of numbers and arrays alone: looking at it builds what building it builds.
  var isPlain = true

  /// Whether the function applies elementwise to arrays: all its values are scalars.
  var isScalar: Bool {
    parameters.allSatisfy { $0.kind != .value || !$0.hasDimensions } && parameters.contains { $0.kind == .value }
  }

  /// The function parameter that keeps the function from being an entry point.
  var openFunctionParameter: Parameter? { parameters.first { $0.kind == .function && $0.initial == nil } }
}
