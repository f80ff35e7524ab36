import NablaDiagnostics

/// Something with a value of its own that mentions other definitions: a function, a constant, a `where` definition.
///
/// Definitions may stand in any order, so what depends on itself is found here, before anything is evaluated.
struct Definition: Sendable {
  enum Content: Sendable {
    case routine(Int)
    /// An assignment or destructuring of a `where` clause.
    case clause(SyntaxID)
  }

  struct Mention: Sendable {
    let definition: Int
    let range: SourceRange
  }

  let name: String
  let range: SourceRange
  let content: Content
  /// The definition around this one.
  let parent: Int?
  var mentions: [Mention] = []
}
