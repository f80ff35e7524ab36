import Foundation
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@testable import NablaCompiler

/// Cuts of products of matrices that were measured: whatever they are, results stay.
@Suite(.needsCompiler)
struct TuningTests {
  private func layer() -> Program {
    program([("x", .array(37, 700, of: .f32)), ("W", .array(700, 50, of: .f32)), ("b", .array(50, of: .f32))]) {
      graph, x in
      let product = graph.append(
        .contract(Contraction([0, 1], [1, 2], to: [0, 2])), Array(x[..<2]), type: TensorType())
      return [graph.apply(.relu, graph.apply(.add, product, x[2]))]
    }
  }

  private func compiler(_ scratch: TemporaryDirectory) throws -> KernelCompiler {
    let directory = scratch.url.appendingPathComponent("cache")
    return KernelCompiler(
      compiler: try #require(Compilers.all.first), cache: try KernelCache(directory: directory))
  }

  @Test func `choices are read as they were written, and damaged ones not at all`() throws {
    let scratch = try TemporaryDirectory()
    let file = scratch.url.appendingPathComponent("tiles")
    var choices = TileChoices()
    choices["f32 one"] = TileChoice(height: 8, width: 3, depthBytes: 8192, packsLeft: true)
    try choices.add(to: file)
    var others = TileChoices()
    others["f64 two"] = TileChoice(height: 4, width: 5, depthBytes: 2048, packsRight: false)
    try others.add(to: file)
    let all = TileChoices(file)
    #expect(all.choices.count == 2 && all["f32 one"] == choices["f32 one"] && all["f64 two"] == others["f64 two"])
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacing("8 3 8192", with: "9 3 8192").write(to: file, atomically: true, encoding: .utf8)
    #expect(TileChoices(file).choices.isEmpty)
    #expect(TileChoice("8 3 8192 1") == nil && TileChoice("0 3 8192 1 1") == nil && TileChoice("8 3 x 1 1") == nil)
  }

  @Test(arguments: [
    TileChoice(height: 4, width: 2, depthBytes: 1024), TileChoice(height: 24, width: 1, depthBytes: 16_384),
    TileChoice(height: 6, width: 4, depthBytes: 2048, packsLeft: true, packsRight: false),
    TileChoice(height: 12, width: 2, depthBytes: 512, packsLeft: false, packsRight: true),
  ])
  func `a choice is used, and changes no result`(_ choice: TileChoice) throws {
    let scratch = try TemporaryDirectory()
    let compiler = try compiler(scratch)
    let plan = try ArrayPlan(layer())
    let product = try #require(
      plan.kernels.compactMap { kernel -> ContractionKernel? in
        if case .contract(let product) = kernel { product } else { nil }
      }.first)
    var choices = TileChoices()
    choices[product.measure] = choice
    let file = URL(fileURLWithPath: try #require(compiler.choicesFile))
    try choices.add(to: file)
    #expect(TileChoices(file)[product.measure] == choice)
    let tiling = try #require(product.cut(by: choice).tiling)
    #expect(tiling.rows[0].size <= choice.height && tiling.panels[0].size <= choice.width)
    try expectArrayAgreement(layer(), points: 2, seed: 4, tolerance: 1e-9, compiler: compiler)
  }

  @Test func `what is found is kept`() throws {
    let scratch = try TemporaryDirectory()
    let compiler = try compiler(scratch)
    let findings = try KernelTuner(compiler).tune(layer(), seconds: 1)
    #expect(findings.count == 1 && findings[0].before > 0 && findings[0].after > 0)
    #expect(findings[0].kernel == "contract 37 × 50 over 700")
    let file = URL(fileURLWithPath: try #require(compiler.choicesFile))
    #expect(TileChoices(file).choices.count == (findings[0].change == nil ? 0 : 1))
    try expectArrayAgreement(layer(), points: 1, seed: 5, tolerance: 1e-9, compiler: compiler)
  }
}
