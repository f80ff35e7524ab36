import NablaGraph

/// Products whose sum falls into parts, which threads share. No bit depends on who has which part.
///
/// Where the sum lies side by side in both operands, such as those over the examples of a batch, an accumulator is one
/// element of the result, a vector of sums along the innermost axis, whose lanes are added up in the end. Each part falls
/// into chunks that near caches hold; between chunks the accumulators wait in memory.
///
/// Else the result is a single row, and a part takes some rows of the matrix.
extension CTiledContraction {
  /// Elements of the result along a row, and in all.
  private var width: Int { kernel.columns.reduce(1) { $0 * $1.extent } }
  private var count: Int { kernel.rows.reduce(width) { $0 * $1.extent } }

  mutating func parts(name: String) -> String {
    var text = ""
    if tiling.isDot {
      let shapes = tiling.panels.flatMap { panel in tiling.rows.map { (rows: $0.size, columns: panel.size) } }
      for (number, shape) in shapes.enumerated()
      where !shapes[..<number].contains(where: { $0 == shape }) {
        text += dotTile(shape.rows, shape.columns, name) + end(shape.rows, shape.columns, name)
      }
    } else {
      // Tiles write to the totals, and what follows is done to the whole row.
      let own = epilogue
      epilogue = nil
      for shape in shapes { text += tile(shape, name: name, isStored: true) }
      epilogue = own
      text += end(1, column.extent, name)
    }
    let (type, scratch) = (element.cType, parameters.name(of: kernel.scratch))
    let (sum, length) = (kernel.sums[0].extent, tiling.partLength)
    text += "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n\(parameters.mentions)"
    let waiting = tiling.isDot ? tiling.partCount * count * lanes : 0
    text += "  \(type) *const sums = \(scratch), *const totals = \(scratch) + \(waiting);\n  (void)sums;\n"
    let isCut = cut == .parts
    if isCut { text += CShare.range(of: tiling.partCount) }
    var loops = Loops(indent: "  ")
    loops.open("part", from: isCut ? "from" : "0", to: isCut ? "to" : "\(tiling.partCount)", &text)
    text += "\(loops.indent)const int64_t begin = part * \(length);\n"
    text += "\(loops.indent)const int64_t end = begin + \(length) < \(sum) ? begin + \(length) : \(sum);\n"
    text += "\(loops.indent)for (int64_t s = begin; s < end; s += \(tiling.chunk)) {\n"
    loops.indentFurther()
    text += "\(loops.indent)const int64_t depth = end - s < \(tiling.chunk) ? end - s : \(tiling.chunk);\n"
    if !tiling.isDot { writeRow(name, &loops, &text) }
    writeTiles(&loops, &text) { rows, columns, place, number in
      let left = pointer(kernel.left, place.rows + [(kernel.sums[0], "s")]) { $0.left }
      let right = pointer(kernel.right, place.columns + [(kernel.sums[0], "s")]) { $0.right }
      return "\(name)_\(rows)x\(columns)(\(left), \(right), depth, sums + (part * \(count) + \(number)) * \(lanes), "
        + "totals + part * \(count) + \(number), s == begin, s + depth == end)"
    }
    loops.close(2, &text)
    if isCut { text += "  nabla_meet(share);\n  if (share->thread != 0) return;\n" }
    text += epilogue?.starts(indent: "  ") ?? ""
    if !tiling.isDot {
      var arguments = ["totals"]
      if kernel.isResultStored { arguments.append(pointer((kernel.result, kernel.resultOffset), []) { $0.result }) }
      if epilogue != nil { arguments += [parameters.names, "0"] }
      text += "  \(name)_end_1x\(column.extent)(\(arguments.joined(separator: ", ")));\n"
    }
    writeTiles(&loops, &text) { rows, columns, place, number in
      var arguments = ["totals + \(number)"]
      if kernel.isResultStored {
        arguments.append(pointer((kernel.result, kernel.resultOffset), place.rows + place.columns) { $0.result })
      }
      if epilogue != nil {
        arguments.append(parameters.names)
        arguments += ((kernel.rows.isEmpty ? [] : place.rows) + place.columns).map(\.variable)
      }
      return "\(name)_end_\(rows)x\(columns)(\(arguments.joined(separator: ", ")))"
    }
    return text + "}\n\n"
  }

  /// The calls for a chunk of the sum of a single row.
  private func writeRow(_ name: String, _ loops: inout Loops, _ text: inout String) {
    var first = 0
    for (run, last) in panels {
      loops.open("p", run.count, &text)
      loops.define("j", first: first * lanes, turn: "p", step: run.size * lanes, &text)
      first += run.count * run.size
      let left = pointer(kernel.left, [(kernel.sums[0], "s")]) { $0.left }
      let right = pointer(kernel.right, [(kernel.sums[0], "s"), (column, "j")]) { $0.right }
      text +=
        "\(loops.indent)\(shape(1, run, last).name(name))(\(left), \(right), depth, totals + part * \(count) + j);\n"
      loops.close(1, &text)
    }
  }

  /// Loops over all tiles, with the call for each; of a single row, none.
  private func writeTiles(
    _ loops: inout Loops, _ text: inout String,
    _ call: (_ rows: Int, _ columns: Int, _ place: (rows: [Walk], columns: [Walk]), _ number: String) -> String
  ) {
    if !tiling.isDot { return }
    func open(_ axes: ArraySlice<ContractionKernel.Axis>, _ letter: String) -> [Walk] {
      axes.enumerated().map { number, axis in
        loops.open("\(letter)\(number)", axis.extent, &text)
        return (axis, "\(letter)\(number)")
      }
    }
    let columns = open(kernel.columns.dropLast(), "x")
    var first = 0
    for panel in tiling.panels {
      loops.open("p", panel.count, &text)
      loops.define("j", first: first, turn: "p", step: panel.size, &text)
      first += panel.count * panel.size
      let rows = open(kernel.rows.dropLast(), "y")
      var start = 0
      for part in tiling.rows {
        loops.open("t", part.count, &text)
        loops.define("i", first: start, turn: "t", step: part.size, &text)
        start += part.count * part.size
        let place = (rows: rows + [(row, "i")], columns: columns + [(column, "j")])
        let number = "\(self.number(of: place.rows)) * \(width) + \(self.number(of: place.columns))"
        text += "\(loops.indent)\(call(part.size, panel.size, place, number));\n"
        loops.close(1, &text)
      }
      loops.close(rows.count + 1, &text)
    }
    loops.close(columns.count, &text)
  }

  /// The function that adds a chunk of the sum to the accumulators of a tile.
  private func dotTile(_ rows: Int, _ columns: Int, _ name: String) -> String {
    let (type, suffix) = (element.cType, element.cSuffix)
    let vector = "nabla_block_\(suffix)"
    let cells = (0..<rows).flatMap { row in (0..<columns).map { (row, $0) } }
    func each(_ indent: String, _ text: (Int, Int) -> String) -> String {
      cells.map { "\(indent)\(text($0.0, $0.1))\n" }.joined()
    }
    func rest(_ i: Int, _ j: Int) -> String { "*(\(vector)_memory *)(sums + \((i * width + j) * lanes))" }
    var text = "static NABLA_NOINLINE void \(name)_\(rows)x\(columns)(const \(type) *restrict a, "
    text += "const \(type) *restrict b, int64_t depth, \(type) *restrict sums, \(type) *restrict totals, "
    text += "int isFirst, int isLast) {\n"
    text += each("  ") { "\(vector) c\($0)_\($1) = {0};" }
    text += "  if (!isFirst) {\n" + each("    ") { "c\($0)_\($1) = \(rest($0, $1));" } + "  }\n"
    var indent = "  "
    for (level, walk) in kernel.sums.enumerated() {
      let isInnermost = level == kernel.sums.count - 1
      text += "\(indent)for (int64_t k\(level) = 0; k\(level) < \(level == 0 ? "depth" : "\(walk.extent)"); "
      text += isInnermost ? "k\(level) += \(lanes)) {\n" : "++k\(level)) {\n"
      indent += "  "
    }
    text += "\(indent)NABLA_TILE_CONTRACT\n"
    for j in 0..<columns {
      text += "\(indent)const \(vector) v\(j) = *(const \(vector)_memory *)(b + \(j * column.right));\n"
    }
    for i in 0..<rows {
      text += "\(indent)const \(vector) a\(i) = *(const \(vector)_memory *)(a + \(i * row.left));\n"
      for j in 0..<columns { text += "\(indent)NABLA_TILE_ADD_\(suffix)(c\(i)_\(j), a\(i), v\(j));\n" }
    }
    // Each axis steps on from where the next one inwards has ended.
    var walked = (left: 0, right: 0)
    for (level, walk) in kernel.sums.enumerated().reversed() {
      let steps = level == kernel.sums.count - 1 ? lanes : 1
      text += "\(indent)a += \(walk.left * steps - walked.left);\n"
      text += "\(indent)b += \(walk.right * steps - walked.right);\n"
      walked = (walk.left * walk.extent, walk.right * walk.extent)
      indent.removeLast(2)
      text += "\(indent)}\n"
    }
    text += "  if (isLast) {\n"
    text += each("    ") { "totals[\($0 * width + $1)] = nabla_block_sum_\(suffix)(c\($0)_\($1));" }
    return text + "  } else {\n" + each("    ") { "\(rest($0, $1)) = c\($0)_\($1);" } + "  }\n}\n\n"
  }

  /// The function that adds up the parts of a tile, and does to it what follows.
  private mutating func end(_ rows: Int, _ columns: Int, _ name: String) -> String {
    let (type, element) = (element.cType, element)
    var text = "static NABLA_NOINLINE void \(name)_end_\(rows)x\(columns)("
    text += (["const \(type) *totals"] + tileParameters).joined(separator: ", ") + ") {\n"
    text += "  \(type) tile[\(rows * columns + CTileEpilogue.spare)];\n"
    text += "  for (int64_t i = 0; i < \(rows); ++i)\n    for (int64_t j = 0; j < \(columns); ++j) {\n"
    text += "      \(type) sum = totals[i * \(width) + j];\n"
    text += "      for (int64_t part = 1; part < \(tiling.partCount); ++part) "
    text += "sum += totals[part * \(count) + i * \(width) + j];\n"
    text += kernel.isResultStored ? "      c[i * \(row.result) + j] = sum;\n" : ""
    text += "      tile[i * \(columns) + j] = sum;\n    }\n"
    text += epilogue == nil ? "  (void)tile;\n" : ""
    text += epilogue?.tile(rows: rows, width: columns, stride: columns, element: element) ?? ""
    return text + "}\n\n"
  }
}
