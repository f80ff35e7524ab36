/// Names that are few mistakes apart.
package enum NearestName {
  /// The candidate that a misspelt name is nearest to, few edits away for its length.
  package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let target = Array(name.unicodeScalars.prefix(64))
    let limit = target.count <= 4 ? 1 : target.count <= 8 ? 2 : 3
    let found = candidates.map { ($0, distance(target, Array($0.unicodeScalars.prefix(64)))) }
      .filter { $0.1 <= limit && $0.1 < target.count }
    return found.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  /// The number of scalars to insert, delete, change or swap with their neighbour (optimal string alignment).
  package static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
