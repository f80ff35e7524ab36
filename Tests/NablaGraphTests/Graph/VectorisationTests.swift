import Testing

@testable import NablaGraph

/// What batching makes of a computation that is written for one index.
struct `Vectorisation` {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let extents: [String]
    let source: String
    let expected: String

    /// - Parameters:
    ///   - extents: of the inputs `i`, `j`, … in order.
    ///   - expected: the program after batching; inputs keep their names.
    init(_ name: String, over extents: [String], _ source: String, _ expected: String) {
      (testDescription, self.extents, self.source, self.expected) = (name, extents, source, expected)
    }
  }

  @Test(arguments: cases) func `is what one writes by hand`(_ test: Case) throws {
    var program = try Program(text: "program {\n\(test.source)\n}")
    let names = program.inputs.indices.map { program.name(ofInput: $0) }
    var loops: [(index: NodeID, extent: Dimension)] = []
    for (name, text) in zip(["i", "j", "k"], test.extents) {
      var reader = ProgramReader(text)
      let position = try #require(names.firstIndex(of: name))
      loops.append((program.inputs[position], try reader.dimension()))
    }
    let results = try program.graph.vectorised(program.rootNodes, over: loops)
    for (position, result) in results.enumerated() { program.roots[position].node = result }
    program.inputs.removeAll { input in loops.contains { $0.index == input } }
    let compact = program.compacted()
    try compact.verify()
    let lines = compact.text.split(separator: "\n").dropFirst().dropLast()
    #expect(lines.map { $0.dropFirst(2) }.joined(separator: "\n") == test.expected)
  }

  // swift-format-ignore
  static let cases: [Case] = [
    Case(
      "reads along the whole axis as the array itself", over: ["n"],
      """
      %0 = parameter "x" : f64[n]
      %1 = parameter "i" : i64
      %2 = gather(batch 0, 0) %0, %1 : f64
      %3 = exp %2 : f64
      return "r" = %3
      """,
      """
      %0 = parameter "x" : f64[n]
      %1 = exp %0 : f64[n]
      return "r" = %1
      """),
    Case(
      "reads a shifted index as a slice", over: ["n-1"],
      """
      %0 = parameter "x" : f64[n]
      %1 = parameter "i" : i64
      %2 = constant 1 : i64
      %3 = add %1, %2 : i64
      %4 = gather(batch 0, 0) %0, %3 : f64
      return "r" = %4
      """,
      """
      %0 = parameter "x" : f64[n]
      %1 = slice(1 step 1 count n - 1) %0 : f64[n - 1]
      return "r" = %1
      """),
    Case(
      "reads backwards from a size", over: ["n"],
      """
      %0 = parameter "x" : f64[n]
      %1 = parameter "i" : i64
      %2 = constant 1 : i64
      %3 = broadcast %2 : i64[n]
      %4 = reduce(sum, 0) %3 : i64
      %5 = subtract %4, %2 : i64
      %6 = subtract %5, %1 : i64
      %7 = gather(batch 0, 0) %0, %6 : f64
      return "r" = %7
      """,
      """
      %0 = parameter "x" : f64[n]
      %1 = slice(n - 1 step -1 count n) %0 : f64[n]
      return "r" = %1
      """),
    Case(
      "counts certainly negative places from the end", over: ["3"],
      """
      %0 = parameter "x" : f64[n]
      %1 = parameter "i" : i64
      %2 = constant -3 : i64
      %3 = add %1, %2 : i64
      %4 = gather(batch 0, 0) %0, %3 : f64
      return "r" = %4
      """,
      """
      %0 = parameter "x" : f64[n]
      %1 = slice(n - 3 step 1 count 3) %0 : f64[3]
      return "r" = %1
      """),
    Case(
      "gathers where some places may be negative", over: ["5"],
      """
      %0 = parameter "x" : f64[9]
      %1 = parameter "i" : i64
      %2 = constant -3 : i64
      %3 = add %1, %2 : i64
      %4 = gather(batch 0, 0) %0, %3 : f64
      return "r" = %4
      """,
      """
      %0 = parameter "x" : f64[9]
      %1 = constant -3 : i64
      %2 = iota : i64[5]
      %3 = add %2, %1 : i64[5]
      %4 = gather(batch 0, 0) %0, %3 : f64[5]
      return "r" = %4
      """),
    Case(
      "reads a diagonal and a super-diagonal as views", over: ["n-1"],
      """
      %0 = parameter "A" : f64[n, n]
      %1 = parameter "i" : i64
      %2 = constant 1 : i64
      %3 = add %1, %2 : i64
      %4 = gather(batch 0, 0, 1) %0, %1, %3 : f64
      return "r" = %4
      """,
      """
      %0 = parameter "A" : f64[n, n]
      %1 = view(0 by [1], 1 by [1]) %0 : f64[n - 1]
      return "r" = %1
      """),
    Case(
      "reads a sum of two indices as a sliding window", over: ["n-2", "3"],
      """
      %0 = parameter "x" : f64[n]
      %1 = parameter "i" : i64
      %2 = parameter "j" : i64
      %3 = add %1, %2 : i64
      %4 = gather(batch 0, 0) %0, %3 : f64
      return "r" = %4
      """,
      """
      %0 = parameter "x" : f64[n]
      %1 = view(0 by [1, 1]) %0 : f64[n - 2, 3]
      return "r" = %1
      """),
    Case(
      "reads with exchanged indices as a transpose", over: ["m", "n"],
      """
      %0 = parameter "A" : f64[n, m]
      %1 = parameter "i" : i64
      %2 = parameter "j" : i64
      %3 = gather(batch 0, 0, 1) %0, %2, %1 : f64
      return "r" = %3
      """,
      """
      %0 = parameter "A" : f64[n, m]
      %1 = transpose(1, 0) %0 : f64[m, n]
      return "r" = %1
      """),
    Case(
      "gives each operand only the axes that it depends on", over: ["m", "n"],
      """
      %0 = parameter "u" : f64[m]
      %1 = parameter "v" : f64[n]
      %2 = parameter "i" : i64
      %3 = parameter "j" : i64
      %4 = gather(batch 0, 0) %0, %2 : f64
      %5 = exp %4 : f64
      %6 = gather(batch 0, 0) %1, %3 : f64
      %7 = multiply %5, %6 : f64
      return "r" = %7
      """,
      """
      %0 = parameter "u" : f64[m]
      %1 = parameter "v" : f64[n]
      %2 = exp %0 : f64[m]
      %3 = reshape %2 : f64[m, 1]
      %4 = multiply %3, %1 : f64[m, n]
      return "r" = %4
      """),
    Case(
      "repeats what does not depend on an index", over: ["m"],
      """
      %0 = parameter "u" : f64[n]
      %1 = parameter "i" : i64
      inputs %0, %1
      return "r" = %0
      """,
      """
      %0 = parameter "u" : f64[n]
      %1 = broadcast %0 : f64[m, n]
      return "r" = %1
      """),
    Case(
      "reads rows at places that another array names", over: ["m"],
      """
      %0 = parameter "A" : f64[r, c]
      %1 = parameter "ids" : i64[m]
      %2 = parameter "i" : i64
      %3 = gather(batch 0, 0) %1, %2 : i64
      %4 = gather(batch 0, 0) %0, %3 : f64[c]
      return "r" = %4
      """,
      """
      %0 = parameter "A" : f64[r, c]
      %1 = parameter "ids" : i64[m]
      %2 = gather(batch 0, 0) %0, %1 : f64[m, c]
      return "r" = %2
      """),
    Case(
      "reads along one axis by name and along the other by index", over: ["m"],
      """
      %0 = parameter "A" : f64[r, m]
      %1 = parameter "ids" : i64[m]
      %2 = parameter "i" : i64
      %3 = gather(batch 0, 0) %1, %2 : i64
      %4 = gather(batch 0, 0, 1) %0, %3, %2 : f64
      return "r" = %4
      """,
      """
      %0 = parameter "A" : f64[r, m]
      %1 = parameter "ids" : i64[m]
      %2 = transpose(1, 0) %0 : f64[m, r]
      %3 = gather(batch 1, 1) %2, %1 : f64[m]
      return "r" = %3
      """),
    Case(
      "scatters to the own places of an index as a diagonal", over: ["n"],
      """
      %0 = parameter "x" : f64[n]
      %1 = parameter "i" : i64
      %2 = gather(batch 0, 0) %0, %1 : f64
      %3 = scatter(batch 0, 0) %2, %1 : f64[n]
      return "r" = %3
      """,
      """
      %0 = parameter "x" : f64[n]
      %1 = accumulate(0 by [1], 0 by [1]) %0 : f64[n, n]
      return "r" = %1
      """),
    Case(
      "scatters to named places with a batch axis", over: ["m"],
      """
      %0 = parameter "x" : f64[m, c]
      %1 = parameter "ids" : i64[m]
      %2 = parameter "i" : i64
      %3 = gather(batch 0, 0) %1, %2 : i64
      %4 = gather(batch 0, 0) %0, %2 : f64[c]
      %5 = scatter(batch 0, 0) %4, %3 : f64[r, c]
      return "r" = %5
      """,
      """
      %0 = parameter "x" : f64[m, c]
      %1 = parameter "ids" : i64[m]
      %2 = scatter(batch 1, 1) %0, %1 : f64[m, r, c]
      return "r" = %2
      """),
    Case(
      "contracts products of rows and columns as a product of matrices", over: ["m", "n"],
      """
      %0 = parameter "A" : f64[m, k]
      %1 = parameter "B" : f64[k, n]
      %2 = parameter "i" : i64
      %3 = parameter "j" : i64
      %4 = gather(batch 0, 0) %0, %2 : f64[k]
      %5 = gather(batch 0, 1) %1, %3 : f64[k]
      %6 = contract(a,a->) %4, %5 : f64
      return "r" = %6
      """,
      """
      %0 = parameter "A" : f64[m, k]
      %1 = parameter "B" : f64[k, n]
      %2 = transpose(1, 0) %1 : f64[n, k]
      %3 = contract(ab,cb->ac) %0, %2 : f64[m, n]
      return "r" = %3
      """),
    Case(
      "sums a product of rows and columns as a contraction, too", over: ["m", "n"],
      """
      %0 = parameter "A" : f64[m, k]
      %1 = parameter "B" : f64[k, n]
      %2 = parameter "i" : i64
      %3 = parameter "j" : i64
      %4 = gather(batch 0, 0) %0, %2 : f64[k]
      %5 = gather(batch 0, 1) %1, %3 : f64[k]
      %6 = multiply %4, %5 : f64[k]
      %7 = reduce(sum, 0) %6 : f64
      return "r" = %7
      """,
      """
      %0 = parameter "A" : f64[m, k]
      %1 = parameter "B" : f64[k, n]
      %2 = transpose(1, 0) %1 : f64[n, k]
      %3 = contract(ab,cb->ac) %0, %2 : f64[m, n]
      return "r" = %3
      """),
    Case(
      "moves attributes behind the new axes", over: ["m"],
      """
      %0 = parameter "A" : f64[m, n, 4]
      %1 = parameter "i" : i64
      %2 = gather(batch 0, 0) %0, %1 : f64[n, 4]
      %3 = transpose(1, 0) %2 : f64[4, n]
      %4 = slice(1 step 2 count 2, 0 step 1 count n) %3 : f64[2, n]
      %5 = pad(1 interior 0 high 0, 0 interior 0 high 1) %4 : f64[3, n + 1]
      %6 = cumulative(sum, 1) %5 : f64[3, n + 1]
      %7 = argsort(0) %6 : i64[3, n + 1]
      %8 = argreduce(max, 0) %6 : i64[n + 1]
      %9 = concatenate(0) %6, %6 : f64[6, n + 1]
      %10 = reduce(max, 0, 1) %9 : f64
      %11 = reshape %6 : f64[3*n + 3]
      return "a" = %7
      return "b" = %8
      return "c" = %10
      return "d" = %11
      """,
      """
      %0 = parameter "A" : f64[m, n, 4]
      %1 = transpose(0, 2, 1) %0 : f64[m, 4, n]
      %2 = slice(0 step 1 count m, 1 step 2 count 2, 0 step 1 count n) %1 : f64[m, 2, n]
      %3 = pad(0 interior 0 high 0, 1 interior 0 high 0, 0 interior 0 high 1) %2 : f64[m, 3, n + 1]
      %4 = cumulative(sum, 2) %3 : f64[m, 3, n + 1]
      %5 = argsort(1) %4 : i64[m, 3, n + 1]
      %6 = argreduce(max, 1) %4 : i64[m, n + 1]
      %7 = concatenate(1) %4, %4 : f64[m, 6, n + 1]
      %8 = reduce(max, 1, 2) %7 : f64[m]
      %9 = reshape %4 : f64[m, 3*n + 3]
      return "a" = %5
      return "b" = %6
      return "c" = %8
      return "d" = %9
      """),
    Case(
      "convolves a batch where only the array depends on the index", over: ["m"],
      """
      %0 = parameter "x" : f64[m, b, s, 1, c]
      %1 = parameter "k" : f64[3, 1, c, o]
      %2 = parameter "i" : i64
      %3 = gather(batch 0, 0) %0, %2 : f64[b, s, 1, c]
      %4 = convolve(stride 1 low 1 high 1 input 1 kernel 1) %3, %1 : f64[b, s, 1, o]
      return "r" = %4
      """,
      """
      %0 = parameter "x" : f64[m, b, s, 1, c]
      %1 = parameter "k" : f64[3, 1, c, o]
      %2 = reshape %0 : f64[b*m, s, 1, c]
      %3 = convolve(stride 1 low 1 high 1 input 1 kernel 1) %2, %1 : f64[b*m, s, 1, o]
      %4 = reshape %3 : f64[m, b, s, 1, o]
      return "r" = %4
      """),
    Case(
      "convolves more outputs where only the kernel does", over: ["m"],
      """
      %0 = parameter "x" : f64[b, s, 1, c]
      %1 = parameter "k" : f64[m, 3, 1, c, o]
      %2 = parameter "i" : i64
      %3 = gather(batch 0, 0) %1, %2 : f64[3, 1, c, o]
      %4 = convolve(stride 1 low 1 high 1 input 1 kernel 1) %0, %3 : f64[b, s, 1, o]
      return "r" = %4
      """,
      """
      %0 = parameter "x" : f64[b, s, 1, c]
      %1 = parameter "k" : f64[m, 3, 1, c, o]
      %2 = transpose(1, 2, 3, 0, 4) %1 : f64[3, 1, c, m, o]
      %3 = reshape %2 : f64[3, 1, c, m*o]
      %4 = convolve(stride 1 low 1 high 1 input 1 kernel 1) %0, %3 : f64[b, s, 1, m*o]
      %5 = reshape %4 : f64[b, s, 1, m, o]
      %6 = transpose(3, 0, 1, 2, 4) %5 : f64[m, b, s, 1, o]
      return "r" = %6
      """),
    Case(
      "convolves groups where both do", over: ["m"],
      """
      %0 = parameter "x" : f64[m, b, s, 1, c]
      %1 = parameter "k" : f64[m, 3, 1, c, o]
      %2 = parameter "i" : i64
      %3 = gather(batch 0, 0) %0, %2 : f64[b, s, 1, c]
      %4 = gather(batch 0, 0) %1, %2 : f64[3, 1, c, o]
      %5 = convolve(stride 1 low 1 high 1 input 1 kernel 1) %3, %4 : f64[b, s, 1, o]
      return "r" = %5
      """,
      """
      %0 = parameter "x" : f64[m, b, s, 1, c]
      %1 = parameter "k" : f64[m, 3, 1, c, o]
      %2 = transpose(1, 2, 0, 3, 4) %0 : f64[b, s, m, 1, c]
      %3 = reshape %2 : f64[b, s, m, c]
      %4 = transpose(1, 0, 2, 3, 4) %1 : f64[3, m, 1, c, o]
      %5 = reshape %4 : f64[3, m, c, o]
      %6 = convolve(stride 1 low 1 high 1 input 1 kernel 1) %3, %5 : f64[b, s, m, o]
      %7 = reshape %6 : f64[b, s, m, 1, o]
      %8 = transpose(2, 0, 1, 3, 4) %7 : f64[m, b, s, 1, o]
      return "r" = %8
      """),
    Case(
      "scans once, with the index as an axis of what is carried", over: ["m"],
      """
      function @0 "step" {
        %0 = parameter "h" : f64
        %1 = parameter "x" : f64
        %2 = parameter "w" : f64
        %3 = multiply %1, %2 : f64
        %4 = add %0, %3 : f64
        return "h" = %4
        return "y" = %3
      }
      %0 = parameter "h0" : f64
      %1 = parameter "xs" : f64[m, t]
      %2 = parameter "w" : f64
      %3 = parameter "i" : i64
      %4 = gather(batch 0, 0) %1, %3 : f64[t]
      %5 = scan @0(carried 1, sequences 1, length t) %0, %4, %2 : f64
      %6 = result(0) %5 : f64
      %7 = result(1) %5 : f64[t]
      return "h" = %6
      return "y" = %7
      """,
      """
      function @0 "step" {
        %0 = parameter "h" : f64[m]
        %1 = parameter "x" : f64[m]
        %2 = parameter "w" : f64
        %3 = multiply %1, %2 : f64[m]
        %4 = add %0, %3 : f64[m]
        return "h" = %4
        return "y" = %3
      }
      %0 = parameter "h0" : f64
      %1 = parameter "xs" : f64[m, t]
      %2 = parameter "w" : f64
      %3 = broadcast %0 : f64[m]
      %4 = transpose(1, 0) %1 : f64[t, m]
      %5 = scan @0(carried 1, sequences 1, length t) %3, %4, %2 : f64[m]
      %6 = result(0) %5 : f64[m]
      %7 = result(1) %5 : f64[t, m]
      %8 = transpose(1, 0) %7 : f64[m, t]
      return "h" = %6
      return "y" = %8
      """),
    Case(
      "counts an index as a number", over: ["n"],
      """
      %0 = parameter "i" : i64
      %1 = cast %0 : f64
      %2 = exp %1 : f64
      return "r" = %2
      """,
      """
      %0 = iota : i64[n]
      %1 = cast %0 : f64[n]
      %2 = exp %1 : f64[n]
      return "r" = %2
      """),
  ]
}
