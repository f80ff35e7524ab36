import Foundation
import TestSupport
import Testing

/// The texts that the tests of the language read; `Data/README.md` says where they come from.
enum Corpus {
  static func text(_ name: String) throws -> String {
    let url = Bundle.module.bundleURL.appending(path: "Data/" + name)
    return try String(contentsOf: url, encoding: .utf8)
  }

  static func lines(_ name: String) throws -> [String] {
    try text(name).split(separator: "\n").map(String.init)
  }

  /// The programs of the language description.
  static let programNames = ["formulas", "shapes", "loops", "derivatives", "networks"]

  static func program(_ name: String) throws -> String { try text("programs/\(name).nabla") }

  /// Formulas of physics, statistics and finance.
  static let formulas = CorpusFormula.all.map(\.definition)

  /// Antiderivatives and integrands.
  static let expressions = DerivativeProblem.all.flatMap { [$0.antiderivative, $0.integrand] }

  /// A line of `parses.jsonl`.
  struct Parse: Decodable, Sendable, CustomTestStringConvertible {
    let source: String
    let meaning: String?
    let error: Bool?

    var testDescription: String { source }
  }

  static func parses() throws -> [Parse] {
    try lines("parses.jsonl").map { try JSONDecoder().decode(Parse.self, from: Data($0.utf8)) }
  }

  /// Every program of every file.
  static func all() throws -> [String] {
    var texts = try programNames.map(program) + formulas + expressions
    texts += try parses().map(\.source)
    return texts
  }
}
