import NablaGraph

extension RolledPlan: CustomStringConvertible {
  /// The steps and where their values lie, for people: of a loop the first turn.
  var description: String {
    var text = "\(plan.statements.count) statements rolled into \(writtenCount), \(slotCount) slots of workspace\n"
    for (number, step) in steps.enumerated() {
      switch step {
      case .loop(let loop):
        text += "step \(number): loop of \(loop.count) turns\n"
        for run in loop.runs { text += lines(of: run[0], turns: loop.count) }
      case .straight(let terms):
        text += "step \(number): straight line\n"
        for term in terms { text += lines(of: term, turns: 1) }
      case .sums(let sums):
        text += "step \(number): sums\n"
        for sum in sums {
          let (statement, operands) = (forest.sums[sum].statement, forest.sums[sum].operands)
          text += "  t\(statement): f64 = sum of \(operands.count) values\(place(of: statement, turns: 1))\n"
        }
      }
    }
    return text
  }

  private func lines(of term: Int, turns: Int) -> String {
    table.statements[table.terms[term].statements].map { statement in
      "  \(plan.line(statement, withSlot: false))\(place(of: statement, turns: turns))\n"
    }.joined()
  }

  private func place(of statement: Int, turns: Int) -> String {
    let slot = Int(slots[statement])
    if slot < 0 { return "" }
    return turns > 1 ? " → slots \(slot)..<\(slot + turns)" : " → slot \(slot)"
  }
}
