import Nabla
import NablaDiagnostics
import NablaGraph

/// Sizes that arrive with the data: a dimension name of a header is as long as the list that is given.
struct SizeBinding {
  private(set) var sizes: [String: Int] = [:]

  /// Takes the names of an input's shape from a list.
  ///
  /// A dimension that is an expression of names binds nothing; neither does a list of the wrong depth, which reading
  /// it reports.
  ///
  /// - Parameter path: where the list stands, such as `at.x`; errors name it.
  mutating func bind(_ shape: Shape, to value: JSONValue, path: String) throws(Diagnostic) {
    var value = value
    var path = path
    for dimension in shape.dimensions {
      guard let list = value.array else { return }
      if let name = dimension.name {
        if let known = sizes[name], known != list.count {
          throw Diagnostic("shape.conflict", "\(path): \(known) entries are expected for '\(name)', not \(list.count)")
        }
        sizes[name] = list.count
      }
      guard let first = list.first else { return }
      value = first
      path += "[0]"
    }
  }

  /// Takes the names of a formula's shapes from one point.
  mutating func bind(_ formula: Formula, at point: JSONValue, path: String) throws(Diagnostic) {
    for (name, input) in zip(formula.parameters, formula.program.inputs) {
      guard let value = point[name] else { continue }
      try bind(formula.program.graph.type(of: input).shape, to: value, path: "\(path).\(name)")
    }
  }

  /// The same from a list of values for each parameter.
  mutating func bind(_ formula: Formula, columns: [JSONValue.Member]) throws(Diagnostic) {
    for (name, input) in zip(formula.parameters, formula.program.inputs) {
      guard let first = columns.last(where: { $0.name == name })?.value.array?.first else { continue }
      try bind(formula.program.graph.type(of: input).shape, to: first, path: "columns.\(name)[0]")
    }
  }
}

extension Dimension {
  /// The name, where the dimension is one alone.
  fileprivate var name: String? {
    guard symbols.count == 1, let name = symbols.first, self == Dimension(name) else { return nil }
    return name
  }
}

extension Formula {
  /// Whether a shape of an input still has names in it.
  var hasOpenSizes: Bool {
    program.inputs.contains { input in
      program.graph.type(of: input).shape.dimensions.contains { $0.constant == nil }
    }
  }
}
