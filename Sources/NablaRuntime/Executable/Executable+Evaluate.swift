import NablaGraph

extension Executable {
  /// Evaluates all outputs at points given by name, one column an input: the call for people.
  ///
  /// A column with the numbers of one point holds for all points. The number of points is what the longest column says.
  ///
  /// - Returns: one column an output, in the signature's order.
  /// - Throws: ``ExecutionError``, with the input's name.
  public func evaluate(_ inputs: [String: [Double]]) throws(ExecutionError) -> [[Double]] {
    for name in inputs.keys.sorted() where signature.input(named: name) == nil {
      throw .unknownInput(name, known: signature.inputs.map(\.name))
    }
    var columns: [Column] = []
    for port in signature.inputs {
      guard let values = inputs[port.name] else { throw .missingInput(port.name) }
      guard let column = Column(converting: values, to: port.type.element) else {
        throw .notRepresentable(input: port.name, element: port.type.element)
      }
      columns.append(column)
    }
    return try evaluate(columns).map(\.doubles)
  }

  /// The same with one column an input in the signature's order, in the element types of the program.
  ///
  /// - Parameter points: the number of points; without it, what the longest column says, and one if there are no inputs.
  public func evaluate(_ inputs: [Column], points stated: Int? = nil) throws(ExecutionError) -> [Column] {
    let ports = signature.inputs
    guard inputs.count == ports.count else { throw .inputCount(expected: ports.count, found: inputs.count) }
    let points = stated ?? zip(ports, inputs).map { $1.count / max($0.count, 1) }.max() ?? 1
    var dimensions = [points]
    for (port, column) in zip(ports, inputs) {
      guard column.element == port.type.element else {
        throw .elementType(input: port.name, expected: port.type.element, found: column.element)
      }
      let (all, overflow) = port.count.multipliedReportingOverflow(by: points)
      if !overflow, column.count == all {
        dimensions.append(port.count)
      } else if column.count == port.count {
        dimensions.append(0)
      } else {
        throw .count(input: port.name, perPoint: port.count, points: points, found: column.count)
      }
    }
    dimensions += signature.outputs.map(\.count)
    var outputs = signature.outputs.map { Column(zeros: $0.count * points, of: $0.type.element) }
    if points > 0 { run(inputs, &outputs, dimensions) }
    return outputs
  }

  /// Gathers the addresses of any number of columns without recursion: each is copied to a place of one block.
  private func run(_ inputs: [Column], _ outputs: inout [Column], _ dimensions: [Int]) {
    func aligned(_ column: Column) -> Int { (column.count * column.element.size + 63) / 64 * 64 }
    let size = (inputs + outputs).reduce(0) { $0 + aligned($1) }
    let block = UnsafeMutableRawPointer.allocate(byteCount: max(size, 64), alignment: 64)
    defer { block.deallocate() }
    var offset = 0
    var arguments: [UnsafeRawPointer] = []
    for column in inputs {
      column.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(start: block + offset, count: $0.count).copyMemory(from: $0)
      }
      arguments.append(UnsafeRawPointer(block + offset))
      offset += aligned(column)
    }
    var results: [UnsafeMutableRawPointer] = []
    for column in outputs {
      results.append(block + offset)
      offset += aligned(column)
    }
    if arguments.isEmpty { arguments.append(UnsafeRawPointer(block)) }
    if results.isEmpty { return }
    run(arguments: arguments, results: results, dimensions: dimensions)
    for index in outputs.indices {
      outputs[index].withUnsafeMutableBytes {
        $0.copyMemory(from: UnsafeRawBufferPointer(start: results[index], count: $0.count))
      }
    }
  }
}
