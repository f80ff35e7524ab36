import NablaGraph

/// How inputs are spelled beside what a text calls.
extension PrintLayout {
  /// The names of sizes, which the inputs' types bring along.
  static func sizeNames(of graph: Graph) -> Set<String> {
    graph.parameters.reduce(into: []) { names, parameter in
      for dimension in parameter.type.shape.dimensions { names.formUnion(dimension.symbols) }
    }
  }

  static func functions(of graph: Graph) -> [Elementwise] {
    var isUsed = Array(repeating: false, count: Elementwise.allCases.count)
    for id in graph.ids { if let f = graph.elementwise(id) { isUsed[Int(f.rawValue)] = true } }
    return Elementwise.allCases.filter { isUsed[Int($0.rawValue)] }
  }

  /// The functions of arrays that a text of the graph may call.
  static func arrayFunctions(of graph: Graph) -> Set<String> {
    var names: Set<String> = []
    for id in graph.ids where graph.elementwise(id) == nil {
      switch graph.operation(of: id) {
      case .constant, .parameter: continue
      case .call(let callee): names.insert(graph.functions[callee.index].name)
      case .reduce(let reduction, _): names.insert(reduction.name)
      case .cumulative(let cumulation, _, _): names.formUnion([cumulation == .sum ? "cumsum" : "cumprod", "flip"])
      case .accumulate: names.formUnion(["diag", "eye", "sum"])
      case .scatter: names.insert("sum")
      case .iota: names.insert("arange")
      case .argReduce(let extremum, _): names.insert(extremum == .max ? "argmax" : "argmin")
      case let operation: names.insert(operation.name)
      }
    }
    return names
  }

  /// Inputs keep their names unless two share one or a function of the graph needs it.
  static func spellInputs(
    of graph: Graph, _ functions: [Elementwise], _ notation: any ExpressionNotation, _ sameNames: [Int: Int]
  ) -> [String] {
    var given: Set<String> = []
    var names: [String] = []
    let arrays = arrayFunctions(of: graph)
    for (position, parameter) in graph.parameters.enumerated() {
      if let other = sameNames[position] {
        names.append(names[other])
        continue
      }
      let stem = notation.legalized(parameter.name)
      var name = stem
      var number = 1
      while functions.contains(where: { notation.collides(name, with: $0) }) || notation.collides(name, with: arrays)
        || !given.insert(name).inserted
      {
        name = number == 1 ? stem + "_" : "\(stem)_\(number)"
        number += 1
      }
      names.append(name)
    }
    return names
  }
}
