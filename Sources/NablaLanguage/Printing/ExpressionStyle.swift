/// How an expression is spelled.
public enum ExpressionStyle: String, CaseIterable, Sendable {
  /// Nabla's own language in ASCII; it parses back to an equal graph.
  case text
  /// For reading: `x²`, `√x`, `π`, `·`, `σ(x)`. It parses back too, but for the Greek names of functions.
  case unicode
  /// LaTeX for the inside of a display.
  case latex
  /// A Swift expression over `Double`.
  case swift
  /// A C expression over `double`.
  case c
}
