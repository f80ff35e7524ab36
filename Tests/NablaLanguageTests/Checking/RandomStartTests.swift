import Foundation
import Nabla
import NablaRuntime
import Testing

/// First values and noise have the distributions that their definitions say: not only the moments, but the whole
/// distribution function, by the test of Kolmogorov and Smirnov.
@Suite struct `Random starts and noise` {
  /// A distribution by its scale: the limit of a uniform one, the deviation of a normal one.
  enum Law: Sendable {
    case uniform(Double)
    case normal(mean: Double, Double)
    /// Cut at two deviations from the mean; the deviation is that before the cut.
    case cut(Double)

    func below(_ value: Double) -> Double {
      func phi(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
      switch self {
      case .uniform(let limit): return min(max((value / limit + 1) / 2, 0), 1)
      case .normal(let mean, let deviation): return phi((value - mean) / deviation)
      case .cut(let deviation):
        return min(max((phi(value / deviation) - phi(-2)) / (phi(2) - phi(-2)), 0), 1)
      }
    }
  }

  /// The deviation after a cut at two deviations.
  private static let kept = 0.87962566103423978

  private func values(_ text: String, _ point: [String: NablaRuntime.Tensor] = [:], seed: Int = 11) throws -> [Double] {
    try Formula(text, options: CheckOptions(training: true)).started(seed: seed).value(at: point, backend: .interpreter)
      .doubles
  }

  /// Far from a distribution by chance is once in a thousand samples.
  private func expect(_ values: [Double], _ law: Law) {
    let sorted = values.sorted()
    let count = Double(sorted.count)
    var distance = 0.0
    for (index, value) in sorted.enumerated() {
      let below = law.below(value)
      distance = max(distance, abs(below - Double(index) / count), abs(below - Double(index + 1) / count))
    }
    #expect(distance * count.squareRoot() < 1.95, "\(distance) of \(count) numbers")
  }

  /// With i inputs and o outputs: a matrix of 150 by 90, a kernel of 3 by 3 places, 30 channels and 50 filters.
  private static let shapes: [(shape: [Int], i: Double, o: Double)] = [
    ([150, 90], 150, 90), ([3, 3, 30, 50], 270, 450),
  ]

  @Test(arguments: shapes)
  func `initialisers`(_ shape: [Int], _ i: Double, _ o: Double) throws {
    let cut = Self.kept
    let laws: [(String, Law)] = [
      ("glorot_uniform(", .uniform((6 / (i + o)).squareRoot())),
      ("glorot_normal(", .cut((2 / (i + o)).squareRoot() / cut)),
      ("he_uniform(", .uniform((6 / i).squareRoot())), ("he_normal(", .cut((2 / i).squareRoot() / cut)),
      ("lecun_uniform(", .uniform((3 / i).squareRoot())), ("lecun_normal(", .cut((1 / i).squareRoot() / cut)),
      ("torch_uniform(", .uniform((1 / i).squareRoot())), ("uniform(-0.05, 0.05, ", .uniform(0.05)),
      ("normal(0, 0.05, ", .normal(mean: 0, 0.05)), ("truncated_normal(0, 0.05, ", .cut(0.05)),
      ("variance_scaling(2, \"fan_out\", \"uniform\", ", .uniform((6 / o).squareRoot())),
      ("variance_scaling(1, \"fan_avg\", \"untruncated_normal\", ", .normal(mean: 0, (2 / (i + o)).squareRoot())),
      ("variance_scaling(", .cut((1 / i).squareRoot() / cut)),
    ]
    for (call, law) in laws { expect(try values("f() = \(call)shape: \(shape))"), law) }
  }

  private static let turned: [(shape: [Int], gain: Double)] = [
    ([6, 6], 1), ([9, 4], 1), ([4, 9], 2), ([3, 3, 2, 5], 0.5), ([1, 7], 1),
  ]

  @Test(arguments: turned)
  func `orthogonal starts`(_ shape: [Int], _ gain: Double) throws {
    let numbers = try values("f() = orthogonal(\(gain), shape: \(shape))")
    let columns = shape.last ?? 1
    let rows = numbers.count / columns
    // The shorter side's vectors are perpendicular to each other.
    let isTall = rows >= columns
    let vectors = (0..<min(rows, columns)).map { vector in
      (0..<max(rows, columns)).map { isTall ? numbers[$0 * columns + vector] : numbers[vector * columns + $0] }
    }
    for (a, first) in vectors.enumerated() {
      for (b, second) in vectors.enumerated() {
        let product = zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (a == b ? gain * gain : 0)) < 1e-12)
      }
    }
  }

  @Test func `other starts`() throws {
    #expect(try values("f() = forget_bias(shape: [8])") == [0, 0, 1, 1, 0, 0, 0, 0])
    #expect(try values("f() = identity_matrix(2, shape: [2, 3])") == [2, 0, 0, 0, 2, 0])
  }

  @Test func `noise of layers`() throws {
    let count = 20_000
    let zeros = ["x": NablaRuntime.Tensor(Array(repeating: 0, count: count), shape: [count / 10, 10])]
    let ones = ["x": NablaRuntime.Tensor(Array(repeating: 1, count: count), shape: [count / 10, 10])]
    expect(try values("f(x: [m, 10]) = gaussian_noise(x, 0.3)", zeros), .normal(mean: 0, 0.3))
    expect(
      try values("f(x: [m, 10]) = gaussian_dropout(x, 0.2)", ones), .normal(mean: 1, (0.2 / 0.8).squareRoot()))
    let dropped = try values("f(x: [m, 10]) = dropout(x, 0.2)", ones)
    #expect(Set(dropped) == [0, 1.25])
    // Within four deviations of the share of a binomial distribution.
    let share = Double(dropped.count { $0 == 0 }) / Double(count)
    #expect(abs(share - 0.2) < 4 * (0.2 * 0.8 / Double(count)).squareRoot())
  }

  @Test func `alpha dropout keeps mean and variance`() throws {
    let kept = try values("f() = alpha_dropout(normal(shape: [40000]), 0.2)")
    let mean = kept.reduce(0, +) / 40_000
    let variance = kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000
    #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.05, "\(mean), \(variance)")
  }

  @Test func `spatial dropout drops whole channels`() throws {
    let text = "f(x: [m, 3, 3, 8]) = spatial_dropout(x, 0.5)"
    let found = try values(text, ["x": NablaRuntime.Tensor(Array(repeating: 1, count: 20 * 72), shape: [20, 3, 3, 8])])
    var dropped = 0
    for example in 0..<20 {
      for channel in 0..<8 {
        let places = (0..<9).map { found[example * 72 + $0 * 8 + channel] }
        #expect(Set(places).count == 1 && (places[0] == 0 || places[0] == 2))
        dropped += places[0] == 0 ? 1 : 0
      }
    }
    #expect((50..<110).contains(dropped))
  }

  @Test(arguments: [
    "dropout(x)", "gaussian_noise(x)", "gaussian_dropout(x)", "alpha_dropout(x)", "spatial_dropout(x)",
  ])
  func `noise is for training only`(_ call: String) throws {
    let formula = try Formula("f(x: [2, 3]) = \(call)")
    let x: NablaRuntime.Tensor = [[1, 2, 3], [4, 5, 6]]
    #expect(try formula.value(at: ["x": x], backend: .interpreter) == x)
  }
}
