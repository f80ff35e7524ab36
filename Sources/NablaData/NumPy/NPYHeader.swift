/// The header of an `.npy` file: a Python dictionary that describes the array.
///
/// Source: NumPy's `numpy.lib.format`, versions 1.0 to 3.0.
package struct NPYHeader: Hashable, Sendable {
  /// NumPy's name of the element type, such as `<f8`.
  package let type: String
  package let isFortran: Bool
  package let shape: [Int]
  /// Where the numbers begin.
  package let dataOffset: Int

  /// More than any array has: NumPy's own limit is 64.
  static let rankLimit = 64

  package init(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    let reader = ByteReader(bytes, .npy)
    guard bytes.count >= 6, Array(bytes[..<6]) == NPYHeader.magic else {
      throw .malformed(.npy, "the first bytes are not those of NumPy", offset: 0)
    }
    let version = try reader.integer(at: 6, as: UInt8.self)
    guard (1...3).contains(version) else { throw .malformed(.npy, "version \(version) is not known", offset: 6) }
    let start = version == 1 ? 10 : 12
    let length =
      version == 1
      ? Int(try reader.integer(at: 8, as: UInt16.self)) : Int(try reader.integer(at: 8, as: UInt32.self))
    var scanner = PythonScanner(try reader.bytes(at: start, count: length), offset: start)
    (type, isFortran, shape) = try scanner.header()
    dataOffset = start + length
    if shape.count > NPYHeader.rankLimit { throw .tooLarge(shape: shape) }
  }

  package static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The bytes of a header of version 1, up to the numbers, which begin at a multiple of 64.
  static func bytes(type: String, shape: [Int]) -> [UInt8] {
    let extents = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    // Version 2 has room for the extents of more axes than NumPy knows.
    let length = text.utf8.count
    let size = (0..<(length <= 0xFFFF ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    return magic + [length <= 0xFFFF ? 1 : 2, 0] + size + Array(text.utf8)
  }
}

/// Reads the few forms of Python that headers are written in.
private struct PythonScanner {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private let offset: Int

  init(_ bytes: UnsafeRawBufferPointer, offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  mutating func header() throws(DataError) -> (type: String, isFortran: Bool, shape: [Int]) {
    var type: String?
    var isFortran: Bool?
    var shape: [Int]?
    try expect("{")
    while !accept("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr":
        if peek == UInt8(ascii: "[") { throw .unsupportedType("structure") }
        type = try string()
      case "fortran_order": isFortran = try boolean()
      case "shape": shape = try tuple()
      default: throw failure("the key '\(key)' is not known")
      }
      if !accept(",") {
        try expect("}")
        break
      }
    }
    guard let type, let isFortran, let shape else { throw failure("'descr', 'fortran_order' or 'shape' is missing") }
    return (type, isFortran, shape)
  }

  private func failure(_ problem: String) -> DataError { .malformed(.npy, problem, offset: offset + position) }

  private var peek: UInt8? {
    mutating get {
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
      return position < bytes.count ? bytes[position] : nil
    }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(DataError) {
    if !accept(character) { throw failure("'\(character)' is expected") }
  }

  private mutating func string() throws(DataError) -> String {
    guard let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw failure("a string is expected")
    }
    let start = position + 1
    guard let end = bytes[start...].firstIndex(of: quote) else { throw failure("a string without end") }
    position = end + 1
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
  }

  private mutating func boolean() throws(DataError) -> Bool {
    _ = peek
    for (word, value) in [("True", true), ("False", false)] where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw failure("True or False is expected")
  }

  private mutating func tuple() throws(DataError) -> [Int] {
    try expect("(")
    var extents: [Int] = []
    while !accept(")") {
      extents.append(try integer())
      // Python 2 marked its long integers.
      _ = accept("L")
      if !accept(",") {
        try expect(")")
        break
      }
    }
    return extents
  }

  private mutating func integer() throws(DataError) -> Int {
    guard let first = peek, (0x30...0x39).contains(first) else { throw failure("an extent is expected") }
    var value = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = product.addingReportingOverflow(Int(bytes[position]) - 0x30)
      if tooLarge || overflow { throw failure("an extent beyond all memory") }
      value = sum
      position += 1
    }
    return value
  }
}
