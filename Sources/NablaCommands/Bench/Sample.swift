/// Times of the same thing done again and again.
struct Sample: Hashable, Sendable {
  /// Nanoseconds of one unit, such as a point.
  let median: Double
  /// Half the distance between the ninth and the first tenth of the runs, as a part of the median.
  let spread: Double

  /// Runs `body` for about a third of a second, at least three times and after a first run that does not count.
  static func measure(per units: Int, seconds: Double = 0.33, _ body: () throws -> Void) rethrows -> Sample {
    let clock = ContinuousClock()
    try body()
    // What is shorter than the clock can tell is repeated within a run.
    let once = try clock.measure(body)
    let repeats = max(1, Int(Duration.microseconds(20) / max(once, .nanoseconds(1))))
    var times: [Double] = []
    let start = clock.now
    while times.count < 3 || (times.count < 1000 && clock.now - start < .seconds(seconds)) {
      let time = try clock.measure { for _ in 0..<repeats { try body() } }
      times.append(time / .nanoseconds(1) / Double(repeats * max(units, 1)))
    }
    times.sort()
    let median = times[times.count / 2]
    return Sample(median: median, spread: (times[times.count * 9 / 10] - times[times.count / 10]) / (2 * median))
  }
}
