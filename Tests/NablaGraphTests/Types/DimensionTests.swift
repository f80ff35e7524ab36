import NablaGraph
import Testing

private let m = Dimension("m")
private let n = Dimension("n")

/// A dimension as the textual form spells it.
private func parsed(_ text: String) throws -> Dimension {
  let program = try Program(text: "program {\n  %0 = parameter \"x\" : f64[k*k + \(text)]\n}\n")
  // The square keeps an extent from being a negative number.
  return program.graph.parameters[0].type.shape.dimensions[0] - Dimension("k") * Dimension("k")
}

@Suite struct DimensionTests {
  @Test(arguments: [
    ("n + n", "2*n"), ("n - n", "0"), ("(m + n)*(m - n)", "m*m - n*n"), ("(n + 1)*(n - 1) + 1", "n*n"),
    ("n - 1", "n - 1"), ("-1 + n", "n - 1"), ("d*(d - 1)//2", "(d*d - d)//2"), ("(4*n + 6)//2", "2*n + 3"),
    ("(n - 1)//2 + 1", "(n + 1)//2"), ("(n + 1)//2", "(n + 1)//2"), ("n//2//3", "n//6"), ("n//-2", "(-n)//2"),
    ("-n//2", "(-n)//2"), ("-(n//2)", "-(n//2)"), ("m - n//2", "m - n//2"), ("mod(n, 2)", "mod(n, 2)"),
    ("mod(2*n + 5, 2)", "1"), ("mod(n, -3)", "-mod(-n, 3)"), ("mod(n, 1)", "0"), ("n//1", "n"),
    ("m*(n//2)", "m*(n//2)"),
    ("m*n//2", "(m*n)//2"), ("m//n", "m//n"), ("(m + 1)//(n - 1)", "(m + 1)//(n - 1)"), ("-7//2", "-4"),
    ("mod(-7, 2)", "1"),
    ("mod(7, -2)", "-1"), ("\"a b\" + 1", "\"a b\" + 1"), ("ñ₁", "ñ₁"), ("mod", "mod"), ("--n", "n"),
  ]) func `has one normal form`(text: String, normal: String) throws {
    #expect(try parsed(text).description == normal)
  }

  @Test(arguments: [
    Dimension(.max) + 1, Dimension(.max) * n * 2, Dimension(.min), n.floorDividing(by: 0), n.remainder(dividingBy: 0),
    Dimension.undefined - Dimension.undefined, Dimension.undefined * 0, Dimension.undefined.floorDividing(by: n),
    m.remainder(dividingBy: .undefined),
  ]) func `what no number is stays undefined`(dimension: Dimension) {
    #expect(dimension == .undefined)
    #expect(dimension.evaluate(["n": 3, "m": 2]) == nil)
    #expect(dimension.constant == nil)
  }

  @Test func `a short text cannot describe a huge polynomial`() {
    let product = (0..<40).reduce(Dimension(1)) { $0 * (Dimension("a\($1)") + Dimension("b\($1)")) }
    #expect(product == .undefined)
    let power = (0..<1000).reduce(Dimension(1)) { product, _ in product * Dimension("n") }
    #expect(power == .undefined)
    let nest = (0..<1000).reduce(Dimension("n")) { nest, _ in (nest + 1).floorDividing(by: Dimension("k")) }
    #expect(nest == .undefined)
    // What a network has is far from the limits: ten poolings take 2¹² over 2¹¹ - 1 to 2² - 1.
    let pooled = (0..<10).reduce(Dimension("h")) { h, _ in (h - 3).floorDividing(by: 2) + 1 }
    #expect((Dimension("b") * pooled * pooled * 64).evaluate(["b": 1, "h": 4096]) == 3 * 3 * 64)
  }

  /// Random expressions: the normal form has the value of the plain computation, and equal values of sizes agree.
  @Test(arguments: 0..<200 as Range<UInt64>) func `the normal form keeps the value`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let sizes = ["m": Int.random(in: -9...9, using: &random), "n": Int.random(in: -9...9, using: &random), "d": 5]
    func floor(_ a: Int, _ b: Int) -> Int { Int((Double(a) / Double(b)).rounded(.down)) }
    var pool: [(Dimension, Int?)] = sizes.map { (Dimension($0.key), $0.value) } + [(2, 2), (-3, -3), (1, 1)]
    for _ in 0..<25 {
      let (a, x) = try #require(pool.randomElement(using: &random))
      let (b, y) = try #require(pool.randomElement(using: &random))
      guard let x, let y, abs(x) < 1 << 20, abs(y) < 1 << 20 else { continue }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: pool.append((a + b, x + y))
      case 1: pool.append((a - b, x - y))
      case 2: pool.append((a * b, x * y))
      case 3: pool.append((a.floorDividing(by: b), y == 0 ? nil : floor(x, y)))
      default: pool.append((a.remainder(dividingBy: b), y == 0 ? nil : x - y * floor(x, y)))
      }
    }
    for (dimension, value) in pool where !dimension.isUndefined {
      // A quotient by zero that cancels symbolically may have a value.
      if let value { #expect(dimension.evaluate(sizes) == value, "\(dimension) at \(sizes)") }
      let constants = sizes.mapValues { Dimension($0) }
      if let value { #expect(dimension.substituting(constants).constant == value, "\(dimension) at \(sizes)") }
    }
  }

  @Test(arguments: 0..<50 as Range<UInt64>) func `the spelling reads back`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var pool: [Dimension] = [m, n, 1, 2, 7, Dimension("x y"), Dimension("mod")]
    for _ in 0..<12 {
      let a = try #require(pool.randomElement(using: &random))
      let b = try #require(pool.randomElement(using: &random))
      let made = [a + b, a - b, a * b, a.floorDividing(by: b), a.remainder(dividingBy: b)]
      pool.append(try #require(made.randomElement(using: &random)))
    }
    for dimension in pool where !dimension.isUndefined { #expect(try parsed("(\(dimension))") == dimension) }
  }

  @Test func `names its symbols`() {
    let dimension = (Dimension("a") + 1).floorDividing(by: Dimension("b")) * Dimension("c").remainder(dividingBy: 2)
    #expect(dimension.symbols == ["a", "b", "c"])
    #expect(dimension.evaluate(["a": 5, "b": 2]) == nil)
    #expect(dimension.evaluate(["a": 5, "b": 2, "c": 3]) == 3)
    #expect(dimension.evaluate(["a": 5, "b": 0, "c": 3]) == nil)
    #expect((Dimension("a") * Dimension("a")).evaluate(["a": .max]) == nil)
  }
}
