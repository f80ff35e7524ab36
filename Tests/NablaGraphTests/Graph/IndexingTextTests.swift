import Testing

@testable import NablaGraph

/// The textual form and the types of the operations that index, order, convolve, draw and repeat.
struct IndexingTextTests {
  static let canonical = """
    program {
      function @0 "step" {
        %0 = parameter "h" : f64[3]
        %1 = parameter "x" : f64
        %2 = parameter "w" : f64[3]
        %3 = multiply %1, %2 : f64[3]
        %4 = add %0, %3 : f64[3]
        return "h" = %4
        return "y" = %1
      }
      %0 = parameter "A" : f64[m, n, 4]
      %1 = parameter "i" : i64[m, 7]
      %2 = gather(batch 1, 1) %0, %1 : f64[m, 7, 4]
      %3 = scatter(batch 1, 1) %2, %1 : f64[m, n, 4]
      %4 = gather(batch 1, 1, 2) %0, %1, %1 : f64[m, 7]
      %5 = parameter "B" : f64[n, n]
      %6 = view(0 by [1], 0 by [1]) %5 : f64[n]
      %7 = accumulate(0 by [1], n - 1 by [-1]) %6 : f64[n, n]
      %8 = iota : i64[n + 1]
      %9 = argreduce(max, 1) %0 : i64[m, 4]
      %10 = cumulative(sum, 0) %5 : f64[n, n]
      %11 = cumulative(product, 1, reversed) %10 : f64[n, n]
      %12 = argsort(1) %11 : i64[n, n]
      %13 = parameter "x" : f32[b, 28, 29, 2, 3]
      %14 = parameter "k" : f32[5, 3, 2, 3, 8]
      %15 = convolve(stride 2 low 1 high 1 input 1 kernel 1, stride 1 low 0 high 0 input 2 kernel 3) %13, %14 : f32[b, 13, 51, 2, 8]
      %16 = parameter "key" : i64
      %17 = random(-12) %16 : f32[m, 2]
      %18 = parameter "h0" : f64[3]
      %19 = parameter "xs" : f64[t]
      %20 = parameter "w" : f64[3]
      %21 = scan @0(carried 1, sequences 1, length t, reversed) %18, %19, %20 : f64[3]
      %22 = result(0) %21 : f64[3]
      %23 = result(1) %21 : f64[t]
      %24 = reduce(firstMax, 0) %23 : f64
      return "a" = %3
      return "b" = %4
      return "c" = %7
      return "d" = %8
      return "e" = %9
      return "f" = %12
      return "g" = %15
      return "h" = %17
      return "i" = %22
      return "j" = %24
    }

    """

  @Test func `reads back what it writes`() throws {
    let program = try Program(text: IndexingTextTests.canonical)
    #expect(program.text == IndexingTextTests.canonical)
    try program.verify()
    let copy = program.compacted()
    try copy.verify()
    #expect(copy.rootNodes.map { copy.graph.type(of: $0) } == program.rootNodes.map { program.graph.type(of: $0) })
    #expect(copy.compacted().text == copy.text)
  }

  @Test(arguments: [
    // An axis of 3 has no place 3.
    "%0 = parameter \"B\" : f64[3, 3]\n%1 = view(1 by [1], 0 by [1]) %0 : f64[3]\nreturn \"v\" = %1",
    "%0 = parameter \"B\" : f64[n, n]\n%1 = parameter \"i\" : f64[2]\n%2 = gather(batch 0, 0) %0, %1 : f64[2, n]",
    "%0 = parameter \"B\" : f64[n, n]\n%1 = parameter \"i\" : i64[2]\n%2 = gather(batch 0, 2) %0, %1 : f64[2, n]",
    "%0 = parameter \"B\" : f64[n, n]\n%1 = parameter \"i\" : i64[m]\n%2 = gather(batch 1, 1) %0, %1 : f64[m]",
    "%0 = iota : f64[3]",
    "%0 = parameter \"b\" : bool[3]\n%1 = cumulative(sum, 0) %0 : bool[3]",
    "%0 = parameter \"k\" : i32\n%1 = random(1) %0 : f64",
    "%0 = parameter \"x\" : f64[1, 5, 2, 3]\n%1 = parameter \"k\" : f64[3, 2, 4, 1]\n"
      + "%2 = convolve(stride 1 low 0 high 0 input 1 kernel 1) %0, %1 : f64[1, 3, 2, 1]",
  ]) func `refuses what does not fit`(lines: String) {
    #expect(throws: ProgramTextError.self) { try Program(text: "program {\n\(lines)\n}\n") }
  }

  @Test func `a window longer than the axis has no place`() throws {
    let type = try Convolution(windows: [.init(stride: 2, low: 1, high: 0)])
      .resultType(TensorType(.f64, Shape([2, 3, 1, 4])), TensorType(.f64, Shape([6, 1, 4, 5])))
    #expect(type.shape == Shape([2, 0, 1, 5]))
  }
}
