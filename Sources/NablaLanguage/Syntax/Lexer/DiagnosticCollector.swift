import NablaDiagnostics

/// Gathers the diagnostics of one stage and keeps no more than a person would read.
struct DiagnosticCollector {
  /// The most problems that are reported of one source.
  static let limit = 100

  private(set) var diagnostics: [Diagnostic] = []
  /// How many were not kept.
  private(set) var dropped = 0

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostics.count < Self.limit {
      diagnostics.append(diagnostic)
    } else {
      dropped += 1
    }
  }

  /// Takes the last one back.
  mutating func removeLast() { _ = diagnostics.popLast() }

  /// The diagnostics of two stages in source order; one note stands for those beyond the limit.
  func merged(with other: DiagnosticCollector) -> [Diagnostic] {
    var all = diagnostics + other.diagnostics
    all.sort { ($0.range?.start ?? 0) < ($1.range?.start ?? 0) }
    let surplus = max(all.count - Self.limit, 0) + dropped + other.dropped
    if surplus > 0 {
      all.removeLast(max(all.count - Self.limit, 0))
      let what = surplus == 1 ? "problem is" : "problems are"
      all.append(Diagnostic(.tooMany, "\(surplus) more \(what) not shown"))
    }
    return all
  }
}
