import Foundation
import NablaData
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Whatever is done to a file, reading it ends in numbers or in an error of its own kind: it never traps, and takes no
/// memory that the file does not pay for.
@Suite struct `Damaged files` {
  struct Format: Sendable, CustomTestStringConvertible {
    let name: String
    let file: @Sendable () throws -> [UInt8]
    let read: @Sendable (UnsafeRawBufferPointer) throws(DataError) -> Void

    var testDescription: String { name }
  }

  private static func fixture(_ name: String) throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures"))
    return Array(try Data(contentsOf: url))
  }

  private static func picture(_ name: String) throws -> [UInt8] {
    let value = try #require((`Pictures`.all["cases"]?.array ?? []).first { $0["name"]?.string == name })
    return try value.bytes("bytes")
  }

  private static let named = [
    NamedTensor("weight", Tensor((0..<60).map { Double($0) }, shape: [3, 4, 5])),
    NamedTensor("ids", Tensor(Column([1, 2, 3] as [Int32]))), NamedTensor("empty", Tensor([], shape: [0])),
  ]

  static let formats: [Format] = [
    Format(
      name: "npy", file: { Self.named[0].tensor.npy }, read: { bytes throws(DataError) in _ = try Tensor(npy: bytes) }),
    Format(
      name: "npz", file: { try NPZ.bytes(of: Self.named) },
      read: { bytes throws(DataError) in
        for name in try NPZ.names(bytes) { _ = try NPZ.tensor(bytes, named: name) }
      }),
    Format(
      name: "compressed npz", file: { try Self.fixture("damaged.npz") },
      read: { bytes throws(DataError) in
        for name in try NPZ.names(bytes) { _ = try NPZ.tensor(bytes, named: name) }
      }),
    Format(
      name: "safetensors", file: { try Safetensors.bytes(of: Self.named, metadata: ["made": "by a test"]) },
      read: { bytes throws(DataError) in
        _ = try Safetensors.tensors(bytes)
        _ = try Safetensors.metadata(bytes)
      }),
    Format(
      name: "csv", file: { Array("a,b,\"c, d\"\n1,2.5,x\n-3e5,,\"y\"\"z\"\n0.1,nan,5\n".utf8) },
      read: { bytes throws(DataError) in _ = try CSVTable(bytes) }),
    Format(
      name: "json", file: { Array(#"{"a": [[1, 2.5], [-3e5, null]], "b": {"c": "é\n😀", "d": true}}"#.utf8) },
      read: { bytes throws(DataError) in _ = try JSONValue(parsing: Array(bytes)) }),
    Format(
      name: "gzip", file: { try Self.fixture("digits40.csv.gz") },
      read: { bytes throws(DataError) in _ = try Gzip.decompress(bytes) }),
    Format(
      name: "IDX", file: { [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4] + (0..<24).map { UInt8($0) } },
      read: { bytes throws(DataError) in _ = try Tensor(idx: bytes) }),
    Format(
      name: "PNG", file: { try Self.picture("png 2 8 0") },
      read: { bytes throws(DataError) in _ = try Raster(decoding: bytes) }),
    Format(
      name: "interlaced PNG", file: { try Self.picture("png 3 4 1") },
      read: { bytes throws(DataError) in _ = try Raster(decoding: bytes) }),
    Format(
      name: "PGM", file: { try Self.picture("P5 255") },
      read: { bytes throws(DataError) in _ = try Raster(decoding: bytes) }),
    Format(
      name: "PPM", file: { try Self.picture("P3 15") },
      read: { bytes throws(DataError) in _ = try Raster(decoding: bytes) }),
  ]

  @Test(arguments: formats)
  func `end in numbers or in an error`(_ format: Format) throws {
    let isLong = ProcessInfo.processInfo.environment["NABLA_LONG_TESTS"] == "1"
    let file = try format.file()
    try file.withUnsafeBytes { try format.read($0) }
    var mutator = ByteMutator(seed: 20_261_121)
    var refused = 0
    for _ in 0..<(isLong ? 20_000 : 400) {
      // Their sums would hide most damages of a PNG file from what comes after them.
      let damaged = format.name.hasSuffix("PNG") ? summed(mutator.mutated(file)) : mutator.mutated(file)
      do {
        try damaged.withUnsafeBytes { try format.read($0) }
      } catch is DataError {
        refused += 1
      }
    }
    #expect(refused > 50)
  }

  /// Sets the sums of a PNG file's parts right, as far as it still has parts.
  private func summed(_ bytes: [UInt8]) -> [UInt8] {
    var (bytes, place) = (bytes, 8)
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - place - 12 else { break }
      let sum = crc(bytes[place + 4..<place + 8 + length])
      for index in 0..<4 {
        bytes[place + 8 + length + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index))
      }
      place += 12 + length
    }
    return bytes
  }

  /// Bit by bit: the reader's own goes by tables.
  private func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }

  /// Extents whose product is beyond all numbers, and one that makes an array of nothing of them.
  @Test func `arrays of nothing may have any extents`() throws {
    let idx: [UInt8] = [0, 0, 8, 4] + Array(repeating: 0xFF, count: 12) + [0, 0, 0, 0]
    #expect(try idx.withUnsafeBytes { try Tensor(idx: $0) }.count == 0)
    let header = #"{"a":{"dtype":"F32","shape":[1099511627776,1099511627776,0],"data_offsets":[0,0]}}"#
    let file = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8)
    #expect(try file.withUnsafeBytes { try Safetensors.tensors($0) }.first?.tensor.count == 0)
  }

  @Test func `what outgrows the memory goes on in a file`() throws {
    let room = try GrowingBytes(expecting: 1, memoryLimit: 1 << 16)
    let count = 100_000
    for value in 0..<count { try room.append(Double(value)) }
    let storage = room.finished()
    #expect(storage.bytes.count == 8 * count)
    #expect((0..<count).allSatisfy { storage.bytes.load(fromByteOffset: 8 * $0, as: Double.self) == Double($0) })
    let packed = try Self.fixture("digits40.csv.gz")
    let (small, large) = try packed.withUnsafeBytes { bytes in
      (try Gzip.decompress(bytes, memoryLimit: 1 << 10), try Gzip.decompress(bytes))
    }
    #expect(small.bytes.elementsEqual(large.bytes))
  }
}
