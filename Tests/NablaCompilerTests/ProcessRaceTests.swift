import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Eight processes on one cache. The test program starts itself again, told by a variable to be one of them.
@Suite(.needsCompiler)
struct ProcessRaceTests {
  private static let variable = "NABLA_TEST_CACHE_RACE"
  private static let directory = ProcessInfo.processInfo.environment[variable]

  private func formula(_ constant: Int) -> Program {
    program(1) { graph, x in [graph.apply(.multiply, x[0], graph.constant(Constant(constant)))] }
  }

  /// What one process does: compiles, loads and compares a few kernels.
  @Test(.enabled(if: directory != nil, "only as a process of the race")) func `one of eight`() throws {
    let directory = URL(fileURLWithPath: try #require(ProcessRaceTests.directory))
    let compiler = KernelCompiler(
      compiler: try #require(Compilers.all.first),
      cache: try KernelCache(directory: directory, byteLimit: 60_000, trimInterval: 0))
    for round in 0..<8 {
      let constant = 2 + round % 5
      #expect(try compiler.compile(formula(constant)).evaluate(["x0": [3]]) == [[Double(3 * constant)]])
    }
    let mark = "done-\(ProcessInfo.processInfo.processIdentifier)"
    try Data().write(to: directory.deletingLastPathComponent().appendingPathComponent(mark))
  }

  #if os(Linux)
    @Test(.enabled(if: directory == nil)) func `eight processes share a cache that is too small`() throws {
      let scratch = try TemporaryDirectory()
      var processes: [(Process, URL)] = []
      for number in 0..<8 {
        let log = scratch.url.appendingPathComponent("log\(number)")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = ["--testing-library", "swift-testing", "--filter", "ProcessRaceTests"]
        process.environment = ProcessInfo.processInfo.environment.merging(
          [ProcessRaceTests.variable: scratch.url.appendingPathComponent("cache").path]
        ) { $1 }
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        processes.append((process, log))
      }
      for (process, log) in processes {
        process.waitUntilExit()
        let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
        #expect(process.terminationStatus == 0, "\(text)")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
      #expect(names.count { $0.hasPrefix("done-") } == 8)
    }
  #endif
}
