import NablaGraph

/// A loop step by step, with the values that one trace gave it.
extension Trace {
  /// The first node inside a scan, of the first step that has one, that makes a value that is no number.
  ///
  /// - Returns: `nil` where every step is finite, and for a length that is not known.
  /// - Complexity: the scan again.
  func firstNonFinite(inScan id: NodeID, point: Int) throws(ExecutionError) -> NonFinite? {
    let graph = program.graph
    guard case .scan(let scan) = graph.operation(of: id), let length = scan.length.constant,
      let tracer = try? Tracer(graph.functions[scan.body.index].body)
    else { return nil }
    let operands = graph.operands(of: id).map { column($0) }
    var inputs = operands
    for count in 0..<length {
      let step = scan.isReversed ? length - 1 - count : count
      for position in scan.carried..<scan.carried + scan.sequences {
        let size = operands[position].count / length
        inputs[position] = operands[position].part(step * size..<(step + 1) * size)
      }
      let trace = try tracer.trace(inputs)
      if var found = try trace.firstNonFinite(point) {
        found.steps.insert(step, at: 0)
        return found
      }
      let roots = trace.program.rootNodes
      for position in 0..<scan.carried { inputs[position] = trace.column(roots[position]) }
    }
    return nil
  }

  /// The value of a node as a column of its element type.
  private func column(_ id: NodeID) -> Column {
    let values = self[id]
    switch program.graph.element(of: id) {
    case .f64: return Column(values.map(\.double))
    case .f32: return Column(values.map { Float($0.double) })
    case .i64: return Column(values.map { $0.integer })
    case .i32: return Column(values.map { Int32(truncatingIfNeeded: $0.integer) })
    case .bool: return Column(values.map { $0.double != 0 })
    }
  }
}
