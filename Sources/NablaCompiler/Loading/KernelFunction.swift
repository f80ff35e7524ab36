/// The C function of a kernel, with nothing between it and the caller: for loops that cannot spare a nanosecond.
///
/// `f(args, results, dims, workspace, parallel)`: base addresses of the inputs and of the outputs, then the number of
/// points and the step of every column, as ``Executable/run(arguments:results:dimensions:)`` takes them. The library
/// stays loaded as long as somebody holds the value; any number of threads may call it.
public struct KernelFunction: Sendable {
  public typealias Address =
    @convention(c) @Sendable (
      _ args: UnsafePointer<UnsafeRawPointer>, _ results: UnsafePointer<UnsafeMutableRawPointer>,
      _ dims: UnsafePointer<Int>, _ workspace: UnsafeMutableRawPointer?, _ parallel: UnsafeRawPointer?
    ) -> Void

  /// Where it is; valid while the value is held.
  public let address: Address
  private let library: NativeLibrary

  init(_ name: String, in library: NativeLibrary) throws(CompilerError) {
    address = unsafeBitCast(try library.symbol(name), to: Address.self)
    self.library = library
  }

  /// Computes all points on this thread. Nothing is checked; see ``Executable/run(arguments:results:dimensions:)`` for
  /// what has to hold.
  ///
  /// - Parameter workspace: as many bytes as ``CompiledKernel/workspaceSize``, aligned to 64; `nil` where that is 0. No
  ///   two calls at once share it.
  @inlinable @inline(__always)
  public func callAsFunction(
    arguments: UnsafePointer<UnsafeRawPointer>, results: UnsafePointer<UnsafeMutableRawPointer>,
    dimensions: UnsafePointer<Int>, workspace: UnsafeMutableRawPointer? = nil
  ) {
    address(arguments, results, dimensions, workspace, nil)
  }
}
