import NablaCalculus
import NablaGraph
import NablaRewrite
import Testing

/// What rewriting makes of operations that only move elements.
struct StructureTests {
  private static let vector = TensorType(.f64, Shape([Dimension("n")]))

  private func program(_ text: String) throws -> Program { try Program(text: text) }

  @Test
  func `the derivative of a sum of squares is 2*x`() {
    var graph = Graph()
    let x = graph.parameter("x", StructureTests.vector)
    let square = graph.apply(.power, x, graph.constant(Constant(2)))
    let sum = graph.append(.reduce(.sum, axes: [0]), [square], type: TensorType())
    let derivative = graph.gradient(of: sum, by: [x])
    let result = Rewriter().rewrite(&graph, roots: derivative, through: [.canonicalise])
    #expect(result == [graph.apply(.multiply, graph.constant(Constant(2)), x)])
    #expect(graph.type(of: result[0]) == StructureTests.vector)
  }

  @Test(arguments: [
    ("two transposes are one", "transpose(1, 0)", "transpose(1, 0)", "f64[m, n]"),
    ("two reshapes are one", "reshape", "reshape", "f64[n, m]"),
  ])
  func `moves meet`(_ name: String, _ first: String, _ second: String, _ middle: String) throws {
    let start = middle == "f64[m, n]" ? "f64[n, m]" : "f64[m, n]"
    let last = middle == "f64[m, n]" ? start : "f64[m*n]"
    let program = try Program(
      text: """
        program {
          %0 = parameter "x" : \(start)
          %1 = \(first) %0 : \(middle == "f64[m, n]" ? middle : "f64[n, m]")
          %2 = \(second) %1 : \(last)
          return "y" = %2
        }
        """)
    let rewritten = Rewriter().rewrite(program, through: [.canonicalise])
    #expect(rewritten.graph.count <= (name.contains("transposes") ? 1 : 2))
    #expect(rewritten.graph.type(of: rewritten.rootNodes[0]) == program.graph.type(of: program.rootNodes[0]))
    try rewritten.verify()
  }

  @Test
  func `constants keep the shape that they had`() throws {
    let program = try Program(
      text: """
        program {
          %0 = parameter "x" : f64[n]
          %1 = constant 1 : f64
          %2 = reshape %1 : f64[1]
          %3 = broadcast %2 : f64[n]
          %4 = exp %3 : f64[n]
          %5 = reduce(sum, 0) %3 : f64
          %6 = multiply %5, %5 : f64
          return "a" = %3
          return "b" = %4
          return "c" = %6
        }
        """)
    for phase in Phase.allCases {
      let rewritten = Rewriter().rewrite(program, through: [phase])
      for (before, after) in zip(program.rootNodes, rewritten.rootNodes) {
        #expect(rewritten.graph.type(of: after) == program.graph.type(of: before))
      }
      try rewritten.verify()
    }
  }

  /// So the multiple need not be stored beside the array.
  @Test
  func `a number leaves a convolution and a sum, whoever else needs the multiple`() throws {
    let program = try Program(
      text: """
        program {
          %0 = parameter "x" : f64[m, 10, 2]
          %1 = parameter "k" : f64[3, 1, 2, 4]
          %2 = constant 3 : f64
          %3 = multiply %2, %0 : f64[m, 10, 2]
          %4 = reshape %3 : f64[m, 10, 1, 2]
          %5 = convolve(stride 1 low 0 high 0 input 1 kernel 1) %4, %1 : f64[m, 8, 1, 4]
          %6 = reduce(sum, 0, 1) %3 : f64[2]
          return "y" = %5
          return "s" = %6
        }
        """)
    let rewritten = Rewriter().rewrite(program, through: [.canonicalise])
    try rewritten.verify()
    let graph = rewritten.graph
    let multiplied = graph.ids.filter { graph.elementwise($0) == .multiply }.map { graph.type(of: $0).shape.rank }
    #expect(multiplied.sorted() == [1, 4])
    #expect(rewritten.rootNodes.allSatisfy { graph.elementwise($0) == .multiply })
    // In the order in which the program has it.
    #expect(Rewriter(strict: true).rewrite(program, through: [.canonicalise]).graph.count == program.graph.count)
  }

  @Test
  func `a number leaves a sum over an axis`() throws {
    let program = try Program(
      text: """
        program {
          %0 = parameter "x" : f64[n]
          %1 = constant 3 : f64
          %2 = multiply %1, %0 : f64[n]
          %3 = reduce(sum, 0) %2 : f64
          return "y" = %3
        }
        """)
    let graph = Rewriter().rewrite(program, through: [.canonicalise]).graph
    #expect(graph.ids.contains { graph.elementwise($0) == .multiply && graph.type(of: $0).isScalar })
  }
}
