/// A scan as the interpreter executes it: its body's instructions are compiled once and executed once a step, in
/// registers of the same memory.
///
/// Elements of a sequence, and the places of outputs, lie one after the other in their registers; a step copies one.
final class ScanLoop: Sendable {
  /// A run of elements that is copied from one register to another.
  struct Copy: Sendable {
    var source: UInt32
    var target: UInt32
    var elements: UInt32
  }

  let length: Int
  let isReversed: Bool
  /// Start values to what is carried.
  let starts: [Copy]
  /// The step's element of each sequence to its register.
  let elements: [Copy]
  /// What the body's literals are, brought in once a scan.
  let prologue: [Instruction]
  let body: [Instruction]
  /// Outputs to the step's place in their stacks.
  let outputs: [Copy]
  /// The next carried values to their registers, by way of others where they change places.
  let nexts: [Copy]
  /// The last carried values to the results.
  let results: [Copy]

  init(
    length: Int, isReversed: Bool, starts: [Copy], elements: [Copy], prologue: [Instruction], body: [Instruction],
    outputs: [Copy], nexts: [Copy], results: [Copy]
  ) {
    self.length = length
    self.isReversed = isReversed
    self.starts = starts
    self.elements = elements
    self.prologue = prologue
    self.body = body
    self.outputs = outputs
    self.nexts = nexts
    self.results = results
  }
}

extension Machine {
  /// Executes a scan for a block of points. A scan in the body is a step like any other.
  ///
  /// - Throws: what a step throws.
  func scan(_ loop: ScanLoop, first: Int, points: Int) throws(ExecutionError) {
    for copy in loop.starts { move(copy, points) }
    for instruction in loop.prologue { try step(instruction, first: first, points: points) }
    for step in 0..<loop.length {
      let index = loop.isReversed ? loop.length - 1 - step : step
      for copy in loop.elements { move(copy, points, sourceOffset: index) }
      for instruction in loop.body { try self.step(instruction, first: first, points: points) }
      for copy in loop.outputs { move(copy, points, targetOffset: index) }
      for copy in loop.nexts { move(copy, points) }
    }
    for copy in loop.results { move(copy, points) }
  }

  /// - Parameters:
  ///   - sourceOffset: how many times the elements of the copy lie before it in its register.
  ///   - targetOffset: the same of the target.
  @inline(__always)
  private func move(_ copy: ScanLoop.Copy, _ points: Int, sourceOffset: Int = 0, targetOffset: Int = 0) {
    let count = Int(copy.elements) * points
    (lane(copy.target) + targetOffset * count).update(from: lane(copy.source) + sourceOffset * count, count: count)
  }
}
