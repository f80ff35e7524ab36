import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Random programs whose kernels are joined, against the interpreter: with one to three threads that share whatever can
/// be shared, for every vector length that this machine has, with updates in place.
@Suite(.needsCompiler)
struct FusedFuzzTests {
  /// `NABLA_LONG_TESTS` asks for many, from a seed that is printed; `NABLA_SEED` for one.
  private static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["NABLA_SEED"].flatMap({ UInt64($0) }) { return [seed] }
    guard environment["NABLA_LONG_TESTS"] != nil else { return Array(1...12) + known }
    let first = UInt64.random(in: 1_000...1_000_000_000)
    print("joined kernels from seed \(first)")
    return Array(first..<first + 400)
  }()

  /// Some that once failed; of the last two, one waited for a thread that had seen an integer overwritten, and left, and
  /// one read with an integer that the same kernel was yet to write.
  private static let known: [UInt64] = [467_415_594, 622_149_789, 250_672_541, 586_435_962]

  /// What kernels may be laid out for here.
  private static let units = [
    VectorUnit(bytes: 64, registers: 32), VectorUnit(bytes: 32, registers: 16), VectorUnit(bytes: 16, registers: 16),
  ].filter { $0.bytes <= VectorUnit.native.bytes }

  /// A compiler, vectors and a number of threads that the seed chooses.
  private func compiler(_ seed: UInt64) throws -> (compiler: KernelCompiler, threads: Int, note: String) {
    let usual = try Compilers.usual()
    var options = CompilerOptions()
    options.grain = 0
    options.unit = FusedFuzzTests.units[Int(seed / 3) % FusedFuzzTests.units.count]
    let compiler = Compilers.all[Int(seed / 9) % Compilers.all.count]
    let threads = 1 + Int(seed % 3)
    return (
      KernelCompiler(compiler: compiler, cache: usual.cache, options: options), threads,
      "\(compiler.version), \(options.unit.bytes) bytes, \(threads) threads"
    )
  }

  @Test(arguments: seeds)
  func `joined kernels compute what the interpreter does`(_ seed: UInt64) throws {
    try expectAgreement(RandomFusedProgram.program(seed: seed, size: 7), seed)
  }

  @Test(arguments: seeds)
  func `joined kernels that read where integers say compute what the interpreter does`(_ seed: UInt64) throws {
    try expectAgreement(RandomFusedProgram.program(seed: seed, size: 6, looksUp: true), seed)
  }

  private func expectAgreement(_ random: (program: Program, note: String), _ seed: UInt64) throws {
    let (program, note) = random
    let (compiler, threads, machine) = try compiler(seed)
    let kernel = try compiler.compile(program, threads: threads)
    let inputs = arrayColumns(for: kernel.signature, points: 1, seed: seed)
    let expected = try Interpreter(program).evaluate(inputs, points: 1)
    let found = try inPlace(kernel, program, inputs)
    expectClose(
      expected, found, of: program, precision: (inputs + expected).contains { $0.element == .f32 } ? 2e-4 : 1e-10,
      "\(machine); \(note)")
  }

  /// What a call at one point gives, with the results that may lie over inputs there.
  private func inPlace(_ kernel: CompiledKernel, _ program: Program, _ inputs: [Column]) throws -> [Column] {
    let signature = kernel.signature
    var memory: [UnsafeMutableRawPointer] = []
    defer { for block in memory { block.deallocate() } }
    func block(_ count: Int, _ element: ElementType) -> UnsafeMutableRawPointer {
      let block = UnsafeMutableRawPointer.allocate(byteCount: max(count * element.size, 1), alignment: 64)
      memory.append(block)
      return block
    }
    var arguments: [InputColumn] = []
    for (port, column) in zip(signature.inputs, inputs) {
      let room = block(port.count, column.element)
      column.withUnsafeBytes { if let base = $0.baseAddress { room.copyMemory(from: base, byteCount: $0.count) } }
      arguments.append(InputColumn(room, stride: port.count))
    }
    let results = signature.outputs.enumerated().map { position, port in
      let room = program.aliases[position].map { memory[$0] } ?? block(port.count, port.type.element)
      return OutputColumn(room, stride: port.count)
    }
    try kernel.run(points: 1, inputs: arguments, outputs: results)
    return zip(signature.outputs, results).map { port, result in
      var column = Column(zeros: port.count, of: port.type.element)
      column.withUnsafeMutableBytes {
        if let base = $0.baseAddress { base.copyMemory(from: result.base, byteCount: $0.count) }
      }
      return column
    }
  }
}
