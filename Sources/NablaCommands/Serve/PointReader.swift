import Nabla
import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// Reads the points of a request into columns, one an input.
struct PointReader {
  /// Points that can be evaluated, and the problems of those that cannot.
  struct Batch {
    var columns: [Column]
    /// How many points the columns hold.
    var points: Int
    /// By position in the request, ascending.
    var problems: [(index: Int, problem: Diagnostic)] = []
  }

  private let derived: DerivedProgram
  private let types: [TensorType]
  private let names: [String]
  private let defaults: [String: Constant]
  /// Inputs of the function; those after them are parts of vectors.
  private let functionInputs: Int

  init(_ formula: Formula, _ derived: DerivedProgram) {
    self.derived = derived
    let program = derived.program
    types = program.inputs.map { program.graph.type(of: $0) }
    functionInputs = formula.program.inputs.count
    // Parts of a vector are named as the request names them: by parameter, or by result.
    var names = program.inputs.indices.map { program.name(ofInput: $0) }
    for (want, positions) in derived.vectors {
      for (offset, position) in positions.enumerated() {
        names[position] = want == .vjp ? derived.results[offset] : names[derived.parameters[offset]]
      }
    }
    self.names = names
    defaults = formula.defaults
  }

  // MARK: One object a point

  func batch(points: [JSONValue], vector: JSONValue?) -> Batch {
    var readers = zip(names, types).map { NumberReader($0, $1) }
    var batch = Batch(columns: [], points: 0)
    for (index, point) in points.enumerated() {
      let before = readers
      do {
        let path = points.count == 1 ? "at" : "at[\(index)]"
        try readPoint(point, path: path, into: &readers)
        try readVector(vector, at: index, into: &readers)
        batch.points += 1
      } catch {
        readers = before
        batch.problems.append((index, error))
      }
    }
    batch.columns = readers.map(\.column)
    return batch
  }

  private func readPoint(
    _ point: JSONValue, path: String, into readers: inout [NumberReader]
  ) throws(Diagnostic) {
    for member in point.members ?? [] where !names[..<functionInputs].contains(member.name) {
      throw unknown(member.name, path)
    }
    for position in 0..<functionInputs {
      let name = names[position]
      if let value = point[name] {
        try readers[position].read(value, path: "\(path).\(name)")
      } else if let value = defaults[name] {
        try readers[position].read(.double(value.double), path: "\(path).\(name)")
      } else {
        throw Diagnostic("request.missing-value", "\(path): no value for '\(name)'")
      }
    }
  }

  private func unknown(_ name: String, _ path: String) -> Diagnostic {
    let known = names[..<functionInputs].map { "'\($0)'" }.joined(separator: ", ")
    return Diagnostic("request.unknown-parameter", "\(path): no parameter '\(name)'; there are \(known)")
  }

  private func readVector(
    _ vector: JSONValue?, at index: Int, into readers: inout [NumberReader]
  ) throws(Diagnostic) {
    guard functionInputs < names.count, let vector else { return }
    let value = vector.array.map { index < $0.count ? $0[index] : .null } ?? vector
    let positions = functionInputs..<names.count
    for member in value.members ?? [] where !names[functionInputs...].contains(member.name) {
      let known = positions.map { "'\(names[$0])'" }.joined(separator: ", ")
      throw Diagnostic("request.unknown-parameter", "vector: no part '\(member.name)'; there are \(known)")
    }
    for position in positions {
      if let part = value[names[position]] {
        try readers[position].read(part, path: "vector.\(names[position])")
      } else if positions.count == 1, value.members == nil {
        try readers[position].read(value, path: "vector")
      } else {
        throw Diagnostic("request.missing-value", "vector: no part for '\(names[position])'")
      }
    }
  }

  /// The parts of a vector alone, for one point.
  func vector(_ vector: JSONValue) throws(Diagnostic) -> [Column] {
    var readers = zip(names, types).map { NumberReader($0, $1) }
    try readVector(vector, at: 0, into: &readers)
    return readers[functionInputs...].map(\.column)
  }

  // MARK: One list a parameter

  func batch(columns: [JSONValue.Member], vector: JSONValue?) throws(Diagnostic) -> Batch {
    for column in columns where !names[..<functionInputs].contains(column.name) {
      throw unknown(column.name, "columns")
    }
    var readers = zip(names, types).map { NumberReader($0, $1) }
    var points: Int?
    for position in 0..<functionInputs {
      let name = names[position]
      guard let member = columns.last(where: { $0.name == name }) else {
        guard let value = defaults[name] else {
          throw Diagnostic("request.missing-value", "columns: no list for '\(name)'")
        }
        try readers[position].read(.double(value.double), path: name)
        continue
      }
      guard let values = member.value.array else {
        throw Diagnostic("data.type", "columns.\(name): a list is expected, not \(member.value.kind)")
      }
      if let points, points != values.count {
        throw Diagnostic("data.ragged", "columns.\(name): \(points) values are expected, not \(values.count)")
      }
      points = values.count
      for (index, value) in values.enumerated() {
        try readers[position].read(value, path: "columns.\(name)[\(index)]")
      }
    }
    // The vector holds for all points.
    try readVector(vector, at: 0, into: &readers)
    return Batch(columns: readers.map(\.column), points: points ?? 1)
  }
}
