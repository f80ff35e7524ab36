import NablaCompiler
import NablaGraph
import NablaRuntime

extension Formula {
  /// The value of a function of one scalar result, at one point.
  ///
  /// - Parameter point: a value for every parameter without a default.
  public func evaluate(_ point: [String: Double], backend: Backend = .auto) throws -> Double {
    try numbers([.value], at: point, backend: backend)[0].value
  }

  /// The partial derivatives at one point, by parameter.
  public func gradient(_ point: [String: Double], backend: Backend = .auto) throws -> [String: Double] {
    let numbers = try numbers([.gradient], at: point, backend: backend)
    return Dictionary(numbers.map { (parameters[$0.output.by[0]], $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The second derivatives at one point; `[i][j]` by the parameters in calling order.
  public func hessian(_ point: [String: Double], backend: Backend = .auto) throws -> [[Double]] {
    let numbers = try numbers([.hessian], at: point, backend: backend).map(\.value)
    let width = Int(Double(numbers.count).squareRoot())
    return stride(from: 0, to: numbers.count, by: max(width, 1)).map { Array(numbers[$0..<$0 + width]) }
  }

  /// Compiles the function for many calls: see `Executable`.
  public func compiled(
    _ wants: [Want] = [.value], by parameters: [String]? = nil, backend: Backend = .auto
  ) throws -> any Executable {
    try Evaluator(self, wants, by: parameters, backend: backend).executable
  }

  private func numbers(
    _ wants: [Want], at point: [String: Double], backend: Backend
  ) throws -> [(output: DerivedProgram.Output, value: Double)] {
    let evaluator = try Evaluator(self, wants, backend: backend)
    var point = point
    for (name, value) in defaults where point[name] == nil { point[name] = value.double }
    let columns = try evaluator.executable.evaluate(point.mapValues { [$0] })
    return zip(evaluator.derived.outputs, columns).map { ($0, $1.first ?? .nan) }
  }
}
