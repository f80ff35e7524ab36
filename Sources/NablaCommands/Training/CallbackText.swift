import ArgumentParser
import Foundation
import NablaNetworks

/// What `--early-stopping`, `--plateau` and `--weight-decay` say: a number, then settings such as `factor=0.5`.
enum CallbackText {
  static func earlyStopping(_ text: String) throws -> EarlyStopping {
    var rule = EarlyStopping()
    rule.patience = try read(text, "--early-stopping", ["min-delta", "from-epoch"]) { key, value in
      if key == "min-delta" { rule.leastChange = value } else { rule.firstEpoch = Int(min(value, 1e9)) }
    }
    return rule
  }

  static func plateau(_ text: String) throws -> PlateauRule {
    var rule = PlateauRule()
    rule.patience = try read(text, "--plateau", ["factor", "min-rate", "cooldown", "min-delta"]) { key, value in
      switch key {
      case "factor":
        guard value > 0, value < 1 else {
          throw ValidationError("--plateau: factor lies between 0 and 1, not \(value)")
        }
        rule.factor = value
      case "min-rate": rule.leastRate = value
      case "cooldown": rule.cooldown = Int(min(value, 1e9))
      default: rule.leastChange = value
      }
    }
    return rule
  }

  static func weightDecay(_ text: String) throws -> WeightDecay {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard let part = parts.first.flatMap(Double.init), part >= 0, part.isFinite else {
      throw ValidationError("--weight-decay begins with a number of at least 0, not '\(parts.first ?? "")'")
    }
    var decay = WeightDecay(part)
    for setting in parts.dropFirst() {
      if setting == "all" {
        decay.isForAll = true
      } else if setting.hasPrefix("exclude="), setting.count > "exclude=".count {
        decay.excluded.append(String(setting.dropFirst("exclude=".count)))
      } else {
        throw ValidationError("--weight-decay takes all and exclude=PATH, not '\(setting)'")
      }
    }
    return decay
  }

  /// - Returns: the number of epochs.
  private static func read(
    _ text: String, _ option: String, _ keys: [String], _ take: (String, Double) throws -> Void
  ) throws -> Int {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard let first = parts.first, let epochs = Int(first), epochs >= 1 else {
      throw ValidationError("\(option) begins with a number of epochs of at least 1, not '\(parts.first ?? "")'")
    }
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, keys.contains(String(pair[0])), let value = Double(pair[1]), value.isFinite, value >= 0
      else {
        throw ValidationError("\(option) takes \(keys.map { "\($0)=NUMBER" }.joined(separator: ", ")), not '\(part)'")
      }
      try take(String(pair[0]), value)
    }
    return epochs
  }
}
