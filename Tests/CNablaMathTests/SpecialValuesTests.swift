import CNablaMath
import Foundation
import Testing

/// What a function must return, to the bit (any NaN for NaN).
struct SpecialValue: CustomStringConvertible {
  var name: String
  var operands: [Double]
  var expected: Double

  /// Reads `name operand … = expected`; nil for a comment.
  init?(_ line: Substring) {
    let words = line.split(separator: " ").map(String.init)
    guard !line.hasPrefix("#"), let name = words.first, let equals = words.firstIndex(of: "=") else { return nil }
    let numbers = words.dropFirst().filter { $0 != "=" }.map { Double($0) }
    guard equals == words.count - 2, let expected = numbers.last ?? nil else { return nil }
    self.name = name
    self.operands = numbers.dropLast().compactMap { $0 }
    self.expected = expected
  }

  var description: String { "\(name)\(operands) is \(expected)" }

  func isMet(by result: Double) -> Bool {
    expected.isNaN ? result.isNaN : result.bitPattern == expected.bitPattern
  }
}

let specialValues: [SpecialValue] = {
  guard let url = Bundle.module.url(forResource: "special_values", withExtension: "txt", subdirectory: "Data"),
    let text = try? String(contentsOf: url, encoding: .utf8)
  else { return [] }
  return text.split(separator: "\n").compactMap(SpecialValue.init)
}()

@Suite struct SpecialValuesTests {
  @Test func `functions return their special values to the bit`() throws {
    for value in specialValues {
      let apply = try #require(exactFunctions[value.name] ?? functions[value.name] ?? libmFunctions[value.name])
      let result = apply(value.operands)
      #expect(value.isMet(by: result), "\(value), not \(result)")
    }
  }

  @Test func `every function has special values`() {
    let covered = Set(specialValues.map(\.name))
    #expect(covered.isSuperset(of: functions.keys))
    #expect(covered.isSuperset(of: exactFunctions.keys))
  }

  @Test func `gamma of a whole number is a factorial, exactly`() {
    var factorial = 1.0
    for n in 1...22 {
      #expect(nabla_gamma(Double(n) + 1) == factorial * Double(n))
      factorial *= Double(n)
    }
  }

  @Test func `NaN comes out of every function of one operand that is given it`() {
    for (name, apply) in functions.merging(exactFunctions, uniquingKeysWith: { a, _ in a }) where name != "powi" {
      #expect(apply([.nan, .nan, .nan]).isNaN, "\(name)")
    }
  }

  /// Odd and even functions are so to the bit, subnormal operands included.
  @Test(arguments: ["acot", "acsc", "acoth", "acsch", "cot", "csc", "coth", "csch", "erfi", "sec", "sech"])
  func `keeps its symmetry`(name: String) throws {
    let apply = try #require(functions[name])
    let even = name == "sec" || name == "sech"
    for exponent in stride(from: -1074.0, through: 1023, by: 41) {
      for mantissa in [1, 1.3, 1.7] {
        let x = mantissa * exp2(exponent)
        let (positive, negative) = (apply([x]), apply([-x]))
        #expect(positive.isNaN ? negative.isNaN : negative == (even ? positive : -positive), "\(x)")
      }
    }
  }

  @Test func `subnormal tails are kept`() {
    #expect(nabla_sech(740) > 0 && nabla_csch(740) > 0 && nabla_csch(-740) < 0)
    #expect(nabla_softplus(-740) > 0 && nabla_sigmoid(-740) > 0 && nabla_log1mexp(-740) < 0)
    #expect(nabla_gamma(-175.5) != 0 && nabla_gamma(171.6).isFinite && nabla_erfi(26.64).isFinite)
    #expect(nabla_polygamma(100, 5000) < 0 && nabla_polygamma(1, 1e300) == 1e-300)
  }
}
