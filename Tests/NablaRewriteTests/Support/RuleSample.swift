import NablaGraph
import NablaRewrite
import TestSupport
import Testing

/// Where the metavariables of a rule are drawn from.
struct RuleSample {
  private let types: [Int: Bool]
  let variables: [Int]

  init(_ rule: RewriteRule) {
    variables = rule.pattern.variables
    var found: [Int: Bool] = [:]
    RuleSample.findTypes(rule.pattern, isBoolean: false, &found)
    types = found
  }

  private static func findTypes(_ pattern: Pattern, isBoolean: Bool, _ found: inout [Int: Bool]) {
    switch pattern {
    case .variable(let index): found[index] = isBoolean
    case .constant: break
    case .apply(let f, let operands):
      let typing = f.definition.typing
      for (position, operand) in operands.enumerated() {
        findTypes(operand, isBoolean: typing == .logical || typing == .selection && position == 0, &found)
      }
    }
  }

  func isBoolean(_ variable: Int) -> Bool { types[variable] ?? false }

  /// Every choice of special values for the metavariables.
  var specialPoints: [[Double]] {
    var points: [[Double]] = [[]]
    for index in 0...(variables.max() ?? 0) {
      let values = isBoolean(index) ? [0, 1] : specialValues
      points = points.flatMap { point in values.map { point + [$0] } }
    }
    return points
  }

  /// Ordinary numbers of many sizes.
  func randomPoint(_ random: inout SplitMix64) -> [Double] {
    (0...(variables.max() ?? 0)).map { index in
      if isBoolean(index) { return Bool.random(using: &random) ? 1 : 0 }
      return RuleSample.randomNumber(&random)
    }
  }

  static func randomNumber(_ random: inout SplitMix64) -> Double {
    switch Int.random(in: 0..<8, using: &random) {
    case 0...2: return .random(in: -3...3, using: &random)
    case 3: return .random(in: 0...1, using: &random)
    case 4: return .random(in: 1...30, using: &random)
    case 5: return Double(Int.random(in: -9...9, using: &random))
    case 6: return .random(in: -1...1, using: &random) * 1e-9
    default:
      let magnitude = Double(sign: .plus, exponent: .random(in: -1000...1000, using: &random), significand: 1)
      return .random(in: -2...2, using: &random) * magnitude
    }
  }

  /// Whether a value may stand where a rule asks for a property.
  static func satisfies(_ condition: Condition, _ point: [Double]) -> Bool {
    let value = point[condition.variable]
    switch condition.property {
    case .nonnegative: return value >= 0
    case .positive: return value > 0
    case .finite: return value.isFinite
    case .integer: return value.rounded() == value
    case .nonzeroConstant: return value != 0 && value.isFinite
    case .invertibleConstant: return (0x1p-126...0x1p126).contains(abs(value))
    case .powerOfTwo: return (0x1p-126...0x1p126).contains(abs(value)) && value.significand == 1
    case .exponentialSum: return value > 0
    }
  }
}

extension RewriteRule: CustomTestStringConvertible {
  public var testDescription: String { "\(phase): \(name)" }
}
