import NablaGraph
import NablaRuntime

/// Writes what becomes of a tile of a product: a loop nest over the tile's places, which finds the product in `tile`.
///
/// Sums over the rows are collected in one vector for each column of the tile, and then combined with what earlier
/// tiles have left in memory.
struct CTileEpilogue {
  let loop: LoopKernel
  let parameters: CArrayParameters
  let lanes: CLanes
  /// The axes of the loop along which the tile goes.
  let row: Int?
  let column: Int
  private var body: CBody
  /// Of the statements.
  private var levels: [Level] = []
  private var extra = CRequirements()

  init(_ loop: LoopKernel, _ parameters: CArrayParameters, _ lanes: CLanes, row: Int?, column: Int) {
    (self.loop, self.parameters, self.lanes) = (loop, parameters, lanes)
    (self.row, self.column) = (row, column)
    body = CBody(loop.body, form: .vector(lanes))
    for (number, source) in loop.sources.enumerated() {
      if case .accumulator(let result) = source { body.aliases[.input(number)] = "s\(result)" }
    }
    for statement in loop.body.statements {
      levels.append(statement.operands.map { level(of: $0) }.max() ?? .tile)
    }
  }

  var requirements: CRequirements {
    var all = body.requirements
    all.formUnion(extra)
    all.sections.formUnion(lanes.sections)
    if loop.results.contains(where: { $0.start?.isFinite == false }) { all.sections.insert("constants") }
    return all
  }

  private var sums: [Int] { loop.results.indices.filter { loop.results[$0].start != nil } }

  // MARK: Before all tiles

  /// What sums over the rows start from.
  func starts(indent: String) -> String {
    var text = ""
    for number in sums {
      let result = loop.results[number]
      guard let start = result.start else { continue }
      var loops = Loops(indent: indent)
      for axis in loop.extents.indices where result.address.steps[axis] != 0 {
        loops.open("i\(axis)", loop.extents[axis], &text)
      }
      text += "\(loops.indent)\(parameters.name(of: result.buffer))[\(result.address.c)] = \(start.c);\n"
      loops.close(loops.count, &text)
    }
    return text
  }

  /// The same for some columns of the innermost axis, with the places along the other axes of the columns.
  func starts(at places: [String], first: String, count: Int, indent: String) -> String {
    var text = ""
    for number in sums {
      let result = loop.results[number]
      guard let start = result.start else { continue }
      text += "\(indent){\n"
      for (offset, place) in places.enumerated() {
        text += "\(indent)  const int64_t i\(column - places.count + offset) = \(place);\n"
        text += "\(indent)  (void)i\(column - places.count + offset);\n"
      }
      text += "\(indent)  for (int64_t i\(column) = \(first); i\(column) < \(first) + \(count); ++i\(column)) "
      text += "\(parameters.name(of: result.buffer))[\(result.address.c)] = \(start.c);\n\(indent)}\n"
    }
    return text
  }

  // MARK: One tile

  /// The loops over a tile of `rows` rows, of which `width` columns are there, `stride` apart.
  mutating func tile(rows: Int, width: Int, stride: Int, element: ElementType) -> String {
    var text = ""
    for number in sums {
      guard let start = loop.results[number].start else { continue }
      text += "  \(start.element.cType) sum\(number)[\(stride + CTileEpilogue.spare)];\n"
      text += "  for (int l = 0; l < \(stride); ++l) sum\(number)[l] = \(start.c);\n"
    }
    write(level: .tile, indent: "  ", &text)
    text += "  NABLA_ROLLED\n  for (int64_t r = 0; r < \(rows); ++r) {\n"
    if let row { text += "    const int64_t i\(row) = m + r;\n" }
    write(level: .row, indent: "    ", &text)
    text += vectors(
      width, indent: "    ", full: place(nil, stride, element, "      "),
      rest: place("count", stride, element, "      "))
    text += "  }\n"
    for number in sums {
      text += vectors(
        width, indent: "  ", full: combination(number, nil, "    "), rest: combination(number, "count", "    "))
    }
    return text
  }

  /// Elements behind those of a tile that a vector may reach.
  static let spare = 16

  /// A loop over the columns, vector by vector, and what is left over.
  private func vectors(_ width: Int, indent: String, full: String, rest: String) -> String {
    """
    \(indent)for (int64_t l = 0; l + \(lanes.count) <= \(width); l += \(lanes.count)) {
    \(indent)  const int64_t i\(column) = n + l;
    \(indent)  (void)i\(column);
    \(full)\(indent)}
    #if \(width) % (\(lanes.count))
    \(indent){
    \(indent)  const int64_t count = \(width) % (\(lanes.count)), l = \(width) - count, i\(column) = n + l;
    \(indent)  (void)i\(column);
    \(rest)\(indent)}
    #endif

    """
  }

  // MARK: The body

  /// How often a value changes.
  private enum Level: Int, Comparable {
    case tile, row, place

    static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
  }

  private func level(of source: LoopKernel.Source) -> Level {
    guard let index = source.index else { return .place }
    if case .element(let buffer, _) = source, loop.writtenBuffers.contains(buffer) { return .place }
    if !index.isSteady(along: column) { return .place }
    return row.map { !index.isSteady(along: $0) } ?? false ? .row : .tile
  }

  private func level(of operand: KernelPlan.Operand) -> Level {
    if let value = operand.value { return levels[value] }
    return operand.input.map { level(of: loop.sources[$0]) } ?? .tile
  }

  /// What does not change along the columns: read and computed before them.
  private mutating func write(level: Level, indent: String, _ text: inout String) {
    for (number, source) in loop.sources.enumerated() where self.level(of: source) == level {
      let type = loop.body.inputs[number].element
      let value: String
      switch source {
      case .element(let buffer, let index):
        value = "\(parameters.name(of: buffer))[\(parameters.text(index))]" + (type == .bool ? " != 0" : "")
      case .position(let index): value = "(\(type.cType))(\(parameters.text(index)))"
      case .accumulator, .product: continue
      }
      text += "\(indent)const \(lanes.type(type)) x\(number) = \(lanes.splat("(\(value))", type));\n"
    }
    for number in loop.body.statements.indices where levels[number] == level {
      body.write(number, indent: indent, to: &text)
    }
  }

  /// One vector of everything; of its lanes `count` are there, or all.
  private mutating func place(_ count: String?, _ stride: Int, _ element: ElementType, _ indent: String) -> String {
    var text = ""
    for (number, source) in loop.sources.enumerated() where level(of: source) == .place {
      let type = source == .product ? element : loop.body.inputs[number].element
      let value: String
      if let index = source.index, index.step(along: column) == nil {
        text += lanes.lookedUp(source, type, "x\(number)", along: column, count: count, parameters, indent)
        continue
      }
      switch source {
      case .element(let buffer, let address):
        let pointer = "\(parameters.name(of: buffer)) + (\(parameters.text(address)))"
        value = read(type, pointer, address.steps[column], count)
      case .product:
        value = lanes.load(element, "tile + r * \(stride) + l")
      case .accumulator(let result):
        text += "\(indent)\(lanes.type(type)) s\(result) = \(lanes.load(type, "sum\(result) + l"));\n"
        continue
      case .position(let index):
        let first = lanes.splat("(\(type.cType))(\(parameters.text(index)))", type)
        value = "\(first) + \(index.steps[column]) * nabla_places_\(type.cSuffix)()"
      }
      text += "\(indent)const \(lanes.type(type)) x\(number) = \(value);\n"
    }
    for number in loop.body.statements.indices where levels[number] == .place {
      body.write(number, indent: indent, to: &text)
    }
    for (number, result) in loop.results.enumerated() {
      let value = body.name(loop.body.results[number])
      let type = parameters.element(of: result.buffer)
      if result.start != nil {
        text += "\(indent)\(lanes.store(type, value, to: "sum\(number) + l"))\n"
      } else {
        let pointer = "\(parameters.name(of: result.buffer)) + (\(result.address.c))"
        text += indent + write(type, value, pointer, result.address.steps[column], count)
      }
    }
    return text
  }

  /// Combines the sums of a tile with those in memory.
  private mutating func combination(_ number: Int, _ count: String?, _ indent: String) -> String {
    let result = loop.results[number]
    guard let value = loop.body.results[number].value, case .apply(let f) = loop.body.statements[value].action else {
      return ""
    }
    let type = parameters.element(of: result.buffer)
    let template = CTemplate(f, on: type, of: lanes)
    extra.add(template)
    let pointer = "\(parameters.name(of: result.buffer)) + (\(result.address.c))"
    let step = result.address.steps[column]
    return """
      \(indent)const \(lanes.type(type)) old = \(read(type, pointer, step, count));
      \(indent)const \(lanes.type(type)) own = \(lanes.load(type, "sum\(number) + l"));
      \(indent)\(write(type, template.text("old", "own"), pointer, step, count))
      """
  }

  private func read(_ type: ElementType, _ pointer: String, _ step: Int, _ count: String?) -> String {
    step == 1 && count == nil
      ? lanes.load(type, pointer) : "nabla_take_\(type.cSuffix)(\(pointer), \(step), \(count ?? lanes.count))"
  }

  private func write(
    _ type: ElementType, _ value: String, _ pointer: String, _ step: Int, _ count: String?
  ) -> String {
    step == 1 && count == nil
      ? lanes.store(type, value, to: pointer) + "\n"
      : "nabla_put_\(type.cSuffix)(\(pointer), \(step), \(value), \(count ?? lanes.count));\n"
  }
}
