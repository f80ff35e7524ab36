import CNablaMath

/// The vector form of a function: by the name that the oracle and the special values know it by.
struct VectorFunction: Sendable, CustomStringConvertible {
  var name: String
  /// The section that computes it together with others, and the member of that one's result.
  var joint: (section: String, member: String)?

  /// Its name in the operation table.
  var operation: String { name == "pow" ? "power" : name }
  var description: String { joint.map { "\(name) of \($0.section)" } ?? name }

  /// The C expression of its value.
  func call(_ operands: String) -> String {
    guard let joint else { return "nabla_v_\(operation)(\(operands))" }
    return "nabla_\(joint.section)(\(operands)).\(joint.member)"
  }

  /// The functions that are computed together with others, in that form.
  static let together: [VectorFunction] = sections().filter { $0.name.hasPrefix("v_") }.flatMap { section in
    section.gives.map { VectorFunction(name: $0.operation, joint: (section.name, $0.member)) }
  }

  /// All that have one, with an oracle or special values or both.
  static let all: [VectorFunction] = {
    let names = Set(oracle.keys.map { $0.hasPrefix("libm.") ? String($0.dropFirst(5)) : $0 })
    let functions = names.union(specialValues.map(\.name)).map { VectorFunction(name: $0) }
    return functions.filter { $0.block(level: 0) != nil }.sorted { $0.name < $1.name }
  }()

  var points: [ExactPoint] { oracle[name] ?? oracle["libm." + name] ?? [] }
  var special: [SpecialValue] { specialValues.filter { $0.name == name } }

  /// The worst error that the comment of its section promises.
  var promisedError: Double? { Self.promises[joint?.section ?? "v_" + operation] }

  private static let promises = Dictionary(
    uniqueKeysWithValues: sections().compactMap { section in section.promisedError.map { (section.name, $0) } })

  func block(level: Int32) -> nabla_block? { nabla_block_named(operation, level) }

  /// The values at many operands, from one block.
  func values(at operands: [[Double]], level: Int32) -> [Double] {
    guard let block = block(level: level), let first = operands.first else { return [] }
    let columns = (0..<3).map { position in operands.map { $0[min(position, first.count - 1)] } }
    var results = [Double](repeating: 0, count: operands.count)
    block(columns[0], columns[1], columns[2], &results, operands.count)
    return results
  }
}
