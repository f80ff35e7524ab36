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
    let (points, strides) = try signature.layout(of: inputs, points: stated)
    try MemoryNeed(of: self, points: points).check()
    let outputs = signature.outputs.map { Column(zeros: $0.count * points, of: $0.type.element) }
    if points <= 0 || outputs.isEmpty { return outputs }
    let dimensions = [points] + strides + signature.outputs.map(\.count)
    // Read and written where they are; nobody else has seen the outputs. A list without members has no address.
    let results = outputs.map(\.storage.base)
    let arguments = inputs.isEmpty ? [UnsafeRawPointer(results[0])] : inputs.map { UnsafeRawPointer($0.storage.base) }
    defer { withExtendedLifetime((inputs, outputs)) {} }
    try run(arguments: arguments, results: results, dimensions: dimensions)
    return outputs
  }
}

extension Signature {
  /// The number of points that columns stand for, and the stride of each column.
  func layout(
    of columns: [Column], points stated: Int?
  ) throws(ExecutionError) -> (points: Int, strides: [Int]) {
    guard columns.count == inputs.count else { throw .inputCount(expected: inputs.count, found: columns.count) }
    let points = max(stated ?? zip(inputs, columns).map { $1.count / max($0.count, 1) }.max() ?? 1, 0)
    var strides: [Int] = []
    for (port, column) in zip(inputs, columns) {
      guard column.element == port.type.element else {
        throw .elementType(input: port.name, expected: port.type.element, found: column.element)
      }
      let (all, overflow) = port.count.multipliedReportingOverflow(by: points)
      if !overflow, column.count == all {
        strides.append(port.count)
      } else if column.count == port.count {
        strides.append(0)
      } else {
        throw .count(input: port.name, perPoint: port.count, points: points, found: column.count)
      }
    }
    return (points, strides)
  }
}
