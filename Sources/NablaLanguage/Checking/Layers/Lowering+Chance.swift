import NablaGraph

/// Random numbers, which are functions of a key that the caller gives and of the place that draws them.
extension Lowering {
  /// `random(shape)`: uniform in [0, 1), in the float type that they meet.
  mutating func random(_ call: PrimitiveCall) -> Value? {
    guard let dimensions = sizes("shape", call) else { return nil }
    let type = TensorType(options.floatType, Shape(dimensions))
    guard isManageable(type.shape, at: place(call.site)) else { return nil }
    if dimensions.contains(where: { $0.constant.map { $0 < 0 } ?? false }) {
      report(.notSize, "an extent is not negative: \(type.shape)", at: call.site)
      return nil
    }
    record(Effects(draws: true), at: nil)
    let site = Int(truncatingIfNeeded: callPath(to: call.site) >> 2)
    return .node(graph.append(.random(site: site), [chanceKey()], type: type), .weakReal)
  }

  /// The key of a draw: the input that all draws depend on, and in loops and comprehensions the step and the element.
  private mutating func chanceKey() -> NodeID {
    if mode == .check { return standIn(TensorType(.i64)) }
    var result = key ?? graph.parameter(Module.keyName, TensorType(.i64))
    key = key ?? result
    for repetition in surroundings {
      switch repetition {
      case .loop(let loop): result = varied(result, by: counter(ofLoop: loop), loops[loop].path)
      case .comprehension(let index):
        let comprehension = comprehensions[index]
        for (position, axis) in comprehension.loops.enumerated() {
          result = varied(result, by: axis.index, ChancePath.step(from: comprehension.path, to: position))
        }
      }
    }
    return result
  }

  /// A key of its own for every number of a counter. The factor is odd and far below the range of the sum, so that no
  /// product of it leaves the integers.
  private mutating func varied(_ key: NodeID, by counter: NodeID, _ path: UInt64) -> NodeID {
    let factor = graph.constant(Constant(Int(path >> 24) | 1), .i64)
    return graph.apply(.add, key, graph.apply(.multiply, counter, factor))
  }

  /// The number of a loop's step, from 0.
  private mutating func counter(ofLoop index: Int) -> NodeID {
    if let range = loops[index].elements.first(where: { $0.sequence == nil }) { return range.input }
    if let known = loops[index].counter { return known }
    let counter = graph.parameter("step", TensorType(.i64))
    loops[index].counter = counter
    return counter
  }

  /// The path to a place of the current function.
  func callPath(to id: SyntaxID) -> UInt64 {
    guard frame >= 0 else { return 0 }
    let start = unit.routines[frames[frame].routine].syntax.index
    return ChancePath.step(from: frames[frame].callPath, to: id.index - start)
  }
}
