/// What other languages and libraries have under a name that is none here.
enum ForeignName {
  /// How it is written here, to follow `'name' is not defined;`.
  static func advice(_ name: String) -> String? {
    table[name] ?? (isModule(name) ? "functions need no module: 'sum(x)'" : nil)
  }

  /// Whether functions are members of it elsewhere.
  static func isModule(_ name: String) -> Bool { modules.contains(name) }

  private static let modules: Set<String> = [
    "np", "numpy", "jnp", "jax", "torch", "tf", "math", "Math", "scipy", "keras", "F", "nn", "lax",
    "optax",
  ]

  // swift-format-ignore
  private static let table: [String: String] = [
    // Loops
    "range": "a range is written '0..<n'",
    "zip": "arrays are walked through in step by 'for a in x, b in y'",
    "enumerate": "elements and their places are walked through by 'for i in 0..<n, a in x'",
    "len": "the length of an axis is 'x.shape[0]'",
    "vmap": "a comprehension does that: '[f(x[i]) for i in 0..<n]'",
    "map": "a comprehension does that: '[f(a) for a in x]'",
    "lambda": "a function has a name: 'f(x) = …'",
    // Arithmetic
    "T": "a transpose is written 'A.T'",
    "pow": "a power is written 'x^y'", "power": "a power is written 'x^y'", "square": "a square is written 'x^2'",
    "add": "a sum is written 'x + y'", "subtract": "a difference is written 'x - y'",
    "multiply": "a product is written 'x*y'", "mul": "a product is written 'x*y'",
    "divide": "a quotient is written 'x/y'", "div": "a quotient is written 'x/y'",
    "matmul": "a product of matrices is written 'A @ B'", "mm": "a product of matrices is written 'A @ B'",
    "bmm": "a product of matrices is written 'A @ B'", "mv": "a product with a vector is written 'A @ x'",
    "inner": "the scalar product of vectors is 'dot(x, y)'", "vdot": "the scalar product of vectors is 'dot(x, y)'",
    "inv": "there is no inverse of a matrix; in the plane it can be written out",
    "det": "there is no determinant; of a small matrix it can be written out",
    "solve": "there is no solver of equations",
    "trace": "a trace is written 'sum(A[i, i] for i in 0..<n)'", "tr": "a trace is written 'sum(A[i, i] for i in 0..<n)'",
    "diagonal": "a diagonal is written '[A[i, i] for i in 0..<n]'", "cross": "of vectors in space it can be written out",
    // Functions
    "ln": "the natural logarithm is 'log(x)'", "arcsin": "it is 'asin(x)'", "arccos": "it is 'acos(x)'",
    "arctan": "it is 'atan(x)'", "arctan2": "it is 'atan2(y, x)'", "arcsinh": "it is 'asinh(x)'",
    "arccosh": "it is 'acosh(x)'", "arctanh": "it is 'atanh(x)'", "tg": "it is 'tan(x)'", "sgn": "it is 'sign(x)'",
    "fabs": "it is 'abs(x)'", "absolute": "it is 'abs(x)'", "maximum": "it is 'max(x, y)'",
    "minimum": "it is 'min(x, y)'", "clip": "it is 'clamp(x, low, high)'", "lgam": "it is 'lgamma(x)'",
    "fmod": "it is 'mod(x, y)', which has the sign of y", "expit": "it is 'sigmoid(x)'",
    "Σ": "a sum is written 'sum(x)' or 'sum(x[i] for i in 0..<n)'",
    "Π": "a product is written 'prod(x)' or 'prod(x[i] for i in 0..<n)'",
    // Arrays
    "amax": "it is 'max(x, axis: 0)'", "amin": "it is 'min(x, axis: 0)'",
    "reduce_sum": "it is 'sum(x, axis: 0)'", "reduce_mean": "it is 'mean(x, axis: 0)'",
    "cat": "it is 'concatenate(a, b, axis: 0)'", "concat": "it is 'concatenate(a, b, axis: 0)'",
    "vstack": "it is 'concatenate(a, b, axis: 0)'", "hstack": "it is 'concatenate(a, b, axis: 1)'",
    "view": "it is 'reshape(x, [n, m])'", "unsqueeze": "a new axis is written 'x[newaxis]'",
    "expand_dims": "a new axis is written 'x[newaxis]'", "squeeze": "an axis is dropped by 'x[:, 0]' or by 'reshape'",
    "permute": "it is 'transpose(x, [1, 0])'", "moveaxis": "it is 'transpose(x, [1, 0])'",
    "zeros_like": "it is 'zeros(x.shape)'", "ones_like": "it is 'ones(x.shape)'",
    "full_like": "it is 'full(x.shape, value)'", "empty": "it is 'zeros(m, n)'",
    "Tensor": "an array is written '[[1, 2], [3, 4]]'", "tensor": "an array is written '[[1, 2], [3, 4]]'",
    "array": "an array is written '[[1, 2], [3, 4]]'", "asarray": "an array is written '[[1, 2], [3, 4]]'",
    "astype": "elements become floats by '1.0*x'", "rand": "it is 'uniform([n])'", "randn": "it is 'normal([n])'",
    "print": "what a program shows is the value of its last function",
    // Derivatives
    "gradient": "it is 'grad(f)(x)'", "nabla": "it is 'grad(f)(x)'", "derivative": "it is 'diff(e, x)'",
    "value_and_grad": "two results are '(f(x), grad(f)(x))'", "jacfwd": "it is 'jacobian(f)(x)'",
    "jacrev": "it is 'jacobian(f)(x)'", "stop_gradient": "it is 'stop(x)'", "detach": "it is 'stop(x)'",
  ]
}
