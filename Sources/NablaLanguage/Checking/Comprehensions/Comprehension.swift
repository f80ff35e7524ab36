import NablaDiagnostics
import NablaGraph

/// A comprehension whose bindings or element is being evaluated.
///
/// The element is lowered once, with inputs that stand for the indices; then it is given axes in their place.
struct Comprehension {
  let site: SyntaxID
  /// Tells its random numbers from those of other comprehensions.
  let path: UInt64
  /// The frame that it is evaluated in.
  let serial: Int
  /// The fresh input of each binding and how many values it takes, counted from 0.
  var loops: [(index: NodeID, extent: Dimension)] = []
  /// Truth values that say whether an element counts: from bounds that depend on earlier indices.
  var conditions: [NodeID] = []
  /// A binding is at fault; what depends on it is silent.
  var isFaulty = false
}

/// The value of `e for i in …`: all elements, on leading axes.
struct Elements: Hashable, Sendable {
  var node: NodeID
  var firmness: Firmness
  /// How many leading axes are the comprehension's.
  var axes: Int
  /// Which elements count, where not all do; it has the comprehension's axes.
  var mask: NodeID?
}
