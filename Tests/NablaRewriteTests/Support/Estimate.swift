import NablaGraph
import NablaRewrite

/// A value with a bound on its rounding error, so that two evaluations of one function can be compared fairly: where
/// the arithmetic loses digits the bound grows, and where it is certain the bound is a few units in the last place.
struct Estimate {
  var value: Double
  var error: Double

  /// Whether the bound says something: the value is known to a part in a million.
  var isSharp: Bool { value.isFinite && error <= 1e-6 * abs(value) + 1e-12 }

  /// Whether the other may be the same number: within both bounds, and not lost where this one is known.
  func agrees(with other: Estimate) -> Bool {
    if !error.isFinite || value == other.value { return true }
    return other.value.isFinite && !(abs(value - other.value) > 4 * (error + other.error))
  }

  /// A value that was given, or rounded once.
  init(_ value: Double, isExact: Bool) {
    self.value = value
    error = isExact ? 0 : value.ulp
  }

  init(_ constant: Constant) {
    let isExact = constant.rational.map { Rational(exactly: constant.double) == $0 } ?? false
    self.init(constant.double, isExact: isExact)
  }

  /// The value of an operation: its own rounding, and what it makes of the operands' errors.
  ///
  /// The operation is evaluated at both ends of every operand's interval. Where that moves it by more than a tenth, the
  /// step is too wide to say anything and the error is infinite.
  init(_ f: Elementwise, _ operands: [Estimate]) {
    let evaluate = f.definition.evaluation.scalar
    var point = operands.map(\.value)
    while point.count < 3 { point.append(0) }
    value = evaluate(point[0], point[1], point[2])
    // The C library promises less of some functions than of others.
    error = max(8 * abs(value).ulp, .leastNormalMagnitude)
    // What overflowed on the way is no real number any more, whatever becomes of it.
    guard value.isFinite, operands.allSatisfy({ $0.value.isFinite && $0.error.isFinite }) else {
      error = .infinity
      return
    }
    // A negative base has powers of integers only: an exponent that was rounded may be another integer.
    if f == .power, operands[0].value < 0, operands[1].error > 0 { error = .infinity }
    if isExact(f, operands) { error = 0 }
    for (index, operand) in operands.enumerated() where operand.error > 0 {
      for end in [operand.value - operand.error, operand.value + operand.error] {
        var moved = point
        moved[index] = end
        let change = abs(evaluate(moved[0], moved[1], moved[2]) - value)
        error += change.isNaN || change > 0.1 * max(abs(value), 1) ? .infinity : change
      }
    }
  }
}

/// Whether an operation on exact operands was not rounded.
private func isExact(_ f: Elementwise, _ operands: [Estimate]) -> Bool {
  guard operands.allSatisfy({ $0.error == 0 }) else { return false }
  let (a, b) = (operands[0].value, operands.count > 1 ? operands[1].value : 0)
  switch f {
  case .add: return isExactSum(a, b)
  case .subtract: return isExactSum(a, -b)
  case .multiply: return (-(a * b)).addingProduct(a, b) == 0
  case .negate, .abs, .sign, .floor, .ceil, .round, .trunc, .min, .max, .clamp, .step, .relu, .identity, .select:
    return true
  default: return f.definition.typing == .comparison || f.definition.typing == .logical
  }
}

/// Knuth's two-sum: the rounding error of a sum, which is a double itself.
private func isExactSum(_ a: Double, _ b: Double) -> Bool {
  let sum = a + b
  let part = sum - a
  return (a - (sum - part)) + (b - part) == 0
}

extension Pattern {
  func estimate(_ variables: [Double]) -> Estimate {
    switch self {
    case .variable(let index): Estimate(variables[index], isExact: true)
    case .constant(let constant): Estimate(constant)
    case .apply(let f, let operands): Estimate(f, operands.map { $0.estimate(variables) })
    }
  }
}

extension Graph {
  /// The values of scalar nodes by the operation table alone, with bounds on what rounding did to them.
  func estimates(of nodes: [NodeID], at point: [Double]) -> [Estimate] {
    let needed = live(from: nodes)
    var estimates = Array(repeating: Estimate(.nan, isExact: true), count: count)
    for index in 0..<count where needed[index] {
      let id = NodeID(index)
      switch operation(of: id) {
      case .constant(let constant): estimates[index] = Estimate(constant)
      case .parameter(let position): estimates[index] = Estimate(point[position], isExact: true)
      case .elementwise(let f): estimates[index] = Estimate(f, operands(of: id).map { estimates[$0.index] })
      case .stop, .cast, .broadcast: estimates[index] = estimates[operand(0, of: id).index]
      default: break
      }
    }
    return nodes.map { estimates[$0.index] }
  }
}
