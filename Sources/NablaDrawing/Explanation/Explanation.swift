import NablaGraph

/// The chain rule worked through on one function, as steps that a person can follow.
///
/// Forward: what each step is. Backward, from the result: each step hands its derivative to what it is computed from,
/// times the local derivative; where paths meet, their shares add. Values only; ``text`` and ``markdown`` are renderings.
public struct Explanation: Sendable {
  /// The function in one line, where that is short.
  public let function: String?
  /// `f`, the name of what is differentiated.
  public let result: String
  public let point: [Equation]
  public let forward: [Equation]
  public let backward: [Backward]
  /// The derivatives by the inputs, in calling order.
  public let gradient: [Equation]
  /// Steps that are not shown.
  public let elidedCount: Int

  /// `u = b·c = 6`: a name, what it is, and its number at the point.
  public struct Equation: Hashable, Sendable {
    public let name: String
    public let formula: String?
    public let value: String?
  }

  /// A step whose derivative is known, and what it hands on.
  public struct Backward: Hashable, Sendable {
    /// The step: `v = a + u`.
    public let step: Equation
    /// Its derivative: what comes in.
    public let incoming: Equation
    public let links: [Link]
  }

  /// One application of the chain rule: `∂f/∂u = ∂f/∂v · ∂v/∂u = 3 · 1 = 3`.
  public struct Link: Hashable, Sendable {
    /// The step that is reached, `u`, and its derivative, `∂f/∂u`.
    public let operand: String
    public let derivative: Equation
    /// The local derivative, `∂v/∂u`; `nil` between arrays, where it is a factor for every pair of elements. Then the
    /// derivative that is reached stands for itself, where its last path ends.
    public let slope: Equation?
    /// The derivative that came in, `∂f/∂v`; `nil` at the result itself, where it is 1.
    public let incoming: Equation?
    /// The product: at the point, or as a formula.
    public let share: String?
    public let meeting: Meeting?
  }

  /// Several paths end at one step.
  public struct Meeting: Hashable, Sendable {
    /// The path that brings this share.
    public let path: String
    /// The shares so far.
    public let shares: [String]
    /// Whether this was the last path that is shown.
    public let isLast: Bool
    /// Whether steps that are not shown bring a share too.
    public let hasHidden: Bool
  }

  /// - Parameter derivation: with derivatives (``DerivationOptions/backward``).
  public init(_ derivation: Derivation) {
    let steps = derivation.steps
    func equation(_ index: Int) -> Equation {
      let step = steps[index]
      let formula = step.formula.isEmpty ? nil : step.formula
      return Equation(name: step.name, formula: formula, value: step.value?.description)
    }
    func derivative(_ index: Int) -> Equation {
      let partial = steps[index].derivative
      return Equation(
        name: derivation.derivativeName(of: index), formula: partial?.formula, value: partial?.value?.description)
    }
    function = derivation.formula
    result = derivation.differentiated.map { steps[$0].name } ?? derivation.functionName
    point = derivation.inputs.filter { steps[$0].value != nil }.map(equation)
    forward = steps.indices.filter { steps[$0].role != .input }.map(equation)
    gradient = derivation.inputs.filter { steps[$0].derivative != nil }.map(derivative)
    elidedCount = derivation.elidedCount

    // The uses of each step through which its derivative comes.
    let paths = steps.indices.map { step in
      derivation.users(of: step).filter { steps[$0.step].derivative != nil }.map { steps[$0.step].uses[$0.use] }
    }
    var shares: [Int: [String]] = [:]
    var arrivals: [Int: Int] = [:]
    var backward: [Backward] = []
    for index in steps.indices.reversed() {
      var links: [Link] = []
      for use in steps[index].uses {
        if steps[index].derivative != nil { arrivals[use.step, default: 0] += 1 }
        guard let local = use.local else {
          guard steps[index].derivative != nil, steps[use.step].derivative != nil,
            arrivals[use.step] == paths[use.step].count
          else { continue }
          let whole = derivative(use.step)
          if whole.value == nil, whole.formula == nil { continue }
          let formula = whole.value == nil ? whole.formula : nil
          let reached = Equation(name: whole.name, formula: formula, value: whole.value)
          links.append(
            Link(
              operand: steps[use.step].name, derivative: reached, slope: nil, incoming: nil, share: nil, meeting: nil))
          continue
        }
        let share = use.contribution?.value?.description ?? use.contribution?.formula
        shares[use.step, default: []].append(share ?? "")
        let added = shares[use.step, default: []]
        let shown = paths[use.step].count { $0.local != nil }
        let hasHidden = steps[use.step].isUsedByElided || shown < paths[use.step].count
        let meeting = Meeting(
          path: steps[index].name, shares: share == nil ? [] : added, isLast: added.count == shown,
          hasHidden: hasHidden)
        let slope = Equation(
          name: "∂\(steps[index].name)/∂\(steps[use.step].name)", formula: local.formula,
          value: local.value?.description)
        links.append(
          Link(
            operand: steps[use.step].name, derivative: derivative(use.step), slope: slope,
            incoming: index == derivation.differentiated ? nil : derivative(index), share: share,
            meeting: shown > 1 || hasHidden ? meeting : nil))
      }
      if !links.isEmpty {
        backward.append(Backward(step: equation(index), incoming: derivative(index), links: links))
      }
    }
    self.backward = backward
  }
}

extension Explanation.Equation {
  /// `u = b·c = 6`.
  public var text: String {
    var parts = [name]
    if let formula { parts.append(formula) }
    if let value, value != formula { parts.append(value) }
    return parts.joined(separator: " = ")
  }
}

extension Explanation.Link {
  /// `∂f/∂u = ∂f/∂v · ∂v/∂u = 3 · 1 = 3`; one of several paths: `along v: ∂f/∂v · ∂v/∂u = 3 · 1 = 3`. At the result
  /// itself the local derivative says it all, and this is empty.
  public var text: String {
    guard let slope else { return derivative.text }
    guard let incoming else { return meeting.map { "along \($0.path)" } ?? "" }
    var text = "\(incoming.name) · \(slope.name)"
    if let first = incoming.value, let second = slope.value { text += " = \(first) · \(bracketed(second))" }
    if let share { text += " = \(share)" }
    if let meeting { return "along \(meeting.path): \(text)" }
    return "\(derivative.name) = \(text)"
  }

  private func bracketed(_ number: String) -> String { number.hasPrefix("−") ? "(\(number))" : number }

  /// `∂f/∂x = 4 + 2 = 6`, after the last of several paths.
  public var meetingText: String? {
    guard let meeting, meeting.isLast else { return nil }
    var terms = meeting.shares
    if meeting.hasHidden { terms.append("…") }
    let sum = terms.joined(separator: " + ").replacing("+ −", with: "− ")
    var result = derivative.value ?? derivative.formula
    // A long sum says no more than the simplified one behind it.
    if sum.count > 60, result != nil { terms = [] }
    // The same terms in another order are no news.
    if derivative.value == nil, let text = result, text.sorted() == sum.sorted() { result = nil }
    return ([derivative.name] + [terms.isEmpty ? nil : sum, result].compactMap { $0 }).joined(separator: " = ")
  }
}
