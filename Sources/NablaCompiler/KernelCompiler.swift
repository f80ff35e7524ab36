import Foundation
import NablaGraph
import NablaRuntime

/// The way from a program to machine code: plan → C → compiler → library → ``CompiledKernel``.
public struct KernelCompiler: Sendable {
  public let compiler: CCompiler
  /// Where libraries are kept; `nil` if none can be, and then each is made in a temporary directory.
  public let cache: KernelCache?
  public let options: CompilerOptions
  /// One line for a person if something is not as usual, such as a cache that cannot be trusted.
  public let note: String?

  public init(compiler: CCompiler, cache: KernelCache?, options: CompilerOptions = CompilerOptions()) {
    self.compiler = compiler
    self.cache = cache
    self.options = options
    note = nil
  }

  /// Finds a compiler and the user's cache.
  ///
  /// - Throws: ``CompilerError/noCompiler(searched:)``, ``CompilerError/badCompiler(path:reason:)``.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment, options: CompilerOptions = CompilerOptions()
  ) throws(CompilerError) {
    self.options = options
    guard let directory = KernelCache.standardDirectory(environment: environment) else {
      compiler = try CCompiler.find(environment: environment)
      cache = nil
      note = "no home directory: compiled kernels are not kept"
      return
    }
    let opened = Result { () throws(CompilerError) in try KernelCache(directory: directory) }
    cache = try? opened.get()
    compiler = try CCompiler.find(environment: environment, known: KnownCompilers(directory: cache?.directory))
    if case .failure(let error) = opened {
      note = "compiled kernels are not kept: \(error)"
    } else {
      note = nil
    }
  }

  /// Compiles all roots of a program to one kernel, or takes it from the cache.
  ///
  /// - Throws: ``CompilerError``; the source of a refused kernel is kept and named.
  public func compile(_ program: Program) throws(CompilerError) -> CompiledKernel {
    let signature: Signature
    do {
      signature = try Signature(program)
    } catch {
      throw .lowering(error)
    }
    let plan = try KernelPlan(program)
    let kernel = CKernel(plan, vectors: compiler.family != .other)
    let flags = options.flags(for: compiler, statements: kernel.statementCount)
    return try load(kernel.source, flags) { path throws(CompilerError) in
      try CompiledKernel(path: path, signature: signature, workspaceSize: kernel.workspaceSize)
    }
  }

  private func load(
    _ source: String, _ flags: [String], _ open: (String) throws(CompilerError) -> CompiledKernel
  ) throws(CompilerError) -> CompiledKernel {
    let key = KernelCache.key([
      source, flags.joined(separator: " "), compiler.path, compiler.version, Processor.identity,
    ])
    // An entry may leave between the look and the load: then it is made again.
    if let library = cache?.library(for: key), var kernel = try? open(library.path) {
      kernel.isFromCache = true
      return kernel
    }
    let work = if let cache { try cache.workDirectory() } else { try PrivateDirectory.temporary().url }
    try CompilerDriver(compiler: compiler, options: options).compile(source, flags: flags, in: work)
    // Loaded where it was made, so that nobody can take it away before; a loaded library needs its file no more.
    let kernel = try open(work.appendingPathComponent(CompilerDriver.libraryName).path)
    if let cache {
      // A kernel that cannot be kept still runs.
      try? cache.publish(work, as: key)
    } else {
      try? FileManager.default.removeItem(at: work)
    }
    return kernel
  }
}
