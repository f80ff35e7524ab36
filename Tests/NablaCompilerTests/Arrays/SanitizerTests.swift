import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Kernels of arrays under the address and undefined-behaviour sanitizers of the C compilers, with every array in a
/// block of memory of its own.
@Suite(.needsCompiler)
struct SanitizerTests {
  /// The compilers of this machine that come with sanitizers.
  private static let compilers = Compilers.all.filter { (try? run("int main(void) { return 0; }", with: $0)) == 0 }

  private static let flags = [
    "-std=c11", "-w", "-O1", "-g", "-march=native", "-ffp-contract=off", "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all", "-o", "program", "program.c", "-lm",
  ]

  /// Compiles a program and runs it; its status.
  private static func run(_ source: String, with compiler: CCompiler) throws -> Int32 {
    let scratch = try TemporaryDirectory()
    try Data(source.utf8).write(to: scratch.url.appendingPathComponent("program.c"))
    for (path, arguments) in [
      (compiler.path, flags), (scratch.url.appendingPathComponent("program").path, []),
    ] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = arguments
      process.currentDirectoryURL = scratch.url
      try process.run()
      process.waitUntilExit()
      if process.terminationStatus != 0 { return process.terminationStatus }
    }
    return 0
  }

  /// A kernel with a main that calls it at one point.
  private func source(of program: Program, unit: VectorUnit = .native) throws -> String {
    let kernel = CKernel(try ArrayPlan(program, unit: unit))
    let signature = try Signature(program)
    var main = "int main(void) {\n  const void *args[\(signature.inputs.count + 1)];\n"
    main += "  void *results[\(signature.outputs.count + 1)];\n  int64_t dims[] = {1"
    main += (signature.inputs + signature.outputs).map { ", \($0.count)" }.joined() + "};\n"
    for (number, port) in signature.inputs.enumerated() {
      let type = port.type.element
      main += "  \(cType(type)) *a\(number) = malloc(\(port.count) * sizeof *a\(number));\n"
      main += "  for (int k = 0; k < \(port.count); ++k) a\(number)[k] = "
      main += type == .bool ? "k % 2;\n" : type.isFloat ? "(k * 7 % 17 - 8) * 0.25;\n" : "k * 5 % 9 - 4;\n"
      main += "  args[\(number)] = a\(number);\n"
    }
    for (number, port) in signature.outputs.enumerated() {
      let own = "malloc(\(port.count) * sizeof(\(cType(port.type.element))))"
      main += "  results[\(number)] = \(program.aliases[number].map { "a\($0)" } ?? own);\n"
    }
    main += "  void *workspace = malloc(\(kernel.workspaceSize));\n"
    main += "  nabla_kernel(args, results, dims, workspace, 0);\n  free(workspace);\n"
    for number in signature.inputs.indices { main += "  free(a\(number));\n" }
    for number in signature.outputs.indices where program.aliases[number] == nil {
      main += "  free(results[\(number)]);\n"
    }
    return "#include <stdlib.h>\n#include <stdint.h>\n"
      + kernel.source.replacing("typedef __INT64_TYPE__ int64_t;", with: "")
      .replacing("typedef __UINT64_TYPE__ uint64_t;", with: "")
      .replacing("typedef __INT32_TYPE__ int32_t;", with: "").replacing("typedef __UINT32_TYPE__ uint32_t;", with: "")
      + main + "  return 0;\n}\n"
  }

  private func cType(_ element: ElementType) -> String {
    switch element {
    case .f64: "double"
    case .f32: "float"
    case .i64: "int64_t"
    case .i32: "int32_t"
    case .bool: "unsigned char"
    }
  }

  @Test(.enabled(if: !compilers.isEmpty), arguments: 1...3 as ClosedRange<UInt64>)
  func `random programs of arrays touch only what is theirs`(_ seed: UInt64) throws {
    let text = try source(of: RandomArrayProgram.program(seed: 500 + seed, size: 60))
    for compiler in SanitizerTests.compilers {
      #expect(try SanitizerTests.run(text, with: compiler) == 0, "\(compiler.version), seed \(500 + seed)")
    }
  }

  /// `NABLA_LONG_TESTS` asks for more, from a seed that is printed; `NABLA_SEED` for one.
  private static let joined: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["NABLA_SEED"].flatMap({ UInt64($0) }) { return [seed] }
    guard environment["NABLA_LONG_TESTS"] != nil else { return [701, 702] }
    let first = UInt64.random(in: 1_000...1_000_000_000)
    print("sanitized kernels from seed \(first)")
    return Array(first..<first + 60)
  }()

  @Test(.enabled(if: !compilers.isEmpty), arguments: joined)
  func `joined kernels touch only what is theirs`(_ seed: UInt64) throws {
    let units = [(64, 32), (32, 16), (16, 16)].map { VectorUnit(bytes: $0, registers: $1) }
    let (program, note) = RandomFusedProgram.program(seed: seed, size: 6, looksUp: seed % 2 == 0)
    let text = try source(of: program, unit: units[Int(seed % 3)])
    let compiler = SanitizerTests.compilers[Int(seed / 3) % SanitizerTests.compilers.count]
    #expect(try SanitizerTests.run(text, with: compiler) == 0, "\(compiler.version), \(note)")
  }

  @Test(
    .enabled(if: !compilers.isEmpty),
    arguments: [(64, 32), (32, 16), (16, 32)].map { VectorUnit(bytes: $0, registers: $1) })
  func `products of matrices touch only what is theirs, for any registers`(_ unit: VectorUnit) throws {
    for (m, k, n, right) in [(13, 31, 65, [1, 2]), (29, 37, 10, [2, 1]), (1, 40, 71, [1, 2])] {
      for element in [ElementType.f64, .f32] {
        let b = right == [1, 2] ? (k, n) : (n, k)
        let f = program([("a", .array(m, k, of: element)), ("b", .array(b.0, b.1, of: element))]) { graph, x in
          [graph.append(.contract(Contraction([0, 1], right, to: [0, 2])), x, type: TensorType())]
        }
        let text = try source(of: f, unit: unit)
        for compiler in SanitizerTests.compilers {
          #expect(try SanitizerTests.run(text, with: compiler) == 0, "\(compiler.version) \(m)×\(k)×\(n)")
        }
      }
    }
  }

  @Test(.enabled(if: !compilers.isEmpty), arguments: [1, 2, 5, 9] as [UInt64])
  func `convolutions touch only what is theirs`(_ seed: UInt64) throws {
    let random = RandomConvolution(seed: seed, element: .f32)
    let text = try source(of: random.program)
    for compiler in SanitizerTests.compilers {
      #expect(try SanitizerTests.run(text, with: compiler) == 0, "\(compiler.version), \(random.note)")
    }
  }
}
