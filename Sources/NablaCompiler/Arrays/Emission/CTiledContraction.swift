import NablaGraph
import NablaRuntime

/// Writes the function of a product of matrices that is cut into tiles: loops with the sizes and steps of this product
/// as constants around one function for each size of tile.
struct CTiledContraction: CKernelFunction {
  let kernel: ContractionKernel
  let tiling: ContractionTiling
  let unit: VectorUnit
  let parameters: CArrayParameters
  /// What becomes of the tiles.
  var epilogue: CTileEpilogue?

  init(_ kernel: ContractionKernel, _ tiling: ContractionTiling, _ parameters: CArrayParameters, _ lanes: CLanes) {
    (self.kernel, self.tiling, unit, self.parameters) = (kernel, tiling, tiling.unit, parameters)
    let rows = kernel.batch.count + kernel.rows.count
    epilogue = kernel.tileEpilogue.map {
      CTileEpilogue(
        $0, parameters, lanes, row: kernel.rows.isEmpty ? nil : rows - 1, column: rows + kernel.columns.count - 1)
    }
  }

  var usesVectors: Bool { epilogue != nil }

  var requirements: CRequirements {
    var all = epilogue?.requirements ?? CRequirements()
    all.support.insert(CTileSupport(element: element, unit: unit).text)
    return all
  }

  var element: ElementType { parameters.element(of: kernel.result) }
  var lanes: Int { tiling.lanes }
  /// The axes along which tiles go.
  var row: ContractionKernel.Axis { kernel.rows.last ?? .init(extent: 1) }
  var column: ContractionKernel.Axis { kernel.columns.last ?? .init(extent: 1) }
  private var inner: Int { kernel.sums.dropFirst().reduce(1) { $0 * $1.extent } }
  /// Whether the sum is walked in several parts.
  var isChunked: Bool { tiling.chunk < kernel.sums[0].extent && !tiling.isDot }
  /// Whether the result waits in memory between these parts.
  var isWaiting: Bool { isChunked && kernel.sumInput == nil }
  /// Whether tiles walk along several summed axes of the left operand.
  var isNested: Bool { !tiling.isLeftPacked && kernel.sums.count > 1 }

  mutating func write(name: String) -> String {
    if tiling.partCount > 1 || tiling.isDot { return parts(name: name) }
    var text = ""
    let loops = body(name)
    for shape in shapes { text += tile(shape, name: name) }
    // Of an operand that has been packed before, this reads the panels alone.
    text += "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n\(parameters.mentions)"
    if let cut { text += CShare.range(of: kernel.partCount(cut)) }
    // Sums over rows and batches; of rows alone, each panel begins its own.
    if !kernel.batch.isEmpty { text += epilogue?.starts(indent: "  ") ?? "" }
    return text + loops + "}\n\n"
  }

  // MARK: Tiles

  /// One size of tile.
  struct Shape: Hashable {
    let rows: Int
    let vectors: Int
    /// Elements of the last vector.
    let last: Int
    /// Whether the left operand is packed.
    let isLeftPacked: Bool
    /// The step of the right operand along the sum.
    let rightStep: Int

    func name(_ name: String) -> String {
      "\(name)_\(rows)x\(vectors)_\(last)_\(rightStep)\(isLeftPacked ? "_packed" : "")"
    }
  }

  /// The panels in order: full ones, and the last one by itself if it is not full.
  var panels: [(run: ContractionTiling.Run, last: Int)] {
    guard tiling.lastLanes < lanes, var final = tiling.panels.last else { return tiling.panels.map { ($0, lanes) } }
    final.count -= 1
    return (tiling.panels.dropLast() + [final]).filter { $0.count > 0 }.map { ($0, lanes) }
      + [(ContractionTiling.Run(count: 1, size: final.size), tiling.lastLanes)]
  }

  func isPacked(_ last: Int) -> Bool {
    tiling.isRightPacked || (last < lanes && !tiling.isPartRead) || kernel.packedRight != nil
  }

  func shape(_ rows: Int, _ panel: ContractionTiling.Run, _ last: Int, isLeftPacked: Bool = false) -> Shape {
    Shape(
      rows: rows, vectors: panel.size, last: last, isLeftPacked: isLeftPacked,
      rightStep: isPacked(last) ? panel.size * lanes : kernel.sums[0].right)
  }

  var shapes: [Shape] {
    panels.flatMap { panel in
      tiling.tiles.map { shape($0.run.size, panel.run, panel.last, isLeftPacked: $0.isLeftPacked) }
    }.unique
  }

  // MARK: Loops

  /// A walk along an axis: the C variable that counts it.
  typealias Walk = (axis: ContractionKernel.Axis, variable: String)

  private func body(_ name: String) -> String {
    var text = memory
    var loops = Loops(indent: "  ")
    let batch = open(kernel.batch, "z", &loops, &text) { .batch($0) }
    let sum: Walk = (kernel.sums[0], "s")
    if isChunked {
      text += "\(loops.indent)NABLA_ROLLED\n"
      text += "\(loops.indent)for (int64_t s = 0; s < \(sum.axis.extent); s += \(tiling.chunk)) {\n"
      text += "\(loops.indent)  const int64_t length = \(sum.axis.extent) - s < \(tiling.chunk) ? "
      text += "\(sum.axis.extent) - s : \(tiling.chunk);\n"
    } else {
      text += "\(loops.indent){\n\(loops.indent)  const int64_t s = 0, length = \(sum.axis.extent);\n"
    }
    loops.indentFurther()
    text += "\(loops.indent)const int64_t depth = length * \(inner);\n\(loops.indent)(void)s;\n"
    text += "\(loops.indent)(void)depth;\n"
    if tiling.isLeftPacked { packLeft(batch + [sum], &loops, &text) }
    let columns = open(Array(kernel.columns.dropLast()), "x", &loops, &text) { .columns($0) }
    for (number, window) in kernel.windows.enumerated() {
      let place = (batch + columns).first { $0.axis.window == number }?.variable ?? "0"
      text += window.bounds(number, at: place, indent: loops.indent)
    }
    let clipped: [Walk] = kernel.sums.compactMap { axis in axis.window.map { (axis, "first\($0)") } }
    var (first, panel) = (0, 0)
    for (run, last) in panels {
      open("p", run.count, after: panel, isCut: cut == .panels, &loops, &text)
      panel += run.count
      loops.define("j", first: first * lanes, turn: "p", step: run.size * lanes, &text)
      let place = batch + columns + [(column, "j")]
      let count = (run.size - 1) * lanes + last
      let right = pointer(kernel.right, place + clipped + [sum]) { $0.right }
      if let packed = kernel.packedRight {
        text += "\(loops.indent)const \(element.cType) *const panel = \(parameters.name(of: packed)) + j * depth;\n"
      } else if isPacked(last) {
        pack(
          from: right, steps: (column.right, \.right), to: "panel", shape: (run.size * lanes, count), &loops, &text)
      }
      if kernel.batch.isEmpty {
        text += epilogue?.starts(at: columns.map(\.variable), first: "j", count: count, indent: loops.indent) ?? ""
      }
      let rows = open(Array(kernel.rows.dropLast()), "y", &loops, &text) { .rows($0) }
      var (start, tile) = (0, 0)
      for (part, isLeftPacked) in tiling.tiles {
        open("t", part.count, after: tile, isCut: cut == .tiles, &loops, &text)
        tile += part.count
        loops.define("i", first: start, turn: "t", step: part.size, &text)
        let walk = rows + [(row, "i")]
        let left =
          isLeftPacked
          ? "band + (\(number(of: rows)) * \(row.extent) + i) * depth"
          : pointer(kernel.left, batch + walk + clipped + [sum]) { $0.left }
        var arguments = [left, isPacked(last) ? "panel" : right, isNested ? "length" : "depth"]
        arguments += kernel.windows.indices.map { "n\($0)" }
        if kernel.isResultStored {
          arguments.append(pointer((kernel.result, kernel.resultOffset), place + walk) { $0.result })
        }
        if isWaiting { arguments.append("s == 0") }
        if isWaiting, epilogue != nil { arguments.append("s + length == \(sum.axis.extent)") }
        if epilogue != nil {
          arguments.append(names)
          arguments += (batch + (kernel.rows.isEmpty ? [] : walk) + columns).map(\.variable) + ["j"]
        }
        let shape = shape(part.size, run, last, isLeftPacked: isLeftPacked)
        text += "\(loops.indent)\(shape.name(name))(\(arguments.joined(separator: ", ")));\n"
        loops.close(1, &text)
        start += part.count * part.size
      }
      loops.close(rows.count + 1, &text)
      first += run.count * run.size
    }
    loops.close(columns.count + 1 + batch.count, &text)
    return text
  }

  /// What tiles are called with. Of a sum that is added to an array part by part, the first part reads the array, and
  /// the others what has been written, which may lie elsewhere.
  private var names: String {
    guard isChunked, let input = kernel.sumInput, let result = kernel.epilogue?.results.first else {
      return parameters.names
    }
    let (old, new) = (parameters.name(of: input), parameters.name(of: result.buffer))
    return parameters.names(with: "s == 0 ? \(old) : \(new)", for: input)
  }

  /// The loop that threads share.
  var cut: ContractionKernel.Cut? { parameters.isShared ? kernel.cut : nil }

  /// The memory that operands are packed into, which every thread has of its own.
  private var memory: String {
    let scratch = parameters.name(of: kernel.scratch)
    let hasPanel = tiling.panelCount > 0 && kernel.packedRight == nil
    if tiling.bandCount == 0, !hasPanel { return "  (void)\(scratch);\n" }
    let mine = cut == nil ? "0" : "share->thread"
    let panels = (cut == nil ? 1 : parameters.threads) * tiling.panelCount
    var text = ""
    if hasPanel {
      text += "  \(element.cType) *const panel = \(scratch) + \(mine) * \(tiling.panelCount);\n"
    }
    if tiling.isLeftPacked {
      text +=
        "  \(element.cType) *const band = \(scratch) + \(panels) + \(mine) * \(kernel.bandStep);\n"
    }
    return text
  }

  private func open(
    _ axes: [ContractionKernel.Axis], _ letter: String, _ loops: inout Loops, _ text: inout String,
    _ kind: (Int) -> ContractionKernel.Cut
  ) -> [Walk] {
    axes.enumerated().map { number, axis in
      let isCut = kind(number) == cut
      loops.open(
        "\(letter)\(number)", from: isCut ? "from" : "0", to: isCut ? "to" : "\(axis.extent)", isRolled: true, &text
      )
      return (axis, "\(letter)\(number)")
    }
  }

  /// A loop over some of the tiles or panels, of which there are `start` before.
  private func open(
    _ name: String, _ count: Int, after start: Int, isCut: Bool, _ loops: inout Loops, _ text: inout String
  ) {
    if isCut {
      loops.open(
        name, from: "nabla_most(0, from - \(start))", to: "nabla_least(\(count), to - \(start))", isRolled: true,
        &text)
    } else {
      loops.open(name, from: "0", to: "\(count)", isRolled: true, &text)
    }
  }

  /// The position within several axes as one number.
  func number(of walks: [Walk]) -> String {
    walks.reduce("0") { "(\($0) * \($1.axis.extent) + \($1.variable))" }
  }

  func pointer(
    _ operand: (buffer: Int, offset: Int), _ walks: [Walk], _ step: (ContractionKernel.Axis) -> Int
  ) -> String {
    let terms = walks.compactMap { step($0.axis) == 0 ? nil : "\($0.variable) * \(step($0.axis))" }
    let offset = operand.offset == 0 ? [] : ["\(operand.offset)"]
    let name = parameters.name(of: operand.buffer)
    // Of windows at the edges, only the whole sum is a place in the array.
    if !kernel.windows.isEmpty { return "\(name) + (\((offset + terms + ["0"]).joined(separator: " + ")))" }
    return ([name] + offset + terms).joined(separator: " + ")
  }

  // MARK: Packing

  /// The function that packs all panels of the right operand side by side; threads take some of them each.
  func packing(name: String, to result: Int) -> String {
    var text = "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n"
    if parameters.isShared { text += CShare.range(of: kernel.partCount(.panels)) }
    text += "  const int64_t length = \(kernel.sums[0].extent), depth = length * \(inner);\n"
    var loops = Loops(indent: "  ")
    var (first, panel) = (0, 0)
    for (run, last) in panels {
      open("p", run.count, after: panel, isCut: parameters.isShared, &loops, &text)
      panel += run.count
      loops.define("j", first: first * lanes, turn: "p", step: run.size * lanes, &text)
      pack(
        from: pointer(kernel.right, [(column, "j")]) { $0.right }, steps: (column.right, \.right),
        to: "\(parameters.name(of: result)) + j * depth", shape: (run.size * lanes, (run.size - 1) * lanes + last),
        &loops, &text)
      loops.close(1, &text)
      first += run.count * run.size
    }
    return text + "}\n\n"
  }

  private func packLeft(_ around: [Walk], _ loops: inout Loops, _ text: inout String) {
    let rows = open(Array(kernel.rows.dropLast()), "y", &loops, &text) { .rows($0) }
    var (start, tile) = (0, 0)
    for (part, isLeftPacked) in tiling.tiles where isLeftPacked {
      open("t", part.count, after: tile, isCut: cut == .tiles, &loops, &text)
      tile += part.count
      loops.define("i", first: start, turn: "t", step: part.size, &text)
      let from = pointer(kernel.left, around + rows + [(row, "i")]) { $0.left }
      pack(
        from: from, steps: (row.left, \.left), to: "band + (\(number(of: rows)) * \(row.extent) + i) * depth",
        shape: (part.size, part.size), &loops, &text)
      loops.close(1, &text)
      start += part.count * part.size
    }
    loops.close(rows.count, &text)
  }

  /// Packs the elements of all places along the sum, `shape.count` of them at a step of `shape.width`.
  private func pack(
    from: String, steps: (across: Int, along: KeyPath<ContractionKernel.Axis, Int>), to: String,
    shape: (width: Int, count: Int), _ loops: inout Loops, _ text: inout String
  ) {
    let (outer, innermost) = (kernel.sums.dropLast(), kernel.sums[kernel.sums.count - 1])
    var walks: [Walk] = []
    for (number, axis) in outer.enumerated() {
      let limit = number == 0 ? "length" : "\(axis.extent)"
      text += "\(loops.indent)NABLA_ROLLED\n"
      text += "\(loops.indent)for (int64_t k\(number) = 0; k\(number) < \(limit); ++k\(number)) {\n"
      loops.indentFurther()
      walks.append((axis, "k\(number)"))
    }
    let terms = walks.compactMap { walk in
      let step = walk.axis[keyPath: steps.along]
      return step == 0 ? nil : " + \(walk.variable) * \(step)"
    }
    let position = walks.isEmpty ? "" : " + \(number(of: walks)) * \(innermost.extent * shape.width)"
    text += "\(loops.indent)nabla_pack_\(element.cSuffix)(\(from)\(terms.joined()), \(steps.across), "
    text += "\(innermost[keyPath: steps.along]), \(outer.isEmpty ? "length" : "\(innermost.extent)"), "
    text += "\(to)\(position), \(shape.width), \(shape.count));\n"
    loops.close(walks.count, &text)
  }
}
