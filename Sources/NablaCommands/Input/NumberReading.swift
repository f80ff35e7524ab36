import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// Numbers of one parameter, as they are read: flat, row-major, in the parameter's element type.
struct NumberReader {
  let name: String
  let type: TensorType
  private(set) var doubles: [Double] = []
  private(set) var integers: [Int64] = []

  init(_ name: String, _ type: TensorType) {
    self.name = name
    self.type = type
  }

  /// Reads the value of one point.
  ///
  /// - Parameter path: where the value stands, such as `at[3].x`; errors name it.
  mutating func read(_ value: JSONValue, path: String) throws(Diagnostic) {
    let extents = type.shape.dimensions.map { $0.constant ?? 0 }
    try read(value, extents[...], path: path)
  }

  /// The parser limits the depth of a value, and with it this recursion.
  private mutating func read(_ value: JSONValue, _ extents: ArraySlice<Int>, path: String) throws(Diagnostic) {
    guard let extent = extents.first else { return try readScalar(value, path: path) }
    guard let values = value.array else {
      throw Diagnostic("data.type", "\(path): a list of shape \(type.shape) is expected, not \(value.kind)")
    }
    guard values.count == extent else {
      throw Diagnostic("shape.conflict", "\(path): \(extent) entries are expected, not \(values.count)")
    }
    for (index, element) in values.enumerated() { try read(element, extents.dropFirst(), path: "\(path)[\(index)]") }
  }

  private mutating func readScalar(_ value: JSONValue, path: String) throws(Diagnostic) {
    if type.element.isFloat {
      doubles.append(try float(value, path: path))
      return
    }
    if type.element == .bool, let flag = value.boolean {
      integers.append(flag ? 1 : 0)
      return
    }
    guard case .number(let text) = value, let integer = NumberReader.integer(text), isInRange(integer) else {
      throw Diagnostic(
        "data.type", "\(path): a number of type \(type.element.rawValue) is expected, not \(spelling(value))")
    }
    integers.append(integer)
  }

  private func float(_ value: JSONValue, path: String) throws(Diagnostic) -> Double {
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
    throw Diagnostic("data.type", "\(path): a number is expected, not \(spelling(value))")
  }

  private func spelling(_ value: JSONValue) -> String {
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
  var column: Column {
    switch type.element {
    case .f64: Column(doubles)
    case .f32: Column(doubles.map { Float($0) })
    case .i64: Column(integers)
    case .i32: Column(integers.map { Int32(truncatingIfNeeded: $0) })
    case .bool: Column(integers.map { $0 != 0 })
    }
  }
}
