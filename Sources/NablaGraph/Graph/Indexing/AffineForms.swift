/// The affine forms of integer nodes, each found once.
///
/// Of a node whose form is asked for, the integer nodes that it is computed of are looked at, with a stack of its own.
public struct AffineForms: Sendable {
  private var known: [NodeID: AffineIndex?] = [:]

  public init() {}

  /// The affine form of a node, or `nil` where it has none.
  public mutating func form(of root: NodeID, in graph: Graph) -> AffineIndex? {
    var work = [root]
    while let id = work.last {
      if known[id] != nil {
        work.removeLast()
        continue
      }
      let operands = AffineForms.operands(of: id, in: graph)
      let missing = operands.filter { known[$0] == nil }
      if missing.isEmpty {
        known.updateValue(combined(id, operands, in: graph)?.checked, forKey: id)
        work.removeLast()
      } else {
        work += missing
      }
    }
    return known[root] ?? nil
  }

  /// The operands that a node's form is made of; none where it has no form, or needs no operand's.
  private static func operands(of id: NodeID, in graph: Graph) -> [NodeID] {
    guard graph.element(of: id).isInteger else { return [] }
    switch graph.operation(of: id) {
    case .elementwise(.add), .elementwise(.subtract), .elementwise(.multiply), .elementwise(.negate),
      .elementwise(.identity), .elementwise(.floorDivide), .elementwise(.mod), .stop, .broadcast, .reshape, .transpose,
      .slice, .reduce(.sum, _):
      return graph.operands(of: id)
    case .cast where graph.element(of: graph.operand(0, of: id)) == .i32 && graph.element(of: id) == .i64:
      return graph.operands(of: id)
    default: return []
    }
  }

  private func combined(_ id: NodeID, _ operands: [NodeID], in graph: Graph) -> AffineIndex? {
    let type = graph.type(of: id)
    guard type.element.isInteger else { return nil }
    let operation = graph.operation(of: id)
    switch operation {
    case .constant(let value): return value.rational?.integer.map { AffineIndex(constant: Dimension($0)) }
    case .parameter: return type.isScalar ? AffineIndex(constant: 0, factors: [id: 1]) : nil
    case .iota: return AffineIndex(constant: 0, steps: [1])
    default: break
    }
    var forms: [AffineIndex] = []
    for operand in operands {
      guard let form = known[operand] ?? nil else { return nil }
      forms.append(form)
    }
    guard let first = forms.first else { return nil }
    let source = graph.type(of: operands[0]).shape
    switch operation {
    case .elementwise(let f):
      return combined(f, zip(forms, operands).map { $0.broadcast(from: graph.type(of: $1).shape, to: type.shape) })
    case .stop, .cast: return first
    case .broadcast: return first.broadcast(from: source, to: type.shape)
    case .reshape: return first.reshaped(from: source, to: type.shape)
    case .transpose(let permutation):
      var result = first
      result.steps = permutation.map { first.steps[$0] }
      return result
    case .slice(let slices):
      var result = first
      for (axis, slice) in slices.enumerated() {
        result.constant = result.constant + slice.start * first.steps[axis]
        result.steps[axis] = first.steps[axis] * Dimension(slice.step)
      }
      return result
    case .reduce(_, let axes):
      // A size as a number is the sum of that many ones.
      guard first.isConstant else { return nil }
      let count = axes.reduce(Dimension(1)) { $0 * source.dimensions[$1] }
      return AffineIndex(constant: first.constant * count, steps: type.shape.dimensions.map { _ in 0 })
    default: return nil
    }
  }

  private func combined(_ f: Elementwise, _ forms: [AffineIndex]) -> AffineIndex? {
    switch f {
    case .identity: return forms[0]
    case .negate: return forms[0].scaled(by: -1)
    case .add: return forms[0].adding(forms[1])
    case .subtract: return forms[0].adding(forms[1].scaled(by: -1))
    case .multiply:
      if forms[0].isConstant { return forms[1].scaled(by: forms[0].constant) }
      return forms[1].isConstant ? forms[0].scaled(by: forms[1].constant) : nil
    case .floorDivide, .mod:
      guard forms[0].isConstant, forms[1].isConstant, forms[1].constant != 0 else { return nil }
      var result = forms[0]
      let (a, b) = (forms[0].constant, forms[1].constant)
      result.constant = f == .mod ? a.remainder(dividingBy: b) : a.floorDividing(by: b)
      return result
    default: return nil
    }
  }
}

extension AffineIndex {
  /// The form after axes of extent 1 came or went; `nil` for any other reshape.
  fileprivate func reshaped(from shape: Shape, to target: Shape) -> AffineIndex? {
    if isConstant { return AffineIndex(constant: constant, steps: target.dimensions.map { _ in 0 }) }
    guard let origins = target.unitAxesInserted(into: shape) else { return nil }
    var result = self
    result.steps = origins.map { $0.map { steps[$0] } ?? 0 }
    return result
  }
}

extension Shape {
  /// For each axis the one of `shape` that it is, or `nil` for a new one of extent 1, where the shapes differ in such
  /// axes only.
  package func unitAxesInserted(into shape: Shape) -> [Int?]? {
    let kept = shape.dimensions.indices.filter { !shape.dimensions[$0].isOne }
    var rest = kept[...]
    var origins: [Int?] = []
    for extent in dimensions {
      if extent.isOne {
        origins.append(nil)
      } else {
        guard let axis = rest.popFirst(), shape.dimensions[axis] == extent else { return nil }
        origins.append(axis)
      }
    }
    return rest.isEmpty ? origins : nil
  }
}
