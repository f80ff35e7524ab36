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
    self.parameters = parameters
    nests = kernel.parts.map { CLoopNest($0, parameters, lanes: lanes, rows: kernel.rows.count) }
  }

  var usesVectors: Bool { nests.contains(where: \.usesVectors) }

  var requirements: CRequirements {
    nests.reduce(into: sums?.requirements ?? CRequirements()) { $0.formUnion($1.requirements) }
  }

  mutating func write(name: String) -> String {
    var text = "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n"
    for (buffer, count) in kernel.locals.sorted(by: { $0.key < $1.key }) {
      text += "  _Alignas(64) \(parameters.element(of: buffer).cStorage) \(parameters.name(of: buffer))[\(count)];\n"
    }
    if let sums {
      text += sums.opening(extent: kernel.rows[0], unit: kernel.unit)
    } else if parameters.isShared {
      text += CShare.range(of: kernel.rows[0], unit: kernel.unit)
    }
    var loops = Loops(indent: sums == nil ? "  " : "    ")
    for part in kernel.parts where kernel.isAcrossRows(part) { text += starts(of: part, indent: loops.indent) }
    for axis in kernel.rows.indices { open(axis, kernel.rows[axis], &loops, &text) }
    for part in nests.indices {
      text += "\(loops.indent){\n" + nests[part].nest(indent: loops.indent + "  ") + "\(loops.indent)}\n"
    }
    loops.close(loops.count, &text)
    text += sums?.closing() ?? ""
    return text + "}\n\n"
  }

  /// A loop over rows; of the outermost, a thread or a part of the sums has some.
  private func open(_ axis: Int, _ extent: Int, _ loops: inout Loops, _ text: inout String) {
    let isBounded = axis == 0 && (parameters.isShared || sums != nil)
    loops.open("i\(axis)", from: isBounded ? "from" : "0", to: isBounded ? "to" : "\(extent)", &text)
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
