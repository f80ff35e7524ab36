import NablaGraph
import TestSupport

/// Operations that choose elements by place, run along an axis, draw, or slide windows.
extension RandomArrayProgram {
  mutating func indexing(_ operand: NodeID) -> (Operation, [NodeID], TensorType) {
    let type = graph.type(of: operand)
    let extents = extents(operand)
    let axis = Int.random(in: 0..<max(extents.count, 1), using: &random)
    switch Int.random(in: 0..<11, using: &random) {
    case 0: return (.iota, [], TensorType(.i64, Shape([Dimension(Int.random(in: 0...9, using: &random))])))
    case 1, 2: return gathering(operand, axis)
    case 3: return viewing(operand)
    case 4:
      return (.argReduce(Bool.random(using: &random) ? .min : .max, axis: axis), [operand], type)
    case 5:
      let cumulation = Operation.Cumulation.allCases.randomElement(using: &random) ?? .sum
      return (.cumulative(cumulation, axis: axis, isReversed: Bool.random(using: &random)), [operand], type)
    case 6: return (.argsort(axis: axis), [operand], type)
    case 9, 10: return scanning(operand)
    case 7:
      let key = graph.constant(Constant(Int.random(in: -5...5, using: &random)), .i64)
      let element = [ElementType.f64, .f32, .i64, .i32].randomElement(using: &random) ?? .f64
      return (.random(site: Int.random(in: 0...3, using: &random)), [key], TensorType(element, type.shape))
    default: return convolving(operand)
    }
  }

  /// A loop over the rows of the operand that carries a row and captures a number: its last state, or all its outputs.
  private mutating func scanning(_ operand: NodeID) -> (Operation, [NodeID], TensorType) {
    let type = graph.type(of: operand)
    guard type.element.isFloat, let length = type.shape.dimensions.first else { return (.stop, [operand], type) }
    let row = TensorType(type.element, Shape(Array(type.shape.dimensions.dropFirst())))
    var body = Graph()
    let state = body.parameter("state", row)
    let element = body.parameter("element", row)
    let factor = body.parameter("factor", TensorType(type.element))
    let next = body.apply(.add, body.apply(.multiply, state, factor), element)
    let axes = Array(0..<row.shape.rank)
    let total = body.append(.reduce(.sum, axes: axes), [body.apply(.max, next, element)], type: TensorType())
    let step = Program(
      graph: body, inputs: [state, element, factor], roots: [.init("state", next), .init("total", total)])
    let function = graph.intern(Function(name: "step", body: step))
    let zero = graph.constant(Constant(0), type.element)
    let start = graph.append(.broadcast, [zero], type: row)
    let half = graph.constant(.rational(Rational(1, 2)), type.element)
    let scan = Scan(
      function, carried: 1, sequences: 1, length: length, isReversed: Bool.random(using: &random))
    let node = graph.append(.scan(scan), [start, operand, half], type: TensorType())
    return (.result(Int.random(in: 0...1, using: &random)), [node], type)
  }

  /// Indices that are computed and lie within the axis, from the end or from the beginning; a scatter of the same form
  /// as often as a gather.
  private mutating func gathering(_ operand: NodeID, _ axis: Int) -> (Operation, [NodeID], TensorType) {
    let type = graph.type(of: operand)
    let extents = extents(operand)
    let nothing = (Operation.stop, [operand], type)
    guard !extents.isEmpty, extents[axis] > 0 else { return nothing }
    let batch = Int.random(in: 0...axis, using: &random)
    let places = Shape(
      extents.prefix(batch).map { Dimension($0) } + [Dimension(Int.random(in: 0...4, using: &random))])
    let key = graph.constant(Constant(7), .i64)
    let bits = graph.append(.random(site: 40), [key], type: TensorType(.i64, places))
    let extent = graph.constant(Constant(extents[axis]), .i64)
    var index = graph.apply(.mod, bits, extent)
    if Bool.random(using: &random) { index = graph.apply(.subtract, index, extent) }
    let gather = Gather(batch: batch, axes: [axis])
    guard type.element != .bool, Bool.random(using: &random) else { return (.gather(gather), [operand, index], type) }
    let slices = graph.append(.gather(gather), [operand, index], type: type)
    return (.scatter(gather), [slices, index], type)
  }

  /// Windows of two neighbours along the first axis, or their sums in place.
  private mutating func viewing(_ operand: NodeID) -> (Operation, [NodeID], TensorType) {
    let type = graph.type(of: operand)
    let extents = extents(operand)
    guard let first = extents.first, first > 1 else { return (.stop, [operand], type) }
    let rest = type.shape.dimensions.dropFirst()
    let rank = extents.count + 1
    func steps(_ axes: [Int]) -> [Dimension] { (0..<rank).map { axes.contains($0) ? 1 : 0 } }
    let view = View(
      axes: [View.Axis(steps: steps([0, 1]))] + (1..<extents.count).map { View.Axis(steps: steps([$0 + 1])) })
    let windows = TensorType(type.element, Shape([Dimension(first - 1), 2] + rest))
    guard type.element != .bool, Bool.random(using: &random) else { return (.view(view), [operand], windows) }
    let seen = graph.append(.view(view), [operand], type: windows)
    return (.accumulate(view), [seen], type)
  }

  /// The operand as a batch of images, with a window of random numbers.
  private mutating func convolving(_ operand: NodeID) -> (Operation, [NodeID], TensorType) {
    let type = graph.type(of: operand)
    guard type.element != .bool, let count = type.shape.knownCount, (1...400).contains(count) else {
      return (.stop, [operand], type)
    }
    let space = [1, 2].randomElement(using: &random) ?? 1
    var dimensions = Array(extents(operand).prefix(space + 2))
    while dimensions.count < space + 2 { dimensions.append(1) }
    dimensions.append(count / dimensions.reduce(1, *))
    // [batch, space…, groups, channels]
    let input = graph.append(
      .reshape, [operand], type: TensorType(type.element, Shape(dimensions.map { Dimension($0) })))
    var windows: [Convolution.Window] = []
    var shape: [Dimension] = []
    for _ in 0..<space {
      func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
      windows.append(
        .init(
          stride: number(1...2), low: Dimension(number(-1...2)), high: Dimension(number(-1...2)),
          inputDilation: number(1...2), kernelDilation: number(1...2)))
      shape.append(Dimension(number(1...3)))
    }
    let outputs = Dimension([1, 3].randomElement(using: &random) ?? 1)
    let key = graph.constant(Constant(3), .i64)
    shape += dimensions.suffix(2).map { Dimension($0) } + [outputs]
    let drawn = graph.append(.random(site: 41), [key], type: TensorType(.i32, Shape(shape)))
    let small = graph.apply(.mod, drawn, graph.constant(Constant(5), .i32))
    let kernel = graph.append(.cast, [small], type: TensorType(type.element))
    return (.convolve(Convolution(windows: windows)), [input, kernel], type)
  }
}
