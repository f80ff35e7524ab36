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
      return array(operation.name, operands, labels: ["axis: \(axis)"], in: layout)
    case .reduce(let reduction, let axes):
      if let size = size(id, in: graph) { return Form(atom: dialect == .latex ? LaTeXName.spelling(of: size) : size) }
      let rank = operands.first.map { graph.type(of: $0).shape.rank } ?? 0
      let label = axes.count == rank ? [] : [axes.count == 1 ? "axis: \(axes[0])" : "axis: \(axes)"]
      return array(reduction.name, operands, labels: label, in: layout)
    case .contract(let contraction):
      return self.contraction(contraction, operands[0], operands[1], in: layout)
    case .view(let view) where dialect != .latex: return self.view(view, id, in: layout)
    case .accumulate(let view) where dialect != .latex: return accumulate(view, id, in: layout)
    case .gather(let gather) where dialect != .latex: return self.gather(gather, id, in: layout)
    case .scatter(let gather) where dialect != .latex: return scatter(gather, id, in: layout)
    case .iota: return Form(atom: "arange(\(type.shape.dimensions[0]))")
    case .cumulative(let cumulation, let axis, let isReversed):
      return cumulative(cumulation, axis, isReversed, id, in: layout)
    case .argReduce(let extremum, let axis):
      return array(extremum == .max ? "argmax" : "argmin", operands, labels: ["axis: \(axis)"], in: layout)
    case .argsort(let axis):
      return array(operation.name, operands, labels: ["axis: \(axis)"], in: layout)
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
    let stop = slice.start + slice.count * Dimension(slice.step)
    if slice.step < 0 {
      let start = slice.start == extent - 1 ? "" : "\(slice.start)"
      return "\(start):\(stop.constant == -1 ? "" : "\(stop)"):\(slice.step)"
    }
    let start = slice.start == 0 ? "" : "\(slice.start)"
    let end = stop == extent ? "" : "\(stop)"
    return slice.step == 1 ? "\(start):\(end)" : "\(start):\(end):\(slice.step)"
  }
}
