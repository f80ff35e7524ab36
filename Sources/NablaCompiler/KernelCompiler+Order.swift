import Foundation
import NablaGraph
import NablaRuntime

extension KernelCompiler {
  /// A program of which a kernel is wanted, before anything is planned.
  struct Request {
    let program: Program
    let compiler: KernelCompiler
    let threads: Int
    let profiles: Bool
    let signature: Signature
    /// What has been measured of products of matrices; `nil` where the program has none.
    private let choices: [UInt8]?
    /// The name of all that the text of the kernel depends on; `nil` if there is no place where it would be known.
    let digest: String?

    init(_ program: Program, for compiler: KernelCompiler, threads: Int, profiles: Bool = false)
      throws(CompilerError)
    {
      do {
        signature = try Signature(program)
      } catch {
        throw .lowering(error)
      }
      self.program = program
      self.compiler = compiler
      self.profiles = profiles
      // What shares is written in vectors.
      self.threads = compiler.usesVectors ? threads : 1
      // Without products there is nothing to look a file up for, which takes its part of loading a small kernel.
      choices = program.graph.hasProducts ? compiler.choicesFile.flatMap { FileBytes.read($0) } : nil
      digest = compiler.cache == nil ? nil : Request.digest(program, compiler, self.threads, profiles, choices)
    }

    /// How the kernel is planned.
    var sharing: ArrayPlan.Sharing {
      let options = compiler.options
      return ArrayPlan.Sharing(
        threads: threads, grain: options.grain, fuses: compiler.usesVectors, reorders: options.contracts,
        choices: choices.map { TileChoices($0) } ?? TileChoices())
    }

    func load(_ path: String, _ known: KnownProgram) throws(CompilerError) -> CompiledKernel {
      try CompiledKernel(
        path: path, signature: signature, workspaceSize: known.workspaceSize, sites: known.sites,
        threads: known.threads, profiled: known.profiled)
    }

    private static func digest(
      _ program: Program, _ compiler: KernelCompiler, _ threads: Int, _ profiles: Bool, _ choices: [UInt8]?
    ) -> String? {
      // Another build may plan and write otherwise.
      guard let build = BuildIdentity.own else { return nil }
      let options = compiler.options
      var text = ProgramBytes(program)
      for part in [compiler.compiler.path, compiler.compiler.version, Processor.identity] { text.write(part) }
      for number in [
        Processor.lastCacheSize, options.native ? 1 : 0, Int(bitPattern: UInt(options.grain.bitPattern)),
        options.unit.bytes, options.unit.registers, options.contracts ? 1 : 0, threads, profiles ? 1 : 0,
      ] { text.write(number) }
      text.write(build)
      text.write(choices ?? [])
      return SHA256.hexadecimal(text.bytes)
    }
  }

  /// A kernel as it is to be made, before it is known whether it has been made already.
  struct Order {
    let source: String
    let flags: [String]
    let callsLibm: Bool
    let known: KnownProgram

    init(_ request: Request) throws(CompilerError) {
      let compiler = request.compiler
      let kernel = try CKernel(
        request.program, unit: compiler.options.unit, vectors: compiler.usesVectors, profiles: request.profiles,
        sharing: request.sharing)
      source = kernel.source
      flags = compiler.options.flags(
        for: compiler.compiler, statements: kernel.statementCount, isShaped: kernel.isShaped)
      callsLibm = kernel.callsLibm
      let key = KernelCache.key([
        source, flags.joined(separator: " "), compiler.compiler.path, compiler.compiler.version, Processor.identity,
      ])
      known = KnownProgram(
        key: key, workspaceSize: kernel.workspaceSize, threads: kernel.threads, profiled: kernel.profiled,
        sites: kernel.sites.map(\.ranges))
    }
  }

  /// Whether the text may use the vectors of GCC and Clang.
  private var usesVectors: Bool { compiler.family != .other }
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
