import NablaGraph

/// How a window walks along one spatial axis of a convolution.
///
/// The place `t` of the result meets the element `w` of the window where `stride·t + kernelDilation·w - low` is
/// `inputDilation` times a place of the input. With gaps in the input, that happens in phases: every so many places meet
/// every so many elements of the window, and their part of the convolution has no gaps. So no zeros are multiplied
/// but those around the input.
struct WindowWalk {
  /// Some places of the result with the elements of the window that they meet. There may be runs of neighbouring places
  /// that meet the same input with neighbouring elements of the window, as with windows that do not overlap.
  struct Phase {
    /// Along places that meet different input, and along a run.
    var first: Int
    let step: Int
    let count: Int
    var run = 1
    var runStep = 0
    /// Elements of the window; ``windowRunStep`` from one place of a run to the next.
    let windowFirst: Int
    let windowStep: Int
    let windowCount: Int
    var windowRunStep = 0
    /// Where in the input they meet: from one place to the next, and from one element of the window to the next.
    var input: Int
    let inputStep: Int
    let inputWindowStep: Int

    /// The first and the last place of the input.
    var reach: ClosedRange<Int> {
      input...input + inputStep * (count - 1) + inputWindowStep * (windowCount - 1)
    }
  }

  private(set) var phases: [Phase]
  /// Whether every place of the result belongs to a phase.
  let isWhole: Bool
  /// Zeros before the input, and its extent with those and the zeros behind.
  private(set) var low: Int
  let extent: Int

  /// - Parameters:
  ///   - window: stride and dilations, with `low` as the number of zeros before the input.
  ///   - extents: of the input, the window and the result, none of them 0.
  init(_ window: Convolution.Window, low padding: Int, _ extents: (input: Int, window: Int, result: Int)) {
    let gap = window.inputDilation
    let placeStep = gap / WindowWalk.commonDivisor(window.stride, gap)
    let windowStep = gap / WindowWalk.commonDivisor(window.kernelDilation, gap)
    var phases: [Phase] = []
    var covered = 0
    for first in 0..<min(placeStep, extents.result) {
      func meets(_ element: Int) -> Int { window.stride * first + window.kernelDilation * element - padding }
      guard let element = (0..<min(windowStep, extents.window)).first(where: { meets($0) % gap == 0 }) else { continue }
      let phase = Phase(
        first: first, step: placeStep, count: (extents.result - first + placeStep - 1) / placeStep,
        windowFirst: element, windowStep: windowStep,
        windowCount: (extents.window - element + windowStep - 1) / windowStep, input: meets(element) / gap,
        inputStep: window.stride * placeStep / gap, inputWindowStep: window.kernelDilation * windowStep / gap)
      covered += phase.count
      if phases.isEmpty || !phases[phases.count - 1].takes(phase) { phases.append(phase) }
    }
    isWhole = covered == extents.result
    let reach = phases.map(\.reach)
    let low = max(0, -(reach.map(\.lowerBound).min() ?? 0))
    extent = low + max(extents.input, 1 + (reach.map(\.upperBound).max() ?? 0))
    self.low = low
    for number in phases.indices { phases[number].input += low }
    self.phases = phases
  }

  /// The same walk over the input without zeros around it; `nil` where its window cannot be clipped instead.
  var clipped: WindowWalk? {
    guard phases.count == 1, let phase = phases.first, phase.run == 1, phase.first == 0, phase.step == 1,
      phase.windowFirst == 0, phase.windowStep == 1, phase.inputWindowStep == 1, phase.windowCount > 1, isWhole
    else { return nil }
    var walk = self
    walk.phases[0].input -= low
    walk.low = 0
    return walk
  }

  private static func commonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}

extension WindowWalk.Phase {
  /// Makes the next place, or the one after the run, part of the run.
  fileprivate mutating func takes(_ next: WindowWalk.Phase) -> Bool {
    guard next.count == count, next.windowCount == windowCount, next.input == input else { return false }
    let (step, windowStep) = (next.first - first, next.windowFirst - windowFirst)
    if run > 1 && (step != runStep * run || windowStep != windowRunStep * run) { return false }
    if run == 1 { (runStep, windowRunStep) = (step, windowStep) }
    run += 1
    return true
  }
}
