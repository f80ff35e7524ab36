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
    // Every step would draw the same numbers.
    if isRepeated, initialContexts.isEmpty {
      report(.notYet, "random numbers inside a loop or comprehension are not supported yet", at: call.site)
      return nil
    }
    record(Effects(draws: true), at: nil)
    let site = Int(truncatingIfNeeded: callPath(to: call.site) >> 2)
    return .node(graph.append(.random(site: site), [chanceKey()], type: type), .weakReal)
  }

  /// The input that all draws depend on.
  private mutating func chanceKey() -> NodeID {
    if mode == .check { return standIn(TensorType(.i64)) }
    if let key { return key }
    let node = graph.parameter(Module.keyName, TensorType(.i64))
    key = node
    return node
  }

  /// The path to a place of the current function.
  func callPath(to id: SyntaxID) -> UInt64 {
    guard frame >= 0 else { return 0 }
    let start = unit.routines[frames[frame].routine].syntax.index
    return ChancePath.step(from: frames[frame].callPath, to: id.index - start)
  }
}
