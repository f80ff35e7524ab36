import Nabla
import NablaLanguage

/// Prints results as lines: `f = 33`, `df/da = 3`.
struct ResultText {
  private let function: String
  /// How results are shown, by the names that they have in an entry.
  private let results: [String: String]
  private let order: Int

  init(_ formula: Formula, order: Int = 1) {
    function = formula.name
    let names = formula.results.enumerated().map { ($1, formula.resultName($0)) }
    results = Dictionary(names) { first, _ in first }
    self.order = order
  }

  func print(_ want: Want, _ entry: JSONValue) {
    for line in lines(want, entry) { Swift.print(line) }
  }

  private func lines(_ want: Want, _ entry: JSONValue) -> [String] {
    guard let members = entry.members else {
      return [want == .value ? "\(function) = \(plain(entry))" : "\(want.rawValue) = \(plain(entry))"]
    }
    switch want {
    case .value: return members.map { "\(result($0)) = \(plain($0.value))" }
    case .gradient:
      return members.map {
        "\(DerivativeLabel(function, $0.name, order: order).text(.text)) = \(plain($0.value))"
      }
    case .jacobian:
      return members.flatMap { row in
        row.value.members?.map { "\(DerivativeLabel(result(row), $0.name).text(.text)) = \(plain($0.value))" }
          ?? ["\(DerivativeLabel(function, row.name).text(.text)) = \(plain(row.value))"]
      }
    case .hessian:
      return members.flatMap { row in
        (row.value.members ?? []).map {
          row.name == $0.name
            ? "\(DerivativeLabel(function, row.name, order: 2).text(.text)) = \(plain($0.value))"
            : "d^2\(function)/d\(row.name) d\($0.name) = \(plain($0.value))"
        }
      }
    case .jvp: return members.map { "jvp \(result($0)) = \(plain($0.value))" }
    case .vjp, .hvp: return members.map { "\(want.rawValue) \($0.name) = \(plain($0.value))" }
    }
  }

  private func result(_ member: JSONValue.Member) -> String { results[member.name] ?? member.name }

  /// Numbers as people write them: `nan` and `inf` without quotes.
  private func plain(_ value: JSONValue) -> String {
    if let text = value.string { return text }
    if let values = value.array { return "[" + values.map(plain).joined(separator: ", ") + "]" }
    return value.text
  }
}
