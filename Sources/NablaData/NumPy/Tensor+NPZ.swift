import NablaRuntime

/// An array with the name that a file has for it.
public struct NamedTensor: Hashable, Sendable {
  public let name: String
  public let tensor: Tensor

  public init(_ name: String, _ tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}

/// The named arrays of an `.npz` file.
public enum NPZ {
  /// The names of the arrays, in the order of the file.
  public static func names(_ bytes: UnsafeRawBufferPointer) throws(DataError) -> [String] {
    try ZipArchive(bytes).entries.compactMap { name(of: $0) }
  }

  /// Reads one array.
  ///
  /// - Parameter name: which; without it, the only one.
  public static func tensor(_ bytes: UnsafeRawBufferPointer, named name: String?) throws(DataError) -> Tensor {
    let archive = try ZipArchive(bytes)
    let entries = archive.entries.filter { self.name(of: $0) != nil }
    let names = entries.compactMap { self.name(of: $0) }
    if name == nil, entries.count > 1 { throw .severalMembers(names) }
    guard let index = name.map({ names.firstIndex(of: $0) }) ?? names.indices.first else {
      throw .noMember(name ?? "array", known: names)
    }
    return try archive.withBytes(of: entries[index]) { bytes throws(DataError) in try Tensor(npy: bytes) }
  }

  /// The bytes of an archive of stored arrays.
  public static func bytes(of tensors: [NamedTensor]) throws(DataError) -> [UInt8] {
    var writer = ZipWriter()
    for member in tensors { try writer.add(member.name + ".npy", member.tensor.npy) }
    return writer.finished()
  }

  private static func name(of entry: ZipArchive.Entry) -> String? {
    entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : nil
  }
}
