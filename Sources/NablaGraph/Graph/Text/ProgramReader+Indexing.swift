/// The attributes of operations that index, order, convolve and repeat.
extension ProgramReader {
  mutating func integerAttribute() throws(ProgramTextError) -> Int {
    try scanner.expect("(")
    let value = try scanner.integer()
    try scanner.expect(")")
    return value
  }

  /// `(batch 0, 1, 2)`.
  mutating func gather() throws(ProgramTextError) -> Gather {
    try scanner.expect("(")
    try scanner.expectKeyword("batch")
    let batch = try scanner.natural()
    var axes: [Int] = []
    while scanner.accept(",") { axes.append(try scanner.natural()) }
    try scanner.expect(")")
    return Gather(batch: batch, axes: axes)
  }

  /// `(0 by [1, 0], n - 1 by [0, -1])`.
  mutating func view() throws(ProgramTextError) -> View {
    View(
      axes: try attributes { reader throws(ProgramTextError) in
        let start = try reader.dimension()
        try reader.scanner.expectKeyword("by")
        try reader.scanner.expect("[")
        var steps: [Dimension] = []
        if !reader.scanner.accept("]") {
          repeat { steps.append(try reader.dimension()) } while reader.scanner.accept(",")
          try reader.scanner.expect("]")
        }
        return View.Axis(start: start, steps: steps)
      })
  }

  /// `stride 2 low 1 high 1 input 1 kernel 1`.
  mutating func window() throws(ProgramTextError) -> Convolution.Window {
    try scanner.expectKeyword("stride")
    let stride = try scanner.natural()
    try scanner.expectKeyword("low")
    let low = try dimension()
    try scanner.expectKeyword("high")
    let high = try dimension()
    try scanner.expectKeyword("input")
    let input = try scanner.natural()
    try scanner.expectKeyword("kernel")
    return Convolution.Window(
      stride: stride, low: low, high: high, inputDilation: input, kernelDilation: try scanner.natural())
  }

  /// `(max, 0)`.
  mutating func argReduce() throws(ProgramTextError) -> Operation {
    try scanner.expect("(")
    let before = scanner
    guard let extremum = scanner.word().flatMap(Operation.Extremum.init) else { throw before.expected("min or max") }
    try scanner.expect(",")
    let axis = try scanner.natural()
    try scanner.expect(")")
    return .argReduce(extremum, axis: axis)
  }

  /// `(sum, 0)` or `(sum, 0, reversed)`.
  mutating func cumulative() throws(ProgramTextError) -> Operation {
    try scanner.expect("(")
    let before = scanner
    guard let cumulation = scanner.word().flatMap(Operation.Cumulation.init) else {
      throw before.expected("sum or product")
    }
    try scanner.expect(",")
    let axis = try scanner.natural()
    return .cumulative(cumulation, axis: axis, isReversed: try endReversed())
  }

  /// `(carried 1, sequences 2, length n)`, or with `reversed`, `checkpointed` or both at the end.
  mutating func scan(_ body: FunctionID) throws(ProgramTextError) -> Scan {
    try scanner.expect("(")
    try scanner.expectKeyword("carried")
    let carried = try scanner.natural()
    try scanner.expect(",")
    try scanner.expectKeyword("sequences")
    let sequences = try scanner.natural()
    try scanner.expect(",")
    try scanner.expectKeyword("length")
    let length = try dimension()
    var scan = Scan(body, carried: carried, sequences: sequences, length: length)
    while scanner.accept(",") {
      let before = scanner
      switch scanner.word() {
      case "reversed" where !scan.isReversed && !scan.isCheckpointed: scan.isReversed = true
      case "checkpointed" where !scan.isCheckpointed: scan.isCheckpointed = true
      default: throw before.expected("'reversed' or 'checkpointed'")
      }
    }
    try scanner.expect(")")
    return scan
  }

  private mutating func endReversed() throws(ProgramTextError) -> Bool {
    let isReversed = scanner.accept(",")
    if isReversed { try scanner.expectKeyword("reversed") }
    try scanner.expect(")")
    return isReversed
  }
}
