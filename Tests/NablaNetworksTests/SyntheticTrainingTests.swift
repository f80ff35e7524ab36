import Foundation
import NablaCompiler
import NablaDiagnostics
import NablaLanguage
import NablaRuntime
import Testing

@testable import NablaNetworks

/// Steps of training of the benchmarks' programs on random examples.
@Suite struct SyntheticTrainingTests {
  private func training(_ name: String, _ sizes: [String: Int], rule: String = "sgd(0.01)") throws -> SyntheticTraining
  {
    var recipe = Recipe(loss: "loss")
    recipe.optimizer = rule
    recipe.sizes = sizes
    return try SyntheticTraining(try SyntheticTrainingTests.source("benchmarks/\(name)"), recipe)
  }

  /// A program of the examples.
  static func source(_ path: String) throws -> SourceText {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "examples/\(path).nabla")
    return SourceText(utf8: [UInt8](try Data(contentsOf: file)), name: path)
  }

  /// One thread is what the benchmarks' commands compare themselves.
  @Test(arguments: [("mlp", ["m": 3]), ("gemm", ["n": 70]), ("logreg", ["m": 200])])
  func `steps that threads share are what the interpreter computes`(_ name: String, _ sizes: [String: Int]) throws {
    let training = try training(name, sizes)
    let other = try training.bind(training.step, to: try Interpreter(training.step))
    let ready = try Backend.c.prepare(training.step, threads: 2)
    let one = try training.bind(training.step, to: ready.executable)
    for _ in 0..<2 {
      try other.run()
      try one.run()
    }
    #expect(training.difference(one, other, steps: 2) == nil, "\(name)")
  }

  @Test func `another number of steps is a difference`() throws {
    let training = try training("mlp", ["m": 3], rule: "adam(0.01)")
    let runs = try (0..<2).map { _ in try training.bind(training.step, to: try Interpreter(training.step)) }
    try runs[0].run()
    #expect(training.difference(runs[0], runs[1], steps: 1) != nil)
    try runs[1].run()
    #expect(training.difference(runs[0], runs[1], steps: 1) == nil)
    try runs[1].run()
    #expect(training.difference(runs[0], runs[1], steps: 1) != nil)
  }

  @Test func `sizes that are not given are asked for`() {
    #expect(throws: (any Error).self) { try training("mlp", [:]) }
    #expect(throws: (any Error).self) { try training("mlp", ["m": 3], rule: "relu") }
  }
}
