import Foundation
import NablaCompiler
import Testing

/// The C compilers of this machine, for tests that need one.
enum Compilers {
  /// What `cc` and its kin are here; one of each version.
  static let all: [CCompiler] = {
    var found: [CCompiler] = []
    for name in CCompiler.names {
      guard let compiler = try? CCompiler.find(environment: environment(naming: name)) else { continue }
      if !found.contains(where: { $0.version == compiler.version }) { found.append(compiler) }
    }
    return found
  }()

  static let exist = !all.isEmpty

  /// The process's environment with a compiler chosen.
  static func environment(naming compiler: String) -> [String: String] {
    ProcessInfo.processInfo.environment.merging(["NABLA_CC": compiler]) { $1 }
  }

  /// The usual way to compile, with the cache of the test run.
  static func usual() throws -> KernelCompiler {
    KernelCompiler(compiler: try #require(all.first), cache: try KernelCache(directory: cacheDirectory))
  }

  /// Kept between runs, so that a second run of the tests is quick.
  static let cacheDirectory = FileManager.default.temporaryDirectory.appendingPathComponent("nabla-test-kernels")
}

extension Trait where Self == ConditionTrait {
  /// The only tests that are skipped, and only on a machine without any C compiler.
  static var needsCompiler: Self { .enabled(if: Compilers.exist, "there is no C compiler on this machine") }
}
