import NablaGraph
import NablaRuntime

extension Tensor {
  /// Reads an array that NumPy's `save` wrote.
  ///
  /// `f8 f4 i8 i4 b1` keep their type; `f2` becomes `f32`, `i1 i2 u1 u2` become `i32`, `u4 u8` become `i64`. Both orders
  /// of bytes and both orders of storage are read. What follows the numbers is left alone.
  ///
  /// - Throws: ``DataError`` for anything that is not such a file, has a type without counterpart, or ends early.
  /// - Source: NumPy's `numpy.lib.format`, versions 1.0 to 3.0.
  public init(npy bytes: UnsafeRawBufferPointer) throws(DataError) {
    let header = try NPYHeader(bytes)
    let element = try StoredElement(numpy: header.type)
    guard let count = Tensor.elementCount(of: header.shape) else { throw .tooLarge(shape: header.shape) }
    let found = bytes.count - header.dataOffset
    guard count <= found / element.size else {
      throw .truncated(.npy, expected: count * element.size, found: found)
    }
    let data = UnsafeRawBufferPointer(rebasing: bytes[header.dataOffset..<header.dataOffset + count * element.size])
    let column = try Column(stored: data, element, count)
    let isTransposed = header.isFortran && header.shape.count { $0 > 1 } > 1
    self.init(isTransposed ? column.rowMajor(fromColumnMajor: header.shape) : column, shape: header.shape)
  }

  public init(npy bytes: [UInt8]) throws(DataError) {
    self = try bytes.withUnsafeBufferPointer { bytes throws(DataError) in
      try Tensor(npy: UnsafeRawBufferPointer(bytes))
    }
  }

  /// The bytes of an `.npy` file of version 1.0, in row-major order.
  public var npy: [UInt8] {
    var bytes = NPYHeader.bytes(type: StoredElement.numpyName(of: element), shape: shape)
    column.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }
}

extension Column {
  /// Elements whose first axis is the fastest, with the last axis as the fastest.
  fileprivate func rowMajor(fromColumnMajor shape: [Int]) -> Column {
    switch element.size {
    case 8: rowMajor(fromColumnMajor: shape, UInt64.self)
    case 4: rowMajor(fromColumnMajor: shape, UInt32.self)
    default: rowMajor(fromColumnMajor: shape, UInt8.self)
    }
  }

  private func rowMajor<Value: BitwiseCopyable>(fromColumnMajor shape: [Int], _ type: Value.Type) -> Column {
    var steps = [1]
    for extent in shape.dropLast() { steps.append(steps[steps.count - 1] * extent) }
    return Column(count, of: element) { memory in
      let target = memory.bindMemory(to: Value.self)
      withUnsafeBytes { bytes in
        let source = bytes.bindMemory(to: Value.self)
        let last = shape.count - 1
        var position = [Int](repeating: 0, count: shape.count)
        var start = 0
        var index = 0
        while index < count {
          // A row of the result.
          for place in 0..<shape[last] {
            target.initializeElement(at: index, to: source[start + place * steps[last]])
            index += 1
          }
          var axis = last - 1
          while axis >= 0 {
            position[axis] += 1
            start += steps[axis]
            if position[axis] < shape[axis] { break }
            start -= shape[axis] * steps[axis]
            position[axis] = 0
            axis -= 1
          }
        }
      }
    }
  }
}
