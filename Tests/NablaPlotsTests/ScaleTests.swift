import Testing

@testable import NablaPlots

struct ScaleTests {
  @Test(arguments: [
    (0.0, 10.0, 6, [0.0, 2, 4, 6, 8, 10]), (-5, 5, 5, [-5, -2.5, 0, 2.5, 5]), (0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1]),
    (0, 1e-6, 3, [0, 5e-7, 1e-6]),
  ])
  func `labels are round numbers`(_ lower: Double, _ upper: Double, _ count: Int, _ expected: [Double]) {
    let values = TickChoice(from: lower, to: upper, count: count).values
    #expect(values.count == expected.count)
    for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < 1e-12 * (upper - lower)) }
  }

  @Test(arguments: [
    (5.0, 5.0), (0, 0), (-1e308, 1e308), (1e-308, 1e308), (1e-300, 2e-300), (0, Double.leastNonzeroMagnitude),
    (1e15, 1e15 + 1),
    (-Double.infinity, .infinity),
  ])
  func `any range has an axis`(_ lower: Double, _ upper: Double) {
    for isLogarithmic in [false, true] {
      var scale = Scale(Axis(isLogarithmic: isLogarithmic), [lower, upper, .nan], margin: 0.04)
      scale.end = 100
      #expect(scale.upper > scale.lower && (scale.upper - scale.lower).isFinite)
      for tick in scale.ticks(5) { #expect((-1...101).contains(scale.position(tick.value))) }
    }
  }

  @Test func `a logarithmic axis counts in powers of ten`() {
    let scale = Scale(Axis(range: 1e-7...1, isLogarithmic: true), [])
    let labels = scale.ticks(8).map(\.label).filter { !$0.isEmpty }
    #expect(labels == ["10⁻⁷", "10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1"])
  }

  @Test(arguments: [
    (0.0, "0"), (-0.5, "−0.5"), (2_000_000, "2×10⁶"), (100_000, "10⁵"), (0.00001, "10⁻⁵"), (0.25, "0.25"),
    (1234, "1234"),
    (.infinity, "∞"), (-.infinity, "−∞"), (.nan, "nan"),
  ])
  func `numbers are short`(_ value: Double, _ text: String) { #expect(NumberText.short(value) == text) }
}
