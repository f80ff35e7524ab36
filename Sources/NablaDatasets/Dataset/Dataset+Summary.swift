import NablaData
import NablaGraph

/// What the numbers of a column are like, before they are scaled.
public struct ColumnSummary: Hashable, Sendable {
  /// Some of the numbers.
  public struct Part: Hashable, Sendable {
    /// NaN where there are no numbers.
    public let least: Double
    public let greatest: Double
    public let mean: Double
    /// Of the numbers themselves: their squares are divided by their count.
    public let deviation: Double
    /// Numbers that are NaN; the other figures leave them out.
    public let missing: Int
  }

  /// All numbers of the column.
  public let whole: Part
  /// Those of each feature of a row.
  public let features: [Part]
  /// Examples of each class, where the column has classes.
  public let classCounts: [Int]
}

extension Dataset {
  /// Looks at every number of a column once.
  public func summary(of column: DatasetColumn) -> ColumnSummary {
    var counts = [Int](repeating: 0, count: column.classes?.count ?? 0)
    var features = Array(repeating: Moments(), count: max(column.featureCount, 1))
    scan(column) { _, index, value in
      features[index % features.count].add(value)
      if let label = Int(exactly: value), counts.indices.contains(label) { counts[label] += 1 }
      return true
    }
    let whole = features.reduce(into: Moments()) { $0.add($1) }
    return ColumnSummary(whole: whole.part, features: features.map(\.part), classCounts: counts)
  }
}

/// Mean and squares of numbers that come one after the other: B. P. Welford, "Note on a Method for Calculating Corrected
/// Sums of Squares and Products", 1962; two of them together by T. F. Chan, G. H. Golub, R. J. LeVeque, 1979.
struct Moments {
  private(set) var count = 0.0
  private(set) var mean = 0.0
  private var squares = 0.0
  private var least = Double.infinity
  private var greatest = -Double.infinity
  private var missing = 0

  /// A number that is missing does not count.
  mutating func add(_ value: Double) {
    if value.isNaN {
      missing += 1
      return
    }
    count += 1
    let difference = value - mean
    mean += difference / count
    squares += difference * (value - mean)
    least = min(least, value)
    greatest = max(greatest, value)
  }

  mutating func add(_ other: Moments) {
    missing += other.missing
    if other.count == 0 { return }
    let (total, difference) = (count + other.count, other.mean - mean)
    mean += difference * other.count / total
    squares += other.squares + difference * difference * count * other.count / total
    count = total
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
  }

  var deviation: Double { count == 0 ? .nan : (squares / count).squareRoot() }

  var part: ColumnSummary.Part {
    let isEmpty = count == 0
    return ColumnSummary.Part(
      least: isEmpty ? .nan : least, greatest: isEmpty ? .nan : greatest, mean: isEmpty ? .nan : mean,
      deviation: deviation, missing: missing)
  }
}
