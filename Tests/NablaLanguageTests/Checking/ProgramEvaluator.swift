import NablaGraph

/// Evaluates programs in array order with the operation table's reference meanings: independent of every backend.
struct ProgramEvaluator {
  /// A tensor in row-major order; truth values are 0 and 1.
  struct Tensor: Equatable {
    var shape: [Int]
    var elements: [Double]

    init(_ value: Double) { (shape, elements) = ([], [value]) }

    init(_ elements: [Double], _ shape: [Int]) { (self.shape, self.elements) = (shape, elements) }

    /// The element at a place of a larger shape that this one is broadcast to.
    func element(at place: [Int]) -> Double {
      var offset = 0
      for (axis, extent) in shape.enumerated() {
        offset = offset * extent + (extent == 1 ? 0 : place[place.count - shape.count + axis])
      }
      return elements[offset]
    }
  }

  struct Unsupported: Error { let what: String }

  /// The results of a program by name.
  static func evaluate(
    _ program: Program, _ inputs: [Tensor], sizes: [String: Int] = [:]
  ) throws -> [String: Tensor] {
    var values: [Tensor] = []
    let position = Dictionary(uniqueKeysWithValues: program.inputs.enumerated().map { ($1, $0) })
    let live = program.graph.live(from: program.rootNodes)
    for id in program.graph.ids {
      if !live[id.index] {
        values.append(Tensor(.nan))
      } else if let index = position[id] {
        values.append(inputs[index])
      } else {
        values.append(try evaluate(id, program.graph, program.graph.operands(of: id).map { values[$0.index] }, sizes))
      }
    }
    return Dictionary(uniqueKeysWithValues: program.roots.map { ($0.name, values[$0.node.index]) })
  }

  private static func evaluate(
    _ id: NodeID, _ graph: Graph, _ operands: [Tensor], _ sizes: [String: Int]
  ) throws -> Tensor {
    let type = graph.type(of: id)
    let shape = try type.shape.dimensions.map { dimension in
      guard let extent = dimension.evaluate(sizes) else { throw Unsupported(what: "the extent \(dimension)") }
      return extent
    }
    func map(_ element: ([Int]) -> Double) -> Tensor { Tensor(places(shape).map(element), shape) }
    switch graph.operation(of: id) {
    case .constant(let value): return Tensor(round(value.double, type.element))
    case .elementwise(let f):
      return map { place in
        let x = operands.map { $0.element(at: place) } + [0, 0]
        return round(f.definition.evaluation.scalar(x[0], x[1], x[2]), type.element)
      }
    case .cast: return Tensor(operands[0].elements.map { round($0, type.element) }, shape)
    case .stop: return operands[0]
    case .iota: return map { Double($0[0]) }
    case .reshape: return Tensor(operands[0].elements, shape)
    case .broadcast: return map { operands[0].element(at: $0) }
    case .transpose(let permutation):
      return map { place in
        var source = place
        for (axis, from) in permutation.enumerated() { source[from] = place[axis] }
        return operands[0].element(at: source)
      }
    case .slice(let slices):
      return map { place in
        operands[0].element(at: zip(place, slices).map { ($1.start.evaluate(sizes) ?? 0) + $0 * $1.step })
      }
    case .pad(let padding):
      return map { place in
        var source: [Int] = []
        for (axis, pad) in padding.enumerated() {
          let offset = place[axis] - (pad.low.evaluate(sizes) ?? 0)
          let step = pad.interior + 1
          guard offset >= 0, offset % step == 0, offset / step < operands[0].shape[axis] else { return 0 }
          source.append(offset / step)
        }
        return operands[0].element(at: source)
      }
    case .concatenate(let axis):
      return map { place in
        var place = place
        for operand in operands {
          if place[axis] < operand.shape[axis] { return operand.element(at: place) }
          place[axis] -= operand.shape[axis]
        }
        return .nan
      }
    case .reduce(let reduction, let axes):
      let source = operands[0]
      let kept = source.shape.indices.filter { !axes.contains($0) }
      var groups: [[Int]: [Double]] = [:]
      for place in places(source.shape) {
        groups[kept.map { place[$0] }, default: []].append(source.element(at: place))
      }
      return map { reduce(reduction, groups[$0] ?? []) }
    case .contract(let contraction):
      var extents = Array(repeating: 1, count: contraction.labelCount)
      for (axis, label) in contraction.left.enumerated() { extents[label] = operands[0].shape[axis] }
      for (axis, label) in contraction.right.enumerated() { extents[label] = operands[1].shape[axis] }
      var sums: [[Int]: Double] = [:]
      for place in places(extents) {
        let (a, b) = (contraction.left.map { place[$0] }, contraction.right.map { place[$0] })
        sums[contraction.result.map { place[$0] }, default: 0] +=
          operands[0].element(at: a) * operands[1].element(at: b)
      }
      return map { sums[$0] ?? 0 }
    default: throw Unsupported(what: graph.operation(of: id).name)
    }
  }

  private static func reduce(_ reduction: Operation.Reduction, _ values: [Double]) -> Double {
    switch reduction {
    case .sum: values.reduce(0, +)
    case .product: values.reduce(1, *)
    case .min, .firstMin: values.min() ?? .nan
    case .max, .firstMax: values.max() ?? .nan
    case .any: values.contains(1) ? 1 : 0
    case .all: values.contains(0) ? 0 : 1
    }
  }

  private static func round(_ value: Double, _ element: ElementType) -> Double {
    switch element {
    case .f32: Double(Float(value))
    // A remainder or quotient by the integer 0 is 0.
    case .i32, .i64: value.isFinite ? value.rounded(.towardZero) : 0
    case .bool: value == 0 ? 0 : 1
    case .f64: value
    }
  }

  /// The places of a shape in row-major order.
  private static func places(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { places, extent in places.flatMap { place in (0..<extent).map { place + [$0] } } }
  }
}
