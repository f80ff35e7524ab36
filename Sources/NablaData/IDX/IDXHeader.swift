import NablaRuntime

/// The header of an IDX file, the format of the MNIST sets: one array, the big end of every number first.
///
/// Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", "The IDX file format".
public struct IDXHeader: Hashable, Sendable {
  public let element: StoredElement
  public let shape: [Int]
  /// Where the numbers begin.
  public let dataOffset: Int

  /// Whether the bytes begin as those of an IDX file do.
  public static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && kind(bytes[2]) != nil && bytes[3] > 0
  }

  /// - Throws: ``DataError`` for other first bytes, an element type that the format has not got, extents beyond all memory,
  ///   or fewer numbers than the extents make.
  public init(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    let reader = ByteReader(bytes, .idx)
    guard try reader.integer(at: 0, as: UInt16.self) == 0 else {
      let found = bytes.prefix(4).map { String($0, radix: 16) }.joined(separator: " ")
      throw .malformed(.idx, "the magic number begins with two zeros, not with \(found),", offset: 0)
    }
    let code = try reader.integer(at: 2, as: UInt8.self)
    guard let kind = IDXHeader.kind(code) else {
      throw .malformed(.idx, "there is no element type 0x\(String(code, radix: 16))", offset: 2)
    }
    let rank = Int(try reader.integer(at: 3, as: UInt8.self))
    element = StoredElement(kind, isBigEndian: true)
    var shape: [Int] = []
    for axis in 0..<rank { shape.append(Int(try reader.integer(at: 4 + 4 * axis, as: UInt32.self).byteSwapped)) }
    self.shape = shape
    dataOffset = 4 + 4 * rank
    guard let count = Tensor.elementCount(of: shape) else { throw .tooLarge(shape: shape) }
    guard count <= (bytes.count - dataOffset) / element.size else {
      throw .truncated(.idx, expected: dataOffset + count * element.size, found: bytes.count)
    }
  }

  private static func kind(_ code: UInt8) -> StoredElement.Kind? {
    switch code {
    case 0x08: .unsigned8
    case 0x09: .signed8
    case 0x0B: .signed16
    case 0x0C: .signed32
    case 0x0D: .float32
    case 0x0E: .float64
    default: nil
    }
  }
}

extension Tensor {
  /// Reads an array of an IDX file; small integers become `i32`.
  public init(idx bytes: UnsafeRawBufferPointer) throws(DataError) {
    let header = try IDXHeader(bytes)
    let count = Tensor.elementCount(of: header.shape) ?? 0
    let data = UnsafeRawBufferPointer(
      rebasing: bytes[header.dataOffset..<header.dataOffset + count * header.element.size])
    self.init(try Column(stored: data, header.element, count), shape: header.shape)
  }
}
