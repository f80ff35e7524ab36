import NablaDiagnostics

@testable import NablaLanguage

/// What holds of every outcome, whatever the text.
enum FuzzInvariants {
  /// Ranges lie in the text, in order; rendering is short.
  static func problem(of diagnostics: [Diagnostic], in source: SourceText) -> String? {
    if diagnostics.count > 250 { return "\(diagnostics.count) diagnostics" }
    var last = 0
    for diagnostic in diagnostics {
      let ranges = [diagnostic.range, diagnostic.fixIt?.range] + diagnostic.notes.map(\.range)
      for case let range? in ranges where range.start > range.end || range.end > source.endOffset {
        return "\(diagnostic.id) at \(range.start)..<\(range.end) of \(source.endOffset)"
      }
      if let start = diagnostic.range?.start {
        if start < last { return "\(diagnostic.id) is out of order" }
        last = start
      }
      if diagnostic.message.isEmpty || diagnostic.message.utf8.count > 2000 + source.endOffset {
        return "\(diagnostic.id) says too little or too much"
      }
    }
    let shown = Array(diagnostics.prefix(2))
    let rendered = DiagnosticRenderer(source: source).render(shown)
    if rendered.utf8.count > 4000 * (shown.count + 1) { return "\(rendered.utf8.count) bytes of text" }
    if rendered.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\n" }) {
      return "a control character is shown"
    }
    return nil
  }

  /// Children come before their parents, once, and lie inside them; the size is in proportion to the text.
  static func problem(of tree: SyntaxTree) -> String? {
    let length = tree.source.endOffset
    if tree.count > 3 * length + 8 || tree.pool.count > 4 * length + 8 || tree.names.count > length + 8 {
      return "\(tree.count) nodes and \(tree.pool.count) children of \(length) bytes"
    }
    guard case .program = tree.kind(tree.root) else { return "no program" }
    var hasParent = Array(repeating: false, count: tree.count)
    for id in tree.ids {
      let range = tree.range(id)
      if range.end > length { return "a node ends at \(range.end) of \(length)" }
      for child in tree.children(id) {
        if child >= id || hasParent[child.index] { return "the tree is none at \(range)" }
        hasParent[child.index] = true
        let inner = tree.range(child)
        if inner.start < range.start || inner.end > range.end {
          return "\(tree.kind(id)) at \(range.start)..<\(range.end) has a child at \(inner.start)..<\(inner.end)"
        }
      }
    }
    return nil
  }
}
