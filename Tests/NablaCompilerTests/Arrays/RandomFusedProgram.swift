import NablaGraph
import TestSupport

/// Random programs of what kernels are joined around: layers with their derivatives and updates in place, softmax and
/// norms along every axis, chains, loops of steps, windows. Few extents a program, so that much of it fits together;
/// they are 0, 1, primes, and those of tiles and vectors, one less and one more.
///
/// Numbers stay small, and jumps (`step`) are taken only of numbers that are exact in any order of sums, so that both
/// backends agree closely.
struct RandomFusedProgram {
  /// A node with what is known of its numbers.
  struct Value {
    var node: NodeID
    var extents: [Int]
    /// No number is larger.
    var bound: Double
    /// Numbers are multiples of 4⁻ⁿ for this n, if sums of them are exact.
    var digits: Int?

    var count: Int { extents.reduce(1, *) }
  }

  var random: SplitMix64
  var graph = Graph()
  let element: ElementType
  /// The extents of this program.
  let extents: [Int]
  private var inputs: [NodeID] = []
  private var aliases: [(value: Value, input: Int)] = []
  private var values: [Value] = []
  /// What has been done, for messages.
  private(set) var notes: [String] = []

  static let sizes = [
    1, 1, 2, 3, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 64, 65, 67, 97, 127, 128, 129,
  ]
  /// Larger arrays are not made, nor products of more numbers.
  static let elementLimit = 20_000
  static let productLimit = 150_000

  /// Whether much of it is found with integers.
  private let looksUp: Bool

  /// - Parameters:
  ///   - size: how many patterns there are.
  ///   - looksUp: whether much of it is found with integers.
  static func program(seed: UInt64, size: Int, looksUp: Bool = false) -> (program: Program, note: String) {
    var builder = RandomFusedProgram(seed: seed, looksUp: looksUp)
    let program = builder.build(size)
    return (program, "seed \(seed), \(builder.element) \(builder.extents): \(builder.notes.joined(separator: ", "))")
  }

  private init(seed: UInt64, looksUp: Bool) {
    self.looksUp = looksUp
    var random = SplitMix64(seed: seed)
    element = Bool.random(using: &random) ? .f32 : .f64
    var extents = (0..<3).map { _ in RandomFusedProgram.sizes.randomElement(using: &random) ?? 1 }
    // Long sums are added up in parts; nothing at all is a size too.
    switch Int.random(in: 0..<12, using: &random) {
    case 0: extents[2] = [1_531, 2_053, 1_030].randomElement(using: &random) ?? 1
    case 1: extents[Int.random(in: 0..<3, using: &random)] = 0
    default: break
    }
    self.extents = extents
    self.random = random
  }

  private mutating func build(_ size: Int) -> Program {
    values.append(input([extents[0], extents[2]]))
    values.append(input([extents[0], extents[1]]))
    var attempts = 0
    while notes.count < size, attempts < 20 * size {
      attempts += 1
      if let (note, value) = pattern(), value.count <= RandomFusedProgram.elementLimit {
        values.append(value)
        notes.append(note)
      }
    }
    var roots: [Program.Root] = []
    var lent: [Int: Int] = [:]
    for (value, input) in aliases {
      lent[roots.count] = input
      roots.append(.init("p\(input)'", value.node))
    }
    var wanted = [values[values.count - 1]]
    for _ in 0..<Int.random(in: 1...3, using: &random) { wanted.append(pick()) }
    for (number, value) in wanted.enumerated() { roots.append(.init("r\(number)", value.node)) }
    return Program(graph: graph, inputs: inputs, roots: roots, aliases: lent)
  }

  // MARK: Values

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  mutating func chance(_ one: Int) -> Bool { number(1...one) == 1 }

  func type(_ extents: [Int]) -> TensorType { TensorType(element, Shape(extents.map { Dimension($0) })) }

  /// A new parameter: quarters up to 2.
  mutating func input(_ extents: [Int]) -> Value {
    let node = graph.parameter("x\(inputs.count)", type(extents))
    inputs.append(node)
    return Value(node: node, extents: extents, bound: 2, digits: 1)
  }

  /// Integers that are given.
  mutating func integers(_ type: TensorType) -> NodeID {
    inputs.append(graph.parameter("x\(inputs.count)", type))
    return inputs[inputs.count - 1]
  }

  mutating func pick() -> Value {
    // Recent values are more likely, so that chains grow deep.
    let reach = chance(2) ? values.count : min(values.count, 3)
    return values[values.count - 1 - number(0...reach - 1)]
  }

  mutating func pick(_ isFit: (Value) -> Bool) -> Value? { values.filter(isFit).randomElement(using: &random) }

  mutating func literal(_ numerator: Int, _ denominator: Int = 1) -> Value {
    let node = graph.constant(.rational(Rational(numerator, denominator)), element)
    return Value(node: node, extents: [], bound: abs(Double(numerator) / Double(denominator)), digits: nil)
  }

  /// An elementwise operation; extents are those of the larger operand.
  mutating func apply(_ f: Elementwise, _ operands: Value..., bound: Double) -> Value {
    let node = graph.apply(f, operands.map(\.node))
    let extents = graph.type(of: node).shape.dimensions.map { $0.constant ?? 0 }
    return Value(node: node, extents: extents, bound: bound, digits: nil)
  }

  mutating func append(_ operation: NablaGraph.Operation, _ operands: [Value], _ extents: [Int], bound: Double) -> Value
  {
    let node = graph.append(operation, operands.map(\.node), type: type(extents))
    let digits = operands.count == 1 ? operands[0].digits : nil
    return Value(node: node, extents: extents, bound: bound, digits: exact(digits, bound))
  }

  /// The digits of numbers that single precision has to the last one.
  func exact(_ digits: Int?, _ bound: Double) -> Int? {
    digits.flatMap { digits in (0..<digits).reduce(bound) { product, _ in product * 4 } < 8e6 ? digits : nil }
  }

  /// The same numbers, not larger than some.
  mutating func calmed(_ value: Value) -> Value {
    value.bound <= 8 ? value : apply(.tanh, value, bound: 1)
  }

  /// A reduction that keeps its axes with one place.
  mutating func kept(_ reduction: NablaGraph.Operation.Reduction, _ axes: [Int], of value: Value) -> Value {
    let count = axes.reduce(1) { $0 * value.extents[$1] }
    let bound = reduction == .sum ? value.bound * Double(count) : value.bound
    let extents = value.extents.enumerated().map { axes.contains($0) ? 1 : $1 }
    let less = value.extents.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
    let sum = append(.reduce(reduction, axes: axes), [value], less, bound: bound)
    return append(.reshape, [sum], extents, bound: bound)
  }

  // MARK: Patterns

  private mutating func pattern() -> (String, Value)? {
    let value = pick()
    if looksUp, chance(3) { return lookedUp(value) }
    switch number(0...19) {
    case 0, 1, 2: return ("chain", chain(value))
    case 3, 4: return reduction(value)
    case 5, 6: return softmax(value)
    case 7, 8: return norm(value)
    case 9, 10, 11: return layer(value)
    case 12, 13: return update(value)
    case 14: return moved(value)
    case 15: return gathered(value)
    case 16: return batch(value)
    case 17: return recurrence(value)
    case 18: return pooled(value)
    default: return convolved(value)
    }
  }

  /// Some functions one after the other, with partners that are as large, a row, a column, or a number.
  mutating func chain(_ start: Value) -> Value {
    var value = start
    for _ in 0..<number(1...5) {
      switch number(0...11) {
      case 0: value = apply(.tanh, value, bound: 1)
      case 1: value = apply(.sigmoid, value, bound: 1)
      case 2: value = apply(.relu, value, bound: value.bound)
      case 3: value = apply(.softplus, value, bound: value.bound + 1)
      case 4 where value.bound <= 8: value = apply(.exp, value, bound: 3_000)
      case 5 where value.digits != nil:
        value = apply(.multiply, value, apply(.step, value, bound: 1), bound: value.bound)
      case 6:
        let square = apply(.multiply, value, value, bound: value.bound * value.bound)
        value = apply(.divide, value, apply(.add, square, literal(1), bound: square.bound + 1), bound: 1)
      case 7: value = apply(.negate, value, bound: value.bound)
      case 8: value = apply(.max, value, literal(1, 2), bound: max(value.bound, 0.5))
      default:
        let value0 = calmed(value)
        let partner = calmed(partner(of: value0))
        let f: Elementwise = [.add, .subtract, .multiply, .min].randomElement(using: &random) ?? .add
        value = apply(f, value0, partner, bound: f == .multiply ? 64 : 16)
      }
    }
    return calmed(value)
  }

  private mutating func partner(of value: Value) -> Value {
    let whole = value.extents
    let row = whole.last.map { [$0] } ?? []
    let column = whole.count == 2 ? [whole[0], 1] : row
    let wanted = [whole, whole, row, column].randomElement(using: &random) ?? whole
    if let known = pick({ $0.extents == wanted }) { return known }
    if chance(3) || value.extents.isEmpty { return literal(number(-3...3), 2) }
    return input(wanted)
  }

  private mutating func reduction(_ value: Value) -> (String, Value)? {
    let axes = value.extents.indices.filter { _ in chance(2) }
    guard !axes.isEmpty else { return nil }
    let isSum = chance(2) || axes.contains { value.extents[$0] == 0 }
    let total = kept(isSum ? .sum : chance(2) ? .max : .min, axes, of: value)
    if chance(2) { return ("reduce \(axes)", calmed(total)) }
    return ("reduce \(axes) and back", apply(.subtract, calmed(value), calmed(total), bound: 16))
  }

  private mutating func softmax(_ start: Value) -> (String, Value)? {
    guard let axis = start.extents.indices.randomElement(using: &random), start.extents[axis] > 0 else { return nil }
    let value = calmed(start)
    let shifted = apply(.subtract, value, kept(.max, [axis], of: value), bound: 16)
    let powers = apply(.exp, shifted, bound: 1)
    let sums = kept(.sum, [axis], of: powers)
    if chance(2) {
      return ("log_softmax \(axis)", apply(.subtract, shifted, apply(.log, sums, bound: 8), bound: 24))
    }
    return ("softmax \(axis)", apply(.divide, powers, sums, bound: 1))
  }

  private mutating func norm(_ start: Value) -> (String, Value)? {
    guard let axis = start.extents.indices.randomElement(using: &random), start.extents[axis] > 0 else { return nil }
    let value = calmed(start)
    let part = literal(1, start.extents[axis])
    let mean = apply(.multiply, kept(.sum, [axis], of: value), part, bound: value.bound)
    let centred = apply(.subtract, value, mean, bound: 2 * value.bound)
    let square = apply(.multiply, centred, centred, bound: 4 * value.bound * value.bound)
    let variance = apply(.multiply, kept(.sum, [axis], of: square), part, bound: square.bound)
    let deviation = apply(
      .sqrt, apply(.add, variance, literal(1, 8), bound: square.bound + 1), bound: 2 * value.bound + 1)
    return ("norm \(axis)", apply(.divide, centred, deviation, bound: 8))
  }

  /// A product of matrices, of numbers that are scaled so that the result stays small.
  mutating func product(_ contraction: Contraction, _ a: Value, _ b: Value) -> Value? {
    var extents: [Int: Int] = [:]
    for (labels, value) in [(contraction.left, a), (contraction.right, b)] {
      for (label, extent) in zip(labels, value.extents) { extents[label] = extent }
    }
    guard extents.values.reduce(1, *) <= RandomFusedProgram.productLimit else { return nil }
    let sums = extents.filter { !contraction.result.contains($0.key) }.values.reduce(1, *)
    let node = graph.append(.contract(contraction), [a.node, b.node], type: TensorType())
    let bound = a.bound * b.bound * Double(sums)
    let digits = a.digits.flatMap { x in b.digits.map { x + $0 } }
    return Value(
      node: node, extents: contraction.result.map { extents[$0] ?? 1 }, bound: bound, digits: exact(digits, bound))
  }

  /// x W + b with an activation, or with its derivative's factor.
  private mutating func layer(_ value: Value) -> (String, Value)? {
    guard value.extents.count == 2 else { return nil }
    let width = extents[number(0...2)]
    let (isTurned, isLeftTurned) = (chance(2), chance(4))
    let depth = value.extents[isLeftTurned ? 0 : 1]
    let weights = input(isTurned ? [width, depth] : [depth, width])
    let contraction = Contraction(isLeftTurned ? [1, 0] : [0, 1], isTurned ? [2, 1] : [1, 2], to: [0, 2])
    guard var result = product(contraction, value, weights) else { return nil }
    switch number(0...4) {
    case 0: break
    case 1:
      let sum = apply(.add, result, input([width]), bound: result.bound + 2)
      result = apply(.relu, sum, bound: sum.bound)
    case 2:
      if let other = pick({ $0.extents == result.extents && $0.digits != nil }) {
        result = apply(.multiply, result, apply(.step, other, bound: 1), bound: result.bound)
      }
    case 3: result = apply(.add, result, input([width]), bound: result.bound + 2)
    default: result = chain(calmed(result))
    }
    return ("layer\(isTurned ? " turned" : "")\(isLeftTurned ? " left" : "")", calmed(result))
  }

  /// p − xᵀ g / 8 where p is, and the same for the sums of g's rows.
  private mutating func update(_ value: Value) -> (String, Value)? {
    guard value.extents.count == 2,
      let other = pick({ $0.extents.count == 2 && $0.extents[0] == value.extents[0] })
    else { return nil }
    let change: Value?
    if chance(3) {
      change = append(
        .reduce(.sum, axes: [0]), [value], [value.extents[1]], bound: value.bound * Double(value.extents[0]))
    } else {
      change = product(Contraction([1, 0], [1, 2], to: [0, 2]), other, value)
    }
    guard let change else { return nil }
    let parameter = input(change.extents)
    // A rule may remember something, which is updated too.
    let slot = chance(2) ? input(change.extents) : nil
    var step = change
    if let slot {
      step = apply(
        .add, apply(.multiply, slot, literal(3, 4), bound: 2), apply(.multiply, change, change, bound: .infinity),
        bound: .infinity)
      aliases.append((step, inputs.count - 1))
      step = apply(.divide, change, apply(.add, step, literal(9), bound: .infinity), bound: .infinity)
    }
    let updated = apply(.subtract, parameter, apply(.multiply, step, literal(1, 8), bound: .infinity), bound: .infinity)
    aliases.append((updated, inputs.count - (slot == nil ? 1 : 2)))
    return ("update\(slot == nil ? "" : " with a slot")", calmed(updated))
  }
}
