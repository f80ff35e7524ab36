import NablaData
import NablaRuntime

/// Texts as numbers of their words: 0 fills up short texts, 1 stands for words that have no number, and from 2 on come the
/// words that there are, the most frequent ones first.
struct TokenTable {
  private let unit: TextUnit
  private var known: [String: Int32] = [:]
  private var names: [String] = []
  private var counts: [Int] = []
  /// The words of all texts, as they were met, and where each text ends.
  private var tokens: [Int32] = []
  private var ends: [Int] = []

  /// What the first two numbers are called.
  static let filling = "", unknown = "[unknown]"

  init(_ unit: TextUnit) { self.unit = unit }

  mutating func add(_ text: String) {
    unit.forEachPiece(of: text) { add(token: $0) }
    ends.append(tokens.count)
  }

  /// Forgets the last text.
  mutating func removeLast() {
    ends.removeLast()
    while tokens.count > ends.last ?? 0 { counts[Int(tokens.removeLast())] -= 1 }
  }

  private mutating func add(token: String) {
    if let number = known[token] {
      counts[Int(number)] += 1
      tokens.append(number)
    } else {
      known[token] = Int32(names.count)
      tokens.append(Int32(names.count))
      names.append(token)
      counts.append(1)
    }
  }

  /// The words by their frequency, and the number of each as it was met.
  private func vocabulary(_ limit: Int?) -> (names: [String], numbers: [Int32]) {
    let order = names.indices.filter { counts[$0] > 0 }.sorted { (-counts[$0], names[$0]) < (-counts[$1], names[$1]) }
    var numbers = [Int32](repeating: 1, count: names.count)
    let kept = order.prefix(max((limit ?? .max) - 2, 0))
    for (place, name) in kept.enumerated() { numbers[name] = Int32(place + 2) }
    return ([TokenTable.filling, TokenTable.unknown] + kept.map { names[$0] }, numbers)
  }

  /// Each text as an example of so many numbers: of a longer one the first.
  ///
  /// - Parameter limit: how many numbers there are at most.
  func examples(_ name: String, length: Int, limit: Int?) -> DatasetColumn {
    let (names, numbers) = vocabulary(limit)
    var values = [Int32](repeating: 0, count: ends.count * length)
    var start = 0
    for (text, end) in ends.enumerated() {
      for (place, token) in tokens[start..<end].prefix(length).enumerated() {
        values[text * length + place] = numbers[Int(token)]
      }
      start = end
    }
    return DatasetColumn(
      name, Tensor(Column(values), shape: [ends.count, length]),
      classes: DatasetColumn.Classes(vocabulary: names, of: unit))
  }

  /// All texts as one sequence.
  func sequence(_ name: String, limit: Int?) -> DatasetColumn {
    let (names, numbers) = vocabulary(limit)
    return DatasetColumn(
      name, Tensor(Column(tokens.map { numbers[Int($0)] }), shape: [tokens.count]),
      classes: DatasetColumn.Classes(vocabulary: names, of: unit))
  }
}
