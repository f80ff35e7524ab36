import Nabla
import NablaData
import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// The value of a parameter: numbers and lists as they are written, which become exact numbers of the parameter's type, or
/// an array of a file.
enum PointValue {
  case json(JSONValue)
  case tensor(Tensor)

  /// The extents; of lists, those of the first of each depth.
  var shape: [Int] {
    switch self {
    case .json(let value): value.shape
    case .tensor(let tensor): tensor.shape
    }
  }

  /// What a value is that is no array; `nil` for one.
  var kindWithoutShape: String? {
    switch self {
    case .json(let value): value.array == nil ? value.kind : nil
    case .tensor(let tensor): tensor.shape.isEmpty ? "a number" : nil
    }
  }

  /// The value as a size.
  var size: Int? {
    guard case .json(let value) = self, let number = value.integer, number >= 0 else { return nil }
    return number
  }

  func read(into reader: inout NumberReader, path: String) throws(Diagnostic) {
    do {
      switch self {
      case .json(let value): try reader.read(value, path: path)
      case .tensor(let tensor): try reader.read(tensor, path: path)
      }
    } catch {
      throw error.diagnostic
    }
  }
}

/// A point, or a vector by its parts: values by name.
struct Point {
  struct Member {
    let name: String
    let value: PointValue
  }

  var members: [Member] = []

  init(_ members: [Member]) { self.members = members }

  /// - Returns: `nil` unless it is an object.
  init?(_ value: JSONValue) {
    guard let members = value.members else { return nil }
    self.members = members.map { Member(name: $0.name, value: .json($0.value)) }
  }

  /// The last value of a name.
  subscript(name: String) -> PointValue? { members.last { $0.name == name }?.value }
}

extension SizeBinding {
  /// Takes the names of a formula's shapes from one point.
  mutating func bind(_ formula: Formula, at point: Point, path: String) throws(Diagnostic) {
    for (name, input) in zip(formula.parameters, formula.program.inputs) {
      guard let value = point[name] else { continue }
      do {
        try bind(formula.program.graph.type(of: input).shape, to: value.shape, path: "\(path).\(name)")
      } catch {
        throw error.diagnostic
      }
    }
    for name in formula.sizeParameters {
      guard let value = point[name] else { continue }
      guard let size = value.size else {
        throw Diagnostic("data.type", "\(path).\(name): a size is an integer that is not negative")
      }
      do {
        try bind(Shape([Dimension(name)]), to: [size], path: "\(path).\(name)")
      } catch {
        throw error.diagnostic
      }
    }
    takeDefaults(of: formula)
    solve()
    // What has no shape tells no size; that is the first thing to say.
    for (name, input) in zip(formula.parameters, formula.program.inputs) {
      let shape = formula.program.graph.type(of: input).shape
      guard shape.rank > 0, shape.dimensions.contains(where: { $0.symbols.contains { sizes[$0] == nil } }),
        let kind = point[name]?.kindWithoutShape
      else { continue }
      throw Diagnostic("data.type", "\(path).\(name): a list of shape \(shape) is expected, not \(kind)")
    }
  }

  /// The same from a list of values for each parameter.
  mutating func bind(_ formula: Formula, columns: [JSONValue.Member]) throws(Diagnostic) {
    let first = columns.compactMap { column in
      column.value.array?.first.map { Point.Member(name: column.name, value: .json($0)) }
    }
    try bind(formula, at: Point(first), path: "columns")
  }
}

extension Formula {
  /// - Throws: `shape.unknown-size` where a size has no value.
  ///
  /// - Parameter advice: where the user can give one.
  func requireSizes(_ advice: (String) -> String) throws(Diagnostic) {
    guard let name = openSizes.first else { return }
    throw Diagnostic("shape.unknown-size", "the size '\(name)' has no value: \(advice(name))")
  }
}
