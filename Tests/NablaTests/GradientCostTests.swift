import Foundation
import Nabla
import Testing

/// Value and gradient together cost at most four times the value, by the operation table's declared costs.
struct GradientCostTests {
  static let formulas: [String] = {
    let file = Bundle.module.url(forResource: "formulas", withExtension: "txt")
    let text = file.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? ""
    return text.split(separator: "\n").map { String($0) }
  }()

  @Test func `the corpus is there`() { #expect(GradientCostTests.formulas.count == 47) }

  @Test(arguments: formulas)
  func `a gradient costs at most four values`(_ text: String) throws {
    let counts = try Formula(text).operationCounts()
    #expect((counts.ratio ?? 0) <= 4, "\(counts)")
  }

  @Test func `however many parameters there are`() throws {
    let names = (0..<300).map { "x\($0)" }
    for body in [names.joined(separator: "*"), names.map { "\($0)^2" }.joined(separator: " + ")] {
      let counts = try Formula("f(\(names.joined(separator: ", "))) = \(body)").operationCounts()
      #expect((counts.ratio ?? 0) <= 4, "\(counts)")
    }
  }
}
