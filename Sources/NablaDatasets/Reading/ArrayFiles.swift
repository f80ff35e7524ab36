import NablaData
import NablaRuntime

/// Reads the columns of files that hold arrays: IDX, NumPy's, and safetensors.
enum ArrayFiles {
  static func idx(_ source: SourceBytes, name: String) throws(DatasetError) -> DatasetColumn {
    let header = try reading(source.path) { () throws(DataError) in try IDXHeader(source.storage.bytes) }
    return try source.column(name, header.element, shape: header.shape, offset: header.dataOffset)
  }

  static func npy(_ source: SourceBytes, name: String) throws(DatasetError) -> DatasetColumn {
    let bytes = source.storage.bytes
    let (header, element) = try reading(source.path) { () throws(DataError) in
      let header = try NPYHeader(bytes)
      return (header, try StoredElement(numpy: header.type))
    }
    let isTransposed = header.isFortran && header.shape.count { $0 > 1 } > 1
    guard !isTransposed, let count = Tensor.elementCount(of: header.shape),
      count <= (bytes.count - header.dataOffset) / element.size, element.kind != .unsigned64
    else {
      let tensor = try reading(source.path) { () throws(DataError) in try Tensor(npy: bytes) }
      return try column(name, tensor)
    }
    return try source.column(name, element, shape: header.shape, offset: header.dataOffset)
  }

  static func npz(_ source: SourceBytes, member: String?) throws(DatasetError) -> [DatasetColumn] {
    let bytes = source.storage.bytes
    let tensors = try reading(source.path) { () throws(DataError) in
      let names = try NPZ.names(bytes)
      if let member, !names.contains(member) { throw .noMember(member, known: names) }
      return try names.filter { member == nil || $0 == member }.map { name throws(DataError) in
        NamedTensor(name, try NPZ.tensor(bytes, named: name))
      }
    }
    return try tensors.map { tensor throws(DatasetError) in try column(tensor.name, tensor.tensor) }
  }

  static func column(_ name: String, _ tensor: Tensor) throws(DatasetError) -> DatasetColumn {
    guard tensor.rank > 0 else { throw .unfit(column: name, "one number is no list of examples") }
    guard Tensor.elementCount(of: Array(tensor.shape.dropFirst())) != nil else {
      throw .data(.tooLarge(shape: tensor.shape))
    }
    return DatasetColumn(name, tensor)
  }
}
