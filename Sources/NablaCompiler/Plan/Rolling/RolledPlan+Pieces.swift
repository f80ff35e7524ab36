import NablaGraph

extension RolledPlan {
  /// Shorter loops are left whole.
  private static let leastCut = 64
  /// Pieces of a loop, at most, and statements in all of them.
  private static let pieceLimit = (count: 4, statements: 256)

  /// A loop in the pieces in which its operands and results lie side by side, if a few suffice.
  ///
  /// The gradient of a product of n factors is n products of what stands left and right of a factor, but at the ends
  /// there is nothing on one side, and the factor itself takes the place. One number out of line would make a table of
  /// the whole operand, and a compiler cannot load vectors by a table.
  func pieces(of loop: Loop) -> [Loop] {
    if loop.count < RolledPlan.leastCut { return [loop] }
    var statements = 0
    var cuts: Set<Int> = []
    for terms in loop.runs {
      statements += table.terms[terms[0]].statements.count
      var rows = table.leaves(of: terms[0]).enumerated().filter { $0.element.literal == nil }
        .map { (numbers: slots(of: terms, operand: $0.offset), border: Int32(plan.inputs.count)) }
      rows.append((numbers: results(of: terms), border: 0))
      for row in rows {
        guard let own = RolledPlan.cuts(row.numbers, row.border) else { continue }
        let all = cuts.union(own)
        if all.count < RolledPlan.pieceLimit.count { cuts = all }
      }
    }
    if cuts.isEmpty || statements * (cuts.count + 1) > RolledPlan.pieceLimit.statements { return [loop] }
    let ends = cuts.sorted() + [loop.count]
    return zip([0] + ends, ends).map { start, end in Loop(runs: loop.runs.map { Array($0[start..<end]) }) }
  }

  /// Where a row of numbers changes its step or crosses a border; `nil` if that is in too many places.
  private static func cuts(_ row: [Int32], _ border: Int32) -> [Int]? {
    var cuts: [Int] = []
    var start = 0
    while true {
      var end = start + 1
      while end < row.count, (row[end] < border) == (row[start] < border),
        end == start + 1 || row[end] - row[end - 1] == row[start + 1] - row[start]
      {
        end += 1
      }
      if end == row.count { return cuts }
      if cuts.count + 1 == pieceLimit.count { return nil }
      cuts.append(end)
      start = end
    }
  }
}
