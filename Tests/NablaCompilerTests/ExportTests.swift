import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Exported files are compiled as a stranger would, with warnings as errors, and run.
@Suite(.needsCompiler)
struct ExportTests {
  /// Runs a program; its status and what it printed.
  private func run(_ path: String, _ arguments: [String], in directory: URL) throws -> (status: Int32, text: String) {
    let log = directory.appendingPathComponent("log-\(UUID().uuidString)")
    try Data().write(to: log)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = directory
    let output = try FileHandle(forWritingTo: log)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: log), as: UTF8.self))
  }

  /// Writes, compiles with every compiler of this machine, runs; what the program printed.
  ///
  /// - Parameter extra: flags that a compiler may refuse, so that the files are not compiled with it.
  private func build(_ export: CExport, _ arguments: [String] = [], extra: [String] = []) throws -> String {
    let scratch = try TemporaryDirectory()
    try export.write(to: scratch.url)
    var printed = ""
    for compiler in Compilers.all {
      if !extra.isEmpty {
        try "#ifdef _OPENMP\n#include <omp.h>\n#endif\nint main(void) { return 0; }\n"
          .write(to: scratch.url.appendingPathComponent("probe.c"), atomically: true, encoding: .utf8)
        if try run(compiler.path, extra + ["-o", "probe", "probe.c"], in: scratch.url).status != 0 { continue }
      }
      let flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1"] + extra
      let files = ["-o", "program", "\(export.name).c", "\(export.name)_main.c", "-lm"]
      let compiled = try run(compiler.path, flags + files, in: scratch.url)
      #expect(compiled.status == 0, "\(compiler.version): \(compiled.text)")
      let result = try run(scratch.url.appendingPathComponent("program").path, arguments, in: scratch.url)
      #expect(result.status == 0, "\(result.text)")
      printed = result.text
    }
    return printed
  }

  private func seed(_ names: [String] = ["a", "b", "c"]) -> (value: Program, gradient: Program) {
    func make(_ gradient: Bool) -> Program {
      program(names.map { ($0, TensorType()) }) { graph, x in
        let three = graph.constant(Constant(3))
        let value = graph.apply(.multiply, three, graph.apply(.add, x[0], graph.apply(.multiply, x[1], x[2])))
        let partials = [three, graph.apply(.multiply, three, x[2]), graph.apply(.multiply, three, x[1])]
        return gradient ? [value] + partials : [value]
      }
    }
    return (make(false), make(true))
  }

  @Test func `the seed's formula`() throws {
    let f = seed()
    let export = try CExport(name: "f", value: f.value, gradient: f.gradient, points: [[5, 3, 2], [1, 0, -1]])
    #expect(export.header.contains("double f(double a, double b, double c);"))
    #expect(export.header.contains("void f_gradient(const double *x, double *value, double *gradient);"))
    let expected = """
      a = 5, b = 3, c = 2
        value = 33
        by a = 3
        by b = 6
        by c = 9
      a = 1, b = 0, c = -1
        value = 3
        by a = 3
        by b = -3
        by c = 0

      """
    #expect(try build(export) == expected)
    #expect(try build(export, ["1", "2", "3"]).hasPrefix("a = 1, b = 2, c = 3\n  value = 21\n"))
  }

  static let hostile = [
    "double", "int64_t", "value", "gradient", "workspace", "x", "x0", "t0", "r0", "r", "NAN", "I", "errno", "α", "Δx₁",
    "x'", "_a", "__b", "9lives", "", "*/ #include <x>", "\"\\n", "a\nb", "nabla_max", "main_x", "🙂", "bool", "this",
    "stdin", "exp", "gamma", "y1", String(repeating: "long", count: 40),
  ]

  @Test func `hostile names of inputs become identifiers`() throws {
    let names = ExportTests.hostile.prefix(32)
    let f = program(names.map { ($0, TensorType()) }) { graph, x in
      [x.dropFirst().reduce(x[0]) { graph.apply(.add, $0, $1) }]
    }
    let export = try CExport(name: "sum", value: f)
    #expect(try build(export).contains("  value = 32\n"))
    for text in [export.header, export.source, export.main] {
      #expect(text.utf8.allSatisfy { $0 < 128 })
      #expect(!text.contains("<x>"))
    }
  }

  @Test func `equal names become different identifiers`() throws {
    let f = seed(["a", "a", "a_2"])
    let export = try CExport(name: "f", value: f.value, gradient: f.gradient, points: [[5, 3, 2]])
    #expect(export.header.contains("double f(double a, double a_2, double a_2_2);"))
    #expect(try build(export).contains("value = 33\n"))
  }

  @Test(
    arguments: ExportTests.hostile + [
      "main", "fma", "w", "v", "k", "p", "i", "points", "args", "printf", "NULL", "f_map",
    ])
  func `hostile names of functions become identifiers`(_ name: String) throws {
    let f = seed()
    let export = try CExport(name: name, value: f.value, gradient: f.gradient, points: [[5, 3, 2]])
    #expect(export.name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
    // One compiler, and quickly: there are many names.
    let scratch = try TemporaryDirectory()
    try export.write(to: scratch.url)
    let flags = [
      "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "\(export.name).c", "\(export.name)_main.c",
    ]
    let compiled = try run(try #require(Compilers.all.first).path, flags, in: scratch.url)
    #expect(compiled.status == 0, "\(compiled.text)")
  }

  /// Every operation that takes the type, with every function text that it needs.
  @Test(arguments: ElementType.allCases)
  func `every operation compiles without a warning`(_ element: ElementType) throws {
    let all = program([("c", TensorType(.bool))] + (0..<3).map { ("x\($0)", TensorType(element)) }) { graph, x in
      Elementwise.allCases.compactMap { f in
        let operands = f == .select ? [x[0], x[1], x[2]] : Array(x[1...].prefix(f.arity))
        guard (try? f.resultType(operands.map { graph.type(of: $0) })) != nil else { return nil }
        return graph.apply(f, operands)
      }
    }
    // More than 32 results must be of one type: take the roots of each type for themselves.
    for type in Set(all.roots.map { all.graph.type(of: $0.node) }) {
      var part = all
      part.roots.removeAll { all.graph.type(of: $0.node) != type }
      _ = try build(try CExport(name: "all", value: part))
    }
  }

  @Test func `casts, tests of a number with itself, and all element types at once`() throws {
    let inputs = ElementType.allCases.map { ("in_\($0)", TensorType($0)) }
    let f = program(inputs) { graph, x in
      var roots: [NodeID] = []
      for input in x {
        for element in ElementType.allCases where graph.type(of: input).element != element {
          roots.append(graph.append(.cast, [input], type: TensorType(element)))
        }
        roots.append(graph.apply(.equal, input, input))
        roots.append(graph.apply(.less, input, input))
      }
      let yes = graph.constant(.boolean(true), .bool)
      return roots.suffix(8) + roots.prefix(18) + [graph.apply(.equal, x[0], yes), graph.apply(.or, x[0], yes)]
    }
    _ = try build(try CExport(name: "casts", value: f, points: [[1, 2, 3, 4.5, 5.5], [0, -1, -2, .nan, .infinity]]))
  }

  @Test func `long bodies in parts`() throws {
    let length = 3_000
    func make(_ gradient: Bool) -> Program {
      program(3) { graph, x in
        var values = x
        for index in 0..<length {
          let (a, b) = (values[max(0, values.count - 1 - index % 7)], values[values.count * (index % 5) / 5])
          values.append(graph.apply(index % 2 == 0 ? .max : .subtract, a, b))
        }
        let last = values[values.count - 1]
        return gradient ? [last] + values[500..<503] : [last]
      }
    }
    let value = make(false)
    let export = try CExport(name: "long", value: value, gradient: make(true), points: [[1, 2, 3]])
    let printed = try build(export)
    let expected = try Interpreter(make(true)).evaluate(["x0": [1], "x1": [2], "x2": [3]])
    #expect(printed.contains("  value = \(Int(expected[0][0]))\n"))
    #expect(printed.contains("  by x1 = \(Int(expected[2][0]))\n"))
  }

  @Test func `many inputs are an array`() throws {
    func make(_ gradient: Bool) -> Program {
      program(1_200) { graph, x in
        let sum = x.dropFirst().reduce(x[0]) { graph.apply(.add, $0, graph.apply(.multiply, $1, $1)) }
        let two = graph.constant(Constant(2))
        return gradient ? [sum, graph.constant(.one)] + x.dropFirst().map { graph.apply(.multiply, two, $0) } : [sum]
      }
    }
    let export = try CExport(name: "squares", value: make(false), gradient: make(true))
    #expect(export.header.contains("double squares(const double *x"))
    #expect(try build(export).contains("  value = 1200\n  by x0 = 1\n  by x1 = 2\n"))
  }

  @Test func `the files do not depend on a dialect, and the header is C++ too`() throws {
    let f = seed()
    let export = try CExport(name: "f", value: f.value, gradient: f.gradient)
    let scratch = try TemporaryDirectory()
    try export.write(to: scratch.url)
    for compiler in Compilers.all {
      for dialect in ["-std=gnu11", "-std=c17", "-std=c2x"] {
        let flags = [dialect, "-Wall", "-Wextra", "-Werror", "-O2", "-fsyntax-only", "f.c", "f_main.c"]
        let compiled = try run(compiler.path, flags, in: scratch.url)
        #expect(compiled.status == 0, "\(compiler.version) \(dialect): \(compiled.text)")
      }
      let cxx = try run(
        compiler.path, ["-x", "c++", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "f.h"], in: scratch.url)
      // A C compiler may come without its C++ part.
      let missing = cxx.text.contains("cc1plus")
      #expect(cxx.status == 0 || missing, "\(cxx.text)")
    }
  }

  /// f(A, x, b) = sum(tanh(A @ x) * b), or the vector itself, with gathers and everything else that needs C of its own.
  @Test func `functions of arrays`() throws {
    let matrix = TensorType.array(2, 3)
    func make(_ gradient: Bool) -> Program {
      program([("A", matrix), ("x", .array(3)), ("β", TensorType())]) { graph, x in
        let product = graph.append(.contract(Contraction([0, 1], [1], to: [0])), [x[0], x[1]], type: TensorType())
        let value = graph.apply(
          .multiply, graph.append(.reduce(.sum, axes: [0]), [product], type: TensorType()), x[2])
        if !gradient { return [value] }
        let columns = graph.append(.reduce(.sum, axes: [0]), [x[0]], type: TensorType())
        let outer = graph.append(.broadcast, [graph.apply(.multiply, x[1], x[2])], type: matrix)
        return [
          value, outer, graph.apply(.multiply, columns, x[2]),
          graph.append(.reduce(.sum, axes: [0]), [product], type: TensorType()),
        ]
      }
    }
    let export = try CExport(
      name: "f", value: make(false), gradient: make(true), points: [[1, 2, 3, 4, 5, 6, 1, 0, -1, 2]])
    #expect(export.header.contains("int f(const double *A, const double *x, double beta, double *value);"))
    let expected = """
        value = -8
        by A = 2 0 -2 2 0 -2
        by x = 10 14 18
        by beta = -4

      """
    #expect(try build(export) == expected)
  }

  /// A layer with a softmax and its sums over rows, large enough for tiles, epilogues and threads.
  @Test(
    arguments: [
      [], ["-march=native"], ["-DNABLA_PLAIN"], ["-DNABLA_STRICT"], ["-fopenmp"], ["-fopenmp", "-march=native", "-O3"],
    ], [ElementType.f32, .f64])
  func `kernels in vectors, in plain C, and shared by OpenMP's threads`(_ extra: [String], _ element: ElementType)
    throws
  {
    let f = program([
      ("A", .array(40, 100, of: element)), ("B", .array(100, 64, of: element)), ("c", .array(64, of: element)),
    ]) { graph, x in
      let product = graph.append(
        .contract(Contraction([0, 1], [1, 2], to: [0, 2])), Array(x[..<2]), type: TensorType())
      let powers = graph.apply(.exp, graph.apply(.tanh, graph.apply(.add, product, x[2])))
      let sums = graph.append(.reduce(.sum, axes: [1]), [powers], type: TensorType())
      let column = graph.append(.reshape, [sums], type: .array(40, 1, of: element))
      return [graph.apply(.divide, powers, column), sums]
    }
    let numbers: [Double] = (0..<10_464).map { (place: Int) -> Double in Double(place * 7 % 17 - 8) / 64 }
    let export = try CExport(name: "f", value: f, threads: 3, points: [numbers], grain: 100)
    #expect(export.source.contains("#pragma omp parallel"))
    let places = [0..<4_000, 4_000..<10_400, 10_400..<10_464]
    let columns = places.map { place -> Column in
      let part: [Double] = Array(numbers[place])
      return element == .f32 ? Column(part.map { Float($0) }) : Column(part)
    }
    let expected = try Interpreter(f).evaluate(columns, points: 1)
    let printed = try build(export, extra: extra)
    if printed.isEmpty { return }
    let lines: [[Double]] = printed.split(separator: "\n").map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
    #expect(lines.count == 2)
    let tolerance = element == .f32 ? 1e-5 : 1e-13
    for (line, column) in zip(lines, expected) {
      #expect(line.count == 8)
      for (found, wanted) in zip(line, column.doubles) {
        let distance: Double = (found - wanted).magnitude
        #expect(distance <= tolerance * wanted.magnitude, "\(found), \(wanted)")
      }
    }
  }

  @Test func `somebody else's CMake file stays`() throws {
    let scratch = try TemporaryDirectory()
    let file = scratch.url.appendingPathComponent("CMakeLists.txt")
    let export = try CExport(name: "f", value: seed().value)
    try export.write(to: scratch.url)
    #expect(try String(contentsOf: file, encoding: .utf8).contains("add_library"))
    try "project(mine)".write(to: file, atomically: true, encoding: .utf8)
    try export.write(to: scratch.url)
    #expect(try String(contentsOf: file, encoding: .utf8) == "project(mine)")
  }

  @Test func `an exported function says that an index lies outside`() throws {
    let f = program([("x", .array(3)), ("k", .array(2, of: .i64))]) { graph, x in
      [graph.append(.gather(Gather(axes: [0])), x, type: TensorType())]
    }
    let export = try CExport(name: "pick", value: f, points: [[5, 6, 7, -1, 0]])
    #expect(try build(export) == "  value = 7 5\n")
    #expect(try build(try CExport(name: "pick", value: f)) == "  value = 1 1\n")
  }

  /// Every kind of kernel, empty arrays and every element type, without a warning.
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `random functions of arrays compile without a warning`(_ seed: UInt64) throws {
    let export = try CExport(name: "random", value: RandomArrayProgram.program(seed: 100 + seed, size: 60))
    #expect(try !build(export).isEmpty)
  }
}
