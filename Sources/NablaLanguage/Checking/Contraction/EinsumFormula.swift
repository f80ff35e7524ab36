import NablaGraph

/// The first argument of `einsum`, taken apart: `bi,ijk,bk->bj`. An ellipsis stands for the axes that have no letter.
struct EinsumFormula {
  /// Why a text is none.
  struct Problem: Error { let message: String }

  /// The letters of each operand's axes.
  var operands: [[Character]]
  var result: [Character]

  /// Without `->` the result has the letters that stand once, in alphabetical order.
  init(_ text: String) throws(Problem) {
    let text = text.filter { $0 != " " }.replacing("...", with: "\(EinsumFormula.ellipsis)")
    let sides = text.split(separator: "->", omittingEmptySubsequences: false)
    guard sides.count <= 2 else { throw Problem(message: "'->' stands once, before the axes of the result") }
    operands = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let letters = Set(operands.joined())
    if let other = (Array(letters) + (sides.count > 1 ? Array(sides[1]) : [])).first(where: { !$0.isAxisLetter }) {
      throw Problem(message: "an axis is a letter from a to z or A to Z, not '\(other)'")
    }
    for side in operands + (sides.count > 1 ? [Array(sides[1])] : [])
    where side.count(where: { $0 == EinsumFormula.ellipsis }) > 1 {
      throw Problem(message: "'...' stands once in an operand")
    }
    guard sides.count > 1 else {
      let all = operands.joined()
      let single = letters.filter { letter in all.count { $0 == letter } == 1 && letter != EinsumFormula.ellipsis }
      result = (letters.contains(EinsumFormula.ellipsis) ? [EinsumFormula.ellipsis] : []) + single.sorted()
      return
    }
    result = Array(sides[1])
    if Set(result).count < result.count { throw Problem(message: "the result has an axis twice") }
    if letters.contains(EinsumFormula.ellipsis), !result.contains(EinsumFormula.ellipsis) {
      throw Problem(message: "the axes of '...' are in the result, too: write '...' after '->'")
    }
    if let unknown = result.first(where: { !letters.contains($0) }) {
      throw Problem(message: "the result's axis '\(unknown)' is none of an operand")
    }
  }

  // MARK: Ellipses

  /// What stands for `...` among the letters.
  private static let ellipsis: Character = "…"

  /// The label of an axis of an ellipsis, by its distance from the last one: such axes broadcast.
  private static func label(_ distance: Int) -> Character {
    Character(Unicode.Scalar(UInt32(0xE000 + min(distance, 0xFFF))) ?? "…")
  }

  static func isEllipsisAxis(_ label: Character) -> Bool { ("\u{E000}"..."\u{EFFF}").contains(label) }

  /// The formula with a label for every axis that an ellipsis stands for in operands of these ranks.
  func expanded(_ ranks: [Int]) throws(Problem) -> EinsumFormula {
    var expanded = self
    var most = 0
    for (position, operand) in operands.enumerated() {
      guard let place = operand.firstIndex(of: EinsumFormula.ellipsis) else { continue }
      let rest = ranks[position] - (operand.count - 1)
      guard rest >= 0 else {
        throw Problem(
          message: "'\(spelled(operand))' names \(operand.count - 1) axes, and operand \(position + 1) has "
            + "\(ranks[position])")
      }
      most = max(most, rest)
      expanded.operands[position].replaceSubrange(place...place, with: EinsumFormula.labels(rest))
    }
    if let place = result.firstIndex(of: EinsumFormula.ellipsis) {
      expanded.result.replaceSubrange(place...place, with: EinsumFormula.labels(most))
    }
    return expanded
  }

  private static func labels(_ count: Int) -> [Character] { (0..<count).reversed().map(label) }

  func spelled(_ labels: [Character]) -> String {
    String(labels).replacing("\(EinsumFormula.ellipsis)", with: "...")
  }

  // MARK: Order

  /// Two operands, by position, and the axes that their contraction keeps for the others.
  struct Step {
    var left: Int
    var right: Int
    var result: [Character]
  }

  /// More operands than this are taken from left to right: trying all pairs takes the cube of their number.
  private static let searchLimit = 24

  /// The cheapest pair to contract next, for extents that are as good as known.
  ///
  /// - Parameter operands: the axes of what is left, at least two.
  static func nextStep(_ operands: [[Character]], to result: [Character], _ extents: [Character: Double]) -> Step {
    var best = step(operands, 0, 1, to: result)
    if operands.count == 2 || operands.count > searchLimit { return best }
    var least = Double.infinity
    for left in operands.indices {
      for right in operands.indices where right > left {
        let candidate = step(operands, left, right, to: result)
        let axes = Set(operands[left] + operands[right])
        // Of equally many operations the one that leaves less.
        let work = axes.reduce(1) { $0 * (extents[$1] ?? 1) }
        let rest = candidate.result.reduce(1) { $0 * (extents[$1] ?? 1) }
        let cost = work + rest / 1024
        if cost < least { (least, best) = (cost, candidate) }
      }
    }
    return best
  }

  private static func step(_ operands: [[Character]], _ left: Int, _ right: Int, to result: [Character]) -> Step {
    if operands.count == 2 { return Step(left: left, right: right, result: result) }
    var needed = Set(result)
    for other in operands.indices where other != left && other != right { needed.formUnion(operands[other]) }
    var kept: [Character] = []
    for axis in operands[left] + operands[right] where needed.contains(axis) && !kept.contains(axis) {
      kept.append(axis)
    }
    return Step(left: left, right: right, result: kept)
  }
}

extension Character {
  fileprivate var isAxisLetter: Bool { isASCII && isLetter || self == "…" }
}
