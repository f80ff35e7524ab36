extension Explanation {
  /// The explanation as Markdown: a list forwards, a table backwards.
  public var markdown: String {
    var lines: [String] = []
    if let function { lines += ["# \(code(function))", ""] }
    if !point.isEmpty { lines += ["At " + point.map { code($0.text) }.joined(separator: ", ") + ".", ""] }
    lines += ["## Forward", ""]
    lines += forward.map { "- \(code($0.text))" }
    if let elided { lines.append("- \(elided)") }
    if gradient.isEmpty { return lines.joined(separator: "\n") + "\n" }
    if !backward.isEmpty {
      lines += ["", "## Backward", "", "| step | comes in | local derivative | goes on |", "|---|---|---|---|"]
    }
    for step in backward {
      for (index, link) in step.links.enumerated() {
        let first = index == 0 ? [code(step.step.definition), code(step.incoming.text)] : ["", ""]
        lines.append("| \((first + [code(link.slope?.text ?? ""), code(link.text)]).joined(separator: " | ")) |")
        if let meeting = link.meetingText { lines.append("| | | paths meet | \(code(meeting)) |") }
      }
    }
    lines += ["", "## Derivatives", ""]
    lines += gradient.map { "- \(code($0.text))" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Code that neither ends itself nor the cell of a table.
  private func code(_ text: String) -> String {
    text.isEmpty ? "" : "`\(text.replacing("`", with: "'").replacing("|", with: "\\|").replacing("\n", with: " "))`"
  }
}
