import BigInt
import NablaGraph
import NablaRewrite

/// A formula of a test: a graph with one root, from infix text. The parameters are the names in order of appearance,
/// unless they are given.
struct Formula {
  var graph = Graph()
  var root = NodeID(0)
  var names: [String] = []

  init(_ text: String, names: [String] = [], element: ElementType = .f64) {
    for name in names { _ = parameter(name, element) }
    var reader = Reader(text: Array(text.utf8), element: element)
    root = reader.expression(0, &self)
    precondition(reader.position == reader.text.count, "trailing text in \(text)")
  }

  mutating func parameter(_ name: String, _ element: ElementType) -> NodeID {
    if let index = names.firstIndex(of: name) {
      return graph.ids.first { graph.parameterIndex($0) == index } ?? root
    }
    names.append(name)
    return graph.parameter(name, TensorType(element))
  }

  /// The value of the root after rewriting, as text.
  func rewritten(_ phases: Phase..., strict: Bool = false) -> String {
    var copy = self
    copy.root = Rewriter(strict: strict).rewrite(&copy.graph, roots: [root], through: phases)[0]
    return copy.text
  }

  var text: String { graph.infixText(of: root) }
}

/// A precedence-climbing reader of the test's own notation.
private struct Reader {
  let text: [UInt8]
  let element: ElementType
  var position = 0

  mutating func expression(_ binding: Int, _ formula: inout Formula) -> NodeID {
    var left = operand(&formula)
    while true {
      skipSpaces()
      guard let (symbol, f, power) = infix(), power >= binding else { return left }
      position += symbol
      let right = expression(f == .power ? 79 : power + 1, &formula)
      left = f == nil ? formula.graph.apply(.less, right, left) : formula.graph.apply(f ?? .add, left, right)
    }
  }

  private mutating func infix() -> (Int, Elementwise?, Int)? {
    guard position < text.count else { return nil }
    switch text[position] {
    case UInt8(ascii: "+"): return (1, .add, 60)
    case UInt8(ascii: "-"): return (1, .subtract, 60)
    case UInt8(ascii: "*"): return (1, .multiply, 70)
    case UInt8(ascii: "/"): return (1, .divide, 70)
    case UInt8(ascii: "^"): return (1, .power, 90)
    case UInt8(ascii: "<"): return (1, .less, 50)
    case UInt8(ascii: ">"): return (1, nil, 50)
    case UInt8(ascii: "="): return (2, .equal, 50)
    default: return nil
    }
  }

  private mutating func operand(_ formula: inout Formula) -> NodeID {
    skipSpaces()
    let byte = text[position]
    if byte == UInt8(ascii: "-") {
      position += 1
      return formula.graph.apply(.negate, expression(80, &formula))
    }
    if byte == UInt8(ascii: "(") {
      position += 1
      let inner = expression(0, &formula)
      skipSpaces()
      position += 1
      return inner
    }
    if isDigit(byte) || byte == UInt8(ascii: ".") { return number(&formula) }
    let start = position
    while position < text.count, isDigit(text[position]) || isLetter(text[position]) { position += 1 }
    let name = String(decoding: text[start..<position], as: UTF8.self)
    guard position < text.count, text[position] == UInt8(ascii: "(") else {
      if let constant = ["pi": Constant.pi, "e": .e, "inf": .infinity, "nan": .nan][name], !formula.names.contains(name)
      {
        return formula.graph.constant(constant, element)
      }
      return formula.parameter(name, element)
    }
    position += 1
    var operands = [expression(0, &formula)]
    skipSpaces()
    while text[position] == UInt8(ascii: ",") {
      position += 1
      operands.append(expression(0, &formula))
      skipSpaces()
    }
    position += 1
    guard let f = Elementwise(named: name) else { preconditionFailure("no function \(name)") }
    return formula.graph.apply(f, operands)
  }

  private mutating func number(_ formula: inout Formula) -> NodeID {
    let start = position
    while position < text.count, isDigit(text[position]) || text[position] == UInt8(ascii: ".") { position += 1 }
    let parts = String(decoding: text[start..<position], as: UTF8.self).split(
      separator: ".", omittingEmptySubsequences: false)
    let digits = parts.joined()
    let decimals = parts.count > 1 ? parts[1].count : 0
    let value = Rational(BigInt(digits) ?? 0, BigInt(10).power(decimals))
    return formula.graph.constant(.rational(value), element)
  }

  private mutating func skipSpaces() {
    while position < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
  private func isLetter(_ byte: UInt8) -> Bool { byte | 32 >= 97 && byte | 32 <= 122 || byte == 95 }
}
