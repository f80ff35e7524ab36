import NablaDiagnostics

/// What a person may have meant.
public enum Suggestion {
  /// The candidate nearest to a misspelt name: few edits away, for its length; or the same but for cases and underscores,
  /// as `SimpleRNN`; or what another library calls so, as `mse`.
  public static func nearest(
    to name: String, among candidates: some Sequence<String>, within most: Int = 3
  ) -> String? {
    let target = Array(name.unicodeScalars.prefix(64))
    let limit = target.count <= 4 || most == 1 ? 1 : target.count <= 8 ? 2 : 3
    var best: (distance: Int, name: String)?
    let normal = Counterpart.normal(name)
    let counterpart = Counterpart.function(name)
    var hasCounterpart = false
    for candidate in candidates where candidate != name {
      if target.count > 2, Counterpart.normal(candidate) == normal { return candidate }
      if candidate == counterpart { hasCounterpart = true }
      let scalars = Array(candidate.unicodeScalars.prefix(64))
      guard abs(scalars.count - target.count) <= limit else { continue }
      let distance = NearestName.distance(target, scalars)
      guard distance <= limit, distance < max(target.count, scalars.count) else { continue }
      if let known = best, (known.distance, known.name) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return hasCounterpart ? counterpart : best?.name
  }

  /// The parameter that an unknown label may be meant for.
  static func label(_ label: String, among names: [String]) -> String? {
    Counterpart.arguments(label).first { names.contains($0) } ?? nearest(to: label, among: names)
  }

  /// The factors if a name is some visible names written side by side: `bc` is `b*c`.
  static func product(_ name: String, of factors: Set<String>) -> [String]? {
    let scalars = Array(name.unicodeScalars)
    guard (2...32).contains(scalars.count) else { return nil }
    // The fewest factors that end at each place.
    var best: [[String]?] = [[]] + Array(repeating: nil, count: scalars.count)
    for end in 1...scalars.count {
      for start in 0..<end {
        guard let known = best[start], known.count + 1 < best[end]?.count ?? .max else { continue }
        var factor = String.UnicodeScalarView()
        factor.append(contentsOf: scalars[start..<end])
        if factors.contains(String(factor)) { best[end] = known + [String(factor)] }
      }
    }
    guard let found = best[scalars.count], found.count > 1 else { return nil }
    return found
  }
}
