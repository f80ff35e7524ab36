/// Writes the textual form. See docs/graph.md for its grammar.
struct ProgramWriter {
  private var text = ""
  private let hints: Bool
  /// The number that calls write, by the function's content.
  private var functionNumbers: [String: Int] = [:]

  private init(hints: Bool) { self.hints = hints }

  /// - Parameter hints: whether the names that origins give are written; they are no part of the content.
  static func text(of program: Program, hints: Bool) -> String {
    var writer = ProgramWriter(hints: hints)
    writer.text += "program {\n"
    for (number, function) in program.graph.reachedFunctions(from: program.rootNodes).enumerated() {
      writer.functionNumbers[function.contentKey] = number
      writer.text += "  function @\(number) \(GraphText.quoted(function.name)) {\n"
      writer.write(function.body, indent: "    ")
      writer.text += "  }\n"
    }
    writer.write(program, indent: "  ")
    writer.text += "}\n"
    return writer.text
  }

  private mutating func write(_ program: Program, indent: String) {
    let graph = program.graph
    var isWritten = graph.live(from: program.rootNodes)
    for input in program.inputs { isWritten[input.index] = true }
    var numbers = [UInt32](repeating: 0, count: graph.count)
    var count: UInt32 = 0
    var parameters: [NodeID] = []
    for id in graph.ids where isWritten[id.index] {
      numbers[id.index] = count
      count += 1
      if graph.parameterIndex(id) != nil { parameters.append(id) }
      text += indent
      write(id, of: graph, numbers)
      text += "\n"
    }
    if program.inputs != parameters {
      text += "\(indent)inputs\(program.inputs.isEmpty ? "" : " ")"
      text += program.inputs.map { "%\(numbers[$0.index])" }.joined(separator: ", ") + "\n"
    }
    for root in program.roots {
      text += "\(indent)return \(GraphText.quoted(root.name)) = %\(numbers[root.node.index])\n"
    }
    for (output, input) in program.aliases.sorted(by: { $0.key < $1.key }) {
      text += "\(indent)alias \(output) = \(input)\n"
    }
  }

  private mutating func write(_ id: NodeID, of graph: Graph, _ numbers: [UInt32]) {
    let operation = graph.operation(of: id)
    text += "%\(numbers[id.index]) = \(operation.name)"
    switch operation {
    case .parameter(let index): text += " " + GraphText.quoted(graph.parameters[index].name)
    case .constant(let value): text += " \(value)"
    case .call(let function): text += " @\(number(of: function, in: graph))"
    case .scan(let scan): text += " @\(number(of: scan.body, in: graph))" + operation.attributeText
    default: text += operation.attributeText
    }
    for position in 0..<graph.operandCount(of: id) {
      text += position == 0 ? " %" : ", %"
      text += String(numbers[graph.operand(position, of: id).index])
    }
    text += " : \(graph.type(of: id))"
    if hints, let name = graph.origin(of: id).name { text += " " + GraphText.quoted(name) }
  }

  private func number(of function: FunctionID, in graph: Graph) -> Int {
    functionNumbers[graph.functions[function.index].contentKey] ?? 0
  }
}
