import NablaGraph
import NablaRuntime

/// Writes the function of loops that are done row by row.
struct CRowNest: CKernelFunction {
  let kernel: RowKernel
  private let parameters: CArrayParameters
  private var nests: [CLoopNest]
  private var sums: CPartialSums?

  init(_ kernel: RowKernel, _ parameters: CArrayParameters, lanes: CLanes?) {
    self.kernel = kernel
    var parameters = parameters
    for (number, buffer) in kernel.locals.keys.sorted().enumerated() { parameters.locals[buffer] = "l\(number)" }
    if !kernel.partial.isEmpty {
      sums = CPartialSums(kernel.partial, of: kernel.parts.filter { $0.reduced.contains(0) }, parameters)
      parameters = sums?.inner ?? parameters
    }
    nests = kernel.parts.map { CLoopNest($0, parameters, lanes: lanes, rows: kernel.rows.count) }
    if !nests.contains(where: \.usesVectors) { parameters.streamed = [] }
    self.parameters = parameters
    team = CRowNest.team(of: kernel, parameters)
  }

  var usesVectors: Bool { nests.contains(where: \.usesVectors) }

  var requirements: CRequirements {
    nests.reduce(into: sums?.requirements ?? CRequirements()) { $0.formUnion($1.requirements) }
  }

  mutating func write(name: String) -> String {
    var text = "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n"
    for buffer in kernel.locals.keys.sorted() {
      let memory = team > 1 ? memoryName(buffer) : parameters.name(of: buffer)
      text += "  _Alignas(64) \(parameters.element(of: buffer).cStorage) \(memory)[\(team * stride(of: buffer))];\n"
    }
    text += parameters.streamOpening
    if let sums {
      text += sums.opening(extent: kernel.rows[0], unit: kernel.unit)
    } else if parameters.isShared {
      text += CShare.range(of: kernel.rows[0], unit: kernel.unit)
    }
    var loops = Loops(indent: sums == nil ? "  " : "    ")
    for part in kernel.parts where kernel.isAcrossRows(part) { text += starts(of: part, indent: loops.indent) }
    let last = kernel.rows.count - 1
    for axis in 0..<last { open(axis, kernel.rows[axis], &loops, &text) }
    if team > 1 {
      writeTeams(along: last, &loops, &text)
    } else {
      open(last, kernel.rows[last], &loops, &text)
      for part in nests.indices {
        text += "\(loops.indent){\n" + nests[part].nest(indent: loops.indent + "  ") + "\(loops.indent)}\n"
      }
    }
    loops.close(loops.count, &text)
    text += parameters.streamClosing
    text += sums?.closing() ?? ""
    return text + "}\n\n"
  }

  // MARK: Teams of rows

  /// Bytes of rows that are at work at once: most of the nearest cache.
  private static let teamBytes = 24 << 10
  private static let teamLimit = 8

  /// Rows that do each part one after the other: while one waits for its sum, which is made lane by lane, the next one
  /// is at work. Nothing depends on how many there are.
  private let team: Int

  private static func team(of kernel: RowKernel, _ parameters: CArrayParameters) -> Int {
    var spans = kernel.locals
    for part in kernel.parts {
      let inner = part.extents.dropFirst(kernel.rows.count).reduce(1, *)
      for buffer in part.readBuffers + part.results.map(\.buffer) { spans[buffer] = max(spans[buffer] ?? 0, inner) }
    }
    let bytes = spans.reduce(0) { $0 + $1.value * parameters.element(of: $1.key).size }
    return min(teamLimit, kernel.rows.last ?? 1, max(1, teamBytes / max(bytes, 1)))
  }

  /// From one row's part of an array to the next one's: whole lines, where it is longer than one.
  private func stride(of buffer: Int) -> Int {
    let (count, size) = (kernel.locals[buffer] ?? 0, parameters.element(of: buffer).size)
    let line = max(1, 64 / size)
    return count < line ? count : (count + line - 1) / line * line
  }

  private func memoryName(_ buffer: Int) -> String { "m" + parameters.name(of: buffer).dropFirst() }

  /// The loop over teams, in which every part has a loop over the team's rows.
  private mutating func writeTeams(along axis: Int, _ loops: inout Loops, _ text: inout String) {
    let (start, end) = bounds(axis, kernel.rows[axis])
    text += "\(loops.indent)for (int64_t row = \(start); row < \(end); row += \(team)) {\n"
    loops.indentFurther()
    text += "\(loops.indent)const int64_t behind = row + \(team) < \(end) ? row + \(team) : \(end);\n"
    for part in nests.indices {
      text += "\(loops.indent)for (int64_t i\(axis) = row; i\(axis) < behind; ++i\(axis)) {\n"
      loops.indentFurther()
      let own = kernel.parts[part].readBuffers + kernel.parts[part].results.map(\.buffer)
      for buffer in own.unique.sorted() where kernel.locals[buffer] != nil {
        text += "\(loops.indent)\(parameters.element(of: buffer).cStorage) *const \(parameters.name(of: buffer)) = "
        text += "\(memoryName(buffer)) + (i\(axis) - row) * \(stride(of: buffer));\n"
      }
      text += nests[part].nest(indent: loops.indent)
      loops.close(1, &text)
    }
  }

  private func bounds(_ axis: Int, _ extent: Int) -> (start: String, end: String) {
    axis == 0 && (parameters.isShared || sums != nil) ? ("from", "to") : ("0", "\(extent)")
  }

  /// A loop over rows; of the outermost, a thread or a part of the sums has some.
  private func open(_ axis: Int, _ extent: Int, _ loops: inout Loops, _ text: inout String) {
    let (start, end) = bounds(axis, extent)
    loops.open("i\(axis)", from: start, to: end, &text)
  }

  /// What sums over the rows start from.
  private func starts(of part: LoopKernel, indent: String) -> String {
    var text = ""
    for result in part.results {
      guard let start = result.start else { continue }
      var loops = Loops(indent: indent)
      for axis in part.extents.indices where result.address.steps[axis] != 0 {
        open(axis, part.extents[axis], &loops, &text)
      }
      text += "\(loops.indent)\(parameters.name(of: result.buffer))[\(result.address.c)] = \(start.c);\n"
      loops.close(loops.count, &text)
    }
    return text
  }
}
