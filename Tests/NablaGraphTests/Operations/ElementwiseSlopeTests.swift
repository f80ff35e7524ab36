import Foundation
import NablaGraph
import TestSupport
import Testing

/// Derivative rules, as data.
@Suite struct ElementwiseSlopeTests {
  static let real = Elementwise.allCases.filter { [.numeric, .real].contains($0.definition.typing) }

  /// The value and the partial derivatives of every operation at points on every branch, from mpmath.
  @Test func `values and slopes are mpmath's`() throws {
    var seen: Set<Elementwise> = []
    for row in try fixture("elementwise.tsv") {
      let f = try #require(Elementwise(named: row[0]))
      seen.insert(f)
      let numbers = try row.dropFirst().map { try #require(Double($0)) }
      let point = Array(numbers.prefix(f.arity))
      let value = f.evaluate(point)
      #expect(isClose(value, numbers[f.arity], 1e-13), "\(f)\(point): \(value)")
      for (index, rule) in f.definition.slopes.enumerated() {
        let expected = numbers[f.arity + 1 + index]
        let slope = rule.evaluate(operands: point, result: value)
        #expect(expected.isNaN || isClose(slope, expected, 1e-12), "∂\(index) \(f)\(point): \(slope), not \(expected)")
      }
    }
    #expect(seen == Set(ElementwiseSlopeTests.real))
  }

  /// Inside the declared test domain, against differences of the reference evaluation.
  @Test(arguments: real) func `slopes agree with central differences on the domain`(f: Elementwise) {
    var random = SplitMix64(seed: 11)
    for _ in 0..<40 {
      let point = f.definition.domain.map { Double.random(in: $0, using: &random) }
      for (index, rule) in f.definition.slopes.enumerated() where f != .polygamma || index == 1 {
        let slope = rule.evaluate(operands: point, result: f.evaluate(point))
        let difference = centralDifference(at: point[index], within: f.definition.domain[index]) { t in
          f.evaluate(point.replacing(index, t))
        }
        #expect(isClose(slope, difference, 1e-7), "∂\(index) \(f)\(point): \(slope), not \(difference)")
      }
    }
  }

  /// A rule is made of operations with rules: differentiating it by them gives the second derivative.
  @Test(arguments: real) func `second derivatives follow from rules of rules`(f: Elementwise) {
    var random = SplitMix64(seed: 12)
    let definition = f.definition
    for _ in 0..<20 {
      let point = definition.domain.map { Double.random(in: $0, using: &random) }
      for rule in definition.slopes {
        for index in 0..<f.arity where f != .polygamma || index == 1 {
          let second = rule.derivative(by: index, of: f, at: point)
          let difference = centralDifference(at: point[index], within: definition.domain[index]) { t in
            let moved = point.replacing(index, t)
            return rule.evaluate(operands: moved, result: f.evaluate(moved))
          }
          #expect(
            difference.isNaN || isClose(second, difference, 1e-6),
            "∂\(index)∂ \(f)\(point): \(second), not \(difference)")
        }
      }
    }
  }

  /// numerics.md: one convention a kink.
  @Test(
    arguments: [
      (.relu, [0], [0]), (.abs, [0], [0]), (.sign, [0], [0]), (.max, [2, 2], [0.5, 0.5]), (.min, [2, 2], [0.5, 0.5]),
      (.max, [.infinity, .infinity], [0.5, 0.5]), (.max, [-1, 3], [0, 1]), (.min, [-1, 3], [1, 0]),
      (.max, [0, -0.0], [0.5, 0.5]),
      (.clamp, [1, 1, 3], [1, 0, 0]), (.clamp, [3, 1, 3], [1, 0, 0]), (.clamp, [0, 1, 3], [0, 1, 0]),
      (.clamp, [4, 1, 3], [0, 0, 1]), (.clamp, [0, 5, 3], [0, 0, 1]), (.clamp, [9, 5, 3], [0, 0, 1]),
      (.clamp, [4, 5, 3], [0, 0, 1]),
      (.hypot, [0, 0], [0, 0]), (.atan2, [0, 0], [0, 0]), (.mod, [4, 2], [1, -2]), (.mod, [-3, 2], [1, 2]),
      (.power, [0, 0], [0, -.infinity]), (.power, [0, 2], [0, 0]), (.power, [0, 1], [1, 0]),
      (.power, [0, 0.5], [.infinity, 0]),
      (.power, [-2, 3], [12, .nan]), (.sqrt, [0], [.infinity]), (.xlogx, [0], [0]), (.xlogy, [0, 0], [0, 0]),
      (.xlogy, [0, 2], [log(2.0), 0]),
      (.step, [0], [0]), (.floor, [1], [0]), (.ceil, [1], [0]), (.round, [0.5], [0]), (.trunc, [1], [0]),
      (.strongMultiply, [0, .infinity], [.infinity, 0]),
    ] as [(Elementwise, [Double], [Double])])
  func `kinks have their conventions`(f: Elementwise, point: [Double], expected: [Double]) {
    let slopes = f.definition.slopes.map { $0.evaluate(operands: point, result: f.evaluate(point)) }
    #expect(zip(slopes, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }, "\(slopes)")
  }

  /// The bound on gradients, for every operation alone.
  @Test(arguments: ElementwiseSlopeTests.real + [.select])
  func `value and gradient cost at most four times the value`(f: Elementwise) {
    if f == .identity { return }
    var graph = Graph()
    let operands = (0..<f.arity).map { index in
      graph.parameter("x\(index)", TensorType(f == .select && index == 0 ? .bool : .f64))
    }
    let value = graph.apply(f, operands)
    let cotangent = graph.parameter("w")
    var roots = [value]
    for (index, rule) in f.definition.slopes.enumerated() where graph.type(of: operands[index]).element != .bool {
      roots.append(graph.scaled(cotangent, by: rule, operands, value))
    }
    let whole = graph.operationCount(of: roots)
    #expect(whole.cost <= 4 * f.definition.cost, "\(f): \(whole) against \(f.definition.cost)")
  }

  @Test(arguments: Elementwise.allCases) func `every operand has a slope of operands that exist`(f: Elementwise) {
    #expect(f.definition.slopes.count == f.arity)
    #expect(f.definition.domain.count == f.arity)
    func check(_ rule: Rule) {
      switch rule {
      case .operand(let index): #expect(index < f.arity)
      case .result, .constant: break
      case .apply(let g, let arguments):
        #expect(arguments.count == g.arity)
        arguments.forEach(check)
      }
    }
    f.definition.slopes.forEach(check)
  }
}

// MARK: - Differences

private func isClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  a == b || abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

/// Five points, which errs by the fourth power of the step; no point leaves the domain, whose ends are kinks.
private func centralDifference(
  at x: Double, within domain: ClosedRange<Double>, _ f: (Double) -> Double
) -> Double {
  let margin = min(x - domain.lowerBound, domain.upperBound - x) / 2
  let step = domain.lowerBound == domain.upperBound ? 0x1p-10 : min(0x1p-10, margin)
  if step < 0x1p-16 { return .nan }
  return (8 * (f(x + step) - f(x - step)) - (f(x + 2 * step) - f(x - 2 * step))) / (12 * step)
}

extension Array {
  fileprivate func replacing(_ index: Int, _ element: Element) -> [Element] {
    var copy = self
    copy[index] = element
    return copy
  }
}

// MARK: - Rules

extension Rule {
  /// The derivative of the rule of `f` by an operand, by the chain rule on the rules of the operations in it.
  fileprivate func derivative(by index: Int, of f: Elementwise, at point: [Double]) -> Double {
    let value = f.evaluate(point)
    switch self {
    case .operand(let position): return position == index ? 1 : 0
    case .constant: return 0
    case .result: return f.definition.slopes[index].evaluate(operands: point, result: value)
    case .apply(let g, let arguments):
      let inner = arguments.map { $0.evaluate(operands: point, result: value) }
      let own = g.evaluate(inner)
      return zip(arguments, g.definition.slopes).reduce(0) { sum, pair in
        let change = pair.0.derivative(by: index, of: f, at: point)
        return change == 0 ? sum : sum + change * pair.1.evaluate(operands: inner, result: own)
      }
    }
  }
}

extension Graph {
  /// A cotangent times a slope. A factor that chooses between numbers chooses between their products instead.
  fileprivate mutating func scaled(
    _ cotangent: NodeID, by rule: Rule, _ operands: [NodeID], _ value: NodeID
  ) -> NodeID {
    switch rule {
    case .constant(.zero): return constant(.zero)
    case .constant(.one): return cotangent
    case .apply(.select, let choice):
      let condition = instantiate(choice[0], operands, value)
      let first = scaled(cotangent, by: choice[1], operands, value)
      return apply(.select, condition, first, scaled(cotangent, by: choice[2], operands, value))
    default: return apply(.multiply, cotangent, instantiate(rule, operands, value))
    }
  }

  private mutating func instantiate(_ rule: Rule, _ operands: [NodeID], _ value: NodeID) -> NodeID {
    switch rule {
    case .operand(let index): return operands[index]
    case .result: return value
    case .constant(let constant): return self.constant(constant)
    case .apply(let f, let arguments):
      let arguments = arguments.map { instantiate($0, operands, value) }
      return apply(f, arguments)
    }
  }
}
