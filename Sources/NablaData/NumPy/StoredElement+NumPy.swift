import NablaGraph

extension StoredElement {
  /// Reads NumPy's name of an element type, such as `<f8`, `|b1` or `>i4`.
  package init(numpy name: String) throws(DataError) {
    let order = name.first.flatMap { "<>=|".contains($0) ? $0 : nil }
    let isBigEndian = order == ">" || (order != "<" && StoredElement.isMachineBigEndian)
    let kind: Kind
    switch order == nil ? name : String(name.dropFirst()) {
    case "f8", "d": kind = .float64
    case "f4", "f": kind = .float32
    case "f2", "e": kind = .float16
    case "i8", "q", "l": kind = .signed64
    case "i4", "i": kind = .signed32
    case "i2", "h": kind = .signed16
    case "i1", "b": kind = .signed8
    case "u8", "Q", "L": kind = .unsigned64
    case "u4", "I": kind = .unsigned32
    case "u2", "H": kind = .unsigned16
    case "u1", "B": kind = .unsigned8
    case "b1", "?": kind = .boolean
    default: throw .unsupportedType(name)
    }
    self.init(kind, isBigEndian: isBigEndian)
  }

  /// NumPy's name of an element type, in the order of this machine's bytes.
  static func numpyName(of element: ElementType) -> String {
    let order = isMachineBigEndian ? ">" : "<"
    return switch element {
    case .f64: order + "f8"
    case .f32: order + "f4"
    case .i64: order + "i8"
    case .i32: order + "i4"
    case .bool: "|b1"
    }
  }
}
