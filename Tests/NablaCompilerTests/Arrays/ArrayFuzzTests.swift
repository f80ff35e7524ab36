import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import Testing

/// Random programs of arrays on both backends.
@Suite(.needsCompiler)
struct ArrayFuzzTests {
  /// Programs that once went wrong: sums over windows of sums over windows, an element of an array as a result, the
  /// largest elements along no axis.
  private static let known: [UInt64] = [136_949_590, 271_517_411, 97_632_472]

  /// `NABLA_LONG_TESTS` asks for many, from a seed that is printed; `NABLA_SEED` for one.
  private static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["NABLA_SEED"].flatMap({ UInt64($0) }) { return [seed] }
    guard environment["NABLA_LONG_TESTS"] != nil else { return Array(1...24) + known }
    let first = UInt64.random(in: 1_000...1_000_000_000)
    print("array programs from seed \(first)")
    return Array(first..<first + 400)
  }()

  @Test(arguments: seeds)
  func `random programs of arrays agree`(_ seed: UInt64) throws {
    try expectArrayAgreement(RandomArrayProgram.program(seed: seed, size: 40), seed: seed)
  }
}
