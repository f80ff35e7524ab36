/// The names that a text gives a meaning of its own, so that shared parts do not take them.
enum BuiltInNames {
  static let constants: Set<String> = ["pi", "e", "inf", "nan", "true", "false"]
  static let keywords: Set<String> = ["if", "then", "else", "for", "in", "and", "or", "not", "where", "layer"]

  static let all: Set<String> = constants.union(keywords).union(Builtin.names).union(["broadcast"])
}
