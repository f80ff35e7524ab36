import NablaGraph

/// How programs write element types, and what fits them.
enum ElementName {
  static let all = ElementType.allCases.reversed().map(\.rawValue)

  static func type(_ name: String) -> ElementType? { ElementType(rawValue: name) }

  /// Whether an integer type has a number.
  static func holds(_ integer: Int, _ element: ElementType) -> Bool {
    switch element {
    case .i32: Int32(exactly: integer) != nil
    case .i64: true
    default: false
    }
  }
}
