import NablaGraph
import NablaRuntime

/// A file of numbers, in the format that its name ends in.
public struct DataFile: Hashable, Sendable {
  public let path: String
  public let format: DataFormat

  /// - Throws: ``DataError/unknownFormat(path:)``.
  public init(path: String) throws(DataError) {
    self.path = path
    format = try DataFormat(path: path)
  }

  // MARK: Reading

  /// Reads one array: the only one of the file, or the one of a name.
  ///
  /// - Parameters:
  ///   - member: the name of an array of an `.npz` file, of a column of a table with a header, or of a member of a JSON
  ///     object.
  ///   - element: the type of the numbers of a JSON file; others have their own.
  public func tensor(_ member: String? = nil, as element: ElementType = .f64) throws(DataError) -> Tensor {
    try withBytes { bytes throws(DataError) in
      switch format {
      case .npy:
        if let member { throw .noMember(member, known: []) }
        return try Tensor(npy: bytes)
      case .npz: return try NPZ.tensor(bytes, named: member)
      case .safetensors:
        let tensors = try Safetensors.tensors(bytes)
        guard let member else {
          guard let only = tensors.first, tensors.count == 1 else { throw .severalMembers(tensors.map(\.name)) }
          return only.tensor
        }
        guard let found = tensors.first(where: { $0.name == member }) else {
          throw .noMember(member, known: tensors.map(\.name))
        }
        return found.tensor
      case .csv:
        let table = try CSVTable(bytes)
        if let member { return try table.tensor(named: member) }
        return try table.tensor()
      case .json:
        let value = try JSONValue(parsing: Array(bytes))
        guard let members = value.members else {
          if let member { throw .noMember(member, known: []) }
          return try Tensor(json: value, as: element, path: path)
        }
        guard let member else { throw .severalMembers(members.map(\.name)) }
        guard let value = value[member] else { throw .noMember(member, known: members.map(\.name)) }
        return try Tensor(json: value, as: element, path: "\(path): \(member)")
      }
    }
  }

  /// Reads arrays of a file that names them, in the order of the file.
  ///
  /// - Parameter isWanted: which names; the others are not looked at.
  public func tensors(where isWanted: (String) -> Bool = { _ in true }) throws(DataError) -> [NamedTensor] {
    try withBytes { bytes throws(DataError) in
      switch format {
      case .npy: throw .notHolding(.npy, "names: say which parameter the array is for")
      case .npz:
        return try NPZ.names(bytes).filter(isWanted).map { name throws(DataError) in
          NamedTensor(name, try NPZ.tensor(bytes, named: name))
        }
      case .safetensors: return try Safetensors.tensors(bytes).filter { isWanted($0.name) }
      case .csv:
        let table = try CSVTable(bytes)
        guard !table.header.isEmpty else { throw .notHolding(.csv, "names without a header") }
        return try table.header.filter(isWanted).map { name throws(DataError) in
          NamedTensor(name, try table.tensor(named: name))
        }
      case .json:
        let value = try JSONValue(parsing: Array(bytes))
        guard let members = value.members else { throw .mixed(path: path, expected: "an object", found: value.kind) }
        return try members.filter { isWanted($0.name) }.map { member throws(DataError) in
          NamedTensor(member.name, try Tensor(json: member.value, path: "\(path): \(member.name)"))
        }
      }
    }
  }

  /// The value of a JSON file, whose decimals are exact until they meet a type.
  public func json() throws(DataError) -> JSONValue {
    try withBytes { bytes throws(DataError) in try JSONValue(parsing: Array(bytes)) }
  }

  private func withBytes<Value>(
    _ body: (UnsafeRawBufferPointer) throws(DataError) -> Value
  ) throws(DataError) -> Value {
    try WholeFile(path).withBytes(body)
  }

  // MARK: Writing

  /// Writes one array.
  public func write(_ tensor: Tensor) throws(DataError) {
    switch format {
    case .npy: try write(tensor.npy)
    case .npz, .safetensors: try write([NamedTensor("value", tensor)])
    case .csv: try write(Array(try CSVTable.text(tensor).utf8))
    case .json: try write(Array((tensor.json.text + "\n").utf8))
    }
  }

  /// Writes named arrays.
  ///
  /// - Throws: ``DataError/notHolding(_:_:)`` where the format holds one array only, and there are several.
  public func write(_ tensors: [NamedTensor]) throws(DataError) {
    switch format {
    case .npz: try write(try NPZ.bytes(of: tensors))
    case .safetensors: try write(try Safetensors.bytes(of: tensors))
    case .json:
      let object = JSONValue.object(tensors.map { .init($0.name, $0.tensor.json) })
      try write(Array((object.text + "\n").utf8))
    case .npy, .csv:
      guard tensors.count == 1 else {
        throw .notHolding(format.kind, "\(tensors.count) arrays; .npz, .safetensors and .json files can")
      }
      try write(tensors[0].tensor)
    }
  }

  /// Writes a text as it is.
  public func write(text: String) throws(DataError) { try write(Array(text.utf8)) }

  /// Whole, or not at all.
  private func write(_ bytes: [UInt8]) throws(DataError) { try WholeFile(path).write(bytes) }
}
