/// Loops of C that are open.
struct Loops {
  private(set) var indent: String
  private(set) var count = 0

  init(indent: String) { self.indent = indent }

  mutating func open(_ name: String, _ extent: Int, _ text: inout String) {
    open(name, from: "0", to: "\(extent)", &text)
  }

  mutating func open(_ name: String, from: String, to: String, _ text: inout String) {
    text += "\(indent)for (int64_t \(name) = \(from); \(name) < \(to); ++\(name)) {\n"
    indent += "  "
    count += 1
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
