import NablaDiagnostics

extension Parser {
  /// Warns about numbers such as `2e3` where a name `e` is declared: a reader may take them for a product.
  ///
  /// - Parameter items: the statements of the program, in order.
  mutating func warnAboutExponents(in items: Range<Int>) {
    guard let e = nameIDs["e"], valueNames.contains(e) else { return }
    var next = 0
    for place in items {
      // The nodes of an item are those between the item before it and itself.
      let end = scratch[place].index
      var numbers: [SyntaxID] = []
      var isDeclared = false
      for index in next...max(end, next) {
        let id = SyntaxID(index)
        switch tree.nodes[index].tag {
        case .binder: isDeclared = isDeclared || tree.nameID(id) == e
        case .number: if hasExponent(id) { numbers.append(id) }
        default: break
        }
      }
      if isDeclared {
        for number in numbers { diagnostics.report(.exponentNumber(tree.text(number), at: tree.range(number))) }
      }
      next = end + 1
    }
  }

  private func hasExponent(_ number: SyntaxID) -> Bool {
    let range = tree.range(number)
    return tree.source.utf8[range.start..<range.end].contains { $0 | 0x20 == UInt8(ascii: "e") }
  }
}
