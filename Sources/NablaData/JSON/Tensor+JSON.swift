import NablaGraph
import NablaRuntime

extension Tensor {
  /// Reads nested lists; the first list of every depth says how long the others are.
  ///
  /// - Parameters:
  ///   - element: the type of the numbers, to which each decimal is rounded once.
  ///   - path: what errors call the value.
  /// - Throws: ``DataError/ragged(path:expected:found:)``, ``DataError/mixed(path:expected:found:)`` and others, with the
  ///   path of the list or number.
  public init(json value: JSONValue, as element: ElementType = .f64, path: String = "the value") throws(DataError) {
    let shape = value.shape
    guard let count = Tensor.elementCount(of: shape) else { throw .tooLarge(shape: shape) }
    var reader = NumberReader(TensorType(element, Shape(shape.map { Dimension($0) })))
    try reader.read(value, path: path)
    let column = reader.column
    precondition(column.count == count, "a reader reads as many numbers as its shape has")
    self.init(column, shape: shape)
  }

  /// Reads nested lists from their text.
  public init(json text: String, as element: ElementType = .f64) throws(DataError) {
    try self.init(json: try JSONValue(parsing: Array(text.utf8)), as: element)
  }

  /// The element or the nested lists at the element `offset`.
  public var json: JSONValue { TensorJSON(column, shape).value(at: 0) }
}

extension JSONValue {
  /// Reads one value.
  ///
  /// - Throws: ``DataError/malformed(_:_:offset:)``.
  public init(parsing bytes: [UInt8]) throws(DataError) {
    do {
      self = try JSONParser.parse(bytes)
    } catch {
      throw .malformed(.json, error.message, offset: error.offset)
    }
  }

  /// How many entries lists have, going down the first of each.
  public var shape: [Int] {
    var shape: [Int] = []
    var value = self
    while case .array(let entries) = value {
      shape.append(entries.count)
      guard let first = entries.first else { break }
      value = first
    }
    return shape
  }

  public static func float(_ value: Float) -> JSONValue {
    value.isFinite ? .number(PlainNumber.text(value)) : .double(Double(value))
  }
}

/// Writes the numbers of one or several points of a shape as numbers and nested lists.
public struct TensorJSON {
  private let column: Column
  private let shape: [Int]
  private let strides: [Int]
  private let count: Int

  public init(_ column: Column, _ shape: [Int]) {
    self.column = column
    self.shape = shape
    strides = TensorText.strides(shape)
    count = shape.reduce(1, *)
  }

  /// The value of one point.
  public func value(at point: Int) -> JSONValue { nested(0, from: point * count) }

  /// All points as one list.
  ///
  /// - Parameter points: how many there are.
  public func list(points: Int) -> JSONValue { .array((0..<points).map { value(at: $0) }) }

  /// Recursion is as deep as the array has axes.
  private func nested(_ axis: Int, from start: Int) -> JSONValue {
    guard axis < shape.count else { return scalar(start) }
    return .array((0..<shape[axis]).map { nested(axis + 1, from: start + $0 * strides[axis]) })
  }

  private func scalar(_ index: Int) -> JSONValue {
    switch column.element {
    case .f64: .double(column.load(Double.self, at: index))
    case .f32: .float(column.load(Float.self, at: index))
    case .i64: .number(String(column.load(Int64.self, at: index)))
    case .i32: .number(String(column.load(Int32.self, at: index)))
    case .bool: .boolean(column.load(UInt8.self, at: index) != 0)
    }
  }
}
