import ArgumentParser
import Nabla

/// `--result u`, `--result 1`: one of several results.
enum ResultOption {
  /// - Throws: a usage error that lists the results.
  static func position(of text: String, in formula: Formula) throws -> Int {
    let names = formula.results.indices.map { formula.resultName($0) }
    if let position = names.firstIndex(of: text) ?? formula.results.firstIndex(of: text) { return position }
    if let position = Int(text), names.indices.contains(position) { return position }
    throw ValidationError("there is no result '\(text)'; there are \(names.joined(separator: ", "))")
  }
}
