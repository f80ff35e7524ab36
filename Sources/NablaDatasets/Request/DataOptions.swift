import NablaData
import NablaDiagnostics

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

  /// Whether pictures have colours.
  public enum Colours: Hashable, Sendable {
    /// As the file has it.
    case usual
    case grey
    case coloured
  }

  /// What the examples of each class count.
  public enum ClassWeights: Hashable, Sendable {
    /// As much in all as those of any other class.
    case balanced
    /// A number for each class, in order.
    case numbers([Double])
    /// What each example counts, in a column of the table.
    case column(String)
  }

  /// Whether the numbers of a label are classes.
  public enum LabelKind: Hashable, Sendable { case usual, classes, numbers }

  public var label = Label.usual
  public var labelKind = LabelKind.usual
  /// How many classes there are, where that is said.
  public var classCount: Int?
  public var missing = Missing.refuse
  /// Whether the first row of a table is a header; without it, as the table looks.
  public var header: Bool?
  /// The columns of a table that count, without the label; empty for all.
  public var features: [String] = []
  /// The columns of a table that do not count.
  public var drop: [String] = []
  /// Whether the label is all that is wanted of a table.
  var isLabelOnly = false
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
  /// What each class counts, in a column of its own; without it, there is none.
  public var weights: ClassWeights?
  /// What texts are made of, and how many of them an example has.
  public struct Tokens: Hashable, Sendable {
    public var unit: TextUnit
    /// Without it, 40.
    public var length: Int?

    public init(unit: TextUnit, length: Int? = nil) {
      self.unit = unit
      self.length = length
    }
  }

  /// How the texts of a table, or the file, become numbers; without it, a table has numbers, and a text file characters.
  public var tokens: Tokens?
  /// How many numbers there are for words at most.
  public var vocabulary: Int?
  /// Whether the file is a text, whose characters are a sequence.
  public var isText = false
  /// The parts of a sequence that are examples.
  public var window: WindowRule?
  /// Whether pictures have colours.
  public var colours = Colours.usual
  /// The height and width that pictures get.
  public var resize: [Int]?

  public init() {}

  /// What an option is for.
  public enum Sources: String, Hashable, Sendable {
    case all = "all data"
    case tables = "tables"
    case pictures = "pictures"
    case archives = "files of several arrays"
  }

  /// Those that were given, in their order.
  private(set) var given: [String] = []

  /// The first option that was given and does nothing with such data.
  func firstIdle(of sources: Sources) -> (key: String, sources: Sources)? {
    let idle = DataOptions.all.first { given.contains($0.key) && $0.of != .all && $0.of != sources }
    return idle.map { ($0.key, $0.of) }
  }

  struct Fault: Error, CustomStringConvertible { let description: String }

  /// Every option, what it takes, what it does, and what it is for: what the manual and the messages know.
  // swift-format-ignore
  public static let all: [(key: String, value: String?, meaning: String, of: Sources)] = [
    ("label", "NAME", "the column of a table that is `y`: its name, its number from 1, `first`, `last` or `none`", .all),
    ("classes", "[10]", "the labels are classes, of which there are so many: others are refused", .all),
    ("numbers", nil, "the labels are numbers to be predicted, not classes", .all),
    ("features", "A+B", "the columns of a table that make `x`; without it, all but the label", .tables),
    ("drop", "A+B", "columns of a table that are left out", .tables),
    ("separate", nil, "every column of a table is a column of the set, under its own name", .tables),
    ("header", "yes", "whether the first row names the columns: `yes` or `no`; without it, as it looks", .tables),
    ("missing", "WHAT", "fields without a value: `error`, `drop` (the example), `keep` (as NaN) or a number", .tables),
    ("scale", "255", "numbers are divided by this", .all),
    ("normalise", nil, "mean 0 and deviation 1, as measured on the examples that are trained on", .all),
    ("one_hot", nil, "classes become vectors with a 1", .all),
    ("shape", "28x28x1", "the shape of an example", .all),
    ("member", "NAME", "one array of a file that has several", .archives),
    ("limit", "1000", "the first examples only", .all),
    ("weights", "balanced", "a column `weight`: that classes count alike, what each counts, `1+5`, or a column's name", .all),
    ("text", nil, "the file is a text: `x` is windows of its characters, `y` the character after each", .all),
    ("words", "[40]", "a column of the table has texts: `x` is so many words of each; or `text` is one of words", .all),
    ("characters", "[40]", "the same with numbers of characters", .all),
    ("vocabulary", "1000", "how many numbers there are for words at most: the rarest have that of the unknown", .all),
    ("window", "12", "`x` is so many rows that follow each other, `y` what comes after them", .all),
    ("stride", "1", "rows from one window to the next", .all),
    ("horizon", "1", "how many rows after the window `y` is", .all),
    ("sequence", nil, "`y` is what comes after each row of the window, and not only after the last", .all),
    ("grey", nil, "pictures without their colours", .pictures),
    ("colour", nil, "pictures with three numbers a pixel", .pictures),
    ("resize", "28x28", "the height and width that pictures get", .pictures),
  ]

  private static let spellings = ["normalize": "normalise", "onehot": "one_hot", "gray": "grey", "color": "colour"]

  /// What other libraries call options, without marks between words.
  // swift-format-ignore
  private static let otherNames = [
    "target": "label", "targets": "label", "y": "label", "labels": "label", "labelcolumn": "label", "columns": "features",
    "x": "features", "usecols": "features", "exclude": "drop", "ignore": "drop", "skip": "drop", "names": "header",
    "standardize": "normalise", "standardise": "normalise", "zscore": "normalise", "normalization": "normalise",
    "rescale": "scale", "divide": "scale", "categorical": "one_hot", "tocategorical": "one_hot", "numclasses": "classes",
    "reshape": "shape", "inputshape": "shape", "na": "missing", "navalues": "missing", "fillna": "missing",
    "nrows": "limit", "head": "limit", "first": "limit", "take": "limit", "classweight": "weights",
    "sampleweight": "weights", "lookback": "window", "sequencelength": "window", "timesteps": "window",
    "samplingrate": "stride", "sequencestride": "stride", "returnsequences": "sequence", "grayscale": "grey",
    "greyscale": "grey", "rgb": "colour", "targetsize": "resize", "imagesize": "resize", "key": "member",
    "array": "member", "characters": "text", "regression": "numbers", "classification": "classes",
  ]

  mutating func set(_ key: String, _ value: String?) throws(Fault) {
    let key = DataOptions.spellings[key] ?? key
    guard let known = DataOptions.all.first(where: { $0.key == key }) else {
      let keys = DataOptions.all.map(\.key)
      let nearest =
        DataOptions.otherNames[key.lowercased().filter { $0 != "_" && $0 != "-" }]
        ?? NearestName.nearest(to: key.lowercased(), among: keys)
      let advice = nearest.map { "did you mean '\($0)'?" } ?? "there are \(keys.joined(separator: ", "))"
      throw Fault(description: "there is no option '\(key)'; \(advice)")
    }
    if known.value == nil, value != nil { throw Fault(description: "'\(key)' takes no value") }
    // A value that stands in brackets in the table may be left out.
    let isOptional = known.value.map { $0.hasPrefix("[") } ?? true
    guard let value = isOptional ? value ?? "" : value, isOptional || !value.isEmpty else {
      throw Fault(description: "'\(key)' takes a value, such as \(key)=\(known.value ?? "")")
    }
    given.append(key)
    switch key {
    case "label": label = value == "none" ? .none : .named(value)
    case "classes":
      labelKind = .classes
      if !value.isEmpty { classCount = try DataOptions.count(key, value) }
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
    case "weights": weights = try DataOptions.weights(value)
    case "text": isText = true
    case "words", "characters":
      let unit: TextUnit = key == "words" ? .words : .characters
      tokens = Tokens(unit: unit, length: value.isEmpty ? nil : try DataOptions.extent(key, value))
    case "vocabulary":
      let count = try DataOptions.count(key, value)
      guard count > 2 else { throw Fault(description: "'vocabulary' is at least 3: filling, the unknown, and a word") }
      vocabulary = count
    case "window": window = WindowRule(length: try DataOptions.count(key, value))
    case "stride": try changeWindow(\.stride, to: try DataOptions.count(key, value))
    case "horizon": try changeWindow(\.horizon, to: try DataOptions.count(key, value))
    case "sequence": try changeWindow(\.isSequence, to: true)
    case "grey": colours = .grey
    case "colour": colours = .coloured
    case "resize":
      let extents = try DataOptions.extents(key, value)
      guard extents.count == 2, extents[0] * extents[1] <= Raster.pixelLimit else {
        throw Fault(description: "'resize' is a height and a width, such as 28x28, not '\(value)'")
      }
      resize = extents
    default: preconditionFailure("an option of the table")
    }
  }

  private mutating func changeWindow<Value>(
    _ member: WritableKeyPath<WindowRule, Value>, to value: Value
  ) throws(Fault) {
    guard window != nil else {
      throw Fault(description: "'stride', 'horizon' and 'sequence' come after 'window=12', which says how long one is")
    }
    window?[keyPath: member] = value
  }

  private static func weights(_ value: String) throws(Fault) -> ClassWeights {
    if value == "balanced" { return .balanced }
    let parts = value.split(separator: "+", omittingEmptySubsequences: false)
    if parts.count == 1, Double(value) == nil { return .column(value) }
    let numbers = parts.map { Double($0) ?? .nan }
    guard numbers.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw Fault(
        description: "'weights' is balanced, a number for each class, such as 1+5, or a column, not '\(value)'")
    }
    return .numbers(numbers)
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

  private static func extent(_ key: String, _ value: String) throws(Fault) -> Int {
    let count = try count(key, value)
    guard count <= 1 << 20 else { throw Fault(description: "'\(key)' is at most \(1 << 20), not \(value)") }
    return count
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
