import CNablaMath
import Testing

@Suite struct RandomTests {
  /// The known answers that the authors of Philox publish with their implementation (`kat_vectors` of Random123).
  @Test(arguments: [
    (
      [0, 0, 0, 0] as [UInt32], [0, 0] as [UInt32],
      [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8] as [UInt32]
    ),
    (
      [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
      [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
    ),
    (
      [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
      [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    ),
  ])
  func `Philox has its known answers`(_ counter: [UInt32], _ key: [UInt32], _ expected: [UInt32]) {
    var words: [UInt32] = [0, 0, 0, 0]
    nabla_philox(counter, key, &words)
    #expect(words == expected)
    // The same through key, site and element.
    func pair(_ low: UInt32, _ high: UInt32) -> Int64 { Int64(bitPattern: UInt64(low) | UInt64(high) << 32) }
    let bits = nabla_random_bits(
      pair(key[0], key[1]), pair(counter[2], counter[3]), pair(counter[0], counter[1]))
    #expect(bits == UInt64(expected[0]) | UInt64(expected[1]) << 32)
  }

  @Test func `uniform numbers fill the unit interval evenly and reach no further`() {
    let count: Int64 = 40_000
    let doubles = (0..<count).map { nabla_random_uniform(7, 3, $0) }
    let singles = (0..<count).map { Double(nabla_random_uniform_single(7, 3, $0)) }
    for draws in [doubles, singles] {
      #expect(draws.allSatisfy { (0..<1).contains($0) })
      let mean = draws.reduce(0, +) / Double(count)
      let square = draws.reduce(0) { $0 + $1 * $1 } / Double(count)
      // Six standard errors: the variance of a uniform number is 1/12, that of its square 4/45.
      #expect(abs(mean - 0.5) < 6 * (1.0 / 12 / Double(count)).squareRoot())
      #expect(abs(square - 1.0 / 3) < 6 * (4.0 / 45 / Double(count)).squareRoot())
    }
    #expect(doubles.allSatisfy { ($0 * 0x1p53).rounded() == $0 * 0x1p53 })
    #expect(singles.allSatisfy { ($0 * 0x1p24).rounded() == $0 * 0x1p24 })
  }

  @Test func `keys, sites and elements draw apart`() {
    var seen: Set<UInt64> = []
    for key in [-1, 0, 1, 1 << 40] as [Int64] {
      for site in 0..<4 as Range<Int64> {
        for element in 0..<64 as Range<Int64> { seen.insert(nabla_random_bits(key, site, element)) }
      }
    }
    #expect(seen.count == 4 * 4 * 64)
  }
}
