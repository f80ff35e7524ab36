import NablaGraph
import NablaRuntime

/// Writes the function of loops that are done row by row.
struct CRowNest: CKernelFunction {
  let kernel: RowKernel
  private let parameters: CArrayParameters
  private var nests: [CLoopNest]
  private var sums: CPartialSums?

  init(_ kernel: RowKernel, _ parameters: CArrayParameters, lanes: CLanes?) {
    let team = kernel.team { parameters.element(of: $0).size }
    var (kernel, parameters) = (kernel, parameters)
    for (number, buffer) in kernel.locals.keys.sorted().enumerated() {
      parameters.locals[buffer] = "l\(number)"
      if team.count == 1 { continue }
      let step = CRowNest.stride(of: kernel.locals[buffer] ?? 0, parameters.element(of: buffer))
      parameters.origins[buffer] = "\(step) * row"
      for part in kernel.parts.indices {
        kernel.parts[part].mapAccesses { accessed, address in
          var address = address
          if accessed == buffer { address.steps[kernel.rows.count - 1] = step }
          return address
        }
      }
    }
    if !kernel.partial.isEmpty {
      sums = CPartialSums(kernel.partial, of: kernel.parts.filter { $0.reduced.contains(0) }, parameters)
      parameters = sums?.inner ?? parameters
    }
    nests = kernel.parts.map {
      CLoopNest($0, parameters, lanes: lanes, rows: kernel.rows.count, isBlocked: team.isWide)
    }
    if !nests.contains(where: \.usesVectors) { parameters.streamed = [] }
    (self.kernel, self.parameters, self.team) = (kernel, parameters, team)
  }

  var usesVectors: Bool { nests.contains(where: \.usesVectors) }

  var requirements: CRequirements {
    nests.reduce(into: sums?.requirements ?? CRequirements()) { $0.formUnion($1.requirements) }
  }

  mutating func write(name: String) -> String {
    var text = "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n"
    for buffer in kernel.locals.keys.sorted() {
      let (element, count) = (parameters.element(of: buffer), kernel.locals[buffer] ?? 0)
      let size = team.count > 1 ? team.count * CRowNest.stride(of: count, element) : count
      text += "  _Alignas(64) \(element.cStorage) \(parameters.name(of: buffer))[\(size)];\n"
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
    if team.count > 1 {
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

  private let team: RowTeam

  /// From one row's part of an array to the next one's: whole lines, where it is longer than one.
  private static func stride(of count: Int, _ element: ElementType) -> Int {
    let line = max(1, 64 / element.size)
    return count < line ? count : (count + line - 1) / line * line
  }

  /// The loop over teams; in every part there is a loop over the team's rows.
  private mutating func writeTeams(along axis: Int, _ loops: inout Loops, _ text: inout String) {
    let (start, end) = bounds(axis, kernel.rows[axis])
    text += "\(loops.indent)for (int64_t row = \(start); row < \(end); row += \(team.count)) {\n"
    loops.indentFurther()
    text += "\(loops.indent)const int64_t behind = row + \(team.count) < \(end) ? row + \(team.count) : \(end);\n"
    for part in nests.indices {
      if team.isWide {
        text += "\(loops.indent){\n" + nests[part].nest(indent: loops.indent + "  ") + "\(loops.indent)}\n"
      } else {
        loops.open("i\(axis)", from: "row", to: "behind", &text)
        text += nests[part].nest(indent: loops.indent)
        loops.close(1, &text)
      }
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
