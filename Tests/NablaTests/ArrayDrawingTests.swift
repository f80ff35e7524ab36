import Foundation
import Nabla
import NablaDiagnostics
import NablaLanguage
import Testing

/// Pictures of functions of arrays.
struct ArrayDrawingTests {
  @Test func `derivatives flow back through arrays to every parameter`() throws {
    let f = try Formula("f(w: [2], x: [2, 2], b) = sum((x @ w + b)^2)")
    let dot = try f.dot(at: ["w": [1, 2], "x": [1, 0, 0, 1], "b": [1]], backward: true)
    // x @ w + b = [2, 3], so the derivative by it is [4, 6].
    for text in ["[[1, 0], [0, 1]]", "[[4, 8], [6, 12]]", "= [4, 6]", "= 10"] { #expect(dot.contains(text), "\(text)") }
    // From the sum to the square, to the sum in it, to b and the product, and to w and x.
    #expect(dot.split(separator: "class=\"backward\"").count - 1 == 6)
  }

  /// A loop over constants is a step only by its results, as any other loop.
  @Test func `a loop without inputs is drawn and explained`() throws {
    let f = try Formula(
      """
      counts(goals: [3], n: size = 4) {
          w = 0.1
          for k in 0..<n {
              wrong = 0.0
              for goal in goals { wrong = wrong + abs(goal - w); w = w + 0.2*goal }
              wrong
          }
      }
      f() = counts([0, 1, 1])
      """)
    #expect(try f.dot().contains("<I>f</I> = for <I>_</I> in 0..&lt;4 { … }"))
    #expect(try f.explanation().text.contains("for _ in 0..<4 {"))
  }

  @Test func `every function of every example is drawn`() throws {
    let examples = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../examples").standardized
    let files = FileManager.default.enumerator(at: examples, includingPropertiesForKeys: nil)
    var count = 0
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "nabla" else { continue }
      let module = Module(checking: SourceText(try String(contentsOf: file, encoding: .utf8)))
      for function in module.functions {
        guard let formula = try? Formula(module, function: function.name) else { continue }
        #expect(try formula.dot().hasSuffix("}\n"), "\(file.lastPathComponent): \(function.name)")
        count += 1
      }
    }
    #expect(count > 100)
  }
}
