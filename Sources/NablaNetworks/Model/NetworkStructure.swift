import NablaDiagnostics
import NablaGraph
import NablaLanguage

/// A network as parts and what flows between them: the layers that a function calls, and what joins their results. A
/// picture of it has a box for each part.
public struct NetworkStructure: Sendable {
  public struct Part: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      /// A parameter of the function that takes data.
      case input
      /// A call of a layer, or of any other function.
      case call
      /// An operation of the function itself on several results, such as the sum of a residual connection.
      case join
    }

    public let kind: Kind
    /// The name of a parameter, `dense_1` of a layer, the name of another function, or that of the operation.
    public let name: String
    public let type: TensorType
    /// How many numbers are learned in it; what several calls share counts at the first of them.
    public let parameters: Int
    /// The parts that its operands come from, by position.
    public internal(set) var operands: [Int]
  }

  public let function: String
  /// Operands before their users.
  public let parts: [Part]
  /// The results of the function, with the parts that they come from.
  public let results: [(name: String, type: TensorType, parts: [Int])]
}

extension Model {
  /// The parts of the network, as it is in training.
  ///
  /// - Complexity: linear in the program's nodes, as long as few parts meet at each.
  /// - Throws: ``DiagnosticsError`` with the problems of the text.
  public func structure() throws -> NetworkStructure {
    let module = Module(checking: source, options: options(training: true))
    if module.hasErrors { throw DiagnosticsError(source: source, diagnostics: module.diagnostics) }
    let (program, calls) = try module.tracedProgram(function, elementwise: true)
    guard let signature = module.function(function) else {
      throw TrainingError.unknownFunction(function, functions: module.functions.map(\.name))
    }
    var sketch = StructureSketch(program, calls.filter { $0.depth == 0 && !$0.isRepeated }, signature)
    sketch.draw()
    let results = program.roots.map { root in
      (name: root.name, type: program.graph.type(of: root.node), parts: sketch.sources[root.node.index])
    }
    return NetworkStructure(function: function, parts: sketch.parts, results: results).joined
  }
}

/// The parts of a program in the making: a walk over its nodes, each with the parts that its value comes from.
private struct StructureSketch {
  private let graph: Graph
  private let isLive: [Bool]
  private let inputs: [Int: String]
  private let variables: [LayerVariable]
  /// The calls whose result a node is, in order.
  private var calls: [Int: [TracedCall]] = [:]
  /// Whether a node was put into the graph by a call.
  private var isInside: [Bool]
  private var counted: Set<String> = []
  private(set) var parts: [NetworkStructure.Part] = []
  /// The parts that the value of each node comes from, through nothing that is a part itself.
  private(set) var sources: [[Int]]

  init(_ program: Program, _ calls: [TracedCall], _ signature: NablaLanguage.Signature) {
    graph = program.graph
    isLive = graph.live(from: program.rootNodes)
    let data = zip(program.inputs, signature.inputs)
    // Numbers beside arrays say how something is computed; by themselves they are the data.
    let hasArrays = data.contains { $1.type.map { !$0.isScalar } ?? false }
    inputs = Dictionary(
      data.filter { !hasArrays || $1.type.map { !$0.isScalar } ?? false }.map { ($0.index, $1.name) },
      uniquingKeysWith: { first, _ in first })
    variables = signature.variables
    isInside = Array(repeating: false, count: graph.count)
    sources = Array(repeating: [], count: graph.count)
    for call in calls {
      for index in call.nodes { isInside[index] = true }
      guard let result = call.results.first, result.index < graph.count, graph.type(of: result).shape.rank > 0 else {
        continue
      }
      // The same call again has the same result, and is the same part.
      let isKnown = self.calls[result.index]?.contains { $0.name == call.name } ?? false
      if !isKnown { self.calls[result.index, default: []].append(call) }
    }
  }

  mutating func draw() {
    for id in graph.ids where isLive[id.index] {
      if let name = inputs[id.index] {
        append(.input, name, id, [])
      } else {
        var operands: [[Int]] = []
        graph.forEachOperand(of: id) { operands.append(sources[$0.index]) }
        let all = Set(operands.joined()).sorted()
        sources[id.index] = all
        // Several values meet here that have not met before.
        if !isInside[id.index], all.count > 1, !operands.contains(all) {
          append(.join, graph.operation(of: id).name, id, all)
        }
      }
      for call in calls[id.index] ?? [] {
        let path = call.path.flatMap { $0.split(separator: ".").last.map { String($0) } }
        append(.call, path ?? call.name, id, sources[id.index], parameters: learned(call))
      }
    }
  }

  private mutating func append(
    _ kind: NetworkStructure.Part.Kind, _ name: String, _ node: NodeID, _ operands: [Int], parameters: Int = 0
  ) {
    sources[node.index] = [parts.count]
    parts.append(.init(kind: kind, name: name, type: graph.type(of: node), parameters: parameters, operands: operands))
  }

  private mutating func learned(_ call: TracedCall) -> Int {
    guard let path = call.path else { return 0 }
    var sum = 0
    for variable in variables where variable.role == .param && variable.path.hasPrefix(path + ".") {
      if counted.insert(variable.path).inserted { sum += variable.type.shape.knownCount ?? 0 }
    }
    return sum
  }
}

extension NetworkStructure {
  /// Without joins whose result nothing but a join of the same kind takes: `a + b + c` is one sum.
  fileprivate var joined: NetworkStructure {
    var uses = Array(repeating: 0, count: parts.count)
    for part in parts { for operand in part.operands { uses[operand] += 1 } }
    for result in results { for part in result.parts { uses[part] += 1 } }
    var merged = parts
    var isGone = Array(repeating: false, count: parts.count)
    for index in merged.indices where merged[index].kind == .join {
      merged[index].operands = merged[index].operands.flatMap { operand in
        guard merged[operand].kind == .join, merged[operand].name == merged[index].name, uses[operand] == 1 else {
          return [operand]
        }
        isGone[operand] = true
        return merged[operand].operands
      }
    }
    var places: [Int] = []
    var count = 0
    for gone in isGone {
      places.append(count)
      if !gone { count += 1 }
    }
    let kept = merged.indices.filter { !isGone[$0] }.map { index in
      var part = merged[index]
      part.operands = Set(part.operands.map { places[$0] }).sorted()
      return part
    }
    return NetworkStructure(
      function: function, parts: kept, results: results.map { ($0.name, $0.type, $0.parts.map { places[$0] }) })
  }
}
