import NablaGraph
import NablaRuntime
import TestSupport

/// A convolution of random sizes, strides, paddings and dilations, small or large enough for tiles, whose operands are
/// arrays or the turned arrays that derivatives make of them.
struct RandomConvolution {
  let program: Program
  let note: String

  init(seed: UInt64, element: ElementType) {
    var random = SplitMix64(seed: seed)
    func pick(_ choices: [Int]) -> Int { choices.randomElement(using: &random) ?? 1 }
    let space = pick([1, 1, 2, 2, 2, 3])
    let limit = [0, 60, 19, 7][space]
    let batch = pick([1, 2, 3, 16, 17])
    let groups = pick([1, 1, 1, 2, 3])
    let (channels, outputs) = (pick([1, 2, 3, 5, 8]), pick([1, 3, 4, 7, 16, 17, 33]))
    var windows: [Convolution.Window] = []
    var (input, window): ([Int], [Int]) = ([], [])
    for _ in 0..<space {
      let (stride, gap) = (pick([1, 1, 2, 3]), pick([1, 1, 1, 2, 3, 4]))
      windows.append(
        Convolution.Window(
          stride: stride, low: Dimension(pick([-2, 0, 0, 1, 2, 5])), high: Dimension(pick([-1, 0, 0, 1, 2, 4])),
          inputDilation: gap, kernelDilation: pick([1, 1, 2, 3])))
      input.append(Int.random(in: 1...limit, using: &random))
      window.append(pick([1, 2, 3, 3, 5]))
    }
    if pick(Array(1...12)) == 1 { input[0] = 0 }
    let convolution = Convolution(windows: windows)
    let x = [batch] + input + [groups, channels]
    let k = window + [groups, channels, outputs]
    let (turnsInput, turnsWindow, reverses) = (pick([0, 1]) == 1, pick([0, 1]) == 1, pick([0, 1]) == 1)
    // Axes of the array that an operand is a transpose of.
    let inputOrder = turnsInput ? [x.count - 1] + Array(1..<x.count - 1) + [0] : Array(x.indices)
    let windowOrder = turnsWindow ? Array(0...space) + [space + 2, space + 1] : Array(k.indices)
    func type(_ extents: [Int], _ order: [Int]) -> TensorType {
      var own = extents
      for (axis, source) in order.enumerated() { own[source] = extents[axis] }
      return TensorType(element, Shape(own.map { Dimension($0) }))
    }
    note = "seed \(seed): \(x), \(k), \(windows.map(\.description)), \(inputOrder), \(windowOrder), \(reverses)"
    program = TestSupport.program([("x", type(x, inputOrder)), ("k", type(k, windowOrder))]) { graph, operands in
      let from = graph.append(.transpose(inputOrder), [operands[0]], type: TensorType())
      var through = graph.append(.transpose(windowOrder), [operands[1]], type: TensorType())
      if reverses {
        let slices = k.enumerated().map { axis, extent in
          Operation.Slice(
            start: Dimension(axis < space ? extent - 1 : 0), step: axis < space ? -1 : 1, count: Dimension(extent))
        }
        through = graph.append(.slice(slices), [through], type: TensorType())
      }
      return [graph.append(.convolve(convolution), [from, through], type: TensorType())]
    }
  }
}
