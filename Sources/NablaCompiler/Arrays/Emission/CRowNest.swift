import NablaGraph
import NablaRuntime

/// Writes the function of loops that are done row by row.
struct CRowNest: CKernelFunction {
  let kernel: RowKernel
  private let parameters: CArrayParameters
  private var nests: [CLoopNest]

  init(_ kernel: RowKernel, _ parameters: CArrayParameters, lanes: CLanes?) {
    self.kernel = kernel
    var parameters = parameters
    for (number, buffer) in kernel.locals.keys.sorted().enumerated() { parameters.locals[buffer] = "l\(number)" }
    self.parameters = parameters
    nests = kernel.parts.map { CLoopNest($0, parameters, lanes: lanes, rows: kernel.rows.count) }
  }

  var usesVectors: Bool { nests.contains(where: \.usesVectors) }

  var requirements: CRequirements {
    nests.reduce(into: CRequirements()) { $0.formUnion($1.requirements) }
  }

  mutating func write(name: String) -> String {
    var text = "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n"
    for (buffer, count) in kernel.locals.sorted(by: { $0.key < $1.key }) {
      text += "  _Alignas(64) \(parameters.element(of: buffer).cStorage) \(parameters.name(of: buffer))[\(count)];\n"
    }
    for part in kernel.parts where kernel.isAcrossRows(part) { text += starts(of: part) }
    var loops = Loops(indent: "  ")
    if parameters.isShared { text += CShare.range(of: kernel.rows[0], unit: unit) }
    for (axis, extent) in kernel.rows.enumerated() {
      let isShared = parameters.isShared && axis == 0
      loops.open("i\(axis)", from: isShared ? "from" : "0", to: isShared ? "to" : "\(extent)", &text)
    }
    for part in nests.indices {
      text += "\(loops.indent){\n" + nests[part].nest(indent: loops.indent + "  ") + "\(loops.indent)}\n"
    }
    loops.close(loops.count, &text)
    return text + "}\n\n"
  }

  /// Numbers of neighbouring rows lie in one line of a cache.
  private var unit: Int { kernel.rows.count == 1 && kernel.rows[0] >= 256 ? 16 : 1 }

  /// What sums over the rows start from.
  private func starts(of part: LoopKernel) -> String {
    var text = ""
    for result in part.results {
      guard let start = result.start else { continue }
      var loops = Loops(indent: "  ")
      for axis in part.extents.indices where result.address.steps[axis] != 0 {
        loops.open("i\(axis)", part.extents[axis], &text)
      }
      text += "\(loops.indent)\(parameters.name(of: result.buffer))[\(result.address.c)] = \(start.c);\n"
      loops.close(loops.count, &text)
    }
    return text
  }
}
