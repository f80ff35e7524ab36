import NablaGraph
import NablaRuntime

extension Column {
  /// The numbers of a file in their order, in the smallest element type that holds them.
  ///
  /// - Throws: ``DataError/notRepresentable(path:value:element:)`` for an unsigned number beyond the signed ones.
  /// - Precondition: `bytes` holds that many numbers.
  init(stored bytes: UnsafeRawBufferPointer, _ type: StoredElement, _ count: Int) throws(DataError) {
    let isSwapped = type.isSwapped
    func integers<From: FixedWidthInteger & BitwiseCopyable, To: BitwiseCopyable>(
      _ from: From.Type, _ convert: (From) -> To
    ) -> Column {
      Column(count, of: type.element) { memory in
        let target = memory.bindMemory(to: To.self)
        for index in 0..<count {
          let bits = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<From>.size, as: From.self)
          target.initializeElement(at: index, to: convert(isSwapped ? bits.byteSwapped : bits))
        }
      }
    }
    switch type.kind {
    case .float64, .signed64: self = isSwapped ? integers(UInt64.self) { $0 } : Column(copying: bytes, count, type)
    case .float32, .signed32: self = isSwapped ? integers(UInt32.self) { $0 } : Column(copying: bytes, count, type)
    case .float16: self = integers(UInt16.self) { Float(half: $0) }
    case .bfloat16: self = integers(UInt16.self) { UInt32($0) << 16 }
    case .signed16: self = integers(Int16.self) { Int32($0) }
    case .signed8: self = integers(Int8.self) { Int32($0) }
    case .unsigned16: self = integers(UInt16.self) { Int32($0) }
    case .unsigned8: self = integers(UInt8.self) { Int32($0) }
    case .unsigned32: self = integers(UInt32.self) { Int64($0) }
    case .boolean: self = integers(UInt8.self) { $0 == 0 ? 0 : 1 as UInt8 }
    case .unsigned64:
      var first: UInt64?
      self = integers(UInt64.self) { value in
        if value > UInt64(Int64.max), first == nil { first = value }
        return Int64(truncatingIfNeeded: value)
      }
      if let first { throw .notRepresentable(path: "an element", value: "\(first)", element: .i64) }
    }
  }

  private init(copying bytes: UnsafeRawBufferPointer, _ count: Int, _ type: StoredElement) {
    self.init(count, of: type.element) { $0.copyMemory(from: bytes) }
  }
}

extension Tensor {
  /// An array of a file, in the smallest element type that holds its numbers.
  ///
  /// - Precondition: `bytes` holds as many numbers.
  package init(stored bytes: UnsafeRawBufferPointer, _ element: StoredElement, shape: [Int]) throws(DataError) {
    self.init(try Column(stored: bytes, element, Tensor.elementCount(of: shape) ?? 0), shape: shape)
  }
}
