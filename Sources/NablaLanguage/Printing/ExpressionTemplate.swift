import NablaGraph

/// The LaTeX or the C column of the operation table, taken apart once: literal text, and operands with what their
/// places demand.
struct ExpressionTemplate: Sendable {
  enum Part: Hashable, Sendable {
    case literal(String)
    case operand(Int, Strength)
  }

  let parts: [Part]
  /// How tightly the whole binds.
  let strength: Strength

  private static let latexTable = Elementwise.allCases.map { ExpressionTemplate($0.definition.latex, marker: "#") }
  private static let cTable = Elementwise.allCases.map { ExpressionTemplate($0.definition.c, marker: "$") }

  static func latex(_ f: Elementwise) -> ExpressionTemplate { latexTable[Int(f.rawValue)] }
  static func c(_ f: Elementwise) -> ExpressionTemplate { cTable[Int(f.rawValue)] }

  /// The text before the first operand.
  var opening: String {
    if case .literal(let text) = parts.first { text } else { "" }
  }

  /// The sign between two operands.
  var infix: String {
    guard parts.count == 3, case .literal(let text) = parts[1] else { return "" }
    return text.trimmingSpaces()
  }

  func mentions(of operand: Int) -> Int {
    parts.reduce(0) { count, part in
      if case .operand(operand, _) = part { count + 1 } else { count }
    }
  }

  /// The function that the text calls, as in `pow($0, $1)`.
  var callee: String? { opening.hasSuffix("(") ? String(opening.dropLast()) : nil }

  /// A function name that is followed by its operand alone, as `\sin #0`: the exponent may stand behind the name.
  var isFunctionName: Bool {
    guard parts.count == 2, case .operand = parts[1] else { return false }
    return opening.hasPrefix("\\") && opening.hasSuffix(" ") && !opening.contains("_") && !opening.contains(" #")
  }

  private init(_ template: String, marker: Character) {
    var parts: [Part] = []
    var literal = ""
    var rest = template[...]
    while let first = rest.first {
      rest = rest.dropFirst()
      guard first == marker, let digit = rest.first?.wholeNumberValue else {
        literal.append(first)
        continue
      }
      rest = rest.dropFirst()
      let demand = ExpressionTemplate.demand(before: template.prefix(upTo: rest.startIndex).dropLast(2), after: rest)
      if !literal.isEmpty { parts.append(.literal(literal)) }
      literal = ""
      parts.append(.operand(digit, demand))
    }
    if !literal.isEmpty { parts.append(.literal(literal)) }
    self.parts = parts
    strength = ExpressionTemplate.strength(of: parts, template)
  }

  /// An operand between delimiters needs no brackets; after a sign it needs them if it is a sum; else if it is not an
  /// atom.
  private static func demand(before: Substring, after: Substring) -> Strength {
    let before = String(before).trimmingSpaces()
    let after = String(after).trimmingSpaces()
    if before.hasSuffix("{") && after.hasPrefix("}^") { return .atom }
    let openers = ["{", "(", "|", ",", "&", #"\lfloor"#, #"\lceil"#, #"\begin{cases}"#, #"\\"#, #"\text{if }"#]
    let closers = ["}", ")", #"\right"#, ",", "&", #"\\"#, #"\end"#]
    guard closers.contains(where: after.hasPrefix) else { return .atom }
    if openers.contains(where: before.hasSuffix) { return .any }
    if before.hasSuffix("+") { return .sum }
    return before.hasSuffix("-") ? .product : .atom
  }

  private static func strength(of parts: [Part], _ template: String) -> Strength {
    if template.contains(#"\begin"#) { return .any }
    let begins = if case .operand = parts.first { true } else { false }
    let ends = if case .operand = parts.last { true } else { false }
    if begins { return .product }
    if ends { return .factor }
    // `e^{x}` is a power; `\sqrt{x}` and `\Gamma\left(x\right)` are closed.
    return template.hasPrefix("\\") ? .atom : .power
  }
}

extension String {
  fileprivate func trimmingSpaces() -> String {
    var text = self[...]
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
