import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@Suite(.needsCompiler)
struct CacheTests {
  private func formula(_ constant: Int) -> Program {
    program(1) { graph, x in [graph.apply(.add, x[0], graph.constant(Constant(constant)))] }
  }

  private func compiler(_ cache: KernelCache) throws -> KernelCompiler {
    KernelCompiler(compiler: try #require(Compilers.all.first), cache: cache)
  }

  private func entries(_ directory: URL, _ prefix: String = "kernel-") throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasPrefix(prefix) }
  }

  /// What tells a new entry from an old one.
  private func identity(_ entry: URL) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: entry.path)
    return try #require(attributes[.systemFileNumber] as? Int)
  }

  @Test func `equal programs share an entry, others do not`() throws {
    let scratch = try TemporaryDirectory()
    let compiler = try compiler(KernelCache(directory: scratch.url))
    for constant in [1, 2, 1, 1] {
      let kernel = try compiler.compile(formula(constant))
      #expect(try kernel.evaluate(["x0": [10]]) == [[Double(10 + constant)]])
    }
    let found = try entries(scratch.url)
    #expect(found.count == 2)
    let before = try found.map(identity)
    _ = try compiler.compile(formula(2))
    #expect(try found.map(identity) == before)
    #expect(try entries(scratch.url, "work-").isEmpty)
  }

  @Test(arguments: ["kernel.so", "digest"], ["empty", "garbage", "missing", "cut", "directory"])
  func `a damaged entry is made again`(_ file: String, _ damage: String) throws {
    let scratch = try TemporaryDirectory()
    let compiler = try compiler(KernelCache(directory: scratch.url))
    _ = try compiler.compile(formula(3))
    let entry = try #require(try entries(scratch.url).first)
    let target = entry.appendingPathComponent(file)
    let content = try Data(contentsOf: target)
    try FileManager.default.removeItem(at: target)
    switch damage {
    case "empty": try Data().write(to: target)
    case "garbage": try Data("not what was written".utf8).write(to: target)
    case "cut": try content.prefix(content.count / 2).write(to: target)
    case "directory": try FileManager.default.createDirectory(at: target, withIntermediateDirectories: false)
    default: break
    }
    #expect(try compiler.compile(formula(3)).evaluate(["x0": [10]]) == [[13]])
    #expect(try Data(contentsOf: target) == content)
    #expect(try entries(scratch.url, "work-").isEmpty)
  }

  @Test func `an entry that is a file is replaced`() throws {
    let scratch = try TemporaryDirectory()
    let compiler = try compiler(KernelCache(directory: scratch.url))
    _ = try compiler.compile(formula(4))
    let entry = try #require(try entries(scratch.url).first)
    try FileManager.default.removeItem(at: entry)
    try Data("file".utf8).write(to: entry)
    #expect(try compiler.compile(formula(4)).evaluate(["x0": [10]]) == [[14]])
  }

  @Test(arguments: [0o755, 0o770, 0o707, 0o777])
  func `a directory that others may enter is refused`(_ permissions: Int) throws {
    let scratch = try TemporaryDirectory()
    let directory = scratch.url.appendingPathComponent("nabla")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: directory.path)
    #expect(throws: CompilerError.self) { try KernelCache(directory: directory) }
    // The kernel is compiled all the same, and nothing is left in the directory.
    let environment = Compilers.environment(naming: "").merging(["XDG_CACHE_HOME": scratch.url.path]) { $1 }
    let compiler = try KernelCompiler(environment: environment)
    #expect(compiler.cache == nil)
    #expect(compiler.note?.contains("others may enter it") == true)
    #expect(try compiler.compile(formula(5)).evaluate(["x0": [10]]) == [[15]])
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  @Test func `a new directory is private`() throws {
    let scratch = try TemporaryDirectory()
    let directory = scratch.url.appendingPathComponent("a/b/nabla")
    _ = try KernelCache(directory: directory)
    let attributes = try FileManager.default.attributesOfItem(atPath: directory.path)
    #expect(attributes[.posixPermissions] as? Int == 0o700)
    let file = scratch.url.appendingPathComponent("file")
    try Data().write(to: file)
    #expect(throws: CompilerError.self) { try KernelCache(directory: file) }
  }

  @Test func `where the cache is`() {
    func path(_ environment: [String: String]) -> String? {
      KernelCache.standardDirectory(environment: environment)?.path
    }
    #expect(path(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/nabla")
    #expect(path(["XDG_CACHE_HOME": "relative", "HOME": "/h"])?.hasPrefix("/h/") == true)
    #expect(path([:]) == nil)
  }

  @Test func `the entries not used for longest leave`() throws {
    let scratch = try TemporaryDirectory()
    let generous = try compiler(KernelCache(directory: scratch.url))
    for constant in 0..<4 { _ = try generous.compile(formula(constant)) }
    let old = try entries(scratch.url)
    let size = try old.reduce(0) { sum, entry in
      try sum
        + FileManager.default.contentsOfDirectory(at: entry, includingPropertiesForKeys: nil).reduce(0) {
          try $0 + Data(contentsOf: $1).count
        }
    }
    for entry in old {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -1000)], ofItemAtPath: entry.path)
    }
    // Used again, so it stays.
    _ = try generous.compile(formula(2))
    let tight = try compiler(KernelCache(directory: scratch.url, byteLimit: size, trimInterval: 0))
    _ = try tight.compile(formula(9))
    let left = try entries(scratch.url).count
    #expect(left < 5 && left >= 2)
    let before = Set(try entries(scratch.url).map(\.lastPathComponent))
    _ = try generous.compile(formula(2))
    _ = try generous.compile(formula(9))
    #expect(Set(try entries(scratch.url).map(\.lastPathComponent)) == before)
  }

  @Test func `eight at once on one cache, with a vandal`() async throws {
    let scratch = try TemporaryDirectory()
    let directory = scratch.url
    let first = try #require(Compilers.all.first)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          // A cache of its own each: nothing is shared but the directory, as between processes.
          let compiler = KernelCompiler(compiler: first, cache: try KernelCache(directory: directory))
          for round in 0..<6 {
            let constant = round % 3
            let kernel = try compiler.compile(formula(constant))
            #expect(try kernel.evaluate(["x0": [1]]) == [[Double(1 + constant)]], "worker \(worker) round \(round)")
            if worker == 0 {
              for entry in try entries(directory) {
                try? FileManager.default.removeItem(at: entry.appendingPathComponent("digest"))
              }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try entries(directory).count == 3)
    #expect(try entries(directory, "work-").isEmpty)
  }
}
