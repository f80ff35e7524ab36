extension Function {
  /// A spelling of the body that two functions share exactly if they are the same program.
  var contentKey: String { "\(name)\n\(body.text)" }
}
