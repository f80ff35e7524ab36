/// What a command of LaTeX is in this language.
enum LaTeXCommand: Hashable, Sendable {
  /// An operator, written as here.
  case sign(String)
  /// A name or constant.
  case operand(String)
  /// A function, whose argument may have no brackets.
  case function(String)
  /// `\frac`, `\sqrt`.
  case fraction, root
  /// `\mathbf{x}`: what is in its braces.
  case contents
  /// `\hat{x}`: what is in its braces, and a word behind it.
  case accent(String)
  /// A bracket with a function's name before it, and its partner.
  case opening(String), closing
  /// `\left`, `\quad`: nothing.
  case nothing
  /// Something that is said in another way, with how.
  case advice(String)

  init?(_ name: String) {
    if let known = LaTeXCommand.table[name] {
      self = known
    } else if GreekName.command(for: name) != nil {
      self = .operand(name)
    } else {
      return nil
    }
  }

  // swift-format-ignore
  private static let table: [String: LaTeXCommand] = {
    var table: [String: LaTeXCommand] = [
      "cdot": .sign("*"), "times": .sign("*"), "ast": .sign("*"), "odot": .sign("*"), "div": .sign("/"),
      "le": .sign("<="), "leq": .sign("<="), "ge": .sign(">="), "geq": .sign(">="), "ne": .sign("!="), "neq": .sign("!="),
      "lt": .sign("<"), "gt": .sign(">"), "land": .sign(" and "), "lor": .sign(" or "), "in": .sign(" in "),
      "infty": .operand("inf"), "varepsilon": .operand("epsilon"), "varphi": .operand("phi"), "ell": .operand("l"),
      "vartheta": .operand("theta"), "lambda": .operand("lambda"), "dots": .sign("…"), "ldots": .sign("…"),
      "arcsin": .function("asin"), "arccos": .function("acos"), "arctan": .function("atan"), "ln": .function("log"),
      "frac": .fraction, "dfrac": .fraction, "tfrac": .fraction, "sqrt": .root,
      "lvert": .opening("abs"), "rvert": .closing, "lVert": .opening("norm"), "rVert": .closing,
      "lfloor": .opening("floor"), "rfloor": .closing, "lceil": .opening("ceil"), "rceil": .closing,
      "sum": .advice("a sum is written 'sum(x[i] for i in 0..<n)'"),
      "prod": .advice("a product is written 'prod(x[i] for i in 0..<n)'"), "int": .advice("there is no integral"),
      "partial": .advice("a derivative is written 'diff(e, x)' or 'grad(f)(x)'"),
      "nabla": .advice("a derivative is written 'diff(e, x)' or 'grad(f)(x)'"), "lim": .advice("there is no limit"),
      "begin": .advice("a matrix is written '[[a, b], [c, d]]'"), "top": .advice("a transpose is written 'A.T'"),
    ]
    for name in ["sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "exp", "log", "max", "min"] {
      table[name] = .function(name)
    }
    for name in ["hat", "bar", "tilde", "dot", "vec"] { table[name] = .accent(name) }
    for name in ["widehat", "overline", "widetilde"] { table[name] = .accent(name == "overline" ? "bar" : String(name.dropFirst(4))) }
    for name in [
      "mathbf", "mathrm", "mathit", "mathsf", "mathcal", "mathbb", "text", "textbf", "textrm", "boldsymbol", "bm",
      "operatorname",
    ] { table[name] = .contents }
    for name in ["left", "right", "big", "Big", "bigl", "bigr", "quad", "qquad", "displaystyle", "limits"] {
      table[name] = .nothing
    }
    return table
  }()
}
