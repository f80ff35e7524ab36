import NablaCalculus
import NablaGraph
import Testing

/// Derivatives of structural operations while extents are names.
struct SymbolicShapeTests {
  @Test(arguments: [
    "%1 = cumulative(product, 1) %0 : f64[m, n, 3]", "%1 = cumulative(product, 0, reversed) %0 : f64[m, n, 3]",
    "%1 = cumulative(sum, 1) %0 : f64[m, n, 3]", "%1 = reduce(firstMax, 0, 1) %0 : f64[3]",
    "%1 = reduce(firstMin, 1) %0 : f64[m, 3]", "%1 = reduce(max, 0, 2) %0 : f64[n]",
    "%1 = view(0 by [1, 0, 0], 0 by [0, 1, 1], 1 by [0, 0, 0]) %0 : f64[m, n - 1, 2]",
    "%1 = gather(batch 1, 1) %0, %3 : f64[m, n, 3]",
    "%4 = gather(batch 0, 0, 1) %0, %2, %2 : f64[t, 3]",
    "%5 = reshape %0 : f64[m, n, 1, 3]\n"
      + "%1 = convolve(stride 2 low 1 high 2 input 1 kernel 3) %5, %6 : f64[m, (n - k*3 + 5)//2 + 1, 1, 7]",
    "%5 = reshape %0 : f64[m, n, 3, 1]\n"
      + "%1 = convolve(stride 1 low k high n input 3 kernel 1) %5, %7 : f64[m, 4*n - 2, 3, 2]",
  ])
  func `the derivatives have the types of what they are by`(lines: String) throws {
    var text = """
      program {
        %0 = parameter "x" : f64[m, n, 3]
        %2 = parameter "i" : i64[t]
        %3 = parameter "j" : i64[m, n]
        %6 = parameter "k" : f64[k, 1, 3, 7]
        %7 = parameter "l" : f64[k + 1, 3, 1, 2]

      """
    let numbers = lines.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    text += "\(lines)\nreturn \"y\" = \(numbers.last ?? "%0")\n}\n"
    let program = try Program(text: text)
    var graph = program.graph
    let output = program.roots[0].node
    let inputs = program.inputs.filter { graph.type(of: $0).element.isFloat }
    let cotangent = graph.parameter("c", graph.type(of: output))
    let gradient = graph.pullback(of: [output], cotangents: [cotangent], to: inputs)
    #expect(gradient.map { graph.type(of: $0) } == inputs.map { graph.type(of: $0) })
    let tangents = inputs.map { graph.type(of: $0) }.map { graph.parameter("v", $0) }
    let forward = graph.pushforward(of: [output], from: inputs, along: tangents)
    #expect(graph.type(of: forward[0]) == graph.type(of: output))
    try graph.verify()
  }
}
