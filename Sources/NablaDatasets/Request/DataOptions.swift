import NablaData

/// What a part of a request says about its data.
public struct DataOptions: Hashable, Sendable {
  /// Which column of a table holds what is to be predicted.
  public enum Label: Hashable, Sendable {
    /// A column called label, class, target, species or y, and else the last one.
    case usual
    case none
    case named(String)
  }

  /// What is done about a field without a value.
  public enum Missing: Hashable, Sendable {
    case refuse
    /// The example is left out.
    case drop
    /// It stays NaN.
    case keep
    case number(Double)
  }

  /// Whether the numbers of a label are classes.
  public enum LabelKind: Hashable, Sendable { case usual, classes, numbers }

  public var label = Label.usual
  public var labelKind = LabelKind.usual
  public var missing = Missing.refuse
  /// Whether the first row of a table is a header; without it, as the table looks.
  public var header: Bool?
  /// The columns of a table that count, without the label; empty for all.
  public var features: [String] = []
  /// The columns of a table that do not count.
  public var drop: [String] = []
  /// Whether every column of a table is one of the set, under its own name.
  public var separate = false
  /// What numbers are divided by.
  public var scale: Double?
  /// Whether numbers are shifted and scaled to mean 0 and deviation 1.
  public var normalise = false
  /// Whether classes become vectors.
  public var oneHot = false
  /// The shape of an example.
  public var shape: [Int]?
  /// The name of one array of a file that has several.
  public var member: String?
  /// At most so many examples.
  public var limit: Int?

  public init() {}

  struct Fault: Error, CustomStringConvertible { let description: String }

  /// Every option, what it takes, and what it does: what the manual and the messages know.
  public static let all: [(key: String, value: String?, meaning: String)] = [
    ("label", "NAME", "the column of a table that is `y`: its name, its number from 1, `first`, `last` or `none`"),
    ("classes", nil, "the labels are classes"),
    ("numbers", nil, "the labels are numbers to be predicted, not classes"),
    ("features", "A+B", "the columns of a table that make `x`; without it, all but the label"),
    ("drop", "A+B", "columns of a table that are left out"),
    ("separate", nil, "every column of a table is a column of the set, under its own name"),
    ("header", "yes", "whether the first row names the columns: `yes` or `no`; without it, as it looks"),
    ("missing", "WHAT", "fields without a value: `error`, `drop` (the example), `keep` (as NaN) or a number"),
    ("scale", "255", "numbers are divided by this"),
    ("normalise", nil, "mean 0 and deviation 1, as measured on the examples that are trained on"),
    ("one_hot", nil, "classes become vectors with a 1"),
    ("shape", "28x28x1", "the shape of an example"),
    ("member", "NAME", "one array of a file that has several"),
    ("limit", "1000", "the first examples only"),
  ]

  mutating func set(_ key: String, _ value: String?) throws(Fault) {
    let key = ["normalize": "normalise", "onehot": "one_hot"][key] ?? key
    guard let known = DataOptions.all.first(where: { $0.key == key }) else {
      let keys = DataOptions.all.map(\.key).joined(separator: ", ")
      throw Fault(description: "there is no option '\(key)'; there are \(keys)")
    }
    if known.value == nil, value != nil { throw Fault(description: "'\(key)' takes no value") }
    guard let value = known.value == nil ? "" : value, known.value == nil || !value.isEmpty else {
      throw Fault(description: "'\(key)' takes a value, such as \(key)=\(known.value ?? "")")
    }
    switch key {
    case "label": label = value == "none" ? .none : .named(value)
    case "classes": labelKind = .classes
    case "numbers": labelKind = .numbers
    case "features": features = value.split(separator: "+").map(String.init)
    case "drop": drop = value.split(separator: "+").map(String.init)
    case "separate": separate = true
    case "header":
      guard ["yes", "no"].contains(value) else { throw Fault(description: "'header' is yes or no, not '\(value)'") }
      header = value == "yes"
    case "missing": missing = try DataOptions.missing(value)
    case "scale":
      guard let number = Double(value), number.isFinite, number != 0 else {
        throw Fault(description: "'scale' is a number other than 0, not '\(value)'")
      }
      scale = number
    case "normalise": normalise = true
    case "one_hot": oneHot = true
    case "shape": shape = try DataOptions.extents(key, value)
    case "member": member = value
    case "limit": limit = try DataOptions.count(key, value)
    default: preconditionFailure("an option of the table")
    }
  }

  private static func missing(_ value: String) throws(Fault) -> Missing {
    switch value {
    case "error": return .refuse
    case "drop": return .drop
    case "keep": return .keep
    default:
      guard let number = Double(value), number.isFinite else {
        throw Fault(description: "'missing' is error, drop, keep or a number, not '\(value)'")
      }
      return .number(number)
    }
  }

  private static func count(_ key: String, _ value: String) throws(Fault) -> Int {
    guard let number = Int(value), number > 0, number < 1 << 40 else {
      throw Fault(description: "'\(key)' is a number of at least 1, not '\(value)'")
    }
    return number
  }

  private static func extents(_ key: String, _ value: String) throws(Fault) -> [Int] {
    var extents: [Int] = []
    for word in value.split(separator: "x", omittingEmptySubsequences: false) {
      guard let extent = Int(word), extent > 0, extent < 1 << 30 else {
        throw Fault(description: "'\(key)' is numbers with x between them, such as 28x28, not '\(value)'")
      }
      extents.append(extent)
    }
    return extents
  }
}
