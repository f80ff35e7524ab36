import Nabla
import NablaData
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

  private let types: [TensorType]
  private let names: [String]
  private let formula: Formula
  /// Names that a point may have beside the inputs: sizes, which have been bound.
  private let sizes: Set<String>
  /// Inputs of the function; those after them are parts of vectors.
  private let functionInputs: Int

  /// - Parameter derived: what the points are for, where it takes vectors beside the function's inputs.
  init(_ formula: Formula, _ derived: DerivedProgram? = nil) {
    let program = derived?.program ?? formula.program
    types = program.inputs.map { program.graph.type(of: $0) }
    functionInputs = formula.program.inputs.count
    // Parts of a vector are named as the request names them: by parameter, or by result.
    var names = program.inputNames
    if let derived {
      for (want, positions) in derived.vectors {
        for (offset, position) in positions.enumerated() {
          names[position] = want == .vjp ? derived.results[offset] : names[derived.parameters[offset]]
        }
      }
    }
    self.names = names
    self.formula = formula
    sizes = Set(formula.sizeParameters)
  }

  // MARK: One object a point

  func batch(points: [Point], vector: JSONValue?) -> Batch {
    var readers = types.map { NumberReader($0) }
    var batch = Batch(columns: [], points: 0)
    for (index, point) in points.enumerated() {
      // What a failed point leaves is taken back; the usual single point needs no copy for that.
      let before = points.count > 1 ? readers : []
      do {
        let path = points.count == 1 ? "at" : "at[\(index)]"
        try readPoint(point, path: path, into: &readers)
        try readVector(vector, at: index, into: &readers)
        batch.points += 1
      } catch {
        readers = points.count > 1 ? before : types.map { NumberReader($0) }
        batch.problems.append((index, error))
      }
    }
    batch.columns = readers.map(\.column)
    return batch
  }

  private func readPoint(_ point: Point, path: String, into readers: inout [NumberReader]) throws(Diagnostic) {
    for member in point.members where !names[..<functionInputs].contains(member.name) && !sizes.contains(member.name) {
      throw unknown(member.name, path)
    }
    for position in 0..<functionInputs {
      let name = names[position]
      guard let value = point[name] ?? defaultValue(name) else {
        throw Diagnostic("request.missing-value", "\(path): no value for '\(name)'")
      }
      try value.read(into: &readers[position], path: "\(path).\(name)")
    }
  }

  private func defaultValue(_ name: String) -> PointValue? { formula.omitted(name).map { .tensor($0) } }

  private func unknown(_ name: String, _ path: String) -> Diagnostic {
    let known = formula.explicitParameters.map { "'\($0)'" }.joined(separator: ", ")
    return Diagnostic("request.unknown-parameter", "\(path): no parameter '\(name)'; there are \(known)")
  }

  // MARK: Vectors

  /// - Parameters:
  ///   - vector: an object by part, or the only part itself; or a list of either, one a point.
  ///   - index: which of the points.
  private func readVector(
    _ vector: JSONValue?, at index: Int, into readers: inout [NumberReader]
  ) throws(Diagnostic) {
    guard functionInputs < names.count, let vector else { return }
    var value = vector
    if let list = vector.array, list.first?.members != nil || vector.shape.count > types[functionInputs].shape.rank {
      value = index < list.count ? list[index] : .null
    }
    try readVector(value.members == nil ? nil : Point(value), whole: .json(value), into: &readers)
  }

  /// - Parameters:
  ///   - parts: the parts by name.
  ///   - whole: the only part, where they have no names.
  private func readVector(
    _ parts: Point?, whole: PointValue, into readers: inout [NumberReader]
  ) throws(Diagnostic) {
    let positions = functionInputs..<names.count
    for member in parts?.members ?? [] where !names[functionInputs...].contains(member.name) {
      let known = positions.map { "'\(names[$0])'" }.joined(separator: ", ")
      throw Diagnostic("request.unknown-parameter", "vector: no part '\(member.name)'; there are \(known)")
    }
    for position in positions {
      if let part = parts?[names[position]] {
        try part.read(into: &readers[position], path: "vector.\(names[position])")
      } else if positions.count == 1, parts == nil {
        try whole.read(into: &readers[position], path: "vector")
      } else {
        throw Diagnostic("request.missing-value", "vector: no part for '\(names[position])'")
      }
    }
  }

  /// The parts of a vector alone, for one point.
  func vector(_ parts: Point?, whole: PointValue) throws(Diagnostic) -> [Column] {
    var readers = types.map { NumberReader($0) }
    try readVector(parts, whole: whole, into: &readers)
    return readers[functionInputs...].map(\.column)
  }

  // MARK: One list a parameter

  func batch(columns: [JSONValue.Member], vector: JSONValue?) throws(Diagnostic) -> Batch {
    for column in columns where !names[..<functionInputs].contains(column.name) {
      throw unknown(column.name, "columns")
    }
    var readers = types.map { NumberReader($0) }
    var points: Int?
    for position in 0..<functionInputs {
      let name = names[position]
      guard let member = columns.last(where: { $0.name == name }) else {
        guard let value = defaultValue(name) else {
          throw Diagnostic("request.missing-value", "columns: no list for '\(name)'")
        }
        try value.read(into: &readers[position], path: name)
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
        try PointValue.json(value).read(into: &readers[position], path: "columns.\(name)[\(index)]")
      }
    }
    // The vector holds for all points.
    try readVector(vector, at: 0, into: &readers)
    return Batch(columns: readers.map(\.column), points: points ?? 1)
  }
}
