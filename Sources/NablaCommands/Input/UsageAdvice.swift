import Foundation
import NablaLanguage

/// What is said of a command line beyond the parser's own words: verbs that are not there, options of other tools, and
/// programs that the shell took apart.
enum UsageAdvice {
  // swift-format-ignore
  private static let counterparts: [(names: [String], here: String)] = [
    (["batch-size", "batchsize", "bs"], "--batch"),
    (["num-epochs", "n-epochs", "max-epochs"], "--epochs"),
    (["lr", "learning-rate", "rate"], "an argument of the rule: --optimizer 'adam(0.001)'"),
    (["momentum"], "an argument of the rule: --optimizer 'sgd(0.01, momentum: 0.9)'"),
    (["validation-split", "val-split", "val", "test-size"], "--validation 0.1"),
    (["patience"], "--early-stopping 5"),
    (["l1", "l2", "regularizer", "regularizers"], "--penalty 'l2(0.01)'"),
    (["dropout"], "a layer: net(x: [m, n]) = x |> dense(64, relu) |> dropout(0.5) |> dense(10)"),
    (["class-weight", "class-weights"], "a part of --data: digits.csv:weights=balanced"),
    (["sample-weight", "sample-weights"], "a column 'weight' of --data"),
    (["clip-grad-norm", "clipnorm", "global-clipnorm"], "--clip-global-norm"),
    (["checkpoint-dir", "save-dir"], "--checkpoint"),
    (["random-state", "random-seed", "manual-seed"], "--seed"),
    (["shuffle"], "what happens without --no-shuffle"),
    (["workers", "num-workers", "jobs"], "--threads"),
    (["save", "out", "outfile"], "--output"),
    (["x-range", "range", "xlim"], "--over x=-5..5"),
  ]

  /// Why the first word is no verb; `nil` where it is one, or an option.
  static func unknownVerb(_ arguments: [String], known: [String]) -> String? {
    let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
    guard let word = words.first, !word.hasPrefix("-"), !known.contains(word), word != "help" else { return nil }
    if word.hasSuffix(".nabla") || word.contains(where: { "=(^*+ ".contains($0) }) {
      return "a verb stands before the program, as in: nabla diff 'f(x) = x^2'"
    }
    let nearest = Suggestion.nearest(to: word.lowercased(), among: known)
    return "there is no verb '\(word)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
  }

  /// A line for a person about what the parser does not know; `nil` where there is nothing to say.
  ///
  /// - Parameter message: the parser's.
  static func text(for message: String, _ arguments: [String]) -> String? {
    if message.contains("nexpected argument") {
      return "note: a program is one argument: with blanks or signs it stands in quotes, as in 'f(x) = x^2'"
    }
    if message.hasPrefix("Missing expected argument '<source>'"),
      let minus = arguments.last(where: { $0.hasPrefix("-") && $0.count > 2 && !$0.hasPrefix("--") })
    {
      return "note: a program that begins with a minus comes after '--', as in: -- '\(minus)'"
    }
    return option(in: message)
  }

  private static func option(in message: String) -> String? {
    guard let start = message.range(of: "Unknown option '--"),
      let end = message[start.upperBound...].firstIndex(of: "'")
    else { return nil }
    let option = message[start.upperBound..<end].prefix { $0 != "=" }
    let known = counterparts.first { $0.names.contains(option.lowercased()) }
    return known.map { "note: '--\(option)' is \($0.here) here" }
  }
}
