extension Perturbation {
  /// The walk as a table, then the comparison with the derivative.
  public var text: String {
    var lines: [String] = []
    if let function { lines += [function, ""] }
    lines += ["\(input) changes by \(signed(change))", ""]
    let rows = [["", "before", "after", "change", "Δ/Δ\(input)"]] + steps.map(row)
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + space : space + cell.0
      }
      lines.append("  " + cells.joined(separator: "   "))
    }
    if unchangedCount > 0 { lines.append("  unchanged: \(unchangedCount)") }
    if elidedCount > 0 { lines.append("  … \(DOTWriter.grouped(elidedCount)) more") }
    lines += ["", conclusion]
    return lines.joined(separator: "\n") + "\n"
  }

  /// `Δf/Δa = 3 and ∂f/∂a = 3`.
  public var conclusion: String {
    let name = steps.first { $0.isResult }?.name ?? "f"
    let text = "Δ\(name)/Δ\(input) = \(Quantity.text(ratio)) and \(derivativeName) = \(Quantity.text(derivative))"
    // What rounding leaves of a difference of two values says nothing about the derivative.
    if abs(difference) <= 1e-6 * max(abs(derivative), 1) { return text }
    return text + ", a difference of \(Quantity.text(difference))"
  }

  private func row(_ step: Step) -> [String] {
    let name = step.formula.isEmpty ? step.name : "\(step.name) = \(step.formula)"
    return [
      name, Quantity.text(step.before, digits: 10), Quantity.text(step.after, digits: 10), signed(step.change),
      Quantity.text(step.ratio),
    ]
  }

  private func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + Quantity.text(value) }
}
