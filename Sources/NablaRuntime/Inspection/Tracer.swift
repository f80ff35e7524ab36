import NablaGraph

/// Evaluates a program and keeps the value of every node, for pictures, explanations and checks.
///
/// It executes the interpreter's instructions with a register for each node, so its memory is in proportion to the
/// length of the program; nothing is computed before the run.
public struct Tracer: Sendable {
  /// The program that node ids of a ``Trace`` belong to: the given one, unless that has calls, which are opened.
  public let program: Program
  public let signature: Signature
  private let list: InstructionList
  /// The first element of each node's register.
  private let registers: [UInt32]

  /// - Throws: ``LoweringError`` as ``Interpreter/init(_:)`` does.
  public init(_ program: Program) throws(LoweringError) {
    signature = try Signature(program)
    self.program = program.inlined()
    var builder = InstructionBuilder(self.program, for: .inspect)
    try builder.build()
    list = builder.list
    registers = builder.owner.map { builder.register[Int($0)] }
  }

  /// The values of all nodes at one of the points that `inputs` give.
  ///
  /// - Parameters:
  ///   - inputs: as ``Executable/evaluate(_:points:)`` takes them.
  ///   - point: which of the points.
  /// - Throws: ``ExecutionError``, with the input's name.
  /// - Precondition: `point` is one of the points.
  public func trace(_ inputs: [Column], point: Int = 0) throws(ExecutionError) -> Trace {
    let (points, strides) = try signature.layout(of: inputs, points: nil)
    precondition((0..<max(points, 1)).contains(point), "a point that the columns do not have")
    defer { withExtendedLifetime(inputs) {} }
    let arguments = inputs.map { UnsafeRawPointer($0.storage.base) }
    var values = [Double](repeating: 0, count: max(list.width, 1))
    try values.withUnsafeMutableBufferPointer { memory throws(ExecutionError) in
      guard let base = memory.baseAddress else { return }
      try arguments.withUnsafeBufferPointer { arguments throws(ExecutionError) in
        try strides.withUnsafeBufferPointer { strides throws(ExecutionError) in
          try execute(base, arguments.baseAddress, strides.baseAddress, point)
        }
      }
    }
    return Trace(program: program, registers: registers, values: values)
  }

  private func execute(
    _ memory: UnsafeMutablePointer<Double>, _ arguments: UnsafePointer<UnsafeRawPointer>?,
    _ strides: UnsafePointer<Int>?,
    _ point: Int
  ) throws(ExecutionError) {
    // A program without inputs reads no addresses, and no traced program writes results.
    var nowhere = UnsafeMutableRawPointer(memory)
    let none = 0
    try withUnsafePointer(to: none) { zero throws(ExecutionError) in
      try withUnsafeMutablePointer(to: &nowhere) { results throws(ExecutionError) in
        try results.withMemoryRebound(to: UnsafeRawPointer.self, capacity: 1) { placeholder throws(ExecutionError) in
          let machine = Machine(
            list: list, memory: memory, lanes: 1, arguments: arguments ?? UnsafePointer(placeholder),
            results: UnsafePointer(results), inputStrides: strides ?? zero, outputStrides: zero)
          for instruction in list.prologue { try machine.step(instruction, first: point, points: 1) }
          for instruction in list.body { try machine.step(instruction, first: point, points: 1) }
        }
      }
    }
  }
}

/// The values of a program's nodes at one point.
public struct Trace: Sendable {
  /// What the node ids belong to.
  public let program: Program
  fileprivate let registers: [UInt32]
  fileprivate let values: [Double]

  /// All elements of a node in row-major order, as a column of the node's element type; empty if no root needs the node.
  public subscript(id: NodeID) -> [Literal] {
    let register = registers[id.index]
    if register == InstructionBuilder.none { return [] }
    let type = program.graph.type(of: id)
    let count = type.shape.knownCount ?? 0
    return values[Int(register)..<Int(register) + count].map { Literal(bits: $0.bitPattern, type.element) }
  }

  /// The value of a scalar node; `nil` if no root needs it or it is an array.
  public func scalar(_ id: NodeID) -> Double? {
    program.graph.type(of: id).isScalar ? self[id].first?.double : nil
  }
}
