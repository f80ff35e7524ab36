import Foundation
import Nabla
import NablaGraph
import NablaLanguage
import NablaRuntime
import TestSupport
import Testing

/// What is printed of random programs about arrays reads back and has the same values: the simplified program and its
/// derivatives. As many programs as ``TensorProgramFuzzTests`` has, with the same variables of the environment.
struct PrintedProgramFuzzTests {
  @Test(arguments: TensorProgramFuzzTests.seeds) func `what is printed of a random program reads back`(
    _ seed: UInt64
  ) throws {
    let program = RandomTensorProgram(seed: seed)
    let formula = try Formula(program.text)
    var random = SplitMix64(seed: seed &+ 1)
    let point = program.shapes.map { shape in
      Column((0..<shape.reduce(1, *)).map { _ in Double.random(in: -1...1, using: &random) })
    }
    let values = try Evaluator(formula, [.value, .gradient], backend: .interpreter).evaluate(point, points: 1)
    let texts = [formula.simplifiedText()] + (try formula.derivativeList().rows[0].map(\.text))
    let shapes = [[]] + program.shapes
    for (text, (column, shape)) in zip(texts, zip(values, shapes)) {
      let note = "seed \(seed):\n\(program.text)\nprints\n\(text)"
      let found: [Double]
      do {
        found = try ReadBack.values(
          of: text, program.header, at: point, in: Shape(shape.map { Dimension($0) }))
      } catch {
        Issue.record("\(note)\n\(error)")
        continue
      }
      #expect(found.count == column.count, "\(note)")
      let scale = column.doubles.reduce(1) { max($0, abs($1)) }
      for (x, y) in zip(found, column.doubles) where !(abs(x - y) <= 1e-9 * scale) {
        Issue.record("\(x), not \(y)\n\(note)")
        break
      }
    }
  }
}
