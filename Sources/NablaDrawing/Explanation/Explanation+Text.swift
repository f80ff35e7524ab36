extension Explanation {
  /// The explanation as plain text.
  public var text: String {
    var lines: [String] = []
    let heading = self.heading
    if !heading.isEmpty { lines += [heading, ""] }
    lines.append("Forward")
    lines += forward.map { "  " + $0.text }
    if let elided { lines.append("  " + elided) }
    if gradient.isEmpty { return lines.joined(separator: "\n") + "\n" }
    if !backward.isEmpty { lines += ["", "Backward"] }
    for step in backward {
      let incoming = step.incoming.value ?? step.incoming.formula ?? "…"
      lines.append("  \(step.step.definition), where \(step.incoming.name) = \(incoming)")
      let width = step.links.compactMap(\.slope?.text.count).max() ?? 0
      for link in step.links {
        let slope = link.slope?.text ?? ""
        let isAlone = slope.isEmpty || link.text.isEmpty
        lines.append("    " + (isAlone ? slope + link.text : slope.padding(to: width) + "   " + link.text))
        if let meeting = link.meetingText { lines.append("    paths meet at \(link.operand): \(meeting)") }
      }
    }
    lines += ["", "Derivatives"]
    lines += gradient.map { "  " + $0.text }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `f(a, b, c) = 3·(a + b·c) at a = 5, b = 3, c = 2`.
  var heading: String {
    let point = point.map(\.text).joined(separator: ", ")
    return [function ?? "", point.isEmpty ? "" : "at \(point)"].filter { !$0.isEmpty }.joined(separator: "  ")
  }

  var elided: String? { elidedCount == 0 ? nil : "… \(DOTWriter.grouped(elidedCount)) more" }
}

extension Explanation.Equation {
  /// Without its value: `u = b·c`.
  var definition: String { formula.map { "\(name) = \($0)" } ?? name }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
