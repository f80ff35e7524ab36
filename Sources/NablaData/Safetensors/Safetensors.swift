import NablaGraph
import NablaRuntime

/// Named arrays in the format of the Python package `safetensors`: the length of a header in eight bytes, little end
/// first; the header, a JSON object; the numbers, one array after the other.
///
/// - Source: the description of the format in the README of github.com/huggingface/safetensors.
public enum Safetensors {
  /// The package's own limit.
  public static let headerLimit = 100_000_000

  /// Reads all arrays, in the order of the file's bytes.
  ///
  /// `F64 F32 I64 I32 BOOL` keep their type; `F16` and `BF16` become `f32`, small integers `i32`, `U32` and `U64` `i64`.
  ///
  /// - Throws: ``DataError`` with the byte where the file stops being one: arrays that overlap, leave gaps or reach beyond
  ///   the end among them.
  public static func tensors(_ bytes: UnsafeRawBufferPointer) throws(DataError) -> [NamedTensor] {
    let (entries, _, start) = try header(bytes)
    return try entries.map { entry throws(DataError) in
      let range = start + entry.begin..<start + entry.end
      let part = UnsafeRawBufferPointer(rebasing: bytes[range])
      return NamedTensor(
        entry.name, try Tensor(stored: part, StoredElement(entry.kind, isBigEndian: false), shape: entry.shape))
    }
  }

  /// The texts that a file says of itself.
  public static func metadata(_ bytes: UnsafeRawBufferPointer) throws(DataError) -> [String: String] {
    try header(bytes).metadata
  }

  /// The bytes of a file. Wider elements come first, so that every array is aligned.
  public static func bytes(of tensors: [NamedTensor], metadata: [String: String] = [:]) throws(DataError) -> [UInt8] {
    var names: Set<String> = []
    for tensor in tensors {
      guard tensor.name != "__metadata__", names.insert(tensor.name).inserted else {
        throw .notHolding(.safetensors, "two arrays '\(tensor.name)', nor any of the name '__metadata__'")
      }
    }
    let sorted = tensors.sorted { ($1.tensor.element.size, $0.name) < ($0.tensor.element.size, $1.name) }
    var members: [JSONValue.Member] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
      members.append(.init("__metadata__", .object(texts)))
    }
    var offset = 0
    for member in sorted {
      let end = offset + member.tensor.count * member.tensor.element.size
      members.append(
        .init(
          member.name,
          .object(
            ("dtype", .string(name(of: member.tensor.element))),
            ("shape", .array(member.tensor.shape.map { .integer($0) })),
            ("data_offsets", .array([.integer(offset), .integer(end)])))))
      offset = end
    }
    var header = Array(JSONValue.object(members).text.utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    guard header.count <= headerLimit else { throw .notHolding(.safetensors, "a header of \(header.count) bytes") }
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
    bytes.reserveCapacity(bytes.count + offset)
    for member in sorted { member.tensor.column.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  // MARK: Header

  private struct Entry {
    let name: String
    let kind: StoredElement.Kind
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  private static func header(
    _ bytes: UnsafeRawBufferPointer
  ) throws(DataError) -> (entries: [Entry], metadata: [String: String], start: Int) {
    let reader = ByteReader(bytes, .safetensors)
    let length = try reader.size(at: 0)
    guard length <= headerLimit else {
      throw .malformed(.safetensors, "a header of \(length) bytes, more than the format allows,", offset: 0)
    }
    let text = try reader.bytes(at: 8, count: length)
    guard let value = try? JSONValue(parsing: Array(text)), let members = value.members else {
      throw .malformed(.safetensors, "the header is no JSON object", offset: 8)
    }
    let start = 8 + length
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    var names: Set<String> = []
    for member in members {
      guard names.insert(member.name).inserted else {
        throw .malformed(.safetensors, "there are two arrays '\(member.name)' in the header", offset: 8)
      }
      if member.name == "__metadata__" {
        for text in member.value.members ?? [] { metadata[text.name] = text.value.string }
      } else {
        entries.append(try entry(member, room: bytes.count - start))
      }
    }
    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var end = 0
    for entry in entries {
      guard entry.begin == end else {
        throw .malformed(
          .safetensors, "the array '\(entry.name)' does not follow the one before it", offset: start + entry.begin)
      }
      end = entry.end
    }
    guard start + end == bytes.count else {
      throw .malformed(.safetensors, "bytes that belong to no array", offset: start + end)
    }
    return (entries, metadata, start)
  }

  private static func entry(_ member: JSONValue.Member, room: Int) throws(DataError) -> Entry {
    func fault(_ problem: String) -> DataError {
      .malformed(.safetensors, "\(problem) of the array '\(member.name)'", offset: 8)
    }
    guard let type = member.value["dtype"]?.string else { throw fault("there is no 'dtype'") }
    guard let kind = kind(type) else { throw .unsupportedType(type) }
    guard let extents = member.value["shape"]?.array, case let shape = extents.compactMap(\.integer),
      shape.count == extents.count, shape.allSatisfy({ $0 >= 0 }), shape.count <= 64
    else { throw fault("there is no 'shape'") }
    guard let offsets = member.value["data_offsets"]?.array?.map(\.integer), offsets.count == 2,
      let begin = offsets[0], let end = offsets[1], begin >= 0, begin <= end
    else { throw fault("there are no 'data_offsets'") }
    guard let count = Tensor.elementCount(of: shape) else { throw .tooLarge(shape: shape) }
    guard end <= room else { throw .truncated(.safetensors, expected: end, found: room) }
    guard count <= room, count * kind.size == end - begin else { throw fault("'data_offsets' do not fit the shape") }
    return Entry(name: member.name, kind: kind, shape: shape, begin: begin, end: end)
  }

  private static func kind(_ name: String) -> StoredElement.Kind? {
    switch name {
    case "F64": .float64
    case "F32": .float32
    case "F16": .float16
    case "BF16": .bfloat16
    case "I64": .signed64
    case "I32": .signed32
    case "I16": .signed16
    case "I8": .signed8
    case "U64": .unsigned64
    case "U32": .unsigned32
    case "U16": .unsigned16
    case "U8": .unsigned8
    case "BOOL": .boolean
    default: nil
    }
  }

  private static func name(of element: ElementType) -> String {
    switch element {
    case .f64: "F64"
    case .f32: "F32"
    case .i64: "I64"
    case .i32: "I32"
    case .bool: "BOOL"
    }
  }
}
