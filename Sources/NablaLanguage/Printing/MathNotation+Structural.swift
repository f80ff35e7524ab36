import NablaGraph

extension MathNotation {
  /// Operations on axes, spelled as the language's array functions.
  func structural(_ operation: Operation, _ id: NodeID, in layout: PrintLayout) -> Form {
    let graph = layout.graph
    let operands = graph.operands(of: id)
    let type = graph.type(of: id)
    switch operation {
    case .constant, .parameter, .elementwise, .broadcast, .stop:
      return array(operation.name, operands, in: layout)
    case .cast:
      return array(type.element.rawValue, operands, in: layout)
    case .reshape:
      return reshape(id, in: layout)
    case .transpose(let permutation):
      let axes = Array(permutation.indices)
      if permutation == axes.reversed(), let operand = operands.first {
        return Form(
          whole(operand, Place(.atom), in: layout) + [.text(dialect == .latex ? "^{\\mathsf{T}}" : ".T")], .atom)
      }
      return array(operation.name, operands, labels: ["\(permutation)"], in: layout)
    case .slice(let slices):
      guard let operand = operands.first else { return Form(atom: "") }
      let indices = zip(slices, graph.type(of: operand).shape.dimensions).map { MathNotation.index($0, of: $1) }
      return Form(
        whole(operand, Place(.atom), in: layout) + [.text("[\(indices.joined(separator: ", "))]")], .atom)
    case .pad(let padding):
      return pad(padding, id, in: layout)
    case .concatenate(let axis):
      if axis == 0, let list = list(operands, in: layout) { return list }
      return array(operation.name, operands, labels: axis == 0 ? [] : ["axis: \(axis)"], in: layout)
    case .reduce(let reduction, let axes):
      if let size = size(id, in: graph) { return Form(atom: dialect == .latex ? LaTeXName.spelling(of: size) : size) }
      guard let operand = operands.first else { return Form(atom: "") }
      let labels = axisLabels(axes, graph.type(of: operand).shape.rank)
      return array(reduction.name, [counted(reduction, operand, in: layout)], labels: labels, in: layout)
    case .contract(let contraction):
      return self.contraction(contraction, operands[0], operands[1], in: layout)
    case .view(let view) where dialect != .latex: return self.view(view, id, in: layout)
    case .accumulate(let view) where dialect != .latex || isDiagonal(view): return accumulate(view, id, in: layout)
    case .gather(let gather) where dialect != .latex: return self.gather(gather, id, in: layout)
    case .scatter(let gather) where dialect != .latex: return scatter(gather, id, in: layout)
    case .iota: return Form(atom: "arange(\(type.shape.dimensions[0]))")
    case .cumulative(let cumulation, let axis, let isReversed):
      return cumulative(cumulation, axis, isReversed, id, in: layout)
    case .argReduce(let extremum, let axis):
      let labels = type.shape.rank == 0 ? [] : ["axis: \(axis)"]
      return array(extremum == .max ? "argmax" : "argmin", operands, labels: labels, in: layout)
    case .argsort(let axis):
      let isLast = axis == type.shape.rank - 1
      return array(operation.name, operands, labels: isLast ? [] : ["axis: \(axis)"], in: layout)
    case .view, .accumulate, .gather, .scatter, .convolve, .random, .scan:
      // A notation of the graph's own: the language writes these as functions of its library.
      return array(operation.name, operands, labels: [operation.attributeText], in: layout)
    case .call(let callee):
      return array(legalized(graph.functions[callee.index].name), operands, in: layout)
    case .result(let index):
      guard let operand = operands.first else { return Form(atom: "") }
      if index == 0, let call = libraryCall(operand, in: layout) { return call }
      return Form([.operand(operand, Place(.atom)), .text("[\(index)]")], .atom)
    }
  }

  /// The name of a size that is used as a number: the graph has it as the sum of so many ones.
  private func size(_ id: NodeID, in graph: Graph) -> String? {
    guard case .reduce(.sum, [0]) = graph.operation(of: id), let ones = graph.operands(of: id).first,
      graph.operation(of: ones) == .broadcast, let one = graph.operands(of: ones).first,
      graph.constant(one)?.isOne ?? false, let extent = graph.type(of: ones).shape.dimensions.first,
      case .symbol(let name)? = extent.terms.first?.atoms.first, extent == Dimension(name)
    else { return nil }
    return name
  }

  /// `a:b:step` of an axis; bounds that are the axis' own are left out.
  static func index(_ slice: Operation.Slice, of extent: Dimension) -> String {
    // The last element is the last that is named, so that the end lies within the axis.
    let last = slice.start + (slice.count - 1) * Dimension(slice.step)
    if slice.step < 0 {
      let start = slice.start == extent - 1 ? "" : "\(slice.start)"
      let stop = slice.count.constant == 0 ? slice.start : last - 1
      return "\(start):\(stop.constant == -1 ? "" : "\(stop)"):\(slice.step)"
    }
    let start = slice.start == 0 ? "" : "\(slice.start)"
    if slice.count.constant == 0 { return "\(slice.start):\(slice.start)" }
    let rest = (extent - last - 1).constant
    let end = rest.map { (0..<slice.step).contains($0) } ?? false ? "" : "\(last + 1)"
    return slice.step == 1 ? "\(start):\(end)" : "\(start):\(end):\(slice.step)"
  }
}
