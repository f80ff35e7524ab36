import Foundation
import NablaGraph
import NablaRewrite
import Testing

/// What once was quadratic, exponential or endless somewhere. The sizes are such that it would show, and the results
/// are known without the engine.
@Suite("Large and adversarial expressions")
struct ScaleTests {
  private func isClose(_ a: Double, _ b: Double, within tolerance: Double = 1e-9) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
  }

  @Test func `a polynomial of high degree in Horner's form`() {
    let degree = 1000
    let coefficients = (0..<degree).map { $0 % 7 + 1 }
    let scaling = Scaling(["x"]) { graph, inputs in
      var sum = graph.constant(1)
      for coefficient in coefficients {
        let product = graph.apply(.multiply, sum, inputs[0])
        sum = graph.apply(.add, product, graph.constant(coefficient))
      }
      return sum
    }
    var (value, slope) = (1.0, 0.0)
    for coefficient in coefficients {
      slope = slope * 0.75 + value
      value = value * 0.75 + Double(coefficient)
    }
    let found = scaling.values(at: [0.75])
    #expect(isClose(found[0], value))
    #expect(isClose(found[1], slope))
    #expect(scaling.valueOperations <= 2 * degree)
  }

  @Test func `a sum of equal terms is one term`() {
    let scaling = Scaling(["x", "y"]) { graph, inputs in
      let product = graph.apply(.multiply, inputs[0], inputs[1])
      return graph.chain(.add, Array(repeating: product, count: 5000))
    }
    #expect(scaling.valueOperations == 2)
    #expect(scaling.values(at: [2, 3]) == [30_000, 15_000, 10_000])
  }

  @Test func `nearly equal terms are collected`() {
    let count = 2000
    let scaling = Scaling(["x", "y"]) { graph, inputs in
      let terms = (0..<count).map { index in
        let power = graph.power(inputs[1], index % 10 + 2)
        let product = graph.apply(.multiply, inputs[0], power)
        return graph.apply(.multiply, product, graph.constant(index + 1))
      }
      return graph.chain(.add, terms)
    }
    let (x, y) = (0.5, 1.25)
    var expected = [0.0, 0, 0]
    for index in 0..<count {
      let (n, c) = (Double(index % 10 + 2), Double(index + 1))
      expected[0] += c * x * pow(y, n)
      expected[1] += c * pow(y, n)
      expected[2] += c * x * n * pow(y, n - 1)
    }
    let found = scaling.values(at: [x, y])
    for (value, other) in zip(found, expected) { #expect(isClose(value, other)) }
    // A coefficient, a power, a product and a sum for each of ten powers.
    #expect(scaling.valueOperations <= 40)
  }

  @Test func `products of sums that meet nowhere stay products`() {
    let count = 200
    let scaling = Scaling(["x", "y", "z"]) { graph, inputs in
      let terms = (0..<count).map { index in
        let a = graph.apply(.multiply, graph.constant(index + 2), inputs[1])
        let b = graph.apply(.multiply, graph.constant(index + 3), inputs[0])
        let sum = graph.apply(.add, inputs[0], a)
        return graph.apply(.multiply, sum, graph.apply(.subtract, inputs[2], b))
      }
      return graph.chain(.add, terms)
    }
    let (x, y, z) = (0.5, 0.25, 2.0)
    var expected = [0.0, 0, 0, 0]
    for index in 0..<count {
      let (m, n) = (Double(index + 2), Double(index + 3))
      let (a, b) = (x + m * y, z - n * x)
      expected[0] += a * b
      expected[1] += b - n * a
      expected[2] += m * b
      expected[3] += a
    }
    let found = scaling.values(at: [x, y, z])
    for (value, other) in zip(found, expected) { #expect(isClose(value, other)) }
    #expect(scaling.valueOperations <= 6 * count)
  }

  @Test func `a deep continued fraction is the golden ratio`() {
    let scaling = Scaling(["x"]) { graph, inputs in
      let one = graph.constant(1)
      return (0..<1000).reduce(inputs[0]) { tower, _ in graph.apply(.add, one, graph.apply(.divide, one, tower)) }
    }
    let found = scaling.values(at: [1])
    #expect(isClose(found[0], (1 + 5.0.squareRoot()) / 2))
    #expect(found[1] == 0 || abs(found[1]) < 1e-300)
  }

  @Test func `repeated squaring is one power while its exponent is exact`() {
    func squared(_ times: Int) -> Scaling {
      Scaling(["x"]) { graph, inputs in (0..<times).reduce(inputs[0]) { base, _ in graph.power(base, 2) } }
    }
    let short = squared(20)
    #expect(short.valueOperations == 1)
    #expect(short.values(at: [1]) == [1, 1_048_576])
    // Exponents end where exact arithmetic does.
    let long = squared(2000)
    #expect(long.valueOperations <= 2000)
    #expect(long.values(at: [0.5])[0] == 0)
  }

  @Test func `high powers of sums are not multiplied out`() {
    let scaling = Scaling(["a", "b"]) { graph, inputs in
      let sum = graph.power(graph.apply(.add, inputs[0], inputs[1]), 20)
      let difference = graph.power(graph.apply(.subtract, inputs[0], inputs[1]), 20)
      return graph.apply(.multiply, sum, difference)
    }
    #expect(scaling.valueOperations <= 4)
    let found = scaling.values(at: [1.5, 0.25])
    let (a, b) = (1.5 * 1.5, 0.25 * 0.25)
    #expect(isClose(found[0], pow(a - b, 20)))
    #expect(isClose(found[1], 20 * pow(a - b, 19) * 3))
    #expect(isClose(found[2], -20 * pow(a - b, 19) * 0.5))
  }

  @Test func `a product of many exponentials is one`() {
    let count = 300
    let scaling = Scaling(["x"]) { graph, inputs in
      let factors = (1...count).map { index in
        let product = graph.apply(.multiply, graph.constant(index), inputs[0])
        return graph.apply(.exp, graph.apply(.divide, product, graph.constant(count * count)))
      }
      return graph.chain(.multiply, factors)
    }
    let exponent = Double(count + 1) / Double(2 * count)
    let found = scaling.values(at: [0.5])
    #expect(isClose(found[0], exp(0.5 * exponent)))
    #expect(isClose(found[1], exponent * exp(0.5 * exponent)))
  }

  @Test(arguments: [10, 300])
  func `every pair of squares that adds up to one is found`(_ count: Int) {
    let scaling = Scaling(["x"]) { graph, inputs in
      let pairs = (1...count).map { index in
        let angle = graph.apply(.multiply, graph.constant(index), inputs[0])
        let sine = graph.power(graph.apply(.sin, angle), 2)
        return graph.apply(.add, sine, graph.power(graph.apply(.cos, angle), 2))
      }
      return graph.chain(.add, pairs)
    }
    #expect(scaling.constant == Rational(count))
  }

  @Test func `coefficients of a deep nest stay of bounded length`() {
    let scaling = Scaling(["x"]) { graph, inputs in
      let half = graph.constant(.rational(.half))
      let third = graph.constant(.rational(Rational(1, 3)))
      return (0..<1000).reduce(inputs[0]) { nest, _ in
        graph.apply(.multiply, half, graph.apply(.add, third, nest))
      }
    }
    let found = scaling.values(at: [1])
    #expect(isClose(found[0], 1.0 / 3))
    #expect(abs(found[1]) < 1e-100)
  }
}
