import NablaGraph
import Testing

@Suite struct CostTests {
  private func count(_ lines: String) throws -> Graph.OperationCount {
    let program = try Program(text: "program {\n  %0 = parameter \"x\" : f64\n\(lines)\n}\n")
    return program.graph.operationCount(of: program.rootNodes)
  }

  @Test func `counts operations, not inputs, constants, views or dead nodes`() throws {
    let total = try count(
      """
      %1 = constant 2 : f64
      %2 = multiply %0, %1 : f64
      %3 = sin %2 : f64
      %4 = exp %0 : f64
      %5 = broadcast %3 : f64[3]
      %6 = stop %5 : f64[3]
      %7 = identity %6 : f64[3]
      return "y" = %7
      """)
    #expect(total.operations == 2)
    #expect(total.cost == 1 + Elementwise.sin.definition.cost)
  }

  @Test func `arithmetic on constants is done before the run`() throws {
    let total = try count(
      """
      %1 = constant pi : f64
      %2 = sqrt %1 : f64
      %3 = constant 2 : f64
      %4 = divide %3, %2 : f64
      %5 = multiply %0, %4 : f64
      return "y" = %5
      """)
    #expect((total.operations, total.cost) == (1, 1))
  }

  /// Multiplications by repeated squaring; a root for a half; one division for a negative exponent.
  @Test(arguments: [
    ("2", 1), ("3", 2), ("4", 2), ("7", 4), ("-1", 4), ("-2", 5), ("1/2", 4), ("3/2", 5), ("-1/2", 8), ("1/3", 20),
    ("1", 0),
  ]) func `powers with literal exponents cost their multiplications`(exponent: String, cost: Int) throws {
    let total = try count(
      """
      %1 = constant \(exponent) : f64
      %2 = power %0, %1 : f64
      return "y" = %2
      """)
    #expect(total.cost == cost)
  }

  @Test func `a call costs its body, each time`() throws {
    let program = try Program(text: ProgramInliningTests.nested)
    let called = program.graph.operationCount(of: program.rootNodes)
    // Two squares in each fourth power, and the sum.
    #expect(called.operations == 2 * 2 + 1)
    let inlined = program.inlined()
    #expect(inlined.graph.operationCount(of: inlined.rootNodes).operations == called.operations)
  }
}
