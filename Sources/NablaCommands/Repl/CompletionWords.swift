import Synchronization

/// The words that Tab completes: operations, commands, and what was defined.
final class CompletionWords: Sendable {
  private let words: Mutex<Set<String>>

  init(_ words: [String]) { self.words = Mutex(Set(words)) }

  func learn(_ names: [String]) { words.withLock { $0.formUnion(names) } }

  func completions(of prefix: String) -> [String] {
    if prefix.isEmpty { return [] }
    return words.withLock { $0.filter { $0.hasPrefix(prefix) }.sorted() }
  }
}
