import Nabla
import NablaGraph
import NablaRuntime

/// Arranges the columns of an evaluation as the protocol has them: a want at a point is one JSON value.
struct ResultAssembly {
  private let derived: DerivedProgram
  private let types: [TensorType]
  private let readers: [ColumnReader]

  init(_ derived: DerivedProgram, _ columns: [Column]) {
    self.derived = derived
    types = derived.program.roots.map { derived.program.graph.type(of: $0.node) }
    readers = zip(columns, types).map { ColumnReader($0, $1) }
  }

  /// One entry a point.
  func entries(_ want: Want, points: Int) -> [JSONValue] {
    let outputs = derived.outputs.indices.filter { derived.outputs[$0].want == want }
    return (0..<points).map { entry(want, outputs, at: $0) }
  }

  private func entry(_ want: Want, _ outputs: [Int], at point: Int) -> JSONValue {
    switch want {
    case .value, .jvp:
      return byResult(outputs) { readers[$0[0]].value(at: point) }
    case .gradient, .vjp, .hvp:
      return byParameter(outputs, level: 0) { readers[$0[0]].value(at: point) }
    case .jacobian:
      return byResult(outputs) { byParameter($0, level: 0) { readers[$0[0]].value(at: point) } }
    case .hessian:
      return byParameter(outputs, level: 0) { row in
        byParameter(row, level: 1) { readers[$0[0]].value(at: point) }
      }
    }
  }

  /// One result stands for itself; several are an object by name.
  private func byResult(_ outputs: [Int], _ value: ([Int]) -> JSONValue) -> JSONValue {
    let groups = grouped(outputs) { derived.outputs[$0].result ?? 0 }
    if derived.results.count == 1, let only = groups.first { return value(only.outputs) }
    return .object(groups.map { .init(derived.results[$0.key], value($0.outputs)) })
  }

  private func byParameter(_ outputs: [Int], level: Int, _ value: ([Int]) -> JSONValue) -> JSONValue {
    let groups = grouped(outputs) { derived.outputs[$0].by[level] }
    return .object(groups.map { .init(derived.program.name(ofInput: $0.key), value($0.outputs)) })
  }

  /// Runs of outputs with one key; outputs come in the order of their keys.
  private func grouped(_ outputs: [Int], by key: (Int) -> Int) -> [(key: Int, outputs: [Int])] {
    var groups: [(key: Int, outputs: [Int])] = []
    for output in outputs {
      if let last = groups.last, last.key == key(output) {
        groups[groups.count - 1].outputs.append(output)
      } else {
        groups.append((key(output), [output]))
      }
    }
    return groups
  }
}

/// Reads the numbers of one output at a point as a number or nested lists.
struct ColumnReader {
  private let type: TensorType
  private let doubles: [Double]
  private let integers: [Int64]?
  private let extents: [Int]
  private let count: Int

  init(_ column: Column, _ type: TensorType) {
    self.type = type
    integers = column.integers
    doubles = column.integers == nil ? column.doubles : []
    extents = type.shape.dimensions.map { $0.constant ?? 0 }
    count = extents.reduce(1, *)
  }

  func value(at point: Int) -> JSONValue { nested(extents[...], from: point * count) }

  /// All points as one list: the columns form.
  var column: JSONValue {
    let points = count == 0 ? 0 : (integers?.count ?? doubles.count) / count
    return .array((0..<points).map { value(at: $0) })
  }

  private func nested(_ extents: ArraySlice<Int>, from start: Int) -> JSONValue {
    guard let extent = extents.first else { return scalar(start) }
    let step = extents.dropFirst().reduce(1, *)
    return .array((0..<extent).map { nested(extents.dropFirst(), from: start + $0 * step) })
  }

  private func scalar(_ index: Int) -> JSONValue {
    if let integers {
      return type.element == .bool ? .boolean(integers[index] != 0) : .number(String(integers[index]))
    }
    // A single-precision number in its own shortest form: 0.1, not 0.10000000149011612.
    if type.element == .f32 { return .float(Float(doubles[index])) }
    return .double(doubles[index])
  }
}

extension JSONValue {
  static func float(_ value: Float) -> JSONValue {
    if !value.isFinite { return .double(Double(value)) }
    let text = value.description
    return .number(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }
}
