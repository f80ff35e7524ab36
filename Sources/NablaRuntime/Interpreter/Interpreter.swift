import NablaGraph

/// The interpreter: immediate, without a compiler, and the reference that compiled kernels are compared with.
///
/// The graph, not the kernels, is compiled once to a flat list of instructions over blocks of points, each of which
/// calls the block function of an operation. It takes a program at any stage; running one *before* it is rewritten
/// makes a wrong rewrite visible.
///
/// - Accuracy: doubles as the block functions compute them, within the errors stated in their source; `f32` is rounded
///   after every operation (a sum over an axis once, at its end); integers are exact and wrap.
/// - Complexity: compiling is linear in the nodes; a call takes memory in proportion to the values alive at once.
public struct Interpreter: Executable {
  public let signature: Signature
  let list: InstructionList
  /// The same where it is a program of `f64` scalars.
  private let stream: StreamProgram?

  /// - Throws: ``LoweringError`` if the program has a size without a value, or is too large for the addresses.
  public init(_ program: Program) throws(LoweringError) {
    signature = try Signature(program)
    var builder = InstructionBuilder(program.inlined(), for: .run)
    try builder.build()
    list = builder.list
    stream = StreamProgram(list, signature)
  }

  /// Elements that one point occupies while it is evaluated: the width of the graph, not its length.
  public var width: Int { list.width }

  /// Steps that a block of points takes.
  public var instructionCount: Int { list.body.count }

  /// Numbers that one point computes: an array counts all its elements, a sum of products all its terms.
  public var workPerPoint: Int {
    list.body.reduce(0) { work, instruction in
      var terms = 1
      if instruction.action == .contract {
        terms = ContractionWalk.count(list.contractions[Int(instruction.index)].sums)
      }
      return work &+ max(1, Int(instruction.elements) &* terms)
    }
  }

  public func workspace(points: Int) -> Int {
    let (numbers, overflow) = max(list.width, 1).multipliedReportingOverflow(by: 8 * list.lanes(points: points))
    return overflow ? .max : numbers
  }

  public func run(
    arguments: UnsafePointer<UnsafeRawPointer>, results: UnsafePointer<UnsafeMutableRawPointer>,
    dimensions: UnsafePointer<Int>
  ) throws(ExecutionError) {
    let points = dimensions[0]
    if points <= 0 { return }
    if let stream { return stream.run(arguments: arguments, results: results, dimensions: dimensions) }
    let lanes = list.lanes(points: points)
    try withUnsafeTemporaryAllocation(of: Double.self, capacity: max(list.width * lanes, 1)) {
      memory throws(ExecutionError) in
      guard let base = memory.baseAddress else { return }
      let machine = Machine(
        list: list, memory: base, lanes: lanes, arguments: arguments, results: results, inputStrides: dimensions + 1,
        outputStrides: dimensions + 1 + signature.inputs.count)
      for instruction in list.prologue { try machine.step(instruction, first: 0, points: lanes) }
      var first = 0
      while first < points {
        let block = min(lanes, points - first)
        for instruction in list.body { try machine.step(instruction, first: first, points: block) }
        first += block
      }
    }
  }
}
