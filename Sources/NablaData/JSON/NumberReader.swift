import NablaGraph
import NablaRuntime

/// Reads numbers of one type, any number of points of it: flat, row-major, in the type's element type.
public struct NumberReader {
  public let type: TensorType
  private let extents: [Int]
  private var doubles: [Double] = []
  private var integers: [Int64] = []
  /// The only array so far, where it came as one and has the type.
  private var whole: Column?

  /// - Precondition: the type's extents are numbers; one that is not counts as 0.
  public init(_ type: TensorType) {
    self.type = type
    extents = type.shape.dimensions.map { $0.constant ?? 0 }
  }

  /// Reads the value of one point.
  ///
  /// - Parameter path: where the value stands, such as `at[3].x`; errors name it.
  public mutating func read(_ value: JSONValue, path: String) throws(DataError) {
    unpack()
    try read(value, axis: 0, path: path, isFirst: true)
  }

  /// Takes an array for one point; its numbers are converted to the type.
  public mutating func read(_ tensor: Tensor, path: String) throws(DataError) {
    guard tensor.shape == extents else {
      throw .shape(path: path, expected: type.shape.description, found: tensor.shape)
    }
    let column: Column
    do {
      column = try tensor.column.converted(to: type.element)
    } catch {
      let place = tensor.indices(of: error.index).map { "[\($0)]" }.joined()
      throw .notRepresentable(path: path + place, value: PlainNumber.text(error.value), element: type.element)
    }
    if whole == nil, doubles.isEmpty, integers.isEmpty, column.count > 0 {
      whole = column
    } else {
      unpack()
      unpack(column)
    }
  }

  private mutating func unpack() {
    guard let column = whole else { return }
    whole = nil
    unpack(column)
  }

  private mutating func unpack(_ column: Column) {
    if let values = column.integers { integers += values } else { doubles += column.doubles }
  }

  /// The parser limits the depth of a value, and with it this recursion.
  ///
  /// - Parameter isFirst: whether no sibling came before, here or further out: then the lists are not ragged, but of
  ///   another shape than is wanted.
  private mutating func read(_ value: JSONValue, axis: Int, path: String, isFirst: Bool) throws(DataError) {
    guard axis < extents.count else { return try readScalar(value, path: path, isFirst: isFirst) }
    guard let values = value.array else {
      let wanted = "a list of shape \(Shape(Array(type.shape.dimensions[axis...])))"
      throw isFirst
        ? .notANumber(path: path, expected: wanted, found: value.kind)
        : .mixed(path: path, expected: wanted, found: value.kind)
    }
    guard values.count == extents[axis] else {
      throw isFirst
        ? .entries(path: path, expected: extents[axis], found: values.count)
        : .ragged(path: path, expected: extents[axis], found: values.count)
    }
    for (index, element) in values.enumerated() {
      try read(element, axis: axis + 1, path: "\(path)[\(index)]", isFirst: isFirst && index == 0)
    }
  }

  private mutating func readScalar(_ value: JSONValue, path: String, isFirst: Bool) throws(DataError) {
    if value.array != nil, !isFirst { throw .mixed(path: path, expected: "a number", found: value.kind) }
    if type.element.isFloat { return doubles.append(try float(value, path: path)) }
    if type.element == .bool, let flag = value.boolean { return integers.append(flag ? 1 : 0) }
    guard case .number(let text) = value, let integer = NumberReader.integer(text), isInRange(integer) else {
      throw .notRepresentable(path: path, value: NumberReader.spelling(value), element: type.element)
    }
    integers.append(integer)
  }

  private func float(_ value: JSONValue, path: String) throws(DataError) -> Double {
    switch value {
    case .number(let text):
      // Each type rounds the decimal once.
      if type.element == .f32, let number = Float(text) { return Double(number) }
      if let number = Double(text) { return number }
    case .string("nan"): return .nan
    case .string("inf"): return .infinity
    case .string("-inf"): return -.infinity
    default: break
    }
    throw .notANumber(path: path, expected: "a number", found: NumberReader.spelling(value))
  }

  private static func spelling(_ value: JSONValue) -> String {
    switch value {
    case .number(let text): text.count > 40 ? "a number of \(text.count) characters" : text
    default: value.kind
    }
  }

  private func isInRange(_ integer: Int64) -> Bool {
    switch type.element {
    case .bool: integer == 0 || integer == 1
    case .i32: Int32(exactly: integer) != nil
    default: true
    }
  }

  /// `3`, and also `3.0` and `3e2`, which are integers in another spelling.
  private static func integer(_ text: String) -> Int64? {
    if let integer = Int64(text) { return integer }
    guard let double = Double(text), abs(double) <= 0x1p53 else { return nil }
    return Int64(exactly: double)
  }

  /// All numbers read, as a column.
  public var column: Column {
    if let whole { return whole }
    return switch type.element {
    case .f64: Column(doubles)
    case .f32: Column(doubles.map { Float($0) })
    case .i64: Column(integers)
    case .i32: Column(integers.map { Int32(truncatingIfNeeded: $0) })
    case .bool: Column(integers.map { $0 != 0 })
    }
  }
}
