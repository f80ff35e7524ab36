extension Program {
  /// The textual form: one line a node, in order; only what the roots need, and all inputs. It parses back to an equal
  /// program, name hints included; the source ranges of origins are not written.
  ///
  /// - Complexity: linear in the program and its functions.
  public var text: String { ProgramWriter.text(of: self, hints: true) }

  /// Reads the textual form. Every type rule is checked, and every stated type must be the derived one.
  ///
  /// - Throws: ``ProgramTextError`` with the line; no text traps.
  public init(text: String) throws(ProgramTextError) {
    var reader = ProgramReader(text)
    self = try reader.program()
  }
}
