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
    environment: [String: String]? = nil, options: CompilerOptions = CompilerOptions()
  ) throws(CompilerError) {
    let environment = environment ?? ProcessInfo.processInfo.environment
    self.options = options
    guard let directory = KernelCache.standardPath(environment: environment) else {
      compiler = try CCompiler.find(environment: environment)
      cache = nil
      note = "no home directory: compiled kernels are not kept"
      return
    }
    let opened = Result { () throws(CompilerError) in try KernelCache(path: directory) }
    cache = try? opened.get()
    compiler = try CCompiler.find(
      environment: environment, known: KnownCompilers(directory: cache == nil ? nil : directory))
    if case .failure(let error) = opened {
      note = "compiled kernels are not kept: \(error)"
    } else {
      note = nil
    }
  }

  /// Compiles all roots of a program to one kernel, or takes it from the cache.
  ///
  /// - Parameter threads: the most that share a call, of a program of arrays; no result depends on it.
  /// - Throws: ``CompilerError``; the source of a refused kernel is kept and named.
  public func compile(_ program: Program, threads: Int = 1) throws(CompilerError) -> CompiledKernel {
    try compile(program, threads: threads, profiles: false)
  }

  /// - Parameter profiles: whether the kernel takes the time of every kernel over arrays in it.
  func compile(_ program: Program, threads: Int, profiles: Bool) throws(CompilerError)
    -> CompiledKernel
  {
    let order = try Order(program, for: self, threads: threads, profiles: profiles)
    if let kernel = found(order) { return kernel }
    let work = if let cache { try cache.workDirectory() } else { try PrivateDirectory.temporary().url }
    try CompilerDriver(compiler: compiler, options: options).compile(order.kernel.source, flags: order.flags, in: work)
    // Loaded where it was made, so that nobody can take it away before; a loaded library needs its file no more.
    let kernel = try order.load(work.appendingPathComponent(CompilerDriver.libraryName).path)
    if let cache {
      // A kernel that cannot be kept still runs.
      try? cache.publish(work, as: order.key)
    } else {
      try? FileManager.default.removeItem(at: work)
    }
    return kernel
  }

  /// The library of a C text, compiled or from the cache.
  ///
  /// - Parameters:
  ///   - statements: how long it is.
  ///   - contracting: whether products and sums may become fused multiply-adds.
  func library(of source: String, statements: Int, contracting: Bool) throws(CompilerError) -> NativeLibrary {
    var flags = options.flags(for: compiler, statements: statements)
    if contracting { flags.append("-ffp-contract=fast") }
    let key = KernelCache.key([
      source, flags.joined(separator: " "), compiler.path, compiler.version, Processor.identity,
    ])
    if let known = cache?.library(for: key), let library = try? NativeLibrary(path: known) { return library }
    let work = if let cache { try cache.workDirectory() } else { try PrivateDirectory.temporary().url }
    try CompilerDriver(compiler: compiler, options: options).compile(source, flags: flags, in: work)
    let library = try NativeLibrary(path: work.appendingPathComponent(CompilerDriver.libraryName).path)
    if let cache {
      try? cache.publish(work, as: key)
    } else {
      try? FileManager.default.removeItem(at: work)
    }
    return library
  }

  /// The kernel of a program if it is in the cache.
  ///
  /// - Throws: ``CompilerError`` where there can be no kernel of the program.
  public func cached(_ program: Program, threads: Int = 1) throws(CompilerError) -> CompiledKernel? {
    found(try Order(program, for: self, threads: threads))
  }

  /// What has been measured of products of matrices with this compiler on this processor.
  var choices: TileChoices { choicesFile.map { TileChoices($0) } ?? TileChoices() }

  /// Where that is kept; `nil` without a cache.
  var choicesFile: URL? {
    cache?.directory.appendingPathComponent(
      "tiles-" + KernelCache.key([compiler.path, compiler.version, Processor.identity]))
  }

  /// A kernel as it is to be made, before it is known whether it has been made already.
  private struct Order {
    let signature: Signature
    let kernel: CKernel
    let flags: [String]
    let key: String

    init(_ program: Program, for compiler: KernelCompiler, threads: Int, profiles: Bool = false)
      throws(CompilerError)
    {
      do {
        signature = try Signature(program)
      } catch {
        throw .lowering(error)
      }
      let vectors = compiler.compiler.family != .other
      // Without products there is nothing to look a file up for, which takes its part of loading a small kernel.
      let choices = program.graph.hasProducts ? compiler.choices : TileChoices()
      kernel = try CKernel(
        program, unit: compiler.options.unit, vectors: vectors, profiles: profiles,
        sharing: ArrayPlan.Sharing(
          threads: vectors ? threads : 1, grain: compiler.options.grain, fuses: vectors,
          reorders: compiler.options.contracts,
          choices: choices))
      flags = compiler.options.flags(for: compiler.compiler, statements: kernel.statementCount)
      key = KernelCache.key([
        kernel.source, flags.joined(separator: " "), compiler.compiler.path, compiler.compiler.version,
        Processor.identity,
      ])
    }

    func load(_ path: String) throws(CompilerError) -> CompiledKernel {
      try CompiledKernel(
        path: path, signature: signature, workspaceSize: kernel.workspaceSize, sites: kernel.sites,
        threads: kernel.threads, profiled: kernel.profiled)
    }
  }

  private func found(_ order: Order) -> CompiledKernel? {
    // An entry may leave between the look and the load: then it is made again.
    guard let library = cache?.library(for: order.key), var kernel = try? order.load(library) else { return nil }
    kernel.isFromCache = true
    return kernel
  }
}

extension Graph {
  /// Whether there may be products of matrices.
  fileprivate var hasProducts: Bool {
    !functions.isEmpty
      || ids.contains { id in
        if elementwise(id) != nil { return false }
        switch operation(of: id) {
        case .contract, .convolve: return true
        default: return false
        }
      }
  }
}
