import NablaData
import NablaRuntime

/// Reads a text as a sequence of characters: each Unicode scalar is the number of its place among those that occur, in
/// the order of their code points.
enum TextExamples {
  /// - Returns: a column with one number a character, whose classes are the characters; or a word, if that is asked for.
  static func column(
    _ source: SourceBytes, name: String, _ options: DataOptions
  ) throws(DatasetError) -> DatasetColumn {
    if options.tokens?.unit == .words { return try words(source, name: name, options) }
    var isUsed = [Bool](repeating: false, count: 0x11_0000)
    var count = 0
    try scalars(source) { scalar in
      isUsed[Int(scalar)] = true
      count += 1
    }
    guard count > 0 else { throw .empty(source.path) }
    var numbers = [UInt32](repeating: 0, count: 0x11_0000)
    var names: [String] = []
    for code in isUsed.indices where isUsed[code] {
      numbers[code] = UInt32(names.count)
      names.append(Unicode.Scalar(UInt32(code)).map { String(Character($0)) } ?? "")
    }
    let stored: StoredElement.Kind = names.count <= 256 ? .unsigned8 : names.count <= 65_536 ? .unsigned16 : .unsigned32
    let room: GrowingBytes
    do {
      room = try GrowingBytes(expecting: count * stored.size)
      // One allocation: what follows only fills it.
      try room.reserve(count * stored.size)
    } catch {
      throw .data(error)
    }
    try scalars(source) { scalar in
      let (number, offset) = (numbers[Int(scalar)], room.count)
      switch stored {
      case .unsigned8: room.memory[offset] = UInt8(truncatingIfNeeded: number)
      case .unsigned16:
        room.memory.storeBytes(of: UInt16(truncatingIfNeeded: number), toByteOffset: offset, as: UInt16.self)
      default: room.memory.storeBytes(of: number, toByteOffset: offset, as: UInt32.self)
      }
      room.count += stored.size
    }
    return DatasetColumn(
      name, room.finished(), stored, shape: [], count: count, classes: DatasetColumn.Classes(names: names))
  }

  private static func words(
    _ source: SourceBytes, name: String, _ options: DataOptions
  ) throws(DatasetError) -> DatasetColumn {
    // What is no UTF-8 has a place.
    try scalars(source) { _ in }
    var table = TokenTable(.words)
    table.add(String(decoding: source.storage.bytes, as: UTF8.self))
    let column = table.sequence(name, limit: options.vocabulary)
    guard column.count > 0 else { throw .empty(source.path) }
    return column
  }

  /// Visits the characters of a text in UTF-8.
  private static func scalars(_ source: SourceBytes, _ body: (UInt32) -> Void) throws(DatasetError) {
    var parser = Unicode.UTF8.ForwardParser()
    var input = source.storage.bytes.makeIterator()
    var position = 0
    while true {
      switch parser.parseScalar(from: &input) {
      case .valid(let encoded):
        body(Unicode.UTF8.decode(encoded).value)
        position += encoded.count
      case .emptyInput: return
      case .error:
        throw .data(.inFile(path: source.path, .malformed(.text, "bytes that are not UTF-8", offset: position)))
      }
    }
  }
}
