import BigInt
import NablaGraph
import Testing

@Suite struct RationalTests {
  private static func rational(_ text: String) throws -> Rational {
    let parts = text.split(separator: "/")
    return Rational(try #require(BigInt(parts[0])), try #require(parts.count > 1 ? BigInt(parts[1]) : 1))
  }

  @Test func `the nearest double is Python's`() throws {
    var count = 0
    for row in try fixture("rationals.tsv") where row[0] == "double" {
      let bits = try #require(UInt64(row[2], radix: 16))
      #expect(try RationalTests.rational(row[1]).double == Double(bitPattern: bits), "\(row[1])")
      count += 1
    }
    #expect(count > 300)
  }

  @Test func `arithmetic is Python's`() throws {
    var kinds: Set<String> = []
    for row in try fixture("rationals.tsv") where row[0] != "double" {
      let a = try RationalTests.rational(row[1])
      let b = try RationalTests.rational(row[2])
      kinds.insert(row[0])
      switch row[0] {
      case "sum": #expect(a + b == (try RationalTests.rational(row[3])))
      case "difference": #expect(a - b == (try RationalTests.rational(row[3])))
      case "product": #expect(a * b == (try RationalTests.rational(row[3])))
      case "quotient": #expect(a / b == (try RationalTests.rational(row[3])))
      case "less": #expect((a < b) == (row[3] == "true"))
      case "floor": #expect(a.floor == (try #require(BigInt(row[3]))))
      default: Issue.record("unknown row \(row[0])")
      }
    }
    #expect(kinds.count == 6)
  }

  @Test func `one value has one form, whichever way it is made`() {
    let forms = [Rational(6, -4), Rational(-3, 2), Rational(BigInt(-30), BigInt(20)), Rational(exactly: -1.5)]
    #expect(Set(forms).count == 1)
    #expect(Set(forms.map(\.description)) == ["-3/2"])
    // Through a value beyond the machine word and back.
    let large = Rational(Int.max) * Rational(Int.max)
    #expect(large / Rational(Int.max) == Rational(Int.max))
    #expect((large / Rational(Int.max)).integer == Int.max)
    #expect(Rational(Int.min) == -(-Rational(Int.min)))
    #expect(Rational(Int.min, -1) == Rational(Int.max) + 1)
    #expect(Rational(Int.min).magnitude.description == "9223372036854775808")
  }

  @Test(arguments: [
    0.0, 1, -1, 0.1, -0.1, 1e300, -1e-300, 0x1p-1074, 0x1p-1022, .greatestFiniteMagnitude, 0x1p62, 0x1p-62,
    0x1p-63, 0x1.8p-61, 123456.789,
  ]) func `a double comes back`(value: Double) {
    let exact = Rational(exactly: value)
    #expect(exact.double == value)
    // The exact value: its denominator is a power of two.
    #expect(exact.denominator.magnitude.nonzeroBits == 1)
  }

  @Test func `powers are exact and bounded`() {
    #expect(Rational(2, 3).power(5) == Rational(32, 243))
    #expect(Rational(2, 3).power(-2) == Rational(9, 4))
    #expect(Rational(0).power(0) == .one)
    #expect(Rational(0).power(3) == .zero)
    #expect(Rational(0).power(-1) == nil)
    #expect(Rational(-1).power(.max) == .minusOne)
    #expect(Rational(-1).power(.min) == .one)
    #expect(Rational(10).power(100)?.double == 1e100)
    // A tower of powers is refused before it is computed.
    #expect(Rational(10).power(1_000_000_000) == nil)
    #expect(Rational(2).power(.max) == nil)
  }
}

extension BigUInt {
  fileprivate var nonzeroBits: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}
