import Foundation

/// What options of other tools are called here. Misspelt ones are the parser's to find.
enum OptionAdvice {
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

  /// A line for a person about an option that the parser does not know; `nil` where there is nothing to say.
  ///
  /// - Parameter message: the parser's.
  static func text(for message: String) -> String? {
    guard let start = message.range(of: "Unknown option '--"),
      let end = message[start.upperBound...].firstIndex(of: "'")
    else { return nil }
    let option = message[start.upperBound..<end].prefix { $0 != "=" }
    let known = counterparts.first { $0.names.contains(option.lowercased()) }
    return known.map { "note: '--\(option)' is \($0.here) here" }
  }
}
