import NablaDiagnostics
import NablaGraph
import NablaRuntime
import Testing

@testable import NablaData

/// Archives of NumPy's, and the two algorithms that they need.
struct NPZTests {
  @Test(arguments: Fixture.cases("npz")) func `what NumPy saved is read`(_ example: JSONValue) throws {
    let bytes = try example.bytes("file")
    let members = try #require(example["arrays"]?.members)
    try bytes.withUnsafeBytes { bytes throws in
      let names = try NPZ.names(bytes)
      #expect(names == members.map(\.name))
      for member in members {
        let tensor = try NPZ.tensor(bytes, named: member.name)
        #expect(tensor == (try member.value.tensor(tensor.element)), "\(member.name)")
      }
      #expect(throws: DataError.severalMembers(members.map(\.name))) { try NPZ.tensor(bytes, named: nil) }
      #expect(throws: DataError.noMember("z", known: members.map(\.name))) { try NPZ.tensor(bytes, named: "z") }
    }
  }

  @Test func `what is written is read`() throws {
    let arrays = [
      NamedTensor("x", [[1, 2], [3, 4]]), NamedTensor("grüße", Tensor(zeros: [0, 3], of: .i32)),
      NamedTensor("s", Tensor(0.1)),
    ]
    let bytes = try NPZ.bytes(of: arrays)
    try bytes.withUnsafeBytes { bytes throws in
      let names = try NPZ.names(bytes)
      #expect(names == arrays.map(\.name))
      for array in arrays {
        let tensor = try NPZ.tensor(bytes, named: array.name)
        #expect(tensor == array.tensor)
      }
    }
    let empty = try NPZ.bytes(of: [])
    let none = try empty.withUnsafeBytes { bytes throws in try NPZ.names(bytes) }
    #expect(none.isEmpty)
  }

  @Test(arguments: Fixture.cases("deflate")) func `streams of zlib are inflated`(_ example: JSONValue) throws {
    let stream = try example.bytes("stream")
    let size = try example.integer("size")
    var output = [UInt8](repeating: 0, count: size)
    let count = try stream.withUnsafeBytes { stream in
      try output.withUnsafeMutableBytes { try Inflate.decompress(stream, into: $0) }
    }
    #expect(count == size)
    let sum = output.withUnsafeBytes { CRC32.checksum($0) }
    #expect(Int(sum) == (try example.integer("sum")))
    // A byte less on either side is noticed.
    if size > 0 {
      var short = [UInt8](repeating: 0, count: size - 1)
      #expect(throws: Inflate.Failure.tooLong) {
        try stream.withUnsafeBytes { stream in
          try short.withUnsafeMutableBytes { try Inflate.decompress(stream, into: $0) }
        }
      }
    }
    #expect(throws: Inflate.Failure.self) {
      try stream.dropLast().withUnsafeBytes { stream in
        try output.withUnsafeMutableBytes { try Inflate.decompress(stream, into: $0) }
      }
    }
  }

  @Test func `the check value of the sum`() {
    // The usual check value of CRC-32.
    #expect(Array("123456789".utf8).withUnsafeBytes { CRC32.checksum($0) } == 0xCBF4_3926)
  }

  @Test func `a damaged member is noticed`() throws {
    for example in Fixture.cases("npz") {
      var bytes = try example.bytes("file")
      // Within the first member, stored or deflated.
      bytes[100] ^= 1
      let error = #expect(throws: DataError.self) {
        try bytes.withUnsafeBytes { try NPZ.tensor($0, named: "x") }
      }
      #expect(error?.diagnostic.id == "data.format" || error?.diagnostic.id == "data.truncated")
    }
  }

  @Test func `damaged archives never trap`() throws {
    var random = SplitMix64(seed: 11)
    for example in Fixture.cases("npz") {
      let whole = try example.bytes("file")
      for _ in 0..<300 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let place = Bool.random(using: &random) ? 0..<bytes.count : bytes.count - 400..<bytes.count
          bytes[Int.random(in: place, using: &random)] = .random(in: 0...255, using: &random)
        }
        if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
        bytes.withUnsafeBytes { bytes in
          for name in (try? NPZ.names(bytes)) ?? [] { _ = try? NPZ.tensor(bytes, named: name) }
        }
      }
    }
  }

  @Test func `streams that no compressor writes never trap`() {
    var random = SplitMix64(seed: 12)
    var output = [UInt8](repeating: 0, count: 1000)
    for _ in 0..<20_000 {
      let stream = (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = try? stream.withUnsafeBytes { stream in
        try output.withUnsafeMutableBytes { try Inflate.decompress(stream, into: $0) }
      }
    }
  }
}
