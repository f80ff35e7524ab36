import Foundation

/// Where an axis has its labels: numbers that read well, about as many as fit, over the range of the data.
///
/// Candidates are sequences of a step `q·10^z`, with `q` from a list of steps in order of their simplicity. Each is
/// scored by how simple it is, how well it covers the data and how near it comes to the density that is asked for; bounds
/// of the scores end the search early.
///
/// Source: J. Talbot, S. Lin and P. Hanrahan, "An Extension of Wilkinson's Algorithm for Positioning Tick Labels on Axes",
/// IEEE Trans. Vis. Comput. Graph. 16 (2010), doi:10.1109/TVCG.2010.130; legibility counts as 1 throughout.
struct TickChoice: Hashable, Sendable {
  let values: [Double]
  let step: Double

  private static let steps = [1.0, 5, 2, 2.5, 4, 3]
  private static let weights = (simplicity: 0.25, coverage: 0.2, density: 0.5, legibility: 0.05)

  /// - Parameters:
  ///   - lower: the least of the data.
  ///   - upper: the greatest, greater than that.
  ///   - count: about how many labels are wanted.
  init(from lower: Double, to upper: Double, count: Int) {
    var search = Search(lower: lower, upper: upper, count: Double(max(count, 2)))
    search.run()
    let (start, step, labels) = search.best ?? (lower, upper - lower, 2)
    self.step = step
    // The first may be far larger than the step: rounding it to a multiple keeps 0 exact.
    values = (0..<labels).map { label in
      let multiple = ((start + Double(label) * step) / step).rounded()
      let value = start + Double(label) * step
      return abs(multiple * step - value) < 1e-9 * step ? multiple * step + 0 : value
    }
  }

  /// Whole numbers: multiples of 1, 2, 5, 10 …
  ///
  /// - Returns: `nil` for a range of which whole numbers say nothing.
  init?(counting range: ClosedRange<Double>, count: Int) {
    let span = range.upperBound - range.lowerBound
    guard span >= 1, span < 1e15, abs(range.lowerBound) < 1e15 else { return nil }
    var step = 1.0
    for factor in (0..<16).lazy.flatMap({ power in [1.0, 2, 5].map { $0 * pow(10, Double(power)) } }) {
      step = factor
      if span / factor <= Double(max(count, 2)) { break }
    }
    self.step = step
    let first = (range.lowerBound / step).rounded(.up) * step
    values = Array(stride(from: first, through: range.upperBound, by: step))
  }

  /// One search, with what it knows so far.
  private struct Search {
    let lower: Double
    let upper: Double
    let count: Double
    var best: (start: Double, step: Double, labels: Int)?
    private var bestScore = -2.0

    init(lower: Double, upper: Double, count: Double) {
      (self.lower, self.upper, self.count) = (lower, upper, count)
    }

    mutating func run() {
      var skip = 1.0
      while skip < 50 {
        for (index, q) in TickChoice.steps.enumerated() {
          let most = 1 - Double(index) / Double(TickChoice.steps.count - 1) - skip + 1
          if score(most, 1, 1) < bestScore { return }
          search(q, index, skip, most)
        }
        skip += 1
      }
    }

    private mutating func search(_ q: Double, _ index: Int, _ skip: Double, _ simplicity: Double) {
      var labels = 2.0
      while labels < 100 {
        let density = labels >= count ? 2 - (labels - 1) / (count - 1) : 1
        if score(simplicity, 1, density) < bestScore { return }
        let delta = (upper - lower) / (labels + 1) / skip / q
        guard delta > 1e-300, delta.isFinite else { return }
        var power = log10(delta).rounded(.up)
        while power < 308 {
          let step = skip * q * pow(10, power)
          let span = step * (labels - 1)
          if score(simplicity, mostCoverage(span), density) < bestScore { break }
          consider(q, index, skip, labels, step)
          power += 1
        }
        labels += 1
      }
    }

    private mutating func consider(_ q: Double, _ index: Int, _ skip: Double, _ labels: Double, _ step: Double) {
      let first = (upper / step).rounded(.down) * skip - (labels - 1) * skip
      let last = (lower / step).rounded(.up) * skip
      guard first <= last, last - first < 1000 else { return }
      for offset in 0...Int(last - first) {
        let start = (first + Double(offset)) * (step / skip)
        let end = start + step * (labels - 1)
        let rest = start - (start / step).rounded(.down) * step
        let hasZero = min(rest, step - rest) < 1e-10 * step && start <= 0 && end >= 0
        let simplicity = 1 - Double(index) / Double(TickChoice.steps.count - 1) - skip + (hasZero ? 1 : 0)
        let tenth = 0.1 * (upper - lower)
        let coverage = 1 - 0.5 * ((upper - end) * (upper - end) + (lower - start) * (lower - start)) / (tenth * tenth)
        let rate = (labels - 1) / (end - start)
        let wanted = (count - 1) / (max(end, upper) - min(start, lower))
        let found = score(simplicity, coverage, 2 - max(rate / wanted, wanted / rate))
        if found > bestScore {
          bestScore = found
          best = (start, step, Int(labels))
        }
      }
    }

    private func mostCoverage(_ span: Double) -> Double {
      let range = upper - lower
      guard span > range else { return 1 }
      let half = (span - range) / 2
      return 1 - half * half / ((0.1 * range) * (0.1 * range))
    }

    private func score(_ simplicity: Double, _ coverage: Double, _ density: Double) -> Double {
      let weights = TickChoice.weights
      return weights.simplicity * simplicity + weights.coverage * coverage + weights.density * density
        + weights.legibility
    }
  }
}
