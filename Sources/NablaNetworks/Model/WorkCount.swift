import NablaGraph

/// How many operations on floats the nodes of a program as written take: two for each product of a contraction or a
/// convolution, one for each element of anything else that computes. Views, constants and integers are free, and what no
/// root needs does not count.
struct WorkCount: Sendable {
  /// Of each node.
  private let counts: [Int]

  /// - Parameter batch: values of sizes that are still names.
  init(_ program: Program, batch: [String: Int]) {
    counts = WorkCount.counts(program, batch, live: program.graph.live(from: program.rootNodes))
  }

  var total: Int { operations(in: counts.indices) }

  func operations(in nodes: Range<Int>) -> Int {
    counts[nodes.clamped(to: counts.indices)].reduce(0) { $0.addingReportingOverflow($1).partialValue }
  }

  private static func counts(_ program: Program, _ batch: [String: Int], live: [Bool]) -> [Int] {
    let graph = program.graph
    var counts = Array(repeating: 0, count: graph.count)
    var bodies: [Int: Int] = [:]
    for id in graph.ids where live[id.index] {
      let type = graph.type(of: id)
      func elements(_ node: NodeID) -> Int { graph.type(of: node).substituting(batch).shape.knownCount ?? 0 }
      switch graph.operation(of: id) {
      case .constant, .parameter, .stop, .broadcast, .reshape, .transpose, .slice, .view, .result, .iota, .cast, .pad,
        .concatenate, .gather, .argsort, .random:
        continue
      case .elementwise(let f):
        if type.element.isFloat, f != .identity { counts[id.index] = elements(id) }
      case .reduce, .cumulative, .scatter, .accumulate, .argReduce:
        counts[id.index] = elements(graph.operand(0, of: id))
      case .contract(let contraction):
        let operands = (0..<2).map { graph.type(of: graph.operand($0, of: id)).substituting(batch).shape }
        counts[id.index] = contraction.work(operands[0], operands[1]).constant ?? 0
      case .convolve:
        // Every element of the result is a sum over a window and its channels.
        let kernel = graph.type(of: graph.operand(1, of: id)).substituting(batch).shape.dimensions
        let outputs = kernel.last?.constant ?? 1
        let groups = kernel.dropLast(2).last?.constant ?? 1
        let window = (Shape(kernel).knownCount ?? 0) / max(outputs * groups, 1)
        counts[id.index] = 2 * elements(id) * window
      case .call(let function): counts[id.index] = body(function, graph, batch, &bodies)
      case .scan(let scan):
        let length = TensorType(.i64, Shape([scan.length])).substituting(batch).shape.knownCount ?? 1
        counts[id.index] = length * body(scan.body, graph, batch, &bodies)
      }
    }
    return counts
  }

  /// What a body takes. Bodies are as deep as loops stand in loops in the text.
  private static func body(
    _ function: FunctionID, _ graph: Graph, _ batch: [String: Int], _ known: inout [Int: Int]
  ) -> Int {
    if let count = known[function.index] { return count }
    let program = graph.functions[function.index].body
    let count = WorkCount(program, batch: batch).total
    known[function.index] = count
    return count
  }
}
