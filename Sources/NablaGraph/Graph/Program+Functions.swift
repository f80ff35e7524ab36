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
  public func reachedFunctions(from roots: some Sequence<NodeID>) -> [Function] {
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

extension Graph {
  /// Puts other functions in the place of those that the roots reach: callees first, each content once. A body is handed
  /// over with its own calls and scans already changed.
  ///
  /// - Parameter transform: gives a program with the same inputs and roots of the same types.
  /// - Returns: the new roots, in the same arena.
  public mutating func transformingFunctions(
    reachedFrom roots: [NodeID], _ transform: (_ name: String, _ body: Program) -> Program
  ) -> [NodeID] {
    var images: [String: Function] = [:]
    for function in reachedFunctions(from: roots) {
      var body = function.body
      let nodes = body.graph.replacingFunctions(images, in: body.rootNodes)
      for (index, node) in nodes.enumerated() { body.roots[index].node = node }
      images[function.contentKey] = Function(name: function.name, body: transform(function.name, body))
    }
    return replacingFunctions(images, in: roots)
  }

  private mutating func replacingFunctions(_ images: [String: Function], in roots: [NodeID]) -> [NodeID] {
    if functions.isEmpty || images.isEmpty { return roots }
    let live = live(from: roots)
    let saved = currentOrigin
    defer { currentOrigin = saved }
    var changed: [NodeID: NodeID] = [:]
    for id in ids where live[id.index] {
      if changed.isEmpty, elementwise(id) != nil { continue }
      let old = operands(of: id)
      let new = old.map { changed[$0] ?? $0 }
      var operation = operation(of: id)
      if let function = operation.function, let image = images[functions[function.index].contentKey] {
        operation = operation.applying(intern(image))
      }
      if new == old, operation == self.operation(of: id) { continue }
      currentOrigin = originID(of: id)
      changed[id] = append(operation, new, type: type(of: id))
    }
    return roots.map { changed[$0] ?? $0 }
  }
}
