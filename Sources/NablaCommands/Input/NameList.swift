import ArgumentParser

/// Names separated by commas.
enum NameList {
  /// - Throws: a usage error where there is none.
  static func split(_ text: String) throws -> [String] {
    let names = text.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
    if names.isEmpty || names.contains("") { throw ValidationError("names are separated by commas, not '\(text)'") }
    return names
  }
}
