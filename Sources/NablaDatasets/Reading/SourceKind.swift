import Dispatch
import NablaData
import NablaRuntime
import Synchronization

/// What a file is, by its first bytes.
enum SourceKind: Hashable, Sendable {
  case npy, npz, idx, picture, table

  init(_ bytes: UnsafeRawBufferPointer) {
    func begins(_ start: [UInt8]) -> Bool { bytes.starts(with: start) }
    if begins([0x93] + Array("NUMPY".utf8)) {
      self = .npy
    } else if begins([0x50, 0x4B, 3, 4]) || begins([0x50, 0x4B, 5, 6]) {
      self = .npz
    } else if Raster.begins(bytes) {
      self = .picture
    } else if bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 {
      // Also one whose element type is not known: its reader says what is wrong.
      self = .idx
    } else {
      self = .table
    }
  }
}

/// The bytes of a file, unpacked.
struct SourceBytes {
  let path: String
  let storage: ByteStorage

  init(_ path: String) throws(DatasetError) {
    self.path = path
    storage = try reading(path) { () throws(DataError) in
      let file = try ByteStorage(mapping: path)
      return Gzip.begins(file.bytes) ? try Gzip.decompress(file.bytes) : file
    }
  }

  /// Files that are read side by side, in their order: unpacking one keeps a core busy.
  static func all(_ paths: [String]) throws(DatasetError) -> [SourceBytes] {
    let results = Mutex([Result<SourceBytes, DatasetError>?](repeating: nil, count: paths.count))
    DispatchQueue.concurrentPerform(iterations: paths.count) { index in
      let result = Result { () throws(DatasetError) in try SourceBytes(paths[index]) }
      results.withLock { $0[index] = result }
    }
    var all: [SourceBytes] = []
    for case .some(let result) in results.withLock({ $0 }) { all.append(try result.get()) }
    return all
  }

  var kind: SourceKind { SourceKind(storage.bytes) }

  /// Looks whether the file begins as a text in UTF-8 does.
  func requireText() throws(DatasetError) {
    func refuse(_ problem: String, _ offset: Int) -> DatasetError {
      .data(.inFile(path: path, .malformed(.csv, problem, offset: offset)))
    }
    let bytes = storage.bytes
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw refuse("it is a text in UTF-16, and one in UTF-8 is expected,", 0)
    }
    let controls: Set<UInt8> = [9, 10, 12, 13]
    if let place = bytes.prefix(1 << 16).firstIndex(where: { $0 < 0x20 && !controls.contains($0) }) {
      throw refuse("it is no text: it has 0x\(String(bytes[place], radix: 16))", place)
    }
  }

  /// The numbers of a file as one column's: where they lie, if this machine can read them there, and else converted.
  func column(
    _ name: String, _ element: StoredElement, shape: [Int], offset: Int
  ) throws(DatasetError) -> DatasetColumn {
    // An axis of nothing makes any shape an array of nothing; the others still have to be those of an example.
    guard let count = Tensor.elementCount(of: shape), Tensor.elementCount(of: Array(shape.dropFirst())) != nil else {
      throw .data(.inFile(path: path, .tooLarge(shape: shape)))
    }
    let part = ByteStorage(storage, offset..<offset + count * element.size)
    let isAligned = part.bytes.baseAddress.map { UInt(bitPattern: $0) % UInt(element.size) == 0 } ?? true
    guard let first = shape.first else { throw .unfit(column: name, "one number is no list of examples") }
    if isAligned, !element.isSwapped {
      return DatasetColumn(name, part, element.kind, shape: Array(shape.dropFirst()), count: first)
    }
    return try reading(path) { () throws(DataError) in
      DatasetColumn(name, try Tensor(stored: part.bytes, element, shape: shape))
    }
  }
}
