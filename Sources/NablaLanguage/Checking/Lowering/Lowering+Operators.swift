import NablaDiagnostics
import NablaGraph

/// Operators.
extension Lowering {
  mutating func infix(_ infix: InfixOperator, _ a: Value, _ b: Value, at id: SyntaxID) -> Value {
    if let value = floats(infix, a, b, at: id) { return value }
    if a.isInvalid || b.isInvalid { return .invalid }
    switch infix {
    case .add, .subtract, .multiply, .divide, .floorDivide, .power:
      if let exact = exact(infix, a, b, at: id) { return exact }
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return comparison(infix, a, b, at: id)
    case .and, .or: return logical(infix, [a, b], at: id)
    case .contract: return matrixProduct(a, b, at: id)
    }
    switch infix {
    case .power: return power(a, b, at: id)
    case .floorDivide: return floorDivide(a, b, at: id)
    default:
      guard let f = infix.elementwise else { return .invalid }
      return elementwise(f, [a, b], at: id, named: "'\(infix.spelling)'")
    }
  }

  /// Nearly all operands are floats of one type, or one float and a number of the text; `nil` for others.
  private mutating func floats(_ infix: InfixOperator, _ a: Value, _ b: Value, at id: SyntaxID) -> Value? {
    guard let f = infix.elementwise else { return nil }
    let x: NodeID
    let y: NodeID
    switch (a, b) {
    case (.node(let first, .firm), .node(let second, .firm)):
      guard graph.typeID(of: first) == graph.typeID(of: second), graph.element(of: first).isFloat else { return nil }
      (x, y) = (first, second)
    case (.node(let node, .firm), .number(let constant)):
      guard graph.element(of: node).isFloat else { return nil }
      (x, y) = (node, graph.constant(constant, graph.element(of: node)))
    case (.number(let constant), .node(let node, .firm)):
      guard graph.element(of: node).isFloat else { return nil }
      (x, y) = (graph.constant(constant, graph.element(of: node)), node)
    default: return nil
    }
    setOrigin(id)
    return .node(graph.apply(f, x, y), .firm)
  }

  /// Arithmetic of exact numbers and sizes, which needs no nodes; `nil` where it does.
  private mutating func exact(_ infix: InfixOperator, _ a: Value, _ b: Value, at id: SyntaxID) -> Value? {
    if let x = a.rational, let y = b.rational {
      return ExactArithmetic.apply(infix, x, y).map { .number(.rational($0)) }
    }
    guard let x = a.size, let y = b.size else { return nil }
    do {
      return try SizeArithmetic.apply(infix, x, y).map { .size(of: $0) }
    } catch {
      report(.sizeLimit, "the size '\(tree.text(id))' \(SizeArithmetic.message(error))", at: id)
      return .invalid
    }
  }

  mutating func prefix(_ prefix: PrefixOperator, _ value: Value, at id: SyntaxID) -> Value {
    if value.isInvalid { return .invalid }
    switch prefix {
    case .not: return logical(nil, [value], at: id)
    case .plus: return numerics([value], at: id, in: "'+'") == nil ? .invalid : value
    case .negate:
      if case .number(let constant) = value, let negative = ExactArithmetic.negate(constant) {
        return .number(negative)
      }
      if case .size(let dimension) = value { return .size(Dimension(-1) * dimension) }
      return elementwise(.negate, [value], at: id, named: "'-'")
    }
  }

  // MARK: Powers and quotients

  private mutating func power(_ base: Value, _ exponent: Value, at id: SyntaxID) -> Value {
    guard let classes = numerics([base, exponent], at: id, in: "'^'") else { return .invalid }
    // An integer to a literal power is an integer.
    if case .firm(let element) = classes[0], !element.isFloat, let n = exponent.rational, n.isInteger, !n.isNegative {
      return integerPower(base, element == .bool ? .i64 : element, n, at: id)
    }
    return elementwise(.power, [base, exponent], at: id, named: "'^'")
  }

  /// Repeated squaring, with the wrapping product of integers.
  private mutating func integerPower(_ base: Value, _ element: ElementType, _ exponent: Rational, at id: SyntaxID)
    -> Value
  {
    guard let n = exponent.integer else {
      report(.integerRange, "the exponent of an integer is at most 2^63 - 1", at: id)
      return .invalid
    }
    guard var square = materialise(base, element, at: id) else { return .invalid }
    setOrigin(id)
    var rest = n
    var product: NodeID?
    while rest > 0 {
      if rest & 1 == 1 { product = product.map { graph.apply(.multiply, $0, square) } ?? square }
      rest >>= 1
      if rest > 0 { square = graph.apply(.multiply, square, square) }
    }
    if let product { return .node(product, .firm) }
    let one = graph.constant(.one, element)
    let type = graph.type(of: square)
    return .node(type.isScalar ? one : graph.append(.broadcast, [one], type: type), .firm)
  }

  /// `⌊a / b⌋`. Of integers it is an exact integer, and 0 where the divisor is 0.
  private mutating func floorDivide(_ a: Value, _ b: Value, at id: SyntaxID) -> Value {
    guard let classes = numerics([a, b], at: id, in: "'//'") else { return .invalid }
    let common = agreement(classes)
    if common.element.isFloat, common.firmness != .weakInteger {
      let quotient = elementwise(.divide, [a, b], at: id, named: "'//'")
      return elementwise(.floor, [quotient], at: id, named: "'//'")
    }
    return elementwise(.floorDivide, [a, b], at: id, named: "'//'")
  }

  // MARK: Comparison and logic

  mutating func chain(_ operands: [Value], _ operators: ComparisonChain, at id: SyntaxID) -> Value {
    if operands.contains(.invalid) { return .invalid }
    var links: [Value] = []
    for (position, infix) in operators.enumerated() {
      links.append(comparison(infix, operands[position], operands[position + 1], at: id))
    }
    return logical(.and, links, at: id)
  }

  private mutating func comparison(_ infix: InfixOperator, _ a: Value, _ b: Value, at id: SyntaxID) -> Value {
    if case .number(let x) = a, case .number(let y) = b, let truth = ExactArithmetic.compare(infix, x, y) {
      return .boolean(truth)
    }
    if case .boolean(let x) = a, case .boolean(let y) = b, infix == .equal || infix == .notEqual {
      return .boolean((x == y) == (infix == .equal))
    }
    if infix == .equal || infix == .notEqual, let isEqual = optionsAreEqual(a, b) {
      return .boolean(isEqual == (infix == .equal))
    }
    // Sizes are decided where they differ by a known number.
    if let x = a.size, let y = b.size, let difference = (x - y).constant,
      let truth = ExactArithmetic.compare(infix, Constant(difference), .zero)
    {
      return .boolean(truth)
    }
    let what = "'\(infix.spelling)'"
    switch infix {
    case .equal: return elementwise(.equal, [a, b], at: id, named: what)
    case .notEqual: return elementwise(.notEqual, [a, b], at: id, named: what)
    case .less: return elementwise(.less, [a, b], at: id, named: what)
    case .lessOrEqual: return elementwise(.lessEqual, [a, b], at: id, named: what)
    case .greater: return elementwise(.less, [b, a], at: id, named: what)
    default: return elementwise(.lessEqual, [b, a], at: id, named: what)
    }
  }

  /// Whether two values are the same option, where one of them is a string: `padding == "same"`.
  private func optionsAreEqual(_ a: Value, _ b: Value) -> Bool? {
    switch (a, b) {
    case (.string(let x), .string(let y)): x == y
    case (.string, .number), (.string, .size), (.string, .sizes), (.string, .tuple), (.string, .boolean),
      (.number, .string), (.size, .string), (.sizes, .string), (.tuple, .string), (.boolean, .string):
      false
    default: nil
    }
  }

  /// `and` and `or` of values, or `not` of one.
  private mutating func logical(_ infix: InfixOperator?, _ operands: [Value], at id: SyntaxID) -> Value {
    if operands.contains(.invalid) { return .invalid }
    for operand in operands where numeric(operand) != .firm(.bool) {
      let word = infix?.spelling ?? "not"
      report(.logical, "'\(word)' needs truth values, not \(describe(operand))", at: id)
      return .invalid
    }
    let f: Elementwise = infix == .or ? .or : .and
    guard infix != nil else {
      if case .boolean(let truth) = operands[0] { return .boolean(!truth) }
      return elementwise(.not, operands, at: id, named: "'not'")
    }
    var result = operands[0]
    for operand in operands.dropFirst() {
      // What is known decides alone, or does not matter.
      switch (result, operand) {
      case (.boolean(let truth), let other), (let other, .boolean(let truth)):
        result = truth == (f == .or) && shape(of: other).rank == 0 ? .boolean(truth) : other
        if truth == (f == .or), shape(of: other).rank > 0 {
          result = elementwise(f, [.boolean(truth), other], at: id, named: "'\(f.name)'")
        }
      default: result = elementwise(f, [result, operand], at: id, named: "'\(f.name)'")
      }
    }
    return result
  }
}

extension InfixOperator {
  /// The operation of the table, for operators that are one without further rules.
  fileprivate var elementwise: Elementwise? {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .power: .power
    default: nil
    }
  }
}

extension SizeArithmetic {
  static func message(_ failure: Failure) -> String {
    switch failure {
    case .tooLarge: "is too large an expression"
    case .divisionByZero: "divides by zero"
    }
  }
}
