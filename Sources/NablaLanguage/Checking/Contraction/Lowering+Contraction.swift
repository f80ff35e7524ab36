import NablaDiagnostics
import NablaGraph

/// Products of arrays that are summed along axes: `@` and `einsum`.
extension Lowering {
  /// Arrays on their way into a contraction, with a label for each axis.
  struct Factor<Label: Hashable> {
    var node: NodeID
    var labels: [Label]
  }

  // MARK: `@`

  /// An axis of a product of matrices: one that runs along both, by its distance from the matrix, or one of the matrix.
  fileprivate enum MatrixAxis: Hashable { case leading(Int), row, inner, column }

  /// `a @ b` as NumPy has it: the last axis of `a` with the last but one of `b`; vectors stand for a row or a column;
  /// axes before those broadcast.
  mutating func matrixProduct(_ a: Value, _ b: Value, at id: SyntaxID) -> Value {
    for (operand, shape) in [(a, shape(of: a)), (b, shape(of: b))] where shape.rank == 0 {
      guard numerics([operand], at: id, in: "'@'") != nil else { return .invalid }
      report(.contract, "'@' is a product of vectors and matrices; with \(describe(operand)) it is '*'", at: id)
      return .invalid
    }
    guard let (given, firmness) = factors([a, b], at: id, in: "'@'") else { return .invalid }
    var nodes = given
    let x = graph.type(of: nodes[0]).shape
    var y = graph.type(of: nodes[1]).shape
    let inner = (x.rank - 1, max(y.rank - 2, 0))
    if x.dimensions[inner.0] != y.dimensions[inner.1], x.dimensions[inner.0].mayEqual(y.dimensions[inner.1]) {
      // Taken for equal; with sizes that are numbers, the program is checked again.
      y.dimensions[inner.1] = x.dimensions[inner.0]
      nodes[1] = graph.append(.reshape, [nodes[1]], type: TensorType(graph.element(of: nodes[1]), y))
    }
    guard x.dimensions[inner.0] == y.dimensions[inner.1] else {
      report(
        .contract, "\(quoted(id)) needs the inner dimensions to agree: \(x) @ \(y)", at: id,
        label: "\(x.dimensions[inner.0]) here, \(y.dimensions[inner.1]) there")
      return .invalid
    }
    setOrigin(id)
    var left = Factor(node: nodes[0], labels: MatrixAxis.labels(x.rank, [.row, .inner]))
    var right = Factor(node: nodes[1], labels: MatrixAxis.labels(y.rank, y.rank == 1 ? [.inner] : [.inner, .column]))
    if x.rank == 1 { left.labels = [.inner] }
    guard broadcastLeadingAxes(&left, &right, at: id) else { return .invalid }
    let leading = max(x.rank, y.rank) - 2
    var result = (0..<max(leading, 0)).reversed().map(MatrixAxis.leading)
    if x.rank > 1 { result.append(.row) }
    if y.rank > 1 { result.append(.column) }
    return contracted(left, right, to: result, at: id).map { .node($0.node, firmness) } ?? .invalid
  }

  /// Takes axes of extent 1 out where the other operand has more: what is repeated needs no axis.
  private mutating func broadcastLeadingAxes(
    _ a: inout Factor<MatrixAxis>, _ b: inout Factor<MatrixAxis>, at id: SyntaxID
  ) -> Bool {
    let (x, y) = (graph.type(of: a.node).shape, graph.type(of: b.node).shape)
    for axis in 0..<max(min(x.rank, y.rank) - 2, 0) {
      let (m, n) = (x.dimensions[x.rank - 3 - axis], y.dimensions[y.rank - 3 - axis])
      if m == n { continue }
      if m.isOne {
        drop(.leading(axis), from: &a)
      } else if n.isOne {
        drop(.leading(axis), from: &b)
      } else {
        report(
          .contract, "\(quoted(id)) of shapes whose leading axes do not broadcast: \(x) @ \(y)", at: id,
          label: "\(m) here, \(n) there")
        return false
      }
    }
    return true
  }

  private mutating func drop(_ label: MatrixAxis, from factor: inout Factor<MatrixAxis>) {
    guard let axis = factor.labels.firstIndex(of: label) else { return }
    var type = graph.type(of: factor.node)
    type.shape.dimensions.remove(at: axis)
    factor.labels.remove(at: axis)
    factor.node = graph.append(.reshape, [factor.node], type: type)
  }

  // MARK: Any contraction

  /// Numbers and arrays as nodes of the element type that they agree on.
  mutating func factors(
    _ values: [Value], at id: SyntaxID, in what: String
  ) -> (nodes: [NodeID], firmness: Firmness)? {
    guard let classes = numerics(values, at: id, in: what) else { return nil }
    var common = agreement(classes)
    if common.element == .bool { common.element = .i64 }
    var nodes: [NodeID] = []
    for value in values {
      guard let node = materialise(value, common.element, at: id) else { return nil }
      nodes.append(node)
    }
    return (nodes, common.firmness)
  }

  /// The contraction of two operands whose extents agree.
  mutating func contracted<Label: Hashable>(
    _ a: Factor<Label>, _ b: Factor<Label>, to result: [Label], at id: SyntaxID
  ) -> Factor<Label>? {
    let contraction = Contraction(a.labels, b.labels, to: result)
    guard contraction.labelCount <= Contraction.labelLimit else {
      report(.sizeLimit, "\(quoted(id)) has more than \(Contraction.labelLimit) different axes", at: id)
      return nil
    }
    let type: TensorType
    do {
      type = try contraction.resultType(graph.type(of: a.node), graph.type(of: b.node))
    } catch {
      reportContraction(error, at: id)
      return nil
    }
    guard isManageable(type.shape, at: place(id)) else { return nil }
    return Factor(node: graph.append(.contract(contraction), [a.node, b.node], type: type), labels: result)
  }

  private mutating func reportContraction(_ error: TypeError, at id: SyntaxID) {
    guard case .contraction(let x, let y, let i, let j) = error else {
      report(.contract, "\(quoted(id)) does not apply to its operands", at: id)
      return
    }
    report(
      .contract, "\(quoted(id)) needs axes of one label to agree: \(x) and \(y)", at: id,
      label: "\(x.dimensions[i]) here, \(y.dimensions[j]) there")
  }

  /// An expression of the text between quotation marks, as far as it is short.
  func quoted(_ id: SyntaxID) -> String {
    let text = tree.text(id)
    let isLibrary = frame >= 0 && frames[frame].unit != Lowering.programUnit
    return isLibrary || text.utf8.count > 60 || text.contains("\n") ? "the product" : "'\(text)'"
  }
}

extension Lowering.MatrixAxis {
  /// The labels of an operand of a rank, whose last axes are those of the matrix.
  fileprivate static func labels(_ rank: Int, _ matrix: [Self]) -> [Self] {
    (0..<max(rank - matrix.count, 0)).reversed().map(Self.leading) + matrix
  }
}
