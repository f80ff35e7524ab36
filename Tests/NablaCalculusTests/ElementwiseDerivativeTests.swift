import NablaCalculus
import NablaGraph
import TestSupport
import Testing

/// Every operation of the table, in both modes, against central differences and against each other.
struct ElementwiseDerivativeTests {
  /// Real functions of real operands; conditions and logic have no derivative to check.
  static let smooth = Elementwise.allCases.filter {
    [.numeric, .real].contains($0.definition.typing) && $0 != .polygamma
  }

  @Test(arguments: smooth)
  func `reverse mode agrees with central differences`(_ f: Elementwise) {
    var graph = Graph()
    let inputs = (0..<f.arity).map { graph.parameter("x\($0)") }
    let value = graph.apply(f, inputs)
    let gradient = graph.gradient(of: value, by: inputs)
    var random = SplitMix64(seed: 7)
    for _ in 0..<20 {
      let point = f.definition.domain.map { Double.random(in: $0, using: &random) }
      let found = graph.values(of: gradient, at: point)
      for position in 0..<f.arity {
        let expected = centralDifference(point, position) { graph.values(of: [value], at: $0)[0] }
        #expect(difference(found[position], expected) < 1e-6, "\(f) by \(position) at \(point)")
      }
    }
  }

  @Test(arguments: smooth)
  func `forward mode agrees with reverse mode`(_ f: Elementwise) {
    var graph = Graph()
    let inputs = (0..<f.arity).map { graph.parameter("x\($0)") }
    let tangents = (0..<f.arity).map { graph.parameter("t\($0)") }
    let value = graph.apply(f, inputs)
    let gradient = graph.gradient(of: value, by: inputs)
    let tangent = graph.pushforward(of: [value], from: inputs, along: tangents)[0]
    var random = SplitMix64(seed: 11)
    for _ in 0..<20 {
      let point = f.definition.domain.map { Double.random(in: $0, using: &random) }
      let direction = (0..<f.arity).map { _ in Double.random(in: -1...1, using: &random) }
      let slopes = graph.values(of: gradient, at: point + direction)
      let expected = zip(slopes, direction).map { $0 * $1 }.reduce(0, +)
      let found = graph.values(of: [tangent], at: point + direction)[0]
      #expect(difference(found, expected) < 1e-12, "\(f) at \(point) along \(direction)")
    }
  }

  @Test(arguments: smooth)
  func `the second derivative agrees with differences of the first`(_ f: Elementwise) throws {
    var graph = Graph()
    let inputs = (0..<f.arity).map { graph.parameter("x\($0)") }
    let value = graph.apply(f, inputs)
    let gradient = graph.gradient(of: value, by: inputs)
    let hessian = try graph.hessian(of: value, by: inputs)
    var random = SplitMix64(seed: 13)
    for _ in 0..<10 {
      let point = f.definition.domain.map { Double.random(in: $0, using: &random) }
      for i in 0..<f.arity {
        for j in 0..<f.arity {
          let found = graph.values(of: [hessian[i][j]], at: point)[0]
          let expected = centralDifference(point, j) { graph.values(of: [gradient[i]], at: $0)[0] }
          #expect(difference(found, expected) < 2e-5, "\(f) by \(i), \(j) at \(point)")
        }
      }
    }
  }

  @Test func `polygamma is differentiated by its argument`() {
    var graph = Graph()
    let x = graph.parameter("x")
    let value = graph.apply(.polygamma, graph.constant(.one), x)
    let slope = graph.gradient(of: value, by: [x])[0]
    // ψ⁽²⁾(1) = -2 ζ(3).
    #expect(difference(graph.values(of: [slope], at: [1])[0], -2.4041138063191886) < 1e-12)
  }

  private func centralDifference(_ point: [Double], _ position: Int, _ f: ([Double]) -> Double) -> Double {
    // Richardson's extrapolation of two central differences: fourth order.
    func difference(_ h: Double) -> Double {
      var (low, high) = (point, point)
      low[position] -= h
      high[position] += h
      return (f(high) - f(low)) / (high[position] - low[position])
    }
    let h = 1e-3 * max(0.1, abs(point[position]))
    return (4 * difference(h / 2) - difference(h)) / 3
  }
}
