import NablaGraph

/// Draws a derivation as DOT text: the data flows from left to right, or downwards where it goes through many steps, and
/// derivatives flow back in another colour.
///
/// Constants stand inside the labels of their users and shared steps are drawn once. Every node and edge has an id, a
/// class and a tooltip, so that a page can find it. A backward edge is written from operand to user with its arrow
/// turned round: the graph stays acyclic, which Graphviz needs to lay it out cleanly.
public struct DOTWriter: Sendable {
  public var theme: DOTTheme
  /// Whether the function and the point stand above the picture.
  public var showsTitle = true

  public init(theme: DOTTheme = DOTTheme()) { self.theme = theme }

  /// A program as its author wrote it.
  public func write(_ program: Program, _ options: DerivationOptions = DerivationOptions()) throws(DerivationError)
    -> String
  {
    write(try Derivation(program, options))
  }

  public func write(_ derivation: Derivation) -> String {
    var lines = ["digraph \(DOTString.quoted(derivation.functionName)) {"]
    lines += header(derivation)
    for index in derivation.steps.indices { lines.append(node(index, derivation)) }
    if derivation.elidedCount > 0 { lines.append(elidedNode(derivation)) }
    let inputs = derivation.inputs
    // Down a page each input stands where it is used: side by side they would make it wide, and their edges long.
    if inputs.count > 1 && inputs.count <= 12 && derivation.elidedCount == 0 && !runsDown(derivation) {
      lines.append("  { rank=source; \(inputs.map { "s\($0)" }.joined(separator: "; ")) }")
    }
    for (index, step) in derivation.steps.enumerated() {
      for use in step.uses { lines += edges(from: use, to: index, derivation) }
    }
    lines += elidedEdges(derivation)
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }

  private func header(_ derivation: Derivation) -> [String] {
    var graph = [
      runsDown(derivation) ? "rankdir=TB" : "rankdir=LR", "bgcolor=\"\(theme.background)\"", "pad=0.25", "nodesep=0.35",
      runsDown(derivation) ? "ranksep=0.5" : "ranksep=0.75",
      "fontname=\"\(theme.formulaFont)\"", "fontsize=15", "fontcolor=\"\(theme.text)\"",
    ]
    if showsTitle, let title = title(derivation) { graph += ["labelloc=t", "label=<\(title)>"] }
    return [
      "  graph [\(graph.joined(separator: ", "))]",
      "  node [shape=box, style=\"rounded,filled\", margin=\"0.16,0.09\", height=0.45, penwidth=1.2, "
        + "fontname=\"\(theme.formulaFont)\", fontsize=15, fontcolor=\"\(theme.text)\"]",
      "  edge [color=\"\(theme.forward)\", penwidth=1.2, arrowsize=0.75, "
        + "fontname=\"\(theme.formulaFont)\", fontsize=13, fontcolor=\"\(theme.text)\"]",
    ]
  }

  /// A page is narrower than it is long, and the labels of backward edges take room between the boxes.
  private func runsDown(_ derivation: Derivation) -> Bool {
    derivation.length > (derivation.differentiated == nil ? 6 : 5)
  }

  private func title(_ derivation: Derivation) -> String? {
    guard let formula = derivation.formula else { return nil }
    let values = derivation.inputs.compactMap { index -> String? in
      let step = derivation.steps[index]
      return step.value.map { "\(MathLabel.name(step.name)) = \(MathLabel.escaped($0.description))" }
    }
    let name = formula.prefix { $0 != "(" }
    let text = MathLabel.name(String(name)) + MathLabel.formula(String(formula.dropFirst(name.count)))
    if values.isEmpty || values.count > 8 { return text }
    let point = values.joined(separator: ", ")
    return "\(text) &#160; <FONT COLOR=\"\(theme.quiet)\">at</FONT> &#160; \(point)"
  }

  // MARK: Nodes

  private func node(_ index: Int, _ derivation: Derivation) -> String {
    let step = derivation.steps[index]
    let box: DOTTheme.Box
    switch step.role {
    case .input: box = theme.input
    case .intermediate: box = theme.intermediate
    case .output: box = theme.output
    }
    var rows = [heading(step)]
    if let value = step.value {
      rows.append("<FONT COLOR=\"\(theme.value)\"><B>\(MathLabel.escaped(value.description))</B></FONT>")
    }
    if showsTotal(index, derivation), let text = total(index, derivation) {
      rows.append("<FONT COLOR=\"\(theme.backward)\" POINT-SIZE=\"13\">\(text)</FONT>")
    }
    let attributes = [
      "id=\"step-\(index)\"", "class=\"\(step.role)\"", "label=<\(rows.joined(separator: "<BR/>"))>",
      "tooltip=\(DOTString.quotedPlain(tooltip(index, derivation)))", "fillcolor=\"\(box.fill)\"",
      "color=\"\(box.line)\"",
    ]
    return "  s\(index) [\(attributes.joined(separator: ", "))]"
  }

  private func heading(_ step: Derivation.Step) -> String {
    var text = MathLabel.name(step.name)
    if !step.formula.isEmpty {
      let formula = walk(step.formula) ?? step.formula
      text += " = " + MathLabel.formula(MathLabel.shortened(formula, to: 48))
    }
    if !step.type.isScalar {
      text += " <FONT COLOR=\"\(theme.quiet)\">\(MathLabel.escaped("\(step.type.shape)"))</FONT>"
    }
    return text
  }

  /// Of a loop, what it walks along: `for xt in x { … }`. The statements before it and in it are in the tooltip.
  private func walk(_ formula: String) -> String? {
    guard formula.hasPrefix("{ "), let head = formula.firstMatch(of: /for [^;{]+ in [^;{]+/) else { return nil }
    return "\(head.output){ … }"
  }

  private func tooltip(_ index: Int, _ derivation: Derivation) -> String {
    let step = derivation.steps[index]
    var text = step.formula.isEmpty ? step.name : "\(step.name) = \(step.formula)"
    if let value = step.value { text += " = \(value)" }
    if let derivative = step.derivative {
      text += "; " + ([derivation.derivativeName(of: index)] + parts(derivative)).joined(separator: " = ")
    }
    return text
  }

  /// The derivative of a step stands on its backward edge, unless several paths meet there, or the path is one of arrays
  /// and has no factor to show.
  private func showsTotal(_ index: Int, _ derivation: Derivation) -> Bool {
    let step = derivation.steps[index]
    return !(step.derivative.map(parts) ?? []).isEmpty
      && (!hasOnePath(from: index, derivation) || step.isUsedByElided)
      && index != derivation.differentiated
  }

  private func hasOnePath(from index: Int, _ derivation: Derivation) -> Bool {
    let users = derivation.users(of: index)
    guard users.count == 1, let user = users.first else { return false }
    return derivation.steps[user.step].uses[user.use].local != nil
  }

  private func total(_ index: Int, _ derivation: Derivation) -> String? {
    guard let derivative = derivation.steps[index].derivative else { return nil }
    return equation(derivation.derivativeName(of: index), derivative)
  }

  /// `∂f/∂x = 3`, the number where there is one, else the formula.
  private func equation(_ name: String, _ derivative: Derivation.Partial) -> String {
    if let value = derivative.value { return "\(MathLabel.formula(name)) = \(MathLabel.escaped(value.description))" }
    guard let formula = derivative.formula else { return MathLabel.formula(name) }
    return "\(MathLabel.formula(name)) = \(MathLabel.formula(MathLabel.shortened(formula, to: 32)))"
  }

  private func parts(_ partial: Derivation.Partial) -> [String] {
    guard let formula = partial.formula else { return [partial.value.map(\.description)].compactMap { $0 } }
    guard let value = partial.value?.description, value != formula else { return [formula] }
    return [formula, value]
  }

  // MARK: Edges

  private func edges(from use: Derivation.Use, to user: Int, _ derivation: Derivation) -> [String] {
    let forward = "  s\(use.step) -> s\(user) [id=\"edge-\(use.step)-\(user)\", class=\"forward\"]"
    guard derivation.differentiated != nil else { return [forward] }
    guard let local = use.local else {
      // Between arrays the factor is a matrix; what has flowed back stands in the step.
      let flows = derivation.steps[use.step].derivative != nil && derivation.steps[user].derivative != nil
      return flows ? [forward, "  s\(use.step) -> s\(user) [\(backwardStyle(use, user))]"] : [forward]
    }
    let attributes = [
      backwardStyle(use, user), "fontcolor=\"\(theme.backward)\"",
      // Beside an edge that runs down, a label begins where the edge is.
      "label=<\(runsDown(derivation) ? "&#160;" : "")\(backwardLabel(use, local, user, derivation))>",
      "tooltip=\(DOTString.quotedPlain(chainRule(use, local, user, derivation)))",
    ]
    return [forward, "  s\(use.step) -> s\(user) [\(attributes.joined(separator: ", "))]"]
  }

  private func backwardStyle(_ use: Derivation.Use, _ user: Int) -> String {
    let attributes = [
      "id=\"back-\(use.step)-\(user)\"", "class=\"backward\"", "dir=back", "style=dashed",
      "color=\"\(theme.backward)\"",
    ]
    return attributes.joined(separator: ", ")
  }

  /// What flows back: the whole derivative where this is the only path, else this path's share.
  private func backwardLabel(
    _ use: Derivation.Use, _ local: Derivation.Partial, _ user: Int, _ derivation: Derivation
  ) -> String {
    if !showsTotal(use.step, derivation), let total = total(use.step, derivation) { return total }
    if let share = use.contribution?.value { return MathLabel.escaped("+ \(share)".replacing("+ −", with: "− ")) }
    return equation(localName(use, user, derivation), local)
  }

  private func localName(_ use: Derivation.Use, _ user: Int, _ derivation: Derivation) -> String {
    "∂\(derivation.steps[user].name)/∂\(derivation.steps[use.step].name)"
  }

  /// `∂f/∂v · ∂v/∂u = 3 · 1 = 3`.
  private func chainRule(
    _ use: Derivation.Use, _ local: Derivation.Partial, _ user: Int, _ derivation: Derivation
  ) -> String {
    let name = localName(use, user, derivation)
    var text = "\(derivation.derivativeName(of: user)) · \(name)"
    if let incoming = derivation.steps[user].derivative?.value, let value = local.value,
      let share = use.contribution?.value
    {
      let factor = "\(value)"
      text += " = \(incoming) · \(factor.hasPrefix("−") ? "(\(factor))" : factor) = \(share)"
    } else if let formula = local.formula {
      text += ", \(name) = \(formula)"
    }
    return text
  }

  // MARK: What is left out

  private func elidedNode(_ derivation: Derivation) -> String {
    "  elided [id=\"elided\", class=\"elided\", style=\"rounded,dashed\", color=\"\(theme.quiet)\", "
      + "fontcolor=\"\(theme.quiet)\", label=\"… \(DOTWriter.grouped(derivation.elidedCount)) more\"]"
  }

  private func elidedEdges(_ derivation: Derivation) -> [String] {
    guard derivation.elidedCount > 0 else { return [] }
    return derivation.steps.enumerated().flatMap { index, step in
      (step.isUsedByElided ? ["  s\(index) -> elided [style=dotted]"] : [])
        + (step.usesElided ? ["  elided -> s\(index) [style=dotted]"] : [])
    }
  }

  /// `1,234,567`.
  static func grouped(_ count: Int) -> String {
    var text = ""
    for (offset, digit) in "\(count)".reversed().enumerated() {
      if offset > 0 && offset % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }
}
