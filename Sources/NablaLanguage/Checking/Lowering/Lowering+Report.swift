import NablaDiagnostics
import NablaGraph

/// Problems and places.
extension Lowering {
  /// Where a syntax node is for the reader: inside the library, the place of the program that called it.
  func place(_ id: SyntaxID) -> SourceRange {
    if frame >= 0, frames[frame].unit != Lowering.programUnit, let site = frames[frame].site { return site }
    return tree.range(id)
  }

  mutating func report(
    _ problem: CheckProblem, _ message: String, at id: SyntaxID, label: String? = nil, fixIt: Diagnostic.FixIt? = nil
  ) {
    report(problem, message, at: place(id), label: label, fixIt: fixIt)
  }

  /// Reports a problem in the current frame, with the call that led there.
  mutating func report(
    _ problem: CheckProblem, _ message: String, at range: SourceRange, label: String? = nil,
    fixIt: Diagnostic.FixIt? = nil
  ) {
    guard frame >= 0 else {
      problems.report(Diagnostic(problem, message, at: range, label: label, fixIt: fixIt))
      return
    }
    let current = frames[frame]
    if current.unit != Lowering.programUnit {
      let name = units[current.unit].routines[current.routine].name
      problems.report(Diagnostic(problem, "in '\(name)': \(message)", at: range))
      return
    }
    var notes: [Diagnostic] = []
    if let site = current.site, case .call = current.purpose {
      let name = units[current.unit].routines[current.routine].name
      notes.append(.note(problem, "'\(name)' is called here", at: site))
    }
    problems.report(Diagnostic(problem, message, at: range, label: label, notes: notes, fixIt: fixIt))
  }

  /// A value's type in words.
  func describe(_ value: Value) -> String {
    switch value {
    case .invalid, .absent, .pending: "nothing"
    case .number(let constant): "the number \(constant)"
    case .boolean(let value): "'\(value)'"
    case .size(let dimension): "the size \(dimension)"
    case .node(let id, _): graph.type(of: id).description
    case .tuple(let elements, _): "a tuple of \(elements.count)"
    case .elements: "a comprehension, which stands between brackets or in a call"
    case .function: "a function"
    case .string: "a string"
    case .sizes(let array): "the sizes \(array)"
    case .newaxis: "'newaxis'"
    case .leadingAxes: "'leading'"
    }
  }

  /// The shape of a numeric value.
  func shape(of value: Value) -> Shape {
    switch value {
    case .node(let id, _): graph.type(of: id).shape
    case .sizes(let array): array.shape
    default: .scalar
    }
  }

  /// Makes nodes appended from now on come from a place.
  mutating func setOrigin(_ id: SyntaxID) {
    guard mode == .build else { return }
    graph.currentOrigin = graph.intern(Origin(place(id)))
  }

  /// Gives a computed value the name that the text gives it. Names of the library's text say nothing to its users.
  mutating func setName(_ name: String, of value: Value) {
    if frame >= 0, frames[frame].unit != Lowering.programUnit { return }
    guard mode == .build, case .node(let id, _) = value, graph.operandCount(of: id) > 0 else { return }
    graph.addOrigin(Origin(name: name), to: id)
  }
}
