import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Compilers that misbehave, as scripts.
struct DriverTests {
  private let f = program(1) { graph, x in [graph.apply(.sin, x[0])] }

  /// A program that answers `--version` and otherwise does what `body` says.
  private func script(_ body: String, in scratch: TemporaryDirectory) throws -> CCompiler {
    let file = scratch.url.appendingPathComponent("cc with spaces; and 'quotes'")
    try Data("#!/bin/sh\nif [ \"$1\" = --version ]; then echo \"test 1.0\"; exit 0; fi\n\(body)\n".utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path)
    return try CCompiler.find(environment: ["NABLA_CC": file.path])
  }

  @Test func `a refusal keeps the source and shows command and messages`() throws {
    let scratch = try TemporaryDirectory()
    let compiler = try script(
      "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo \"problem $i\" >&2; done; exit 3", in: scratch)
    let cache = try KernelCache(directory: scratch.url.appendingPathComponent("cache"))
    let error = try #require(throws: CompilerError.self) {
      try KernelCompiler(compiler: compiler, cache: cache).compile(f)
    }
    guard case .compilation(let command, let source, let status, let messages) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(status == 3)
    #expect(command.first == compiler.path)
    #expect(messages == (1...8).map { "problem \($0)" })
    #expect(try String(contentsOfFile: source, encoding: .utf8).contains("nabla_kernel"))
  }

  @Test func `a compiler that hangs is stopped`() throws {
    let scratch = try TemporaryDirectory()
    let compiler = try script("sleep 60", in: scratch)
    var options = CompilerOptions()
    options.timeout = 0.2
    let started = ContinuousClock.now
    let error = try #require(throws: CompilerError.self) {
      try KernelCompiler(
        compiler: compiler, cache: try KernelCache(directory: scratch.url.appendingPathComponent("cache")),
        options: options
      ).compile(f)
    }
    guard case .timeout(_, _, 0.2) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(ContinuousClock.now - started < .seconds(30))
  }

  @Test func `a compiler that writes no library, or no library that loads`() throws {
    let scratch = try TemporaryDirectory()
    let cache = try KernelCache(directory: scratch.url.appendingPathComponent("cache"))
    let idle = try script("exit 0", in: scratch)
    #expect(throws: CompilerError.self) { try KernelCompiler(compiler: idle, cache: cache).compile(f) }
    let liar = try script("while [ \"$1\" != -o ]; do shift; done; echo nonsense > \"$2\"", in: scratch)
    let error = try #require(throws: CompilerError.self) { try KernelCompiler(compiler: liar, cache: cache).compile(f) }
    guard case .loading = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: ["/nonexistent/cc", "/etc/passwd", "/", "no-such-compiler-anywhere"])
  func `NABLA_CC that is no program`(_ path: String) {
    let expected = CompilerError.badCompiler(path: path, reason: "NABLA_CC names no program")
    #expect(throws: expected) {
      try CCompiler.find(environment: ["NABLA_CC": path, "PATH": "/usr/bin:/bin"])
    }
  }

  @Test func `NABLA_CC is a program and never a command line`() {
    #expect(throws: CompilerError.self) { try CCompiler.find(environment: ["NABLA_CC": "cc; touch /tmp/x"]) }
  }

  @Test(.needsCompiler) func `knows whose compiler it is`() {
    for compiler in Compilers.all {
      #expect(compiler.family != .other)
      #expect(!compiler.version.isEmpty)
    }
  }
}
