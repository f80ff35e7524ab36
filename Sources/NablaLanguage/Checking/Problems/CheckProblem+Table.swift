extension CheckProblem {
  /// The row of the problem.
  public var entry: ProblemEntry {
    switch self {
    // MARK: Names
    case .undefinedName:
      ProblemEntry(
        "A name is used that nothing declares. Names written side by side are one name: a product needs `*`, unless "
          + "its first factor is a number.", "f(b, c) = 3*bc")
    case .usedBeforeDefinition:
      ProblemEntry(
        "A function of a block is called before a name that it uses has a value.",
        "f(x) {\n  y = g(1)\n  z = x\n  g(t) = t*z\n  y + z\n}")
    case .duplicateDefinition:
      ProblemEntry(
        "A program or a `where` clause defines a name twice. (In a block a name may be bound again.)", "k = 1\nk = 2")
    case .duplicateParameter:
      ProblemEntry(
        "A header declares a name twice, or uses it both for a parameter and for a dimension.", "f(x, x) = x")
    case .recursion:
      ProblemEntry(
        "A function calls itself, perhaps through others. Repeat with a loop or a reduction.", "f(x) = x*f(x - 1)")
    case .cycle:
      ProblemEntry("The value of a name depends on itself.", "f(x) = a where a = b + x, b = 2*a")
    case .unusedParameter:
      ProblemEntry(
        "A parameter is never used. If that is meant, begin its name with `_`. A warning.", "f(x, y) = x^2")
    case .unusedName:
      ProblemEntry(
        "A local name is never used. If that is meant, begin it with `_`. A warning.", "f(x) = x where y = x^2")
    case .unknownFunction: ProblemEntry("The program has no function of the name that was asked for.")
    case .noFunction: ProblemEntry("The program has no function at all, so there is nothing to run.", nil)

    // MARK: Calls
    case .arity: ProblemEntry("A call has too few or too many arguments.", "f(x) = sin(x, 2)")
    case .unknownLabel:
      ProblemEntry(
        "An argument is named, and the function has no parameter of that name.", "f(x, k) = k*x\ng(x) = f(x, kk: 2)")
    case .duplicateArgument:
      ProblemEntry("A parameter is given by position and by name, or named twice.", "f(x, k) = k*x\ng(x) = f(x, x: 2)")
    case .notAFunction:
      ProblemEntry(
        "Something that is no function is called. A product with a parenthesis needs `*`, unless its first factor is "
          + "a number.", "f(x, k: f64) = k(x + 1)")
    case .functionAsValue:
      ProblemEntry("A function stands where a number is needed: its arguments are missing.", "f(x) = x*sin")
    case .functionParameter:
      ProblemEntry(
        "A parameter that the body calls takes a function, so that nobody can run the function by itself. Often a "
          + "forgotten `*`. A warning, until the function is asked for.", "f(x, k) = k(x + 1)")
    case .pipeTarget:
      ProblemEntry(
        "The right side of `|>` is a derivative form, which takes a function and not a value.", "f(x) = x |> grad(sin)")
    case .tuple:
      ProblemEntry(
        "A tuple stands where one value is needed. It may be returned, or taken apart with `(a, b) = …`.",
        "f(x) = 2*g(x)\ng(x) = (x, x^2)")
    case .notYet:
      ProblemEntry("The language has it, and this version does not.")
    case .loopValue:
      ProblemEntry(
        "A loop is used as a value, the stack of its last expressions, and its body ends with an assignment.",
        "f(x: [n]) = for xi in x { y = 2*xi }")

    // MARK: Derivatives
    case .derivativeOf:
      ProblemEntry(
        "What is to be differentiated is no function, or does not give floats.", "f(x) = grad(x^2)(x)")
    case .derivativeBy:
      ProblemEntry(
        "What is to be differentiated by is no parameter of the function, or is not a float.",
        "f(x) = x^2\ng(x) = grad(f, y)(x)")
    case .diffVariable:
      ProblemEntry(
        "`diff` varies a parameter or local name. An element or an expression has to be given a name first.",
        "f(x) = diff(x^2, 2*x)")
    case .prime:
      ProblemEntry(
        "A prime differentiates a function of one variable. For several, write `grad(f, x)` or `diff`.",
        "f(x, y) = x*y\ng(x) = f'(x, 1)")

    // MARK: Types
    case .elementName: ProblemEntry("A header names a type that there is not.", "f(x: float) = x")
    case .argumentType:
      ProblemEntry(
        "An argument is not of the kind or type that the parameter is declared with. Integers become floats; nothing "
          + "is narrowed.", "f(n: i64) = n + 1\ng(x) = f(x)")
    case .condition: ProblemEntry("A condition is not a truth value.", "f(x) = if x then 1 else 0")
    case .logical: ProblemEntry("`and`, `or`, `not`, `any` and `all` take truth values.", "f(x) = x and x > 0")
    case .notNumber: ProblemEntry("Something else stands where a number is needed.", "f(x) = x + \"a\"")
    case .integerRange:
      ProblemEntry("An exact number has no place in an integer type.", "f(n: i32) = n + 3000000000")
    case .notSize:
      ProblemEntry(
        "A size is an integer that is known before the run: a literal, a dimension name, a `size` parameter, or "
          + "arithmetic of them.", "f(x, k: size) = k*x\ng(x) = f(x, x)")

    case .loopSource:
      ProblemEntry(
        "A loop or a comprehension runs over the first axis of an array, or over a range. The bounds of a range are "
          + "sizes; in a comprehension they may be sums of earlier indices and sizes.",
        "f(x: [n], k) = sum(x[i] for i in 0..<k)")

    // MARK: Shapes
    case .broadcast:
      ProblemEntry(
        "Shapes do not broadcast: counted from the last, extents must be equal or one of them the literal 1.",
        "f(x: [3], y: [4]) = x + y")
    case .contract:
      ProblemEntry(
        "The axes that a product of arrays sums over have different extents, or an operand of `@` is a scalar. `@` "
          + "takes the last axis on the left with the last but one on the right.",
        "f(x: [m, 784], w: [256, 10]) = x @ w")
    case .einsum:
      ProblemEntry(
        "The text of `einsum` is none: it has a letter for each axis of each operand, commas between operands, and "
          + "`->` before the axes of the result.", "f(x: [m, n]) = einsum(\"ij,jk->ik\", x)")
    case .argumentShape:
      ProblemEntry(
        "The shape of an argument is not that of the header.",
        "f(u: [n], v: [n]) = sum(u*v)\ng(x: [3], y: [4]) = f(x, y)")
    case .loopLength:
      ProblemEntry(
        "The names of a loop run in step, and one has more steps than another.",
        "f(x: [3], y: [4]) = for xi in x, yi in y { xi*yi }")
    case .carry:
      ProblemEntry(
        "A name that a loop carries from step to step has one type. Its start value is promoted and broadcast to what the "
          + "step gives, once; here a step changes it again.",
        "f(x: [n]) {\n  for xi in x { x = [xi, xi] }\n  x\n}")
    case .elements: ProblemEntry("The elements of a list differ in shape.", "f(x: [3]) = [x, 1]")
    case .arrayCondition:
      ProblemEntry("`if` chooses once. `where` chooses element by element.", "f(x: [3]) = if x > 0 then x else 0")
    case .variableShape:
      ProblemEntry(
        "The shape of a layer's `param` or `state` depends on the number of examples, or calls that share it disagree.",
        "layer shift(x: [m, n]) {\n  param b: [m, n] = zeros\n  x + b\n}\nf(x: [m, n]) = shift(x)")
    case .reshape:
      ProblemEntry(
        "An array has no such parts or shape: the number of elements differs, or an axis does not divide.",
        "f(x: [6]) = reshape(x, [4, 2])")
    case .join:
      ProblemEntry(
        "Arrays that are joined differ in another axis; arrays that are stacked differ at all.",
        "f(x: [2, 3], y: [2, 4]) = concatenate(x, y)")
    case .convolution:
      ProblemEntry(
        "The operands of a convolution or pooling are not `[batch, space…, channels]` and `[window…, channels, outputs]`.",
        "f(x: [b, 8, 3], k: [3, 2, 5]) = convolve(x, k)")
    case .emptyReduction:
      ProblemEntry("The greatest or least of no elements is asked for.", "f(x: [n, 0]) = argmax(x, axis: 1)")
    case .index: ProblemEntry("An index or slice does not fit the array.", "f(x: [3]) = x[3]")
    case .indexRange:
      ProblemEntry(
        "An index that runs leaves its axis. One that depends on numbers of the run is checked when it is used.",
        "f(x: [n]) = sum(x[i + 1] for i in 0..<n)")
    case .loopBound:
      ProblemEntry(
        "A bound depends on an earlier index, which leaves no rectangular array. Reductions may have such bounds.",
        "f(x: [n]) = [x[i]*x[j] for i in 0..<n, j in 0..<i]")
    case .comprehension:
      ProblemEntry(
        "A comprehension is all that stands between its brackets, or the one array of a call. Its elements have no order, "
          + "so they set no state.",
        "f(x: [n]) = [1, xi for xi in x]")
    case .axis: ProblemEntry("`axis:` names an axis that the array does not have.", "f(x: [3]) = sum(x, axis: 1)")
    case .member: ProblemEntry("An array has the members `T` and `shape`.", "f(x: [3]) = sum(x.size)")
    case .scalarDerivative:
      ProblemEntry(
        "A gradient is of one number. `jacobian` differentiates arrays by arrays.",
        "F(x: [2]) = x^2\ng(x: [2]) = grad(F)(x)")
    case .unknownSize:
      ProblemEntry(
        "Something needs sizes that are numbers: a window with padding \"same\", or the rows of a Jacobian through an "
          + "operation that has no rule for all of them at once. Give them, as with `--size n=3`.")
    case .deferred:
      ProblemEntry(
        "Sizes that might have been equal are not, now that they are numbers: `reshape(x, [n//2, 2])` of five elements. The "
          + "program was accepted while they were names.")

    // MARK: Limits
    case .nodeLimit: ProblemEntry("The graph of a function would grow beyond the limit.")
    case .callLimit:
      ProblemEntry(
        "A function would need more different calls than the limit allows: calls that call twice, many deep.")
    case .sizeLimit:
      ProblemEntry("A number has too many digits, or a size is too large an expression.", "f(x: [n]) = x[n//0]")
    case .orderLimit: ProblemEntry("A derivative has too high an order.", "f(x) = diff(x^2, x, 1000000)")
    case .nestingLimit: ProblemEntry("Functions are defined inside one another too deeply.")
    }
  }
}
