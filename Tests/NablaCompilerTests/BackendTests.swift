import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

struct BackendTests {
  private let f = program(1) { graph, x in [graph.apply(.exp, graph.apply(.negate, x[0]))] }
  private let expected = [[exp(-1.0), exp(-2.0)]]

  @Test(arguments: Backend.allCases)
  func `every backend runs the program`(_ backend: Backend) throws {
    let prepared = try backend.prepare(f, environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""])
    #expect(try prepared.executable.evaluate(["x0": [1, 2]]) == expected)
  }

  @Test(arguments: [.interpreter, .c] as [Backend])
  func `results do not depend on the number of threads`(_ backend: Backend) throws {
    let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
    let x = (0..<100_000).map { Double($0) / 1000 }
    let one = try backend.prepare(f, environment: environment).executable.evaluate(["x0": x])
    for threads in [2, 3] {
      let prepared = try backend.prepare(f, threads: threads, environment: environment)
      #expect(prepared.executable is ParallelExecutable)
      #expect(try prepared.executable.evaluate(["x0": x]) == one)
    }
  }

  @Test func `a compiler that does not exist leaves the interpreter, and says so`() throws {
    let environment = ["NABLA_CC": "/nonexistent/cc"]
    let reason = CompilerError.badCompiler(path: "/nonexistent/cc", reason: "NABLA_CC names no program")
    #expect(throws: reason) { try KernelCompiler(environment: environment) }
    let prepared = try Backend.c.prepare(f, environment: environment)
    #expect(prepared.backend == .interpreter)
    #expect(prepared.note == "interpreting: \(reason)")
    #expect(try prepared.executable.evaluate(["x0": [1, 2]]) == expected)
  }

  @Test func `no compiler on the path`() throws {
    let scratch = try TemporaryDirectory()
    #expect(throws: CompilerError.noCompiler(searched: CCompiler.names)) {
      try CCompiler.find(environment: ["PATH": scratch.url.path])
    }
    let adaptive = try AdaptiveExecutable(f, environment: ["PATH": scratch.url.path])
    adaptive.waitForKernel()
    #expect(!adaptive.isCompiled)
    #expect(adaptive.note == "interpreting: no C compiler: none of clang, cc, gcc is on the path")
    #expect(try adaptive.evaluate(["x0": [1, 2]]) == expected)
  }

  @Test(.needsCompiler) func `a program of arrays is compiled`() throws {
    let arrays = program([("x", .array(2))]) { graph, x in [graph.apply(.negate, x[0])] }
    let prepared = try Backend.c.prepare(arrays)
    #expect(prepared.backend == .c)
    #expect(try prepared.executable.evaluate(["x": [1, 2]]) == [[-1, -2]])
  }

  @Test(.needsCompiler) func `auto interprets at first and compiles when it pays`() throws {
    let scratch = try TemporaryDirectory()
    let environment = Compilers.environment(naming: "cc").merging(["XDG_CACHE_HOME": scratch.url.path, "NABLA_CC": ""])
    { $1 }
    let adaptive = try AdaptiveExecutable(f, environment: environment, threshold: 1000)
    #expect(try adaptive.evaluate(["x0": [1, 2]]) == expected)
    #expect(!adaptive.isCompiled)
    _ = try adaptive.evaluate(["x0": Array(repeating: 1, count: 1000)])
    adaptive.waitForKernel()
    #expect(adaptive.isCompiled)
    #expect(adaptive.note == nil)
    #expect(try adaptive.evaluate(["x0": [1, 2]]) == expected)
  }

  @Test(.needsCompiler) func `auto takes a kernel that is in the cache without compiling`() throws {
    let scratch = try TemporaryDirectory()
    let environment = Compilers.environment(naming: "").merging(["XDG_CACHE_HOME": scratch.url.path]) { $1 }
    _ = try KernelCompiler(environment: environment).compile(f)
    // Work enough to look, never enough to compile.
    let adaptive = try AdaptiveExecutable(f, environment: environment, threshold: .max)
    _ = try adaptive.evaluate(["x0": Array(repeating: 1, count: 200_000)])
    let deadline = ContinuousClock.now + .seconds(60)
    while !adaptive.isCompiled, ContinuousClock.now < deadline { usleep(1000) }
    #expect(adaptive.isCompiled)
    #expect(try adaptive.evaluate(["x0": [1, 2]]) == expected)
  }
}
