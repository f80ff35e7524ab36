import NablaGraph
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
  /// Workspaces that are too large for the stack.
  private let workspaces: WorkspacePool?
  private static let stackLimit = 16 << 10
  /// Where a call can fail; empty if it cannot.
  private let sites: [Origin]
  private let function: Function
  private let library: NativeLibrary

  /// Loads a kernel from a library that ``CKernel`` wrote.
  init(
    path: String, signature: Signature, workspaceSize: Int, sites: [Origin] = []
  ) throws(CompilerError) {
    self.signature = signature
    self.workspaceSize = workspaceSize
    workspaces = workspaceSize > CompiledKernel.stackLimit ? WorkspacePool(size: workspaceSize) : nil
    self.sites = sites
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
      func call(_ workspace: UnsafeMutableRawPointer?) -> ExecutionError? {
        function(arguments, results, dimensions, workspace, nil)
        return workspace.flatMap { self.failure(in: UnsafeRawPointer($0)) }
      }
      let failure =
        if let workspaces {
          workspaces.withWorkspace(call)
        } else {
          withUnsafeTemporaryAllocation(byteCount: workspaceSize, alignment: 64) { call($0.baseAddress) }
        }
      if let failure { throw failure }
    }
  }

  /// What the kernel left at the beginning of its workspace.
  private func failure(in workspace: UnsafeRawPointer) -> ExecutionError? {
    if sites.isEmpty { return nil }
    func number(_ place: Int) -> Int { workspace.load(fromByteOffset: 8 * place, as: Int.self) }
    guard number(0) > 0 else { return nil }
    return .indexOutOfRange(
      IndexOutOfRange(
        value: number(1), extent: number(2), axis: number(3), ranges: sites[number(0) - 1].ranges, point: number(4)))
  }
}
