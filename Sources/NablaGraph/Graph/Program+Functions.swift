extension Graph {
  /// The functions that the live nodes call or scan with, in order of first use.
  func calledFunctions(from roots: some Sequence<NodeID>) -> [Function] {
    if functions.isEmpty { return [] }
    let live = live(from: roots)
    var seen: Set<FunctionID> = []
    var result: [Function] = []
    for id in ids where live[id.index] {
      guard let function = operation(of: id).function, seen.insert(function).inserted else { continue }
      result.append(functions[function.index])
    }
    return result
  }

  /// The functions that the live nodes reach, directly or through others: callees first, each content once.
  ///
  /// Depth first with a stack of its own, since calls may nest deeply.
  func reachedFunctions(from roots: some Sequence<NodeID>) -> [Function] {
    var result: [Function] = []
    var known: Set<String> = []
    var stack = calledFunctions(from: roots).reversed().map { (function: $0, calleesAreDone: false) }
    while let (function, calleesAreDone) = stack.popLast() {
      if known.contains(function.contentKey) { continue }
      if calleesAreDone {
        known.insert(function.contentKey)
        result.append(function)
      } else {
        stack.append((function, true))
        let body = function.body
        stack += body.graph.calledFunctions(from: body.rootNodes).reversed().map { ($0, false) }
      }
    }
    return result
  }
}
