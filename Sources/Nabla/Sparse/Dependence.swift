import NablaCalculus
import NablaGraph
import NablaRuntime

/// Which elements of a program's real results depend on which elements of its parameters.
struct Dependence {
  let pattern: SparsityPattern
  /// Elements of each parameter.
  let extents: [Int]

  /// Seeds that are tried at once: points of one call.
  private static let blockSize = 256

  init(_ derived: DerivedProgram, at point: [Column]) throws {
    var program = derived.program.inlined()
    let inputs = derived.parameters.map { program.inputs[$0] }
    let seeds = inputs.enumerated().map { position, input in
      program.graph.parameter("seed \(position)", TensorType(.f64, program.graph.type(of: input).shape))
    }
    let images = program.graph.dependence(of: program.rootNodes, from: inputs, along: seeds)
    let function = program.inputs.count
    program.inputs += seeds
    program.roots = images.enumerated().map { Program.Root("\($0)", $1) }
    let interpreter = try Interpreter(program.compacted())
    extents = interpreter.signature.inputs[function...].map(\.count)

    let total = extents.reduce(0, +)
    var rows = Array(repeating: [Int](), count: interpreter.signature.outputs.reduce(0) { $0 + $1.count })
    for start in stride(from: 0, to: total, by: Dependence.blockSize) {
      let block = start..<min(start + Dependence.blockSize, total)
      let results = try interpreter.evaluate(point + Dependence.unitSeeds(block, extents), points: block.count)
      var first = 0
      for (port, column) in zip(interpreter.signature.outputs, results) {
        let values = column.doubles
        for row in 0..<port.count {
          for offset in 0..<block.count where values[offset * port.count + row] != 0 {
            rows[first + row].append(block.lowerBound + offset)
          }
        }
        first += port.count
      }
    }
    pattern = SparsityPattern(rows: rows, columnCount: total)
  }

  /// One column a parameter: for each column of the block, a one at its element.
  private static func unitSeeds(_ block: Range<Int>, _ extents: [Int]) -> [Column] {
    var first = 0
    return extents.map { extent in
      var values = Array(repeating: 0.0, count: block.count * extent)
      for (offset, column) in block.enumerated() where (first..<first + extent).contains(column) {
        values[offset * extent + column - first] = 1
      }
      first += extent
      return Column(values)
    }
  }
}
