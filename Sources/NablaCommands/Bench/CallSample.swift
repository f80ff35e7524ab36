import NablaCompiler
import NablaRuntime

/// What one call at one point takes, by what stands between the caller and the kernel.
struct CallSample {
  /// Through ``PointCall``, which checks and copies.
  let checked: Sample
  /// Through ``KernelFunction``.
  let kernel: Sample

  /// Calls in a row, so that the clock does not count.
  private static let calls = 1000

  /// - Returns: `nil` for numbers that are not `f64`, and kernels with a workspace.
  init?(_ kernel: CompiledKernel, _ columns: BenchmarkColumns) throws {
    guard kernel.workspaceSize == 0, let call = PointCall(kernel) else { return nil }
    let point = [Double](repeating: 0.5, count: kernel.signature.inputs.reduce(0) { $0 + $1.count })
    var values = [Double](repeating: 0, count: kernel.signature.outputs.reduce(0) { $0 + $1.count })
    checked = try point.withUnsafeBufferPointer { point in
      try values.withUnsafeMutableBufferPointer { values in
        try Sample.measure(per: CallSample.calls) {
          for _ in 0..<CallSample.calls { try call.evaluate(at: point, into: values) }
        }
      }
    }
    let function = kernel.function
    self.kernel = columns.withAddresses { arguments, results, dimensions in
      Sample.measure(per: CallSample.calls) {
        for _ in 0..<CallSample.calls { function(arguments: arguments, results: results, dimensions: dimensions) }
      }
    }
  }
}
