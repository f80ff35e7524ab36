/// What the reference says of a problem.
public struct ProblemEntry: Hashable, Sendable {
  /// What is wrong, and what to do.
  public let meaning: String
  /// A program that has the problem; `nil` where it does not come from a short text alone.
  public let example: String?

  init(_ meaning: String, _ example: String? = nil) {
    self.meaning = meaning
    self.example = example
  }
}
