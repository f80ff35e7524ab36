extension SyntaxTree {
  /// The tree as text: what it is, without where it is. Two sources with equal text mean the same to every later
  /// stage. `None` stands for what is absent.
  ///
  /// ```
  /// f(x) = 2x + sin(x)
  /// [(fn f [(x None None)] (+ (jux 2 (name x)) (call (name sin) [(name x)])))]
  /// ```
  ///
  /// - Complexity: linear in the size of the tree, without recursion.
  public var sExpression: String {
    var writer = SExpressionWriter(tree: self)
    writer.write(root)
    return writer.text
  }
}

/// Writes a tree with an explicit stack of what is still to be written.
private struct SExpressionWriter {
  enum Piece {
    case node(SyntaxID)
    case text(String)
  }

  let tree: SyntaxTree
  var text = ""
  private var pending: [Piece] = []

  init(tree: SyntaxTree) { self.tree = tree }

  mutating func write(_ root: SyntaxID) {
    pending = [.node(root)]
    while let piece = pending.popLast() {
      switch piece {
      case .text(let words): text += words
      case .node(let id): expand(id)
      }
    }
  }

  /// Replaces a node by its pieces; these are pushed last first.
  private mutating func expand(_ id: SyntaxID) {
    let start = pending.count
    pieces(of: id)
    pending[start...].reverse()
  }

  private mutating func pieces(of id: SyntaxID) {
    switch tree.kind(id) {
    case .error: put("error")
    case .number: put("(num \(tree.number(id)))")
    case .superscript: put(tree.text(id))
    case .string: put("(str \(tree.text(id)))")
    case .name(let name): put("(name \(tree.name(name)))")
    case .binder(let name): put(tree.name(name))
    case .ellipsis: put("...")
    case .call(let callee, let arguments): form("call", callee) { $0.list(arguments) }
    case .argument(let label, let value): form(tree.name(of: label), value)
    case .prime(let operand): form("prime", operand)
    case .index(let base, let indices): form("index", base) { $0.indices(indices) }
    case .slice(let start, let stop, let step): slice(start, stop, step)
    case .member(let base, let name): form("member", base) { $0.put(" " + $0.tree.name(of: name)) }
    case .conditional(let condition, let first, let second): form("if", condition, first, second)
    case .prefix(.negate, let operand): form("neg", operand)
    case .prefix(.plus, let operand): form("pos", operand)
    case .prefix(.not, let operand): form("not", operand)
    case .infix(let infix, let left, let right): form(infix.spelling, left, right)
    case .chain(let operands, let operators): chain(operands, operators)
    case .juxtaposition(let number, let factor): form("jux \(tree.number(number))", factor)
    case .pipe(let value, let function): form("pipe", value, function)
    case .tuple(let elements): form("group") { $0.list(elements) }
    case .list(let elements): form("list") { $0.list(elements) }
    case .comprehension(let element, let bindings):
      form("compr", element) {
        $0.list(bindings)
        $0.put(" None")
      }
    case .binding(let name, let source, let upper):
      form(tree.name(of: name), source) { if let upper { $0.child(upper) } }
    case .loop(let bindings, let body):
      form("for") {
        $0.list(bindings)
        $0.child(body)
      }
    case .whereClause(let value, let definitions): form("where", value) { $0.list(definitions) }
    case .program(let items), .block(let items): brackets(items)
    case .value(let value): form("value", value)
    case .layer(let definition): form("layer", definition)
    case .definition(let name, let parameters, let body):
      form("fn " + tree.name(of: name)) {
        $0.list(parameters)
        $0.child(body)
      }
    case .assignment(let name, let value): form("let " + tree.name(of: name), value)
    case .destructuring(let names, let value):
      form("lets") {
        $0.list(names)
        $0.child(value)
      }
    case .variable(let role, let name, let type, let initial):
      form((role == .param ? "param " : "state ") + tree.name(of: name), type) { $0.optional(initial) }
    case .parameter(let name, let type, let initial):
      form(tree.name(of: name)) {
        $0.optional(type)
        $0.optional(initial)
      }
    case .type(let element, let dimensions):
      put("(" + (element.map { tree.name(of: $0) } ?? "None"))
      if let dimensions { list(dimensions) } else { put(" None") }
      put(")")
    }
  }

  private mutating func put(_ words: String) { pending.append(.text(words)) }

  private mutating func child(_ id: SyntaxID) {
    put(" ")
    pending.append(.node(id))
  }

  private mutating func optional(_ id: SyntaxID?) {
    if let id { child(id) } else { put(" None") }
  }

  /// `(head child child …rest)`
  private mutating func form(
    _ head: String, _ children: SyntaxID..., rest: (inout SExpressionWriter) -> Void = { _ in }
  ) {
    put("(" + head)
    for id in children { child(id) }
    rest(&self)
    put(")")
  }

  private mutating func list(_ ids: ArraySlice<SyntaxID>) {
    put(" ")
    brackets(ids)
  }

  private mutating func brackets(_ ids: ArraySlice<SyntaxID>) {
    put("[")
    for (offset, id) in ids.enumerated() {
      if offset > 0 { put(", ") }
      pending.append(.node(id))
    }
    put("]")
  }

  /// Every index is a list of its parts, but for the ellipsis.
  private mutating func indices(_ ids: ArraySlice<SyntaxID>) {
    put(" [")
    for (offset, id) in ids.enumerated() {
      if offset > 0 { put(", ") }
      switch tree.kind(id) {
      case .slice, .ellipsis: pending.append(.node(id))
      default: brackets([id])
      }
    }
    put("]")
  }

  private mutating func slice(_ start: SyntaxID?, _ stop: SyntaxID?, _ step: SyntaxID?) {
    var parts: [Piece] = []
    if let start { parts.append(.node(start)) }
    parts.append(.text(":"))
    if let stop { parts.append(.node(stop)) }
    if let step { parts += [.text(":"), .node(step)] }
    put("[")
    for (offset, part) in parts.enumerated() {
      if offset > 0 { put(", ") }
      pending.append(part)
    }
    put("]")
  }

  private mutating func chain(_ operands: ArraySlice<SyntaxID>, _ operators: ComparisonChain) {
    put("(chain")
    for (offset, id) in operands.enumerated() {
      if offset > 0 { put(" " + operators[offset - 1].spelling) }
      child(id)
    }
    put(")")
  }
}
