import NablaGraph

/// How programs write element types, and what fits them.
enum ElementName {
  static let all = ElementType.allCases.reversed().map(\.rawValue)

  static func type(_ name: String) -> ElementType? { ElementType(rawValue: name) }

  /// What other languages call them.
  static func counterpart(_ name: String) -> String? {
    switch name.lowercased() {
    case "float", "double", "real", "float64": "f64"
    case "float32", "single": "f32"
    case "int", "integer", "long", "int64": "i64"
    case "int32": "i32"
    case "boolean": "bool"
    default: nil
    }
  }

  /// Whether an integer type has a number.
  static func holds(_ integer: Int, _ element: ElementType) -> Bool {
    switch element {
    case .i32: Int32(exactly: integer) != nil
    case .i64: true
    default: false
    }
  }
}
