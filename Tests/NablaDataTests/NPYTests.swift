import NablaDiagnostics
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@testable import NablaData

/// Files of NumPy's: what it wrote is read, what is written it would read, and what no NumPy wrote is refused.
struct NPYTests {
  /// The element type that a type of NumPy's becomes.
  static let elements: [String: ElementType] = [
    "f8": .f64, "f4": .f32, "f2": .f32, "i8": .i64, "u8": .i64, "u4": .i64, "i4": .i32, "i2": .i32, "i1": .i32,
    "u2": .i32, "u1": .i32, "b1": .bool,
  ]

  @Test(arguments: Fixture.cases("npy")) func `what NumPy saved is read`(_ example: JSONValue) throws {
    let type = try example.text("type")
    let element = try #require(Self.elements[String(type.dropFirst())])
    let tensor = try Tensor(npy: example.bytes("file"))
    #expect(tensor.element == element)
    #expect(tensor == (try example.tensor(element)))
  }

  @Test(arguments: Fixture.cases("npy")) func `what is written is what NumPy writes`(_ example: JSONValue) throws {
    let name = try example.text("name")
    let tensor = try Tensor(npy: example.bytes("file"))
    #expect(try Tensor(npy: tensor.npy) == tensor)
    // Native types in native order are written byte by byte as NumPy does.
    if ["<f8 C", "<f4 C", "<i8 C", "<i4 C", "<b1 C", "scalar", "empty", "one", "extremes i8"].contains(name) {
      #expect(tensor.npy == (try example.bytes("file")), "\(name)")
    }
  }

  @Test func `half precision is exact`() {
    #if !(os(macOS) && arch(x86_64))
      for bits in 0...UInt16.max {
        let half = Float16(bitPattern: bits)
        let single = Float(half: bits)
        #expect(half.isNaN ? single.isNaN : single == Float(half) && single.sign == half.sign)
      }
    #endif
  }

  private func file(_ header: String, data: Int = 0, version: UInt8 = 1) -> [UInt8] {
    let text = Array(header.utf8)
    return NPYHeader.magic + [version, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
      + [UInt8](repeating: 0, count: data)
  }

  @Test(arguments: [
    "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "{'shape':(2),'descr':'f8','fortran_order':False}",
    "{\"descr\": \"=f8\", \"fortran_order\": True, \"shape\": (2L,)}   \n",
    "{'descr':'|f8','fortran_order':False,'shape':(1,2)}",
  ])
  func `headers in other spellings are read`(_ header: String) throws {
    #expect(try Tensor(npy: file(header, data: 16)).count == 2)
    // What follows the numbers is left alone.
    #expect(try Tensor(npy: file(header, data: 99)).count == 2)
  }

  @Test(arguments: [
    ("", "data.format"), ("{", "data.format"), ("[]", "data.format"), ("{'descr': '<f8'}", "data.format"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}", "data.format"),
    ("{'descr': '<f8', 'fortran_order': Maybe, 'shape': (2,)}", "data.format"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (-2,)}", "data.format"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2", "data.format"),
    ("{'descr': '<f8, 'fortran_order': False, 'shape': (2,)}", "data.format"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}", "data.format"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "data.too-large"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807,)}", "data.too-large"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", "data.truncated"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}", "data.truncated"),
    ("{'descr': '<c16', 'fortran_order': False, 'shape': (1,)}", "data.type"),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "data.type"),
    ("{'descr': '<U3', 'fortran_order': False, 'shape': (1,)}", "data.type"),
    ("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", "data.type"),
    ("{'descr': '', 'fortran_order': False, 'shape': (1,)}", "data.type"),
  ])
  func `a hostile header is refused`(_ header: String, _ id: String) {
    let error = #expect(throws: DataError.self) { try Tensor(npy: file(header, data: 16)) }
    #expect(error?.diagnostic.id == id, "\(error?.description ?? "")")
  }

  @Test func `every beginning of a file is refused`() throws {
    let whole = Tensor([1, 2, 3]).npy
    for count in 0..<whole.count {
      #expect(throws: DataError.self) { try Tensor(npy: Array(whole[..<count])) }
    }
    #expect(throws: DataError.self) { try Tensor(npy: file("{}", version: 9)) }
    let many = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(String(repeating: "1, ", count: 65)))}"
    #expect(throws: DataError.tooLarge(shape: Array(repeating: 1, count: 65))) { try Tensor(npy: file(many, data: 8)) }
  }

  @Test func `damaged files never trap`() throws {
    var random = SplitMix64(seed: 7)
    for example in Fixture.cases("npy").prefix(12) {
      let whole = try example.bytes("file")
      for _ in 0..<200 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          bytes[Int.random(in: 0..<min(bytes.count, 128), using: &random)] = .random(in: 0...255, using: &random)
        }
        _ = try? Tensor(npy: bytes)
      }
    }
  }

  @Test func `an unsigned number beyond the signed ones is refused`() throws {
    let bytes = file("{'descr': '<u8', 'fortran_order': False, 'shape': (1,)}") + [UInt8](repeating: 0xFF, count: 8)
    let error = #expect(throws: DataError.self) { try Tensor(npy: bytes) }
    #expect(error == .notRepresentable(path: "an element", value: "18446744073709551615", element: .i64))
  }
}
