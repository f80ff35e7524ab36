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
    let environment = Environment(environment)
    self.options = options
    guard let directory = KernelCache.standardPath(environment: environment) else {
      compiler = try CCompiler.find(environment: environment, known: KnownCompilers(directory: nil))
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
    let request = try Request(program, for: self, threads: threads, profiles: profiles)
    if let kernel = known(request) { return kernel }
    let order = try Order(request)
    if let kernel = found(order, request) { return kernel }
    let work = if let cache { try cache.workDirectory() } else { try PrivateDirectory.temporary().url }
    let kernel = try made(order, request, in: work)
    if let cache {
      // A kernel that cannot be kept still runs.
      if (try? cache.publish(work, as: order.known.key)) != nil { note(order, request) }
    } else {
      try? FileManager.default.removeItem(at: work)
    }
    return kernel
  }

  /// Compiles a kernel in a directory and loads it there, so that nobody can take it away before; a loaded library needs
  /// its file no more.
  private func made(_ order: Order, _ request: Request, in work: URL) throws(CompilerError) -> CompiledKernel {
    let driver = CompilerDriver(compiler: compiler, options: options)
    let library = work.appendingPathComponent(CompilerDriver.libraryName).path
    try driver.compile(order.source, flags: order.flags, callsLibm: order.callsLibm, in: work)
    if !order.callsLibm {
      if let kernel = try? request.load(library, order.known) { return kernel }
      // A compiler for a machine that lacks instructions calls functions of its own.
      try driver.compile(order.source, flags: order.flags, in: work)
    }
    return try request.load(library, order.known)
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
    let request = try Request(program, for: self, threads: threads)
    if let kernel = known(request) { return kernel }
    return found(try Order(request), request)
  }

  /// The path of what has been measured of products of matrices with this compiler on this processor; `nil` without a
  /// cache.
  var choicesFile: String? {
    cache.map {
      "\($0.directoryPath)/tiles-" + KernelCache.key([compiler.path, compiler.version, Processor.identity])
    }
  }

  /// The kernel of a program that this build has compiled before: nothing is planned or written.
  private func known(_ request: Request) -> CompiledKernel? {
    guard let cache, let digest = request.digest, let known = cache.known(digest) else { return nil }
    return load(known, request)
  }

  /// The kernel of a text that has been compiled before, by whatever build.
  private func found(_ order: Order, _ request: Request) -> CompiledKernel? {
    guard let kernel = load(order.known, request) else { return nil }
    note(order, request)
    return kernel
  }

  private func load(_ known: KnownProgram, _ request: Request) -> CompiledKernel? {
    // An entry may leave between the look and the load: then it is made again.
    guard let library = cache?.library(for: known.key), var kernel = try? request.load(library, known) else {
      return nil
    }
    kernel.isFromCache = true
    return kernel
  }

  private func note(_ order: Order, _ request: Request) {
    if let digest = request.digest { cache?.note(order.known, for: digest) }
  }
}
