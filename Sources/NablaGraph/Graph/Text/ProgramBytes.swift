import NablaDiagnostics

/// A program in bytes that equal programs share and different ones do not, to be digested: who has seen it before knows
/// what became of it.
///
/// The arena is written as it lies, so that a program of a million nodes takes milliseconds; two arenas of the same
/// program that differ in order or in nodes that nobody needs have different bytes. Every number says where it ends, and
/// every text how long it is.
public struct ProgramBytes: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init(_ program: Program) {
    let graph = program.graph
    bytes.reserveCapacity(512 + 8 * graph.count)
    write(graph.parameters.count)
    for parameter in graph.parameters { write(parameter.name) }
    write(graph.types.count)
    for type in graph.types.values { write(type.description) }
    write(graph.functions.count)
    for function in graph.functions { write(function.contentKey) }
    write(graph.operations.count)
    for operation in graph.operations.values { write(operation) }
    write(graph.nodes)
    write(program.inputs.count)
    for input in program.inputs { write(input.index) }
    write(program.roots.count)
    for root in program.roots {
      write(root.name)
      write(root.node.index)
    }
    write(program.aliases.count)
    for output in program.roots.indices {
      guard let input = program.aliases[output] else { continue }
      write(output)
      write(input)
    }
    writePlaces(of: program)
  }

  /// Seven bits a byte, the lowest first; the last byte has no eighth bit.
  @inline(__always)
  public mutating func write(_ number: Int) {
    var rest = UInt(bitPattern: number)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  public mutating func write(_ text: String) {
    write(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  public mutating func write(_ more: [UInt8]) {
    write(more.count)
    bytes += more
  }

  private mutating func write(_ operation: Operation) {
    // Formulas have many numbers and inputs; the rest is spelled.
    switch operation {
    case .constant(.rational(let value)):
      guard case .small(let numerator, let denominator) = value.storage else { break }
      bytes.append(0)
      write(numerator)
      write(denominator)
      return
    case .parameter(let index):
      bytes.append(1)
      write(index)
      return
    default: break
    }
    bytes.append(2)
    write(operation.name)
    switch operation {
    case .constant(let value): write(value.description)
    case .call(let function): write(function.index)
    case .scan(let scan):
      write(scan.body.index)
      write(operation.attributeText)
    default: write(operation.attributeText)
    }
  }

  private mutating func write(_ table: NodeTable) {
    write(table.count)
    for (position, node) in table.nodes.enumerated() {
      write(Int(node.opcode))
      write(node.type.index)
      let count = Int(node.operandCount)
      write(count)
      // Operands are mostly near.
      for operand in 0..<count { write(position - table.operand(operand, of: NodeID(position)).index) }
    }
  }

  /// Where arrays come from in the text, which is what they say when an index is out of range. Numbers never do.
  private mutating func writePlaces(of program: Program) {
    let graph = program.graph
    if graph.functions.isEmpty, graph.types.values.allSatisfy(\.isScalar) { return }
    writePlaces(in: graph)
    for function in graph.reachedFunctions(from: program.rootNodes) { writePlaces(in: function.body.graph) }
  }

  private mutating func writePlaces(in graph: Graph) {
    write(graph.count)
    for id in graph.ids {
      let ranges = graph.origin(of: id).ranges
      write(ranges.count)
      for range in ranges {
        write(Int(range.lower))
        write(Int(range.upper))
      }
    }
  }
}
