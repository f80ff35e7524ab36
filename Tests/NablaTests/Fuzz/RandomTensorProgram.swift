import NablaGraph
import TestSupport

/// A random program of the language about arrays, well typed by construction: one real number of a few arrays.
///
/// Functions are smooth where they are evaluated, or kinked in places that random numbers do not meet, so that differences
/// are a fair judge of derivatives.
struct RandomTensorProgram {
  private var random: SplitMix64
  private var parameters: [(name: String, shape: [Int])] = []
  /// Statements of the block before its value.
  private var statements: [String] = []
  private var locals: [(name: String, shape: [Int])] = []
  private var nextName = 0

  /// The program's text, one function.
  private(set) var text = ""
  /// The parameters between the brackets.
  private(set) var header = ""
  var shapes: [[Int]] { parameters.map(\.shape) }

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    for index in 0..<Int.random(in: 1...3, using: &random) {
      parameters.append(("x\(index)", shape(rank: Int.random(in: 0...3, using: &random))))
    }
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      let shape = shape(rank: Int.random(in: 0...2, using: &random))
      let value = expression(shape, 3)
      let name = fresh("v")
      statements.append("\(name) = \(value)")
      locals.append((name, shape))
    }
    if chance(3) { addLoop() }
    let shape = shape(rank: Int.random(in: 0...3, using: &random))
    let value = expression(shape, 4)
    // Weights, so that not every element counts alike.
    let weight = shape.isEmpty ? "" : "*(1 + arange(\(shape.last ?? 1))/3)"
    statements.append(shape.isEmpty ? value : "sum((\(value))\(weight))")
    header = parameters.map { $0.shape.isEmpty ? $0.name : "\($0.name): \($0.shape)" }.joined(separator: ", ")
    text = "f(\(header)) {\n" + statements.map { "    \($0)\n" }.joined() + "}"
  }

  // MARK: Choices

  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

  private mutating func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &random)] }

  private mutating func extent() -> Int { pick([1, 2, 2, 3, 3, 4]) }

  private mutating func shape(rank: Int) -> [Int] { (0..<rank).map { _ in extent() } }

  private mutating func fresh(_ stem: String) -> String {
    nextName += 1
    return "\(stem)\(nextName)"
  }

  // MARK: Expressions

  private mutating func leaf(_ shape: [Int]) -> String {
    let known = (parameters + locals).filter { $0.shape == shape }
    if !known.isEmpty, !chance(5) { return pick(known).name }
    if shape.isEmpty {
      let any = pick(parameters)
      return any.shape.isEmpty ? any.name : "mean(\(any.name))"
    }
    let scalars = (parameters + locals).filter(\.shape.isEmpty).map(\.name)
    let factor = scalars.isEmpty || chance(2) ? pick(["0.3", "1/2", "0.7"]) : pick(scalars)
    let array = chance(3) ? "sin(reshape(arange(\(shape.reduce(1, *))), \(shape)))" : "ones(\(list(shape)))"
    return "(\(factor)*\(array))"
  }

  private func list(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: ", ") }

  private mutating func expression(_ shape: [Int], _ depth: Int) -> String {
    if depth == 0 { return leaf(shape) }
    switch Int.random(in: 0..<24, using: &random) {
    case 0...2: return "\(pick(["tanh", "sin", "sigmoid", "softplus", "atan", "cos"]))(\(expression(shape, depth - 1)))"
    case 3...5:
      return "(\(expression(shape, depth - 1)) \(pick(["+", "-", "*"])) \(expression(broadcastable(shape), depth - 1)))"
    case 6: return "((\(expression(shape, depth - 1)))/(2 + (\(expression(shape, depth - 1)))^2))"
    case 7...8: return reduction(shape, depth)
    case 9...10: return product(shape, depth) ?? expression(shape, depth - 1)
    case 11: return moved(shape, depth)
    case 12: return part(shape, depth)
    case 13: return joined(shape, depth) ?? expression(shape, depth - 1)
    case 14:
      guard let last = shape.last, last > 0 else { return expression(shape, depth - 1) }
      return pick(["softmax", "log_softmax", "cumsum_last", "sort", "flip"]).withOperand(
        expression(shape, depth - 1), rank: shape.count)
    case 15:
      return
        "where(\(expression(shape, 1)) > \(pick(["0.1", "-0.2"])), \(expression(shape, depth - 1)), \(expression(shape, depth - 1)))"
    case 16: return gathered(shape, depth) ?? expression(shape, depth - 1)
    case 17: return comprehension(shape, depth) ?? expression(shape, depth - 1)
    case 18: return "(if \(shape.count) > 1 then \(expression(shape, depth - 1)) else \(expression(shape, depth - 1)))"
    case 19: return "sqrt(1 + (\(expression(shape, depth - 1)))^2)"
    case 20: return "exp(-(\(expression(shape, depth - 1)))^2)"
    case 21:
      guard shape.count == 2 else { return expression(shape, depth - 1) }
      return "outer(\(expression([shape[0]], depth - 1)), \(expression([shape[1]], depth - 1)))"
    default: return leaf(shape)
    }
  }

  /// A shape that broadcasts to another.
  private mutating func broadcastable(_ shape: [Int]) -> [Int] {
    if chance(2) { return shape }
    var result = Array(shape.suffix(Int.random(in: 0...shape.count, using: &random)))
    for index in result.indices where chance(3) { result[index] = 1 }
    return result
  }

  private mutating func reduction(_ shape: [Int], _ depth: Int) -> String {
    let name = pick(["sum", "mean", "max", "logsumexp", "sum", "var", "prod"])
    if shape.isEmpty, chance(2) {
      let rank = Int.random(in: 1...2, using: &random)
      return "\(name)(\(expression(self.shape(rank: rank), depth - 1)))"
    }
    let axis = Int.random(in: 0...shape.count, using: &random)
    var larger = shape
    larger.insert(extent(), at: axis)
    return "\(name)(\(expression(larger, depth - 1)), axis: \(axis))"
  }

  private mutating func product(_ shape: [Int], _ depth: Int) -> String? {
    let inner = extent()
    switch shape.count {
    case 0: return "dot(\(expression([inner], depth - 1)), \(expression([inner], depth - 1)))"
    case 1:
      return chance(2)
        ? "(\(expression([shape[0], inner], depth - 1)) @ \(expression([inner], depth - 1)))"
        : "(\(expression([inner], depth - 1)) @ \(expression([inner, shape[0]], depth - 1)))"
    case 2:
      if chance(3) {
        return
          "einsum(\"ki,kj->ij\", \(expression([inner, shape[0]], depth - 1)), \(expression([inner, shape[1]], depth - 1)))"
      }
      return "(\(expression([shape[0], inner], depth - 1)) @ \(expression([inner, shape[1]], depth - 1)))"
    case 3:
      return "(\(expression([shape[0], shape[1], inner], depth - 1)) @ \(expression([inner, shape[2]], depth - 1)))"
    default: return nil
    }
  }

  private mutating func moved(_ shape: [Int], _ depth: Int) -> String {
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return "(\(expression(shape.reversed(), depth - 1))).T"
    case 1:
      let flat = [shape.reduce(1, *)]
      return shape.isEmpty ? expression(shape, depth - 1) : "reshape(\(expression(flat, depth - 1)), \(shape))"
    default:
      let order = Array(shape.indices).shuffled(using: &random)
      var source = shape
      for (axis, origin) in order.enumerated() { source[origin] = shape[axis] }
      return shape.count < 2
        ? expression(shape, depth - 1) : "transpose(\(expression(source, depth - 1)), \(order))"
    }
  }

  private mutating func part(_ shape: [Int], _ depth: Int) -> String {
    if shape.isEmpty || chance(3) {
      // One element along a new axis.
      let axis = Int.random(in: 0...shape.count, using: &random)
      var larger = shape
      let count = extent()
      larger.insert(count, at: axis)
      let place = chance(2) ? Int.random(in: 0..<count, using: &random) : -1 - Int.random(in: 0..<count, using: &random)
      let indices = larger.indices.map { $0 == axis ? "\(place)" : ":" }
      return "(\(expression(larger, depth - 1)))[\(indices.joined(separator: ", "))]"
    }
    let axis = Int.random(in: 0..<shape.count, using: &random)
    var larger = shape
    let low = Int.random(in: 0...2, using: &random)
    let step = pick([1, 1, 2])
    larger[axis] = low + (shape[axis] - 1) * step + 1 + Int.random(in: 0..<2, using: &random)
    let stop = low + (shape[axis] - 1) * step + 1
    let indices = larger.indices.map { $0 == axis ? "\(low):\(stop):\(step)" : ":" }
    return "(\(expression(larger, depth - 1)))[\(indices.joined(separator: ", "))]"
  }

  private mutating func joined(_ shape: [Int], _ depth: Int) -> String? {
    guard !shape.isEmpty else { return nil }
    let axis = Int.random(in: 0..<shape.count, using: &random)
    if shape[axis] == 2, chance(2) {
      var part = shape
      part.remove(at: axis)
      return "stack(\(expression(part, depth - 1)), \(expression(part, depth - 1)), axis: \(axis))"
    }
    guard shape[axis] > 1 else { return nil }
    let split = Int.random(in: 1..<shape[axis], using: &random)
    var (a, b) = (shape, shape)
    (a[axis], b[axis]) = (split, shape[axis] - split)
    return "concatenate(\(expression(a, depth - 1)), \(expression(b, depth - 1)), axis: \(axis))"
  }

  private mutating func gathered(_ shape: [Int], _ depth: Int) -> String? {
    guard let first = shape.first, first > 0 else { return nil }
    var source = shape
    let count = extent()
    source[0] = count
    let places = (0..<first).map { _ in Int.random(in: -count..<count, using: &random) }
    return "(\(expression(source, depth - 1)))[\(places)]"
  }

  private mutating func comprehension(_ shape: [Int], _ depth: Int) -> String? {
    guard shape.count == 1 || shape.count == 2 else {
      let count = extent()
      let (a, b) = (expression([count], depth - 1), expression([count], depth - 1))
      return shape.isEmpty ? "sum((\(a))[i]*(\(b))[\(count - 1) - i] for i in 0..<\(count))" : nil
    }
    let outer = expression(shape.count == 1 ? [shape[0] + 1] : [shape[0] + 1, shape[1]], depth - 1)
    let name = fresh("u")
    statements.append("\(name) = \(outer)")
    return "[\(name)[i]*\(name)[i + 1] + i/5 for i in 0..<\(shape[0])]"
  }

  // MARK: Loops

  /// A recurrence over the rows of an array, and perhaps the stack of what its steps saw.
  private mutating func addLoop() {
    let state = shape(rank: Int.random(in: 0...1, using: &random))
    let steps = extent()
    let rows = fresh("rows")
    let h = fresh("h")
    statements.append("\(rows) = \(expression([steps] + state, 2))")
    statements.append("\(h) = \(expression(state, 2))")
    let extra = chance(2) && state.count == 1
    let weight = fresh("w")
    if extra { statements.append("\(weight) = \(expression([state[0], state[0]], 2))") }
    let step = extra ? "tanh(\(h) @ \(weight) + row @ \(weight).T/2)" : "tanh(0.9*\(h) + row)*cos(\(h))"
    if chance(2) {
      statements.append("for row in \(rows) { \(h) = \(step) }")
      locals.append((h, state))
    } else {
      let all = fresh("all")
      statements.append("\(all) = for row in \(rows) { \(h) = \(step); \(h)*row }")
      locals.append((all, [steps] + state))
    }
  }
}

extension String {
  fileprivate func withOperand(_ operand: String, rank: Int) -> String {
    switch self {
    case "cumsum_last": "cumsum(\(operand), axis: \(rank - 1))"
    case "flip": "flip(\(operand), axis: \(rank - 1))"
    case "sort": "sort(\(operand))"
    default: "\(self)(\(operand))"
    }
  }
}
