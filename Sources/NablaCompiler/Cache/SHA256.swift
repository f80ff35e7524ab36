/// The SHA-256 digest of bytes: the names of cached kernels, and the proof that a file is what was written.
///
/// - Source: FIPS PUB 180-4, sections 4.1.2, 5 and 6.2.
struct SHA256 {
  private var state: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19
  )

  /// The digest in 64 hexadecimal digits.
  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    if let digest = bytes.withContiguousStorageIfAvailable({ hexadecimal(UnsafeRawBufferPointer($0)) }) {
      return digest
    }
    return Array(bytes).withUnsafeBytes { hexadecimal($0) }
  }

  private static func hexadecimal(_ message: UnsafeRawBufferPointer) -> String {
    var digest = SHA256()
    let whole = message.count & ~63
    digest.compress(UnsafeRawBufferPointer(rebasing: message[..<whole]))
    var end = Array(message[whole...])
    end.append(0x80)
    end.append(contentsOf: repeatElement(0, count: (120 - end.count % 64) % 64))
    let bits = UInt64(message.count) * 8
    for shift in stride(from: UInt64(56), through: 0, by: -8) { end.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    end.withUnsafeBytes { digest.compress($0) }
    let (a, b, c, d, e, f, g, h) = digest.state
    return [a, b, c, d, e, f, g, h].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// Takes in whole blocks of 64 bytes.
  private mutating func compress(_ message: UnsafeRawBufferPointer) {
    @inline(__always) func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
      SHA256.constants.withUnsafeBufferPointer { k in
        var (s0, s1, s2, s3, s4, s5, s6, s7) = state
        for block in stride(from: 0, to: message.count, by: 64) {
          for t in 0..<16 {
            w[t] = UInt32(bigEndian: message.loadUnaligned(fromByteOffset: block + 4 * t, as: UInt32.self))
          }
          for t in 16..<64 {
            let (x, y) = (w[t - 15], w[t - 2])
            let low = rotate(x, 7) ^ rotate(x, 18) ^ x >> 3
            let high = rotate(y, 17) ^ rotate(y, 19) ^ y >> 10
            w[t] = w[t - 16] &+ low &+ w[t - 7] &+ high
          }
          var (a, b, c, d, e, f, g, h) = (s0, s1, s2, s3, s4, s5, s6, s7)
          // One round; the names of the eight words move on by one from round to round, so that nothing is copied.
          @inline(__always) func round(
            _ t: Int, _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
            _ h: inout UInt32
          ) {
            let sum = h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ (g ^ e & (f ^ g)) &+ k[t] &+ w[t]
            d = d &+ sum
            h = sum &+ (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ (a & b | c & (a | b))
          }
          for t in stride(from: 0, to: 64, by: 8) {
            round(t, a, b, c, &d, e, f, g, &h)
            round(t + 1, h, a, b, &c, d, e, f, &g)
            round(t + 2, g, h, a, &b, c, d, e, &f)
            round(t + 3, f, g, h, &a, b, c, d, &e)
            round(t + 4, e, f, g, &h, a, b, c, &d)
            round(t + 5, d, e, f, &g, h, a, b, &c)
            round(t + 6, c, d, e, &f, g, h, a, &b)
            round(t + 7, b, c, d, &e, f, g, h, &a)
          }
          (s0, s1, s2, s3) = (s0 &+ a, s1 &+ b, s2 &+ c, s3 &+ d)
          (s4, s5, s6, s7) = (s4 &+ e, s5 &+ f, s6 &+ g, s7 &+ h)
        }
        state = (s0, s1, s2, s3, s4, s5, s6, s7)
      }
    }
  }

  // swift-format-ignore
  private static let constants: [UInt32] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ]
}
