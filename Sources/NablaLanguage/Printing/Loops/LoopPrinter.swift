import NablaGraph

/// Writes a program with loops as the statements of a block.
struct LoopPrinter {
  /// A line of the block.
  struct Line {
    enum Content {
      /// `a = e`, `(a, b) = (e, f)`.
      case assignment(String, String)
      /// `for x in xs {`, after the name of its stack, if it has one.
      case loop(stack: String?, [(name: String, source: String)])
      case end
      case value(String)
    }

    let depth: Int
    let content: Content
  }

  private let sketch: LoopSketch
  private let layout: PrintLayout
  private let notation: any ExpressionNotation
  private var lines: [Line] = []
  /// Carried values that are assigned under their names, by loop.
  private let assigned: [[Int]]

  init(_ sketch: LoopSketch, _ notation: any ExpressionNotation) {
    self.sketch = sketch
    self.notation = notation
    layout = PrintLayout(sketch.graph, notation, sameNames: sketch.sameNames)
    assigned = sketch.loops.map { sketch.assignable(in: $0) }
    for (loop, assigned) in zip(sketch.loops, assigned) {
      for index in assigned {
        layout.force(loop.carried[index].next, named: layout.name(ofInput: loop.carried[index].input))
      }
      if loop.isReversed { layout.reverse(loop) }
    }
    layout.arrange(sketch.written)
  }

  var inputNames: [String] { sketch.inputs.map { layout.name(ofInput: $0) } }

  /// The lines of the block; the last ones give the values names, or are the value.
  mutating func block(named names: [String]?) -> [Line] {
    write(scope: nil, depth: 0)
    let values = sketch.roots.map { layout.text(of: $0) }
    if let names {
      for (name, value) in zip(names, values) where name != value { add(0, .assignment(name, value)) }
    } else {
      add(0, .value(tuple(values)))
      endWithLoop()
    }
    return lines
  }

  /// A stack that is the value of the block needs no name.
  private mutating func endWithLoop() {
    guard case .value(let value)? = lines.last?.content, lines.count > 1, case .end = lines[lines.count - 2].content,
      let start = lines.lastIndex(where: { if case .loop = $0.content { $0.depth == 0 } else { false } }),
      case .loop(value, let header) = lines[start].content
    else { return }
    lines.removeLast()
    lines[start] = Line(depth: 0, content: .loop(stack: nil, header))
  }

  private mutating func add(_ depth: Int, _ content: Line.Content) {
    lines.append(Line(depth: depth, content: content))
  }

  private func tuple(_ parts: [String]) -> String {
    let (open, close) = notation.brackets
    return parts.count == 1 ? parts[0] : open + parts.joined(separator: ", ") + close
  }

  private func name(_ input: NodeID) -> String { notation.spelling(of: layout.name(ofInput: input)) }

  /// The definitions and loops that stand directly in a loop, or outside all of them.
  private mutating func write(scope: Int?, depth: Int) {
    var definitions = layout.definitions.filter { sketch.levels[$0.index] == scope }[...]
    // What a step computes alike in every step of an inner loop stands before that.
    let inner = sketch.loops.indices.filter { sketch.loops[$0].parent == scope }
    var assignments = (scope.map { loop in assigned[loop].map { sketch.loops[loop].carried[$0] } } ?? [])[...]
    func flush(_ end: NodeID?, _ printer: inout LoopPrinter) {
      while true {
        let definition = definitions.first.flatMap { id in end.map { id < $0 } ?? true ? id : nil }
        let assignment = assignments.first.flatMap { carried in end.map { carried.next < $0 } ?? true ? carried : nil }
        if let assignment, definition.map({ assignment.next < $0 }) ?? true {
          assignments.removeFirst()
          printer.add(
            depth, .assignment(printer.name(assignment.input), printer.layout.definition(of: assignment.next)))
        } else if let definition {
          definitions.removeFirst()
          printer.add(
            depth,
            .assignment(
              printer.notation.spelling(of: printer.layout.name(of: definition)),
              printer.layout.definition(of: definition)))
        } else {
          return
        }
      }
    }
    for index in inner {
      flush(sketch.loops[index].range.upperBound, &self)
      write(loop: index, depth: depth)
    }
    flush(nil, &self)
  }

  private mutating func write(loop index: Int, depth: Int) {
    let loop = sketch.loops[index]
    for carried in loop.carried {
      let start =
        layout.isShort(carried.start) && sketch.needsShape(of: carried, isShort: layout.isShort)
        ? layout.wholeText(of: carried.start) : layout.text(of: carried.start)
      if start != name(carried.input) { add(depth, .assignment(name(carried.input), start)) }
    }
    let stacks = loop.outputs.map { notation.spelling(of: layout.ownName(ofInput: $0.result)) }
    add(depth, .loop(stack: stacks.isEmpty ? nil : tuple(stacks), header(of: loop)))
    write(scope: index, depth: depth + 1)
    writeEnd(of: loop, index, depth: depth + 1)
    add(depth, .end)
  }

  private func header(of loop: LoopSketch.Loop) -> [(name: String, source: String)] {
    let range = "0..<\(loop.length)"
    if loop.elements.isEmpty { return [("_", range)] }
    return loop.elements.map { element in
      let own = notation.spelling(of: layout.ownName(ofInput: element.input))
      let graph = sketch.graph
      if graph.elementwise(element.sequence) == nil, graph.operation(of: element.sequence) == .iota {
        return (own, range)
      }
      return (own, loop.isReversed ? layout.reversedText(of: element.sequence) : layout.wholeText(of: element.sequence))
    }
  }

  /// What is carried on at once, and the value of the step.
  private mutating func writeEnd(of loop: LoopSketch.Loop, _ index: Int, depth: Int) {
    let rest = loop.carried.indices.filter { !assigned[index].contains($0) }.map { loop.carried[$0] }
      .filter { $0.next != $0.input }
    var values = loop.outputs.map { layout.text(of: $0.node) }
    if !rest.isEmpty {
      // What has a name of its own keeps it, whatever is assigned now.
      let named = layout.definitions.filter { sketch.levels[$0.index] == index }
      let cuts = Set(assigned[index].map { loop.carried[$0].next } + named)
      for (position, output) in loop.outputs.enumerated()
      where rest.contains(where: { sketch.reaches($0.input, from: [output.node], cut: cuts) }) {
        let name = layout.unusedName(like: "y")
        add(depth, .assignment(notation.spelling(of: name), values[position]))
        values[position] = notation.spelling(of: name)
      }
      add(depth, .assignment(tuple(rest.map { name($0.input) }), tuple(rest.map { layout.text(of: $0.next) })))
    }
    if !values.isEmpty { add(depth, .value(tuple(values))) }
  }

  // MARK: Text

  /// Lines of the language.
  static func text(_ lines: [Line], indent: Int) -> String {
    lines.map { line in
      let space = String(repeating: "  ", count: line.depth + indent)
      switch line.content {
      case .assignment(let name, let value): return "\(space)\(name) = \(value)"
      case .loop(let stack, let bindings):
        let header = bindings.map { "\($0.name) in \($0.source)" }.joined(separator: ", ")
        return "\(space)\(stack.map { "\($0) = " } ?? "")for \(header) {"
      case .end: return "\(space)}"
      case .value(let value): return space + value
      }
    }.joined(separator: "\n")
  }

  /// The same on one line.
  static func line(_ lines: [Line]) -> String {
    var text = ""
    for line in lines {
      let part = LoopPrinter.text([Line(depth: 0, content: line.content)], indent: 0)
      if !text.isEmpty { text += text.hasSuffix("{") || part == "}" ? " " : "; " }
      text += part
    }
    return text
  }

  /// Rows of an array, indented by their depth.
  static func latex(_ lines: [Line], head: String? = nil) -> String {
    let rows = lines.compactMap { line -> String? in
      let space = String(repeating: #"\quad "#, count: line.depth + (head == nil ? 0 : 1))
      switch line.content {
      case .assignment(let name, let value): return #"\#(space)\#(name) \leftarrow \#(value)"#
      case .loop(let stack, let bindings):
        let header = bindings.map { #"\#($0.name) \in \#($0.source)"# }.joined(separator: #",\; "#)
        return #"\#(space)\#(stack.map { #"\#($0) \leftarrow "# } ?? "")\textbf{for } \#(header)"#
      case .end: return nil
      case .value(let value): return space + value
      }
    }
    return #"\begin{array}{l}"# + "\n" + ((head.map { [$0] } ?? []) + rows).joined(separator: " \\\\\n") + "\n"
      + #"\end{array}"#
  }
}
