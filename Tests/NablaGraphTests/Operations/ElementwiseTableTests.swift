import NablaGraph
import TestSupport
import Testing

/// Rows of the table: spellings, notations and evaluations.
@Suite struct ElementwiseTableTests {
  @Test func `names are words and differ, also from structural operations`() {
    let names = Elementwise.allCases.map(\.name) + Operation.Structural.allCases.map(\.rawValue)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(
        name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") && name.first?.isLetter == true })
    }
    for f in Elementwise.allCases { #expect(Elementwise(named: f.name) == f) }
    #expect(Elementwise(named: "sine") == nil)
  }

  @Test(arguments: Elementwise.allCases) func `C uses each operand and only known characters`(f: Elementwise) {
    let c = f.definition.c
    #expect(placeholders(in: c, after: "$") == Set(0..<f.arity), "\(c)")
    #expect(c.allSatisfy { $0.isLetter || $0.isNumber || " _$(),*+-/<>=!&|?:.".contains($0) }, "\(c)")
    #expect(c.utf8.count == c.count)
    #expect(isBalanced(c, "(", ")"))
  }

  @Test(arguments: Elementwise.allCases) func `LaTeX uses each operand and closes what it opens`(f: Elementwise) {
    let latex = f.definition.latex
    #expect(placeholders(in: latex, after: "#") == Set(0..<f.arity), "\(latex)")
    #expect(isBalanced(latex, "{", "}"))
    #expect(
      latex.ranges(of: #"\left"#).count - latex.ranges(of: #"\leftarrow"#).count == latex.ranges(of: #"\right"#).count)
  }

  @Test(arguments: Elementwise.allCases) func `everything costs something, but nothing costs nothing`(f: Elementwise) {
    #expect(f == .identity ? f.definition.cost == 0 : f.definition.cost > 0)
    #expect(!f.definition.source.isEmpty)
  }

  @Test(arguments: Elementwise.allCases) func `the notation fits the arity`(f: Elementwise) {
    switch f.definition.notation {
    case .call: break
    case .prefix(let symbol): #expect(f.arity == 1 && !symbol.isEmpty)
    case .infix(let symbol, _): #expect(f.arity == 2 && !symbol.isEmpty)
    case .postfixPower: #expect(f.arity == 2)
    }
  }

  /// Every length, also into an operand's own buffer.
  @Test(arguments: Elementwise.allCases) func `blocks equal scalars`(f: Elementwise) {
    var random = SplitMix64(seed: 3)
    let special = [0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0x1p-1074, 1e308, 0.5]
    for count in [0, 1, 3, 8, 37] {
      var columns = (0..<3).map { _ in
        (0..<count).map { _ in special.randomElement(using: &random) ?? 0 } as [Double]
      }
      for index in 0..<f.arity {
        for point in 0..<count where Bool.random(using: &random) {
          columns[index][point] = Double.random(in: f.definition.domain[index], using: &random)
        }
      }
      let expected = (0..<count).map { point in f.evaluate(columns.prefix(f.arity).map { $0[point] }) }
      for target in 0..<f.arity {
        var buffers = columns
        buffers[target].withUnsafeMutableBufferPointer { result in
          guard let base = result.baseAddress else { return }
          let sources = (0..<3).map { index in index == target ? UnsafePointer(base) : nil }
          columns[0].withUnsafeBufferPointer { x in
            columns[1].withUnsafeBufferPointer { y in
              columns[2].withUnsafeBufferPointer { z in
                guard let x = x.baseAddress, let y = y.baseAddress, let z = z.baseAddress else { return }
                f.definition.evaluation.block(sources[0] ?? x, sources[1] ?? y, sources[2] ?? z, base, count)
              }
            }
          }
        }
        #expect(zip(buffers[target], expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }, "\(f), \(count) points")
      }
    }
  }
}

private func placeholders(in template: String, after mark: Character) -> Set<Int> {
  Set(
    template.split(separator: mark, omittingEmptySubsequences: false).dropFirst().map {
      $0.first?.wholeNumberValue ?? -1
    })
}

private func isBalanced(_ text: String, _ open: Character, _ close: Character) -> Bool {
  var depth = 0
  for character in text {
    if character == open { depth += 1 }
    if character == close { depth -= 1 }
    if depth < 0 { return false }
  }
  return depth == 0
}
