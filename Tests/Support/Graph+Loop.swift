import NablaGraph

extension Graph {
  /// A scan whose step is written with fresh parameters of this graph, and then outlined.
  public mutating func loop(
    from starts: [NodeID], over sequences: [NodeID], length: Dimension, reversed: Bool = false,
    _ step: (inout Graph, _ state: [NodeID], _ elements: [NodeID]) -> (next: [NodeID], outputs: [NodeID])
  ) -> (last: [NodeID], outputs: [NodeID]) {
    let state = starts.enumerated().map { parameter("s\($0)", type(of: $1)) }
    let elements = sequences.enumerated().map { position, sequence in
      var type = type(of: sequence)
      type.shape.dimensions.removeFirst()
      return parameter("e\(position)", type)
    }
    let (next, outputs) = step(&self, state, elements)
    let (function, captured) = outlined(next + outputs, over: state + elements, named: "step")
    let results = scan(
      Scan(
        intern(function), carried: starts.count, sequences: sequences.count, length: length, isReversed: reversed),
      starts + sequences + captured)
    return (Array(results.prefix(starts.count)), Array(results.dropFirst(starts.count)))
  }
}
