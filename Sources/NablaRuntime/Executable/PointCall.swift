import NablaGraph

/// A call at one point, prepared once and repeated: checked, without look-up or allocation of its own.
///
/// It binds every input and output to a place of its own memory, so that a call copies numbers in, runs and copies
/// numbers out. Not `Sendable`: each thread prepares its own.
public final class PointCall {
  public let executable: any Executable
  private let arguments: UnsafeMutablePointer<UnsafeRawPointer>
  private let results: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let dimensions: UnsafeMutablePointer<Int>
  private let inputs: UnsafeMutablePointer<Double>
  private let outputs: UnsafeMutablePointer<Double>
  private let inputCount: Int
  private let outputCount: Int

  /// - Returns: `nil` unless all inputs and outputs are `f64`.
  public init?(_ executable: any Executable) {
    let signature = executable.signature
    guard (signature.inputs + signature.outputs).allSatisfy({ $0.type.element == .f64 }) else { return nil }
    self.executable = executable
    inputCount = signature.inputs.reduce(0) { $0 + $1.count }
    outputCount = signature.outputs.reduce(0) { $0 + $1.count }
    inputs = .allocate(capacity: max(inputCount, 1))
    outputs = .allocate(capacity: max(outputCount, 1))
    inputs.initialize(repeating: 0, count: max(inputCount, 1))
    outputs.initialize(repeating: 0, count: max(outputCount, 1))
    arguments = .allocate(capacity: max(signature.inputs.count, 1))
    results = .allocate(capacity: max(signature.outputs.count, 1))
    dimensions = .allocate(capacity: 1 + signature.inputs.count + signature.outputs.count)
    dimensions.initialize(to: 1)
    arguments.initialize(to: UnsafeRawPointer(inputs))
    results.initialize(to: UnsafeMutableRawPointer(outputs))
    var offset = 0
    for (index, port) in signature.inputs.enumerated() {
      (arguments + index).initialize(to: UnsafeRawPointer(inputs + offset))
      (dimensions + 1 + index).initialize(to: port.count)
      offset += port.count
    }
    offset = 0
    for (index, port) in signature.outputs.enumerated() {
      (results + index).initialize(to: UnsafeMutableRawPointer(outputs + offset))
      (dimensions + 1 + signature.inputs.count + index).initialize(to: port.count)
      offset += port.count
    }
  }

  deinit {
    arguments.deallocate()
    results.deallocate()
    dimensions.deallocate()
    inputs.deallocate()
    outputs.deallocate()
  }

  /// Evaluates all outputs at one point.
  ///
  /// - Parameters:
  ///   - point: the inputs one after the other, in the signature's order.
  ///   - values: takes the outputs one after the other.
  /// - Throws: ``ExecutionError/indexOutOfRange(_:)``.
  /// - Precondition: as many numbers as the signature has.
  public func evaluate(
    at point: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>
  ) throws(ExecutionError) {
    precondition(point.count == inputCount, "as many numbers as the inputs have")
    precondition(values.count == outputCount, "as many numbers as the outputs have")
    if let base = point.baseAddress { inputs.update(from: base, count: inputCount) }
    try executable.run(arguments: arguments, results: results, dimensions: dimensions)
    if let base = values.baseAddress { base.update(from: outputs, count: outputCount) }
  }

  /// The same with arrays; allocates the result.
  public func callAsFunction(_ point: [Double]) throws(ExecutionError) -> [Double] {
    var values = [Double](repeating: 0, count: outputCount)
    try point.withUnsafeBufferPointer { point throws(ExecutionError) in
      try values.withUnsafeMutableBufferPointer { values throws(ExecutionError) in
        try evaluate(at: point, into: values)
      }
    }
    return values
  }
}
