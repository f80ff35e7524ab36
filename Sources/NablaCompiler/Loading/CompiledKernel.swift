import NablaRuntime

/// A kernel of machine code.
public struct CompiledKernel: Executable {
  /// The kernel interface: `f(args, results, dims, workspace, parallel)`.
  typealias Function =
    @convention(c) @Sendable (
      _ args: UnsafePointer<UnsafeRawPointer>, _ results: UnsafePointer<UnsafeMutableRawPointer>,
      _ dims: UnsafePointer<Int>, _ workspace: UnsafeMutableRawPointer?, _ parallel: UnsafeRawPointer?
    ) -> Void

  public let signature: Signature
  /// Bytes of scratch memory that a call takes.
  public let workspaceSize: Int
  /// Whether the library was found in the cache, not compiled.
  public internal(set) var isFromCache = false
  private let function: Function
  private let library: NativeLibrary

  /// Loads a kernel from a library that ``CKernel`` wrote.
  init(path: String, signature: Signature, workspaceSize: Int) throws(CompilerError) {
    self.signature = signature
    self.workspaceSize = workspaceSize
    library = try NativeLibrary(path: path)
    function = unsafeBitCast(try library.symbol(CKernel.symbol), to: Function.self)
  }

  public func workspace(points: Int) -> Int { workspaceSize }

  public func run(
    arguments: UnsafePointer<UnsafeRawPointer>, results: UnsafePointer<UnsafeMutableRawPointer>,
    dimensions: UnsafePointer<Int>
  ) throws(ExecutionError) {
    if workspaceSize == 0 {
      function(arguments, results, dimensions, nil, nil)
    } else {
      withUnsafeTemporaryAllocation(byteCount: workspaceSize, alignment: 64) {
        function(arguments, results, dimensions, $0.baseAddress, nil)
      }
    }
  }
}
