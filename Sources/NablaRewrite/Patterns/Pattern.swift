import NablaGraph

/// One side of a rewrite rule: a small expression over the operation table with metavariables.
///
/// Patterns are data: the engine matches and builds them, tests evaluate them, and the manual prints them.
public indirect enum Pattern: Hashable, Sendable {
  /// Stands for any expression; equal numbers stand for equal expressions.
  case variable(Int)
  case constant(Constant)
  case apply(Elementwise, [Pattern])

  /// The value at a point, by the operation table's reference evaluation.
  public func evaluate(_ variables: [Double]) -> Double {
    switch self {
    case .variable(let index): return variables[index]
    case .constant(let constant): return constant.double
    case .apply(let f, let operands):
      var values = operands.map { $0.evaluate(variables) }
      while values.count < 3 { values.append(0) }
      return f.definition.evaluation.scalar(values[0], values[1], values[2])
    }
  }

  /// The metavariables, in order of number.
  public var variables: [Int] {
    switch self {
    case .variable(let index): return [index]
    case .constant: return []
    case .apply(_, let operands): return Set(operands.flatMap(\.variables)).sorted()
    }
  }

  /// The table's cost of computing the pattern from its metavariables.
  ///
  /// - Parameter constants: metavariables that stand for constants: what is made of them alone costs nothing.
  func cost(constants: Set<Int> = []) -> Int {
    guard case .apply(let f, let operands) = self else { return 0 }
    if constants.isSuperset(of: variables) { return 0 }
    let inner = operands.reduce(0) { $0 + $1.cost(constants: constants) }
    if f == .power, case .constant(let exponent) = operands[1], let n = exponent.rational {
      return inner + Graph.cost(ofPower: n)
    }
    return inner + f.cost
  }
}

extension Pattern: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self = .constant(Constant(value)) }
}

extension Pattern: CustomStringConvertible {
  public var description: String { text(binding: 0) }

  private static let names = ["x", "y", "z", "w"]

  /// Infix where the table says so, with the parentheses that an operand of this binding power needs.
  private func text(binding outer: Int) -> String {
    switch self {
    case .variable(let index):
      return index < Pattern.names.count ? Pattern.names[index] : "x\(index)"
    case .constant(let constant):
      let text = constant.description
      return text.hasPrefix("-") || text.contains("/") ? "(\(text))" : text
    case .apply(let f, let operands):
      let text: String
      let binding: Int
      switch f.definition.notation {
      case .infix(let symbol, let power):
        binding = power
        text = "\(operands[0].text(binding: power)) \(symbol) \(operands[1].text(binding: power + 1))"
      case .prefix(let symbol):
        binding = 80
        text = symbol + operands[0].text(binding: 80)
      case .postfixPower:
        binding = 90
        text = "\(operands[0].text(binding: 91))^\(operands[1].text(binding: 90))"
      case .call:
        return "\(f.name)(\(operands.map { $0.text(binding: 0) }.joined(separator: ", ")))"
      }
      return binding < outer ? "(\(text))" : text
    }
  }
}
