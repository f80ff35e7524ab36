/// The reference meaning of an elementwise operation in double precision.
///
/// `scalar` evaluates one point. `block` evaluates `count` points in one call, so that an interpreter pays for dispatch
/// once a block; it reads every operand at an index before it writes the result there, so a result may overwrite an
/// operand. Booleans are 0 and 1.
public struct Evaluation: Sendable {
  public typealias Scalar = @Sendable (Double, Double, Double) -> Double
  public typealias Block =
    @Sendable (
      _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ z: UnsafePointer<Double>,
      _ result: UnsafeMutablePointer<Double>, _ count: Int
    ) -> Void

  public let arity: Int
  public let scalar: Scalar
  public let block: Block

  // The closures are inlined into the loops: a loop costs its arithmetic, not a call an element.

  @inline(__always)
  static func one(_ f: @escaping @Sendable (Double) -> Double) -> Evaluation {
    Evaluation(
      arity: 1, scalar: { x, _, _ in f(x) },
      block: { x, _, _, result, count in for i in 0..<count { result[i] = f(x[i]) } })
  }

  @inline(__always)
  static func two(_ f: @escaping @Sendable (Double, Double) -> Double) -> Evaluation {
    Evaluation(
      arity: 2, scalar: { x, y, _ in f(x, y) },
      block: { x, y, _, result, count in for i in 0..<count { result[i] = f(x[i], y[i]) } })
  }

  @inline(__always)
  static func three(_ f: @escaping @Sendable (Double, Double, Double) -> Double) -> Evaluation {
    Evaluation(
      arity: 3, scalar: f,
      block: { x, y, z, result, count in for i in 0..<count { result[i] = f(x[i], y[i], z[i]) } })
  }

  @inline(__always)
  static func test(_ f: @escaping @Sendable (Double, Double) -> Bool) -> Evaluation {
    two { f($0, $1) ? 1 : 0 }
  }
}
