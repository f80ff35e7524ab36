import NablaGraph

/// A convolution over known extents: which elements of the window meet which of the input at each place.
struct ConvolutionWalk: Hashable, Sendable {
  /// Where window and input meet along one axis at one place: the first of `count` meetings, as positions in memory.
  struct Meetings: Hashable, Sendable {
    var input = 0
    var window = 0
    var count = 0
  }

  struct Axis: Hashable, Sendable {
    /// One for each place.
    var places: [Meetings]
    /// From one meeting to the next.
    var inputStep: Int
    var windowStep: Int
  }

  var axes: [Axis] = []
  let batch: Int
  let groups: Int
  let channels: Int
  let outputs: Int
  /// Elements of one element of the batch.
  let inputSize: Int
  /// Places of one element of the batch.
  let placeCount: Int

  /// - Parameters:
  ///   - input: the extents of the first operand.
  ///   - window: the extents of the second.
  ///   - result: the extents of the result.
  ///   - offsets: the zeros before the input, one number a spatial axis.
  init(_ convolution: Convolution, input: [Int], window: [Int], result: [Int], low: [Int]) {
    let rank = convolution.windows.count
    batch = input[0]
    groups = input[rank + 1]
    channels = input[rank + 2]
    outputs = window[rank + 2]
    inputSize = input[1...].reduce(1, *)
    placeCount = result[1..<rank + 1].reduce(1, *)
    let inputStrides = Movement.strides(of: input)
    let windowStrides = Movement.strides(of: window)
    for (number, part) in convolution.windows.enumerated() {
      let (extent, reach) = (input[number + 1], window[number])
      let divisor = gcd(part.inputDilation, part.kernelDilation)
      // Every so many elements of the window fall on an element of the input, not on a zero between two.
      let windowStep = part.inputDilation / divisor
      let inputStep = part.kernelDilation / divisor
      let places = (0..<result[number + 1]).map { place -> Meetings in
        let start = place * part.stride - low[number]
        // The first element of the window that lies at or after the first of the input.
        let first = start >= 0 ? 0 : (-start + part.kernelDilation - 1) / part.kernelDilation
        guard
          let meeting = (first..<first + windowStep).first(where: {
            (start + $0 * part.kernelDilation) % part.inputDilation == 0
          })
        else { return Meetings() }
        let position = (start + meeting * part.kernelDilation) / part.inputDilation
        guard meeting < reach, position < extent else { return Meetings() }
        let count = min((reach - 1 - meeting) / windowStep, (extent - 1 - position) / inputStep) + 1
        return Meetings(
          input: position * inputStrides[number + 1], window: meeting * windowStrides[number], count: count)
      }
      axes.append(
        Axis(
          places: places, inputStep: inputStep * inputStrides[number + 1],
          windowStep: windowStep * windowStrides[number]))
    }
  }

  /// The meetings at a place, as runs along the last axis.
  func collect(at place: [Int], into runs: inout [Meetings]) {
    runs.removeAll(keepingCapacity: true)
    var start = Meetings(count: 1)
    for (axis, index) in zip(axes, place) {
      if axis.places[index].count == 0 { return }
      start.input += axis.places[index].input
      start.window += axis.places[index].window
    }
    guard let last = axes.indices.last else {
      runs.append(start)
      return
    }
    start.count = axes[last].places[place[last]].count
    runs.append(start)
    // Axis by axis, what is known so far is repeated at each meeting.
    for number in axes.indices.dropLast() {
      let axis = axes[number]
      let known = runs.count
      for meeting in 1..<max(1, axis.places[place[number]].count) {
        for index in 0..<known {
          var run = runs[index]
          run.input += meeting * axis.inputStep
          run.window += meeting * axis.windowStep
          runs.append(run)
        }
      }
    }
  }
}

private func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }
