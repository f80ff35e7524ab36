import Foundation
import NablaDiagnostics
import NablaGraph
import NablaRuntime
import Testing

@testable import NablaData

struct SafetensorsTests {
  /// What `Fixtures/safetensors_file.py` prints.
  private static let file = """
    cAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJtYWRlIjoiYnkgcHl0aG9uIn0sImIiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzNd\
    LCJkYXRhX29mZnNldHMiOlswLDI0XX0sInMiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzI0LDMy\
    XX0sInciOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsMl0sImRhdGFfb2Zmc2V0cyI6WzMyLDQ4XX0sImgiOnsiZHR5cGUiOiJG\
    MTYiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls0OCw1MF19LCJ1Ijp7ImR0eXBlIjoiVTgiLCJzaGFwZSI6WzFdLCJkYXRh\
    X29mZnNldHMiOls1MCw1MV19LCJ0Ijp7ImR0eXBlIjoiQk9PTCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzUxLDUzXX19\
    IAEAAAAAAAAAAgAAAAAAAAADAAAAAAAAAJqZmZmZmbk/AACAPwAAIEAAAEDAAACAQAA4/wEA
    """

  private func read(_ bytes: [UInt8]) throws -> [NamedTensor] {
    try bytes.withUnsafeBytes { bytes throws in try Safetensors.tensors(bytes) }
  }

  @Test func `what the Python package saved is read`() throws {
    let bytes = Array(try #require(Data(base64Encoded: Self.file)))
    let tensors = Dictionary(uniqueKeysWithValues: try read(bytes).map { ($0.name, $0.tensor) })
    #expect(tensors.count == 6)
    #expect(tensors["w"] == Tensor(Column([1, 2.5, -3, 4] as [Float]), shape: [2, 2]))
    #expect(tensors["b"] == Tensor(Column([1, 2, 3] as [Int64])))
    #expect(tensors["h"] == Tensor(Column([0.5] as [Float])))
    #expect(tensors["s"] == Tensor(0.1))
    #expect(tensors["t"] == Tensor(Column([true, false])))
    #expect(tensors["u"] == Tensor(Column([255] as [Int32])))
    let metadata = try bytes.withUnsafeBytes { bytes throws in try Safetensors.metadata(bytes) }
    #expect(metadata == ["made": "by python"])
  }

  @Test func `what is written is read`() throws {
    let tensors = [NamedTensor("ü", [[1, 2], [3, 4]]), NamedTensor("e", Tensor(zeros: [0, 3], of: .i32))]
    let bytes = try Safetensors.bytes(of: tensors, metadata: ["a": "b"])
    #expect(try read(bytes) == tensors)
    #expect(try read(Safetensors.bytes(of: [])).isEmpty)
    #expect(throws: DataError.self) { try Safetensors.bytes(of: [tensors[0], tensors[0]]) }
    for count in 0..<bytes.count { #expect(throws: DataError.self) { try read(Array(bytes[..<count])) } }
    #expect(throws: DataError.self) { try read(bytes + [0]) }
  }

  @Test func `damaged files never trap`() throws {
    let whole = Array(try #require(Data(base64Encoded: Self.file)))
    var random = SplitMix64(seed: 11)
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
      }
      _ = try? read(bytes)
    }
  }
}
