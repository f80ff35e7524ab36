import Nabla
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

/// Arithmetic with the numbers of places in arrays: small ones are computed in vectors of floats, large ones are not,
/// and nobody sees a difference.
@Suite struct `Numbers of places` {
  private static let cases: [(text: String, value: @Sendable (Int, Int) -> Double)] = [
    ("v[i]^j", { i, j in [1.5, -0.5, 2, 0, 1, -1, 0.25][i].power(j) }),
    ("if j < i then v[i] else -v[i]", { i, j in (j < i ? 1 : -1) * [1.5, -0.5, 2, 0, 1, -1, 0.25][i] }),
    ("(3*j - i)//2 + 0*v[i]", { i, j in (Double(3 * j - i) / 2).rounded(.down) }),
    ("mod(i*j, 5) + 0*v[i]", { i, j in Double((i * j) % 5) }),
    ("abs(i - j) + max(i, 2*j) + 0*v[i]", { i, j in Double(abs(i - j) + max(i, 2 * j)) }),
    ("(i == j)*(j != 3) + 0*v[i]", { i, j in i == j && j != 3 ? 1 : 0 }),
    // 2^24 + 1 is no float of 32 bits, and 2^53 + 1 none of 64.
    ("(16777217*(j + 1) - 16777216*(j + 1)) + 0*v[i]", { _, j in Double(j + 1) }),
    ("(9007199254740993*(j + 1) - 9007199254740992*(j + 1)) + 0*v[i]", { _, j in Double(j + 1) }),
  ]

  @Test(arguments: cases.indices, [ElementType.f64, .f32])
  func `are what they are on paper`(_ number: Int, _ element: ElementType) throws {
    let (text, value) = Self.cases[number]
    let formula = try Formula(
      "f(v: [7]) = [\(text) for i in 0..<7, j in 0..<21]", options: CheckOptions(floatType: element))
    let v = [1.5, -0.5, 2, 0, 1, -1, 0.25]
    for backend in [Backend.interpreter, .c] {
      let found = try formula.values(at: ["v": NablaRuntime.Tensor(v)], backend: backend)[0].doubles
      for i in 0..<7 {
        for j in 0..<21 {
          let wanted = value(i, j)
          #expect(abs(found[21 * i + j] - wanted) <= 1e-6 * max(1, abs(wanted)), "\(text) \(backend) \(i) \(j)")
        }
      }
    }
  }
}

extension Double {
  /// The product of so many equal factors.
  fileprivate func power(_ count: Int) -> Double { (0..<count).reduce(1) { product, _ in product * self } }
}
