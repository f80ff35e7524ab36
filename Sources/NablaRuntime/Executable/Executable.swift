import NablaGraph

/// A program that runs: the contract of every backend.
///
/// A call evaluates any number of points. Every input and output is a *column*: a base address and a stride, in
/// elements, from one point to the next. A stride of 0 is the same value at every point. A tensor takes its element
/// count, in row-major order, at every point. Elements are stored as `Double`, `Float`, `Int64`, `Int32`, and `UInt8` for
/// `bool` (0 or 1; any other byte counts as 1 on input).
///
/// Calls may run at once on any number of threads: an executable holds no state of a call.
public protocol Executable: Sendable {
  var signature: Signature { get }

  /// Evaluates all outputs at `dimensions[0]` points. This is the kernel interface; it checks and allocates nothing
  /// that it can avoid.
  ///
  /// - Parameters:
  ///   - arguments: the base address of each input.
  ///   - results: the base address of each output. An output overlaps no other column, except the input that the
  ///     program's alias table lends it, with equal strides.
  ///   - dimensions: the number of points, then the stride of each input, then the stride of each output.
  /// - Throws: ``ExecutionError/indexOutOfRange(_:)``, the only thing that can go wrong now; the outputs are then in
  ///   no particular state.
  /// - Precondition: every address is aligned for its element type and valid for all points.
  func run(
    arguments: UnsafePointer<UnsafeRawPointer>, results: UnsafePointer<UnsafeMutableRawPointer>,
    dimensions: UnsafePointer<Int>) throws(ExecutionError)

  /// Bytes that a call takes beside its columns.
  func workspace(points: Int) -> Int
}

/// Where a call reads an input.
public struct InputColumn {
  public var base: UnsafeRawPointer
  /// Elements from one point to the next; 0 repeats the first point.
  public var stride: Int

  public init(_ base: UnsafeRawPointer, stride: Int) {
    self.base = base
    self.stride = stride
  }
}

/// Where a call writes an output.
public struct OutputColumn {
  public var base: UnsafeMutableRawPointer
  /// Elements from one point to the next.
  public var stride: Int

  public init(_ base: UnsafeMutableRawPointer, stride: Int) {
    self.base = base
    self.stride = stride
  }
}

extension Executable {
  /// Evaluates all outputs at `points` points.
  ///
  /// - Throws: ``ExecutionError/indexOutOfRange(_:)``.
  /// - Precondition: one column an input and one an output, as ``run(arguments:results:dimensions:)`` demands.
  public func run(points: Int, inputs: [InputColumn], outputs: [OutputColumn]) throws(ExecutionError) {
    precondition(inputs.count == signature.inputs.count, "one column an input")
    precondition(outputs.count == signature.outputs.count, "one column an output")
    if points <= 0 { return }
    let arguments = inputs.map(\.base)
    let results = outputs.map(\.base)
    let dimensions = [points] + inputs.map(\.stride) + outputs.map(\.stride)
    try arguments.withUnsafeBufferPointer { arguments throws(ExecutionError) in
      try results.withUnsafeBufferPointer { results throws(ExecutionError) in
        try dimensions.withUnsafeBufferPointer { dimensions throws(ExecutionError) in
          // Every buffer has an element, except that of a program without inputs or without outputs.
          guard let d = dimensions.baseAddress, let r = results.baseAddress else { return }
          let none = UnsafeRawPointer(d)
          try withUnsafePointer(to: none) { none throws(ExecutionError) in
            try run(arguments: arguments.baseAddress ?? none, results: r, dimensions: d)
          }
        }
      }
    }
  }
}
