/// The type of one number of a tensor, in promotion order.
public enum ElementType: String, CaseIterable, Hashable, Comparable, Sendable {
  case bool, i32, i64, f32, f64

  @inlinable public var isFloat: Bool {
    switch self {
    case .f64, .f32: true
    case .i64, .i32, .bool: false
    }
  }
  public var isInteger: Bool { self == .i64 || self == .i32 }

  /// Bytes that one element takes in memory.
  public var size: Int {
    switch self {
    case .bool: 1
    case .i32, .f32: 4
    case .i64, .f64: 8
    }
  }

  private var rank: Int {
    switch self {
    case .bool: 0
    case .i32: 1
    case .i64: 2
    case .f32: 3
    case .f64: 4
    }
  }

  /// The order of promotion: the type of `a + b` is the larger of the two. An integer never widens a float.
  public static func < (a: ElementType, b: ElementType) -> Bool { a.rank < b.rank }
}
