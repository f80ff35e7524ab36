/// Columns in groups, so that one directional derivative a group gives all entries of a sparse matrix.
///
/// The terms and the algorithms are those of A. H. Gebremedhin, F. Manne and A. Pothen, What color is your Jacobian?
/// Graph coloring for computing derivatives, SIAM Review 47 (2005).
public struct Colouring: Hashable, Sendable {
  /// The colour of each column, from 0.
  public let colours: [Int]
  public let colourCount: Int

  private init(_ colours: [Int]) {
    self.colours = colours
    colourCount = (colours.max() ?? -1) + 1
  }

  /// Columns that share a row get different colours, so every entry stands alone in its row and colour.
  ///
  /// Greedy partial distance-2 colouring in the order of descending degree.
  ///
  /// - Complexity: the sum over all rows of the square of their entries.
  public static func columns(of pattern: SparsityPattern) -> Colouring {
    // A full row takes all colours there are.
    let fullest = (0..<pattern.rowCount).map { pattern.columns(ofRow: $0).count }.max() ?? 0
    if fullest == pattern.columnCount { return Colouring(Array(0..<pattern.columnCount)) }
    let rows = pattern.transposed
    var colours = Array(repeating: -1, count: pattern.columnCount)
    // The column that a colour was last forbidden for.
    var forbidden: [Int] = []
    for column in order(rows) {
      for row in rows.columns(ofRow: column) {
        for other in pattern.columns(ofRow: row) where colours[other] >= 0 { forbidden[colours[other]] = column }
      }
      colours[column] = firstFree(&forbidden, for: column)
    }
    return Colouring(colours)
  }

  /// Colours of a symmetric matrix with a full diagonal: neighbours differ, and a path of four columns has at least
  /// three colours, so that one of an entry and its mirror image stands alone in its row and colour.
  ///
  /// Greedy star colouring in the order of descending degree.
  ///
  /// - Precondition: the pattern is its own transpose.
  public static func symmetric(_ pattern: SparsityPattern) -> Colouring {
    if (0..<pattern.rowCount).allSatisfy({ pattern.columns(ofRow: $0).count == pattern.columnCount }) {
      return Colouring(Array(0..<pattern.columnCount))
    }
    var colours = Array(repeating: -1, count: pattern.columnCount)
    var forbidden: [Int] = []
    for vertex in order(pattern) {
      for near in pattern.columns(ofRow: vertex) where near != vertex {
        if colours[near] >= 0 { forbidden[colours[near]] = vertex }
        for far in pattern.columns(ofRow: near) where far != vertex && far != near && colours[far] >= 0 {
          if colours[near] < 0 {
            forbidden[colours[far]] = vertex
          } else if pattern.columns(ofRow: far).contains(where: {
            $0 != near && $0 != far && colours[$0] == colours[near]
          }) {
            forbidden[colours[far]] = vertex
          }
        }
      }
      colours[vertex] = firstFree(&forbidden, for: vertex)
    }
    return Colouring(colours)
  }

  /// Those with most entries first: they leave the others most freedom.
  private static func order(_ pattern: SparsityPattern) -> [Int] {
    (0..<pattern.rowCount).sorted {
      let (a, b) = (pattern.columns(ofRow: $0).count, pattern.columns(ofRow: $1).count)
      return a != b ? a > b : $0 < $1
    }
  }

  private static func firstFree(_ forbidden: inout [Int], for vertex: Int) -> Int {
    if let free = forbidden.firstIndex(where: { $0 != vertex }) { return free }
    forbidden.append(-1)
    return forbidden.count - 1
  }
}

extension Colouring {
  /// For each entry of a pattern, where its value stands in the compressed matrix: a row and a colour.
  ///
  /// - Precondition: the colouring is one of the pattern's columns.
  public func places(in pattern: SparsityPattern) -> [(row: Int, colour: Int)] {
    (0..<pattern.rowCount).flatMap { row in pattern.columns(ofRow: row).map { (row, colours[$0]) } }
  }

  /// The same for a symmetric pattern: an entry that does not stand alone is read from its mirror image.
  public func symmetricPlaces(in pattern: SparsityPattern) -> [(row: Int, colour: Int)] {
    var users = Array(repeating: 0, count: colourCount)
    var alone: [[Bool]] = []
    for row in 0..<pattern.rowCount {
      let columns = pattern.columns(ofRow: row)
      for column in columns { users[colours[column]] += 1 }
      alone.append(columns.map { users[colours[$0]] == 1 })
      for column in columns { users[colours[column]] = 0 }
    }
    return (0..<pattern.rowCount).flatMap { row in
      zip(pattern.columns(ofRow: row), alone[row]).map { column, isAlone in
        isAlone ? (row, colours[column]) : (column, colours[row])
      }
    }
  }
}
