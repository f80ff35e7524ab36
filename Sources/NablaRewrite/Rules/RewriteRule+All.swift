extension RewriteRule {
  /// Every rule, by family. Among the rules of one operation the earlier is tried first.
  public static let all: [RewriteRule] = [
    inverses, logarithms,
  ].flatMap { $0 }
}
