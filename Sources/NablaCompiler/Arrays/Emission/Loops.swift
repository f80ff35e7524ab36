/// Loops of C that are open.
struct Loops {
  private(set) var indent: String
  private(set) var count = 0

  init(indent: String) { self.indent = indent }

  mutating func open(_ name: String, _ extent: Int, _ text: inout String) {
    open(name, from: "0", to: "\(extent)", &text)
  }

  /// - Parameter isRolled: whether it takes so long to go around once that nothing is gained from writing it out.
  mutating func open(_ name: String, from: String, to: String, isRolled: Bool = false, _ text: inout String) {
    if isRolled { text += "\(indent)NABLA_ROLLED\n" }
    text += "\(indent)for (int64_t \(name) = \(from); \(name) < \(to); ++\(name)) {\n"
    indent += "  "
    count += 1
  }

  /// Where the turn of a loop over tiles begins; a product of a single row or column has no need of it.
  func define(_ name: String, first: Int, turn: String, step: Int, _ text: inout String) {
    text += "\(indent)const int64_t \(name) = \(first) + \(turn) * \(step);\n\(indent)(void)\(name);\n"
  }

  /// Counts a block that has been opened by hand.
  mutating func indentFurther() {
    indent += "  "
    count += 1
  }

  mutating func close(_ number: Int, _ text: inout String) {
    for _ in 0..<number {
      indent.removeLast(2)
      text += "\(indent)}\n"
    }
    count -= number
  }
}
