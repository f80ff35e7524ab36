import NablaGraph
import Testing

@Suite struct ProgramTextTests {
  @Test func `writes one line a node`() {
    var graph = Graph()
    let a = graph.parameter("a")
    let b = graph.parameter("unused")
    let third = graph.constant(.rational(Rational(2, 3)))
    _ = graph.apply(.exp, a)
    let product = graph.apply(.multiply, a, third)
    graph.addOrigin(Origin(name: "u"), to: product)
    let program = Program(graph: graph, inputs: [a, b], roots: [.init("value", product)], aliases: [0: 1])
    #expect(
      program.text == """
        program {
          %0 = parameter "a" : f64
          %1 = parameter "unused" : f64
          %2 = constant 2/3 : f64
          %3 = multiply %0, %2 : f64 "u"
          return "value" = %3
          alias 0 = 1
        }

        """)
  }

  /// Every structural operation, an input order of its own, and a function that calls a function.
  static let canonical = """
    program {
      function @0 "square" {
        %0 = parameter "x" : f64
        %1 = multiply %0, %0 : f64
        return "y" = %1
      }
      function @1 "both" {
        %0 = parameter "x" : f64
        %1 = call @0 %0 : f64
        %2 = result(0) %1 : f64
        %3 = negate %2 : f64
        return "y" = %2
        return "z" = %3
      }
      %0 = parameter "A" : f64[m, n - 1]
      %1 = parameter "s" : f64
      %2 = transpose(1, 0) %0 : f64[n - 1, m]
      %3 = slice(0 step 1 count n - 1, 1 step 2 count m//2) %2 : f64[n - 1, m//2]
      %4 = pad(0 interior 0 high 0, 1 interior 1 high m - 2*(m//2)) %3 : f64[n - 1, m]
      %5 = concatenate(0) %2, %4, %2, %4, %2 : f64[5*n - 5, m]
      %6 = reduce(sum, 0, 1) %5 : f64
      %7 = call @1 %6 : f64
      %8 = result(0) %7 : f64
      %9 = result(1) %7 : f64
      %10 = broadcast %8 : f64[3, 2]
      %11 = reshape %10 : f64[6]
      %12 = cast %11 : f32[6]
      %13 = stop %12 : f32[6] "frozen"
      %14 = less %9, %1 : bool
      %15 = constant 123456789012345678901234567890/11 : f64
      %16 = constant bits:8000000000000000 : f64
      %17 = where %14, %15, %16 : f64
      inputs %1, %0
      return "first" = %13
      return "second" = %17
      alias 1 = 0
    }

    """

  @Test func `reads back what it writes`() throws {
    let program = try Program(text: ProgramTextTests.canonical)
    #expect(program.text == ProgramTextTests.canonical)
    try program.verify()
    #expect(program.inputs.map { program.graph.type(of: $0).description } == ["f64", "f64[m, n - 1]"])
  }

  @Test(arguments: 0..<300 as Range<UInt64>) func `random programs read back`(seed: UInt64) throws {
    let program = RandomProgram.program(seed: seed, size: 60)
    try program.verify()
    let text = program.text
    let again = try Program(text: text)
    try again.verify()
    #expect(again.text == text)
    #expect(again.inputs.count == program.inputs.count)
    #expect(again.inputs.map { again.graph.type(of: $0) } == program.inputs.map { program.graph.type(of: $0) })
    #expect(again.roots.map { again.graph.type(of: $0.node) } == program.roots.map { program.graph.type(of: $0.node) })
    #expect(again.aliases == program.aliases)
  }

  @Test func `comments, spaces and numbers in any order are read`() throws {
    let program = try Program(
      text: """
        # a comment

        program{
        %7=parameter "x":f64   # the input
        \t%3 = add %7,%7 : f64\r
        return "y" = %3
        }

        """)
    #expect(program.graph.count == 2)
  }

  @Test(arguments: [
    ("", 1), ("program", 1), ("program {", 1), ("program {\n", 2), ("program {\n}\nx", 3),
    ("program {\n%0 = parameter \"x : f64\n}", 2), ("program {\n%0 = sine : f64\n}", 2),
    ("program {\n%0 = exp %1 : f64\n}", 2), ("program {\n%0 = constant 1/0 : f64\n}", 2),
    ("program {\n%0 = constant 1/2 : i64\n}", 2), ("program {\n%0 = constant 1 : f64[2]\n}", 2),
    ("program {\n%0 = constant 1 : f64\n%0 = constant 2 : f64\n}", 3),
    ("program {\n%0 = parameter \"x\" : f64[-1]\n}", 2), ("program {\n%0 = parameter \"x\" : f64[1//0]\n}", 2),
    ("program {\n%0 = parameter \"x\" : f64\n%1 = exp %0 : f32\n}", 3),
    ("program {\n%0 = parameter \"x\" : f64\n%1 = exp %0, %0 : f64\n}", 3),
    ("program {\n%0 = call @0 : f64\n}", 2), ("program {\nalias 0 = 0\n}", 3),
    ("program {\n%0 = parameter \"x\" : f64\ninputs\nreturn \"y\" = %0\n}", 5),
    ("program {\nfunction @1 \"f\" {\n}\n}", 2),
    ("program {\n%99999999999999999999 = constant 1 : f64\n}", 2),
    ("program {\n%0 = parameter \"x\" : f64[9223372036854775807 + 1]\n}", 2),
    ("program {\n%0 = parameter \"x\" : f64[" + String(repeating: "(", count: 100_000), 2),
  ])
  func `what is no program is refused with its line`(text: String, line: Int) {
    let error = #expect(throws: ProgramTextError.self) { try Program(text: text) }
    #expect(error?.line == line)
  }

  /// Mutations of a right text: an error or a right program, never a trap.
  @Test(arguments: 0..<40 as Range<UInt64>) func `mutated texts do not trap`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let original = Array(
      (seed < 10 ? ProgramTextTests.canonical : RandomProgram.program(seed: seed, size: 25).text).utf8)
    let tokens = [
      "%", "(", ")", ",", ":", "-", "//", "*", "0", "9999999999", "f32", "\n", "call", "\"", "mod(", "}", "@1",
    ]
    for _ in 0..<200 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 1...20, using: &random)))
        case 2: bytes.insert(contentsOf: Array((tokens.randomElement(using: &random) ?? "").utf8), at: position)
        default:
          let other = Int.random(in: 0..<bytes.count, using: &random)
          bytes.insert(contentsOf: bytes[other..<min(bytes.count, other + 30)], at: position)
        }
        if bytes.isEmpty { bytes = original }
      }
      if let program = try? Program(text: String(decoding: bytes, as: UTF8.self)) {
        try program.verify()
        let again = try Program(text: program.text)
        #expect(again.text == program.text)
      }
    }
  }

  @Test func `a long chain is written and read in linear time`() throws {
    var graph = Graph()
    let x = graph.parameter("x")
    var last = x
    for _ in 0..<100_000 { last = graph.apply(.add, last, x) }
    let text = Program(graph: graph, inputs: [x], roots: [.init("y", last)]).text
    #expect(try Program(text: text).graph.count == 100_001)
  }

  @Test func `functions are interned by content, whatever their hints and dead nodes`() {
    func square(dead: Bool, hint: String?) -> Function {
      var graph = Graph()
      let x = graph.parameter("x")
      if dead { _ = graph.apply(.exp, x) }
      let y = graph.apply(.multiply, x, x)
      graph.addOrigin(Origin(name: hint), to: y)
      return Function(name: "square", body: Program(graph: graph, inputs: [x], roots: [.init("y", y)]))
    }
    var graph = Graph()
    let first = graph.intern(square(dead: false, hint: nil))
    #expect(graph.intern(square(dead: true, hint: "u")) == first)
    #expect(graph.functions.count == 1)
  }
}
