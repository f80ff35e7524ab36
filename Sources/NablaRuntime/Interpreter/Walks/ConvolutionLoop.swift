/// The loop nest of one convolution: for each place and each output channel, a sum over the meetings of window and input
/// and over the channels.
///
/// At one point, eight output channels are summed at a time in registers. At several points, which lie side by side, and
/// where groups have one channel each, the innermost loop runs over what lies side by side.
struct ConvolutionLoop<Number: ContractionNumber> {
  private let walk: ConvolutionWalk
  private let points: Int
  private let input: UnsafePointer<Number>
  private let window: UnsafePointer<Number>

  init(
    _ walk: ConvolutionWalk, _ points: Int, _ input: UnsafePointer<Number>, _ window: UnsafePointer<Number>
  ) {
    self.walk = walk
    self.points = points
    self.input = input
    self.window = window
  }

  /// - Parameter result: zeros.
  func run(into result: UnsafeMutablePointer<Number>) {
    let size = walk.groups * walk.outputs
    if size == 0 { return }
    var place = Array(repeating: 0, count: walk.axes.count)
    var runs: [ConvolutionWalk.Meetings] = []
    for number in 0..<walk.placeCount {
      walk.collect(at: place, into: &runs)
      for batch in 0..<walk.batch {
        let target = result + (batch * walk.placeCount + number) * size * points
        let source = input + batch * walk.inputSize * points
        if walk.channels == 1 && walk.outputs == 1 {
          addLanes(walk.groups * points, source, runs, to: target)
        } else if points > 1 {
          addPoints(source, runs, to: target)
        } else {
          sumChannels(source, runs, into: target)
        }
      }
      advance(&place)
    }
  }

  private func advance(_ place: inout [Int]) {
    for axis in place.indices.reversed() {
      place[axis] += 1
      if place[axis] < walk.axes[axis].places.count { return }
      place[axis] = 0
    }
  }

  /// From one meeting of a run to the next.
  private var steps: (input: Int, window: Int) { walk.axes.last.map { ($0.inputStep, $0.windowStep) } ?? (0, 0) }

  /// Groups of one channel and one output, and points: all lie side by side in all three arrays.
  private func addLanes(
    _ lanes: Int, _ source: UnsafePointer<Number>, _ runs: [ConvolutionWalk.Meetings],
    to target: UnsafeMutablePointer<Number>
  ) {
    let steps = steps
    for run in runs {
      for meeting in 0..<run.count {
        let a = source + (run.input + meeting * steps.input) * points
        let b = window + (run.window + meeting * steps.window) * points
        for lane in 0..<lanes { target[lane] = Number.sum(target[lane], adding: a[lane], times: b[lane]) }
      }
    }
  }

  private func addPoints(
    _ source: UnsafePointer<Number>, _ runs: [ConvolutionWalk.Meetings], to target: UnsafeMutablePointer<Number>
  ) {
    let (steps, channels, outputs) = (steps, walk.channels, walk.outputs)
    for run in runs {
      for meeting in 0..<run.count {
        for group in 0..<walk.groups {
          for channel in group * channels..<(group + 1) * channels {
            let a = source + (run.input + meeting * steps.input + channel) * points
            for output in 0..<outputs {
              let b = window + (run.window + meeting * steps.window + channel * outputs + output) * points
              let sum = target + (group * outputs + output) * points
              for point in 0..<points { sum[point] = Number.sum(sum[point], adding: a[point], times: b[point]) }
            }
          }
        }
      }
    }
  }

  private func sumChannels(
    _ source: UnsafePointer<Number>, _ runs: [ConvolutionWalk.Meetings], into target: UnsafeMutablePointer<Number>
  ) {
    let (steps, channels, outputs) = (steps, walk.channels, walk.outputs)
    for group in 0..<walk.groups {
      let values = source + group * channels
      let weights = window + group * channels * outputs
      var output = 0
      while output + 8 <= outputs {
        var sum = SIMD8<Number>(repeating: .zero)
        for run in runs {
          for meeting in 0..<run.count {
            let a = values + run.input + meeting * steps.input
            let b = UnsafeRawPointer(weights + run.window + meeting * steps.window + output)
            for channel in 0..<channels {
              let eight = b.loadUnaligned(fromByteOffset: 8 * channel * outputs, as: SIMD8<Number>.self)
              sum = Number.sum(sum, adding: a[channel], times: eight)
            }
          }
        }
        for lane in 0..<8 { target[group * outputs + output + lane] = sum[lane] }
        output += 8
      }
      while output < outputs {
        var sum = Number.zero
        for run in runs {
          for meeting in 0..<run.count {
            let a = values + run.input + meeting * steps.input
            let b = weights + run.window + meeting * steps.window + output
            for channel in 0..<channels { sum = Number.sum(sum, adding: a[channel], times: b[channel * outputs]) }
          }
        }
        target[group * outputs + output] = sum
        output += 1
      }
    }
  }
}
