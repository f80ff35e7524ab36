import Testing

@testable import NablaLanguage

/// A product's slope by an element is the product of the others: zeros are no exception, nor are sizes that are names.
@Suite struct `Derivatives of products` {
  private static let text = """
    p(x: [n]) = prod(x)
    d(x: [n]) = grad(p)(x)
    forward(x: [n], v: [n]) = jvp(p)(x, v)
    curved(x: [n], v: [n]) = hvp(p)(x, v)
    rows(x: [m, n]) = sum(prod(x, axis: 1))
    byRow(x: [m, n]) = grad(rows)(x)
    columns(x: [m, n]) = sum(prod(x, axis: 0))
    byColumn(x: [m, n]) = grad(columns)(x)
    all(x: [m, n]) = prod(x)
    byAll(x: [m, n]) = grad(all)(x)
    """

  /// The product of all elements but those at some places.
  private func rest(_ x: [Double], without places: Int...) -> Double {
    x.indices.reduce(1) { places.contains($1) ? $0 : $0 * x[$1] }
  }

  private func slopes(_ x: [Double]) -> [Double] { x.indices.map { rest(x, without: $0) } }

  private func isClose(_ a: Tensor?, _ b: [Double]) -> Bool {
    guard let a, a.elements.count == b.count else { return false }
    return zip(a.elements, b).allSatisfy { NablaLanguageTests.isClose($0, $1) }
  }

  /// Sizes as names, sizes that are unrolled, and sizes that are not.
  @Test(arguments: [(false, 4), (true, 1), (true, 4), (true, 32), (true, 33), (true, 40), (false, 40)], [0, 1, 2])
  func `vectors`(_ size: (isKnown: Bool, count: Int), _ zeros: Int) throws {
    let n = size.count
    let sizes = ["n": n, "m": 2]
    let program = Checked(Self.text, CheckOptions(sizes: size.isKnown ? sizes : [:]))
    var x = (0..<n).map { 1.5 - Double($0 * 7 % 11) / 8 + 0.01 }
    for zero in 0..<min(zeros, n) { x[zero * (n - 1)] = 0 }
    let v = (0..<n).map { Double($0 % 3) - 0.5 }
    func result(_ name: String, _ inputs: [Double]...) throws -> Tensor? {
      let inputs = inputs.map { Tensor($0, [n]) }
      return try ProgramEvaluator.evaluate(try program.program(name), inputs, sizes: sizes)["value"]
    }
    let slopes = slopes(x)
    #expect(isClose(try result("d", x), slopes))
    let forward = try result("forward", x, v)?.elements.first ?? .nan
    #expect(abs(forward - zip(slopes, v).reduce(0) { $0 + $1.0 * $1.1 }) <= 1e-12 * slopes.reduce(1) { $0 + abs($1) })
    let curved = x.indices.map { i in
      x.indices.reduce(0.0) { $1 == i ? $0 : $0 + v[$1] * rest(x, without: i, $1) }
    }
    let found = try #require(try result("curved", x, v)).elements
    for (value, expected) in zip(found, curved) { #expect(abs(value - expected) <= 1e-10 * (1 + abs(expected))) }
  }

  @Test(arguments: [true, false], [3, 35])
  func `matrices`(_ isKnown: Bool, _ n: Int) throws {
    let sizes = ["n": n, "m": 2]
    let program = Checked(Self.text, CheckOptions(sizes: isKnown ? sizes : [:]))
    var x = (0..<2 * n).map { 1.25 - Double($0 * 5 % 7) / 8 }
    x[1] = 0
    func result(_ name: String) throws -> Tensor? {
      try ProgramEvaluator.evaluate(try program.program(name), [Tensor(x, [2, n])], sizes: sizes)["value"]
    }
    #expect(isClose(try result("byRow"), slopes(Array(x[..<n])) + slopes(Array(x[n...]))))
    #expect(isClose(try result("byColumn"), Array(x[n...]) + Array(x[..<n])))
    #expect(isClose(try result("byAll"), slopes(x)))
  }
}
