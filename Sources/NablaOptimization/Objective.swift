/// A function of some real variables that is to be made small.
public protocol Objective {
  /// How many variables there are.
  var count: Int { get }

  /// The value at a point; its partial derivatives are written to `gradient`.
  ///
  /// What is not finite is allowed: a search goes back from where the function is not defined.
  mutating func evaluate(at x: [Double], gradient: inout [Double]) throws -> Double

  /// The second derivatives at a point: `count` rows of `count` numbers. Only Newton's method asks for them.
  mutating func hessian(at x: [Double]) throws -> [Double]
}
