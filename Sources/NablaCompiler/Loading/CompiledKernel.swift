import CNablaPool
import NablaDiagnostics
import NablaRuntime

/// A kernel of machine code.
public struct CompiledKernel: Executable {
  public let signature: Signature
  /// Bytes of scratch memory that a call takes.
  public let workspaceSize: Int
  /// Whether the library was found in the cache, not compiled.
  public internal(set) var isFromCache = false
  /// Workspaces that are too large for the stack.
  private let workspaces: WorkspacePool?
  private static let stackLimit = 16 << 10
  /// Where in the source a call can fail; empty if it cannot.
  private let sites: [[SourceRange]]
  /// The function itself, for callers that check for themselves; an index out of range goes unnoticed there.
  public let function: KernelFunction
  /// What it counts, if it takes the time of its kernels.
  let counters: KernelCounters?
  /// The most threads that share a call.
  public let threads: Int
  /// The pool, for those.
  private var parallel: UnsafeRawPointer? { UnsafeRawPointer(nabla_pool_parallel(Int64(threads))) }

  /// Loads a kernel from a library that ``CKernel`` wrote.
  init(
    path: String, signature: Signature, workspaceSize: Int, sites: [[SourceRange]] = [], threads: Int = 1,
    profiled: Int = 0
  ) throws(CompilerError) {
    self.threads = threads
    self.signature = signature
    self.workspaceSize = workspaceSize
    workspaces = workspaceSize > CompiledKernel.stackLimit ? WorkspacePool(size: workspaceSize) : nil
    self.sites = sites
    let library = try NativeLibrary(path: path)
    counters =
      profiled > 0
      ? KernelCounters(try library.symbol(CProfile.symbol), count: profiled, library: library) : nil
    function = try KernelFunction(CKernel.symbol, in: library)
  }

  public func workspace(points: Int) -> Int { workspaceSize }

  public func run(
    arguments: UnsafePointer<UnsafeRawPointer>, results: UnsafePointer<UnsafeMutableRawPointer>,
    dimensions: UnsafePointer<Int>
  ) throws(ExecutionError) {
    // Nothing of the kernel is copied where there is no workspace: such calls take a few nanoseconds.
    if workspaceSize == 0 {
      return function.address(arguments, results, dimensions, nil, threads > 1 ? parallel : nil)
    }
    let parallel = threads > 1 ? parallel : nil
    let failure = CompiledKernel.withWorkspace(workspaceSize, workspaces) {
      [function, sites] workspace in
      function.address(arguments, results, dimensions, workspace, parallel)
      return workspace.flatMap { CompiledKernel.failure(in: UnsafeRawPointer($0), sites) }
    }
    if let failure { throw failure }
  }

  @inline(never)
  private static func withWorkspace(
    _ size: Int, _ workspaces: WorkspacePool?, _ call: (UnsafeMutableRawPointer?) -> ExecutionError?
  ) -> ExecutionError? {
    if let workspaces { return workspaces.withWorkspace(call) }
    return withUnsafeTemporaryAllocation(byteCount: size, alignment: 64) { call($0.baseAddress) }
  }

  /// What the kernel left at the beginning of its workspace.
  private static func failure(in workspace: UnsafeRawPointer, _ sites: [[SourceRange]]) -> ExecutionError? {
    if sites.isEmpty { return nil }
    func number(_ place: Int) -> Int { workspace.load(fromByteOffset: 8 * place, as: Int.self) }
    guard number(0) > 0 else { return nil }
    return .indexOutOfRange(
      IndexOutOfRange(
        value: number(1), extent: number(2), axis: number(3), ranges: sites[number(0) - 1], point: number(4)))
  }
}
