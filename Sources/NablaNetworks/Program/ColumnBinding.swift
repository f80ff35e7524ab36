import Nabla
import NablaGraph

/// The names and types of a data set's columns, without the axis of examples.
public typealias ColumnTypes = [(name: String, type: TensorType)]

/// Which column of the data each parameter of a function takes: of its name if all have theirs, else by position.
struct ColumnBinding: Hashable, Sendable {
  let columns: [Int]

  /// - Parameters:
  ///   - chosen: columns that were named for a parameter.
  ///   - takesFirst: whether the columns behind those that are needed may be left over.
  init(
    _ parameters: [String], _ names: [String], chosen: [String: String] = [:], takesFirst: Bool = false
  ) throws {
    var found: [Int?] = parameters.map { name in names.firstIndex(of: chosen[name] ?? name) }
    if found.contains(nil) {
      let isChosen = Set(chosen.values)
      let rest = names.indices.filter { !isChosen.contains(names[$0]) }
      let open = parameters.indices.filter { chosen[parameters[$0]] == nil }
      let isChosenThere = parameters.indices.allSatisfy { chosen[parameters[$0]] == nil || found[$0] != nil }
      guard isChosenThere, open.count == rest.count || takesFirst && open.count < rest.count else {
        throw TrainingError.columns(parameters: parameters.map { chosen[$0] ?? $0 }, columns: names)
      }
      for (parameter, column) in zip(open, rest) { found[parameter] = column }
    }
    columns = found.compactMap { $0 }
  }

  /// The sizes that the examples have, as the header names them.
  func sizes(
    of parameters: [(name: String, type: TensorType)], in types: ColumnTypes, given: [String: Int]
  ) throws -> [String: Int] {
    var found = SizeBinding(given)
    for (parameter, column) in zip(parameters, columns) {
      let example = types[column].type.shape.dimensions.map { $0.constant ?? 0 }
      let wanted = Array(parameter.type.shape.dimensions.dropFirst())
      let problem = TrainingError.shape(parameter: parameter.name, type: parameter.type, example: example)
      let extents = wanted.map(\.constant)
      // Numbers that lie in one row fit any shape of as many: a table has no axes but its columns.
      if wanted.count != example.count {
        guard extents.allSatisfy({ $0 != nil }), extents.reduce(1, { $0 * ($1 ?? 0) }) == example.reduce(1, *) else {
          throw problem
        }
        continue
      }
      do {
        try found.bind(Shape(wanted), to: example, path: parameter.name)
      } catch {
        throw problem
      }
      if zip(extents, example).contains(where: { $0 != nil && $0 != $1 }) { throw problem }
    }
    found.solve()
    return found.sizes
  }
}
