import NablaDiagnostics

extension SyntaxTree {
  /// Whether two trees differ only in places, white space and brackets without meaning.
  ///
  /// - Complexity: linear in the size of the trees: equal programs have equal arenas.
  public func hasSameStructure(as other: SyntaxTree) -> Bool {
    guard count == other.count, pool == other.pool, chainOperators == other.chainOperators, names == other.names
    else { return false }
    return ids.allSatisfy { id in
      let (a, b) = (nodes[id.index], other.nodes[id.index])
      guard a.tag == b.tag, a.detail == b.detail, a.first == b.first, a.childCount == b.childCount else { return false }
      switch a.tag {
      case .number, .superscript, .string:
        return source.utf8[Int(a.lower)..<Int(a.upper)].elementsEqual(other.source.utf8[Int(b.lower)..<Int(b.upper)])
      default: return true
      }
    }
  }
}
