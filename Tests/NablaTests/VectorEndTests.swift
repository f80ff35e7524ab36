import Nabla
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

/// Arrays whose last elements fill no vector: a choice by one number takes every element, by both backends.
@Suite struct `Ends of vectors` {
  private static let cases: [(count: Int, element: ElementType)] =
    (9...15).map { ($0, .f64) } + [17, 18, 19, 23, 31].map { ($0, .f32) }

  @Test(arguments: cases)
  func `every element is its own`(_ count: Int, _ element: ElementType) throws {
    let text = "f(g: [n], b: [n], step) = (v, 2*v) where v = if step == 1 then g else 0.9*b + g"
    let formula = try Formula(text, options: CheckOptions(floatType: element, sizes: ["n": count]))
    let g = (0..<count).map { Double($0 + 1) }
    for (step, factor) in [(1.0, 0.0), (2.0, 0.5)] {
      let point = [
        "g": NablaRuntime.Tensor(g), "b": NablaRuntime.Tensor(g.map { factor * $0 / 0.9 }),
        "step": NablaRuntime.Tensor(step),
      ]
      for backend in [Backend.interpreter, .c] {
        let found = try formula.values(at: point, backend: backend)[0].doubles
        for (value, wanted) in zip(found, g) { #expect(abs(value - wanted * (1 + factor)) < 1e-5, "\(backend)") }
      }
    }
  }
}
