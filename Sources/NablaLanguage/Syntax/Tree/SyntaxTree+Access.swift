import NablaDiagnostics

extension SyntaxTree {
  /// The bytes that a node covers. The parentheses of `(a + b)` are not part of it; those of a tuple are.
  public func range(_ id: SyntaxID) -> SourceRange {
    SourceRange(lower: nodes[id.index].lower, upper: nodes[id.index].upper)
  }

  /// The source text that a node covers.
  public func text(_ id: SyntaxID) -> String { source[range(id)] }

  /// The spelling of a name.
  public func name(_ id: NameID) -> String { names[id.index] }

  /// The name of a `.name` or `.binder` node, else `nil`.
  public func nameID(_ id: SyntaxID) -> NameID? {
    let node = nodes[id.index]
    return node.tag == .name || node.tag == .binder ? NameID(Int(node.first)) : nil
  }

  /// The spelling of a `.name` or `.binder` node; empty for others.
  public func name(of id: SyntaxID) -> String { nameID(id).map(name) ?? "" }

  /// The spelling of a number in ASCII: `2`, `.5`, `2e3`; superscripts as the digits and sign they mean.
  public func number(_ id: SyntaxID) -> String {
    let text = text(id)
    guard nodes[id.index].tag == .superscript else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { Superscript.plain($0) ?? $0 }))
  }

  /// The value of a string literal, without quotes and with `\"` and `\\` resolved.
  public func string(_ id: SyntaxID) -> String {
    var value = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text(id).unicodeScalars.dropFirst().dropLast() {
      if scalar == "\\", !isEscaped {
        isEscaped = true
      } else {
        value.append(scalar)
        isEscaped = false
      }
    }
    return String(value)
  }

  /// All children in the order of their roles in ``SyntaxKind``, those that are absent left out.
  public func children(_ id: SyntaxID) -> ArraySlice<SyntaxID> {
    let node = nodes[id.index]
    return pool[Int(node.first)..<Int(node.first) + Int(node.childCount)]
  }

  func tag(_ id: SyntaxID) -> Tag { nodes[id.index].tag }

  /// The two operands of an operator or of a product by juxtaposition: what most nodes are, without their kind.
  @inline(__always)
  func operands(_ id: SyntaxID) -> (SyntaxID, SyntaxID)? {
    let node = nodes[id.index]
    guard node.tag == .infix || node.tag == .juxtaposition else { return nil }
    return (pool[Int(node.first)], pool[Int(node.first) + 1])
  }

  /// The operator of such a node.
  @inline(__always)
  func infix(_ id: SyntaxID) -> InfixOperator? {
    let node = nodes[id.index]
    if node.tag == .juxtaposition { return .multiply }
    return node.tag == .infix ? InfixOperator(rawValue: node.detail) ?? .add : nil
  }

  /// What a node is, with its children.
  public func kind(_ id: SyntaxID) -> SyntaxKind {
    let node = nodes[id.index]
    let children =
      node.childCount == 0
      ? [] : pool[Int(node.first)..<Int(node.first) + Int(node.childCount)]
    func child(_ offset: Int) -> SyntaxID { children[children.startIndex + offset] }
    /// The child of an optional role: bit `role` of the detail says whether it is there.
    func optional(_ role: UInt8, after fixed: Int = 0) -> SyntaxID? {
      guard node.detail & (1 << role) != 0 else { return nil }
      return child(fixed + (node.detail & ((1 << role) - 1)).nonzeroBitCount)
    }

    switch node.tag {
    case .error: return .error
    case .number: return .number
    case .superscript: return .superscript
    case .string: return .string
    case .ellipsis: return .ellipsis
    case .name: return .name(NameID(Int(node.first)))
    case .binder: return .binder(NameID(Int(node.first)))
    case .call: return .call(callee: child(0), arguments: children.dropFirst())
    case .argument: return .argument(label: child(0), value: child(1))
    case .prime: return .prime(child(0))
    case .index: return .index(base: child(0), indices: children.dropFirst())
    case .slice: return .slice(start: optional(0), stop: optional(1), step: optional(2))
    case .member: return .member(base: child(0), name: child(1))
    case .conditional: return .conditional(condition: child(0), then: child(1), else: child(2))
    case .prefix: return .prefix(PrefixOperator(rawValue: node.detail) ?? .plus, child(0))
    case .infix: return .infix(InfixOperator(rawValue: node.detail) ?? .add, child(0), child(1))
    case .chain:
      let start = Int(pool[Int(node.first) - 1].raw)
      return .chain(
        operands: children, operators: ComparisonChain(codes: chainOperators[start..<start + children.count - 1]))
    case .juxtaposition: return .juxtaposition(number: child(0), factor: child(1))
    case .pipe: return .pipe(value: child(0), function: child(1))
    case .tuple: return .tuple(children)
    case .list: return .list(children)
    case .comprehension: return .comprehension(element: child(0), bindings: children.dropFirst())
    case .binding: return .binding(name: child(0), source: child(1), upper: optional(0, after: 2))
    case .loop: return .loop(bindings: children.dropLast(), body: child(children.count - 1))
    case .whereClause: return .whereClause(value: child(0), definitions: children.dropFirst())
    case .program: return .program(children)
    case .block: return .block(children)
    case .value: return .value(child(0))
    case .layer: return .layer(child(0))
    case .definition:
      return .definition(
        name: child(0), parameters: children.dropFirst().dropLast(), body: child(children.count - 1))
    case .assignment: return .assignment(name: child(0), value: child(1))
    case .destructuring: return .destructuring(names: children.dropLast(), value: child(children.count - 1))
    case .variable:
      return .variable(
        VariableRole(rawValue: node.detail >> 1) ?? .param, name: child(0), type: child(1),
        initial: optional(0, after: 2))
    case .parameter: return .parameter(name: child(0), type: optional(0, after: 1), initial: optional(1, after: 1))
    case .type:
      let element = optional(0)
      let hasDimensions = node.detail & 2 != 0
      return .type(
        element: element, dimensions: hasDimensions ? children.dropFirst(element == nil ? 0 : 1) : nil)
    }
  }
}
