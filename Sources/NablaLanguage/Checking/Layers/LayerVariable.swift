import NablaDiagnostics
import NablaGraph

/// A `param` or `state` of a layer, at one of the places that own a set of them.
public struct LayerVariable: Hashable, Sendable {
  public typealias Role = VariableRole

  /// Where it belongs: `mnist.dense_1.W` is `W` of the first call of `dense` in the text of `mnist`.
  public let path: String
  public let role: Role
  public let type: TensorType
  /// Its declaration, in the program or in the library.
  public let range: SourceRange
}

/// What a call does beside giving a result.
struct Effects: Sendable {
  /// The variables that it reads, by path.
  var variables: [String: LayerVariable] = [:]
  /// It gives a state its next value.
  var changesState = false
  /// It draws random numbers.
  var draws = false

  /// Whether equal arguments give equal results, as long as the variables stay.
  var isRepeatable: Bool { !changesState && !draws }

  var readsState: Bool { variables.values.contains { $0.role == .state } }

  var isEmpty: Bool { variables.isEmpty && isRepeatable }

  /// Takes in what a part does.
  ///
  /// - Returns: a variable that both use with different types.
  mutating func merge(_ other: Effects) -> (known: LayerVariable, new: LayerVariable)? {
    changesState = changesState || other.changesState
    draws = draws || other.draws
    var conflict: (LayerVariable, LayerVariable)?
    for (path, variable) in other.variables {
      if let known = variables[path], known.type != variable.type {
        conflict = conflict.map { $0.0.path < path ? $0 : (known, variable) } ?? (known, variable)
      } else {
        variables[path] = variable
      }
    }
    return conflict
  }

  /// In the order of their paths.
  var sorted: [LayerVariable] { variables.values.sorted { $0.path < $1.path } }
}
