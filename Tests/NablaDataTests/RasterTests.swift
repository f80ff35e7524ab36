import Foundation
import NablaData
import Testing

/// Pictures against Pillow: see `Fixtures/pictures.py`.
@Suite struct `Pictures` {
  static let all: JSONValue = {
    let url = Bundle.module.url(forResource: "pictures", withExtension: "json", subdirectory: "Fixtures")
    guard let url, let data = try? Data(contentsOf: url), let value = try? JSONValue(parsing: Array(data)) else {
      return .null
    }
    return value
  }()

  static let names: [String] = (all["cases"]?.array ?? []).compactMap { $0["name"]?.string }

  private func file(_ name: String) throws -> (bytes: [UInt8], value: JSONValue) {
    let value = try #require((Self.all["cases"]?.array ?? []).first { $0["name"]?.string == name })
    return (try value.bytes("bytes"), value)
  }

  private func decode(_ bytes: [UInt8]) throws -> Raster? { try bytes.withUnsafeBytes { try Raster(decoding: $0) } }

  private func samples(_ value: JSONValue?, _ name: String) -> [UInt8] {
    (value?[name]?.array ?? []).compactMap { $0.integer.flatMap { UInt8(exactly: $0) } }
  }

  @Test func `files of every kind are tried`() { #expect(Self.names.count > 35) }

  @Test(arguments: names)
  func `have the samples that Pillow reads`(_ name: String) throws {
    let (bytes, value) = try file(name)
    let picture = try #require(try decode(bytes))
    let expected = samples(value, "samples")
    #expect(picture.shape == value.extents)
    // Samples up to another number than 255: Pillow cuts where this rounds.
    let tolerance = name.hasSuffix(" 15") ? 1 : 0
    #expect(zip(picture.samples, expected).allSatisfy { abs(Int($0) - Int($1)) <= tolerance })
    #expect(picture.samples.count == expected.count)
  }

  @Test func `become grey, and other sizes, as Pillow has it`() throws {
    let value = try #require(Self.all["resize"])
    let extents = value.extents
    let picture = Raster(width: extents[1], height: extents[0], channels: 3, samples: samples(value, "samples"))
    #expect(picture.grey.samples == samples(value, "grey"))
    #expect(picture.grey.coloured.grey == picture.grey)
    for other in try #require(value["to"]?.array) {
      let resized = picture.resized(width: try other.integer("width"), height: try other.integer("height"))
      let expected = samples(other, "samples")
      try #require(resized.samples.count == expected.count)
      // Pillow counts in 22 bits of fixed point.
      for (found, wanted) in zip(resized.samples, expected) { #expect(abs(Int(found) - Int(wanted)) <= 1) }
    }
  }

  @Test(arguments: ["png 2 8 0", "png 3 4 1", "P2 255", "P6 255"])
  func `that are cut off are refused`(_ name: String) throws {
    let bytes = try file(name).bytes
    // The last parts are the end mark, or a digit of the last number.
    for count in 9..<bytes.count - 14 {
      #expect(throws: DataError.self, "\(count) bytes") { try decode(Array(bytes.prefix(count))) }
    }
  }

  @Test func `that claim to be huge take no memory`() throws {
    var bytes = try file("png 0 8 0").bytes
    for place in 16..<24 { bytes[place] = 0x7F }
    #expect(throws: DataError.self) { try decode(bytes) }
    #expect(throws: DataError.self) { try decode(Array("P5 16000 16000 255\nabc".utf8)) }
    #expect(throws: DataError.self) { try decode(Array("P5 999999999 999999999 255\nabc".utf8)) }
    #expect(try decode(Array("no picture".utf8)) == nil)
  }
}
