extension CheckProblem {
  /// What the reference says of a problem.
  public struct Entry: Sendable {
    /// What is wrong, and what to do.
    public let meaning: String
    /// A program that has the problem; `nil` where it does not come from a text alone.
    public let example: String?

    init(_ meaning: String, _ example: String? = nil) {
      self.meaning = meaning
      self.example = example
    }
  }

  /// The row of the problem.
  public var entry: Entry {
    switch self {
    // MARK: Names
    case .undefinedName:
      Entry(
        "A name is used that nothing declares. Names written side by side are one name: a product needs `*`, unless "
          + "its first factor is a number.", "f(b, c) = 3*bc")
    case .usedBeforeDefinition:
      Entry(
        "A function of a block is called before a name that it uses has a value.",
        "f(x) {\n  y = g(1)\n  z = x\n  g(t) = t*z\n  y + z\n}")
    case .duplicateDefinition:
      Entry(
        "A program or a `where` clause defines a name twice. (In a block a name may be bound again.)", "k = 1\nk = 2")
    case .duplicateParameter:
      Entry("A header declares a name twice, or uses it both for a parameter and for a dimension.", "f(x, x) = x")
    case .recursion:
      Entry("A function calls itself, perhaps through others. Repeat with a loop or a reduction.", "f(x) = x*f(x - 1)")
    case .cycle:
      Entry("The value of a name depends on itself.", "f(x) = a where a = b + x, b = 2*a")
    case .unusedParameter:
      Entry(
        "A parameter is never used. If that is meant, begin its name with `_`. A warning.", "f(x, y) = x^2")
    case .unusedName:
      Entry("A local name is never used. If that is meant, begin it with `_`. A warning.", "f(x) = x where y = x^2")
    case .unknownFunction: Entry("The program has no function of the name that was asked for.")
    case .noFunction: Entry("The program has no function at all, so there is nothing to run.", nil)

    // MARK: Calls
    case .arity: Entry("A call has too few or too many arguments.", "f(x) = sin(x, 2)")
    case .unknownLabel:
      Entry(
        "An argument is named, and the function has no parameter of that name.", "f(x, k) = k*x\ng(x) = f(x, kk: 2)")
    case .duplicateArgument:
      Entry("A parameter is given by position and by name, or named twice.", "f(x, k) = k*x\ng(x) = f(x, x: 2)")
    case .notAFunction:
      Entry(
        "Something that is no function is called. A product with a parenthesis needs `*`, unless its first factor is "
          + "a number.", "f(x, k: f64) = k(x + 1)")
    case .functionAsValue:
      Entry("A function stands where a number is needed: its arguments are missing.", "f(x) = x*sin")
    case .functionParameter:
      Entry(
        "A parameter that the body calls takes a function, so that nobody can run the function by itself. Often a "
          + "forgotten `*`. A warning, until the function is asked for.", "f(x, k) = k(x + 1)")
    case .pipeTarget:
      Entry(
        "The right side of `|>` is a derivative form, which takes a function and not a value.", "f(x) = x |> grad(sin)")
    case .tuple:
      Entry(
        "A tuple stands where one value is needed. It may be returned, or taken apart with `(a, b) = …`.",
        "f(x) = 2*g(x)\ng(x) = (x, x^2)")
    case .notYet: Entry("The language has it, and this version does not.", "f(x: [n]) = argsort(x)")

    // MARK: Derivatives
    case .derivativeOf:
      Entry(
        "What is to be differentiated is no function, or does not give floats.", "f(x) = grad(x^2)(x)")
    case .derivativeBy:
      Entry(
        "What is to be differentiated by is no parameter of the function, or is not a float.",
        "f(x) = x^2\ng(x) = grad(f, y)(x)")
    case .diffVariable:
      Entry(
        "`diff` varies a parameter or local name. An element or an expression has to be given a name first.",
        "f(x) = diff(x^2, 2*x)")
    case .prime:
      Entry(
        "A prime differentiates a function of one variable. For several, write `grad(f, x)` or `diff`.",
        "f(x, y) = x*y\ng(x) = f'(x, 1)")

    // MARK: Types
    case .elementName: Entry("A header names a type that there is not.", "f(x: float) = x")
    case .argumentType:
      Entry(
        "An argument is not of the kind or type that the parameter is declared with. Integers become floats; nothing "
          + "is narrowed.", "f(n: i64) = n + 1\ng(x) = f(x)")
    case .condition: Entry("A condition is not a truth value.", "f(x) = if x then 1 else 0")
    case .logical: Entry("`and`, `or`, `not`, `any` and `all` take truth values.", "f(x) = x and x > 0")
    case .notNumber: Entry("Something else stands where a number is needed.", "f(x) = x + \"a\"")
    case .integerRange:
      Entry("An exact number has no place in an integer type.", "f(n: i32) = n + 3000000000")
    case .notSize:
      Entry(
        "A size is an integer that is known before the run: a literal, a dimension name, a `size` parameter, or "
          + "arithmetic of them.", "f(x, k: size) = k*x\ng(x) = f(x, x)")

    // MARK: Shapes
    case .broadcast:
      Entry(
        "Shapes do not broadcast: counted from the last, extents must be equal or one of them the literal 1.",
        "f(x: [3], y: [4]) = x + y")
    case .argumentShape:
      Entry(
        "The shape of an argument is not that of the header.",
        "f(u: [n], v: [n]) = sum(u*v)\ng(x: [3], y: [4]) = f(x, y)")
    case .elements: Entry("The elements of a list differ in shape.", "f(x: [3]) = [x, 1]")
    case .arrayCondition:
      Entry("`if` chooses once. `where` chooses element by element.", "f(x: [3]) = if x > 0 then x else 0")
    case .index: Entry("An index or slice does not fit the array.", "f(x: [3]) = x[3]")
    case .axis: Entry("`axis:` names an axis that the array does not have.", "f(x: [3]) = sum(x, axis: 1)")
    case .member: Entry("An array has the members `T` and `shape`.", "f(x: [3]) = sum(x.size)")
    case .scalarDerivative:
      Entry(
        "A gradient is of one number. `jacobian` differentiates arrays by arrays.",
        "F(x: [2]) = x^2\ng(x: [2]) = grad(F)(x)")
    case .unknownSize:
      Entry("A derivative with one row an element needs sizes that are numbers. Give them, as with `--size n=3`.")

    // MARK: Limits
    case .nodeLimit: Entry("The graph of a function would grow beyond the limit.")
    case .callLimit:
      Entry("A function would need more different calls than the limit allows: calls that call twice, many deep.")
    case .sizeLimit: Entry("A number has too many digits, or a size is too large an expression.", "f(x: [n]) = x[n//0]")
    case .orderLimit: Entry("A derivative has too high an order.", "f(x) = diff(x^2, x, 1000000)")
    case .nestingLimit: Entry("Functions are defined inside one another too deeply.")
    }
  }
}
