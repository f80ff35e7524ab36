import NablaGraph
import Testing

@Suite struct ProgramInliningTests {
  /// x⁴ + y⁴ by squares of squares.
  static let nested = """
    program {
      function @0 "square" {
        %0 = parameter "a" : f64
        %1 = multiply %0, %0 : f64
        return "r" = %1
      }
      function @1 "fourth" {
        %0 = parameter "b" : f64
        %1 = call @0 %0 : f64
        %2 = result(0) %1 : f64
        %3 = call @0 %2 : f64
        %4 = result(0) %3 : f64
        return "r" = %4
      }
      %0 = parameter "x" : f64
      %1 = parameter "y" : f64
      %2 = call @1 %0 : f64
      %3 = result(0) %2 : f64 "p"
      %4 = call @1 %1 : f64
      %5 = result(0) %4 : f64
      %6 = add %3, %5 : f64
      return "sum" = %6
    }

    """

  @Test func `calls become their bodies`() throws {
    let program = try Program(text: ProgramInliningTests.nested)
    let inlined = program.inlined()
    try inlined.verify()
    #expect(
      inlined.text == """
        program {
          %0 = parameter "x" : f64
          %1 = parameter "y" : f64
          %2 = multiply %0, %0 : f64
          %3 = multiply %2, %2 : f64 "p"
          %4 = multiply %1, %1 : f64
          %5 = multiply %4, %4 : f64
          %6 = add %3, %5 : f64
          return "sum" = %6
        }

        """)
    #expect(inlined.graph.functions.isEmpty)
  }

  @Test func `a program without calls is itself`() {
    var graph = Graph()
    let x = graph.parameter("x")
    _ = graph.apply(.exp, x)
    let y = graph.apply(.sin, x)
    let inlined = Program(graph: graph, inputs: [x], roots: [.init("y", y)]).inlined()
    #expect(inlined.roots[0].node == y)
  }

  @Test func `several results come apart, and one may be an operand itself`() throws {
    let program = try Program(
      text: """
        program {
          function @0 "both" {
            %0 = parameter "a" : f64
            %1 = parameter "b" : bool
            %2 = sin %0 : f64
            return "b" = %1
            return "a" = %0
            return "s" = %2
          }
          %0 = parameter "x" : f64
          %1 = parameter "c" : bool
          %2 = call @0 %0, %1 : bool
          %3 = result(0) %2 : bool
          %4 = result(1) %2 : f64
          %5 = result(2) %2 : f64
          %6 = where %3, %4, %5 : f64
          return "y" = %6
        }
        """)
    let inlined = program.inlined()
    #expect(inlined.text.contains("%3 = where %1, %0, %2 : f64"))
  }

  @Test func `the helper makes the call and its results`() throws {
    let source = try Program(text: ProgramInliningTests.nested)
    var graph = Graph()
    let x = graph.parameter("x")
    let function = graph.intern(source.graph.functions[0])
    let results = graph.call(function, [x])
    #expect(results.count == 1)
    #expect(graph.call(function, [x]) == results)
    try Program(graph: graph, inputs: [x], roots: [.init("y", results[0])]).verify()
  }

  @Test func `calls nest in calls`() throws {
    var graph = Graph()
    let a = graph.parameter("x")
    let sine = graph.apply(.sin, a)
    var function = Function(name: "f0", body: Program(graph: graph, inputs: [a], roots: [.init("y", sine)]))
    for depth in 1...100 {
      var graph = Graph()
      let a = graph.parameter("x")
      let id = graph.intern(function)
      let result = graph.apply(.negate, graph.call(id, [a])[0])
      function = Function(name: "f\(depth)", body: Program(graph: graph, inputs: [a], roots: [.init("y", result)]))
    }
    var whole = Graph()
    let b = whole.parameter("x")
    let id = whole.intern(function)
    let result = whole.call(id, [b])[0]
    let program = Program(graph: whole, inputs: [b], roots: [.init("y", result)])
    try program.verify()
    #expect(program.inlined().graph.count == 102)
    #expect(whole.operationCount(of: [result]).operations == 101)
    #expect(try Program(text: program.text).text == program.text)
  }
}
