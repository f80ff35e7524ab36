import NablaGraph

/// The elements of small arrays that are made of constants alone, exactly.
struct ConstantElements {
  private let graph: Graph
  /// Elements that may still be computed: what is larger is left to the run.
  private var budget = 512

  private static let depthLimit = 16

  init(of graph: Graph) { self.graph = graph }

  /// All elements in row-major order; `nil` where something is no exact number, or there are too many.
  mutating func elements(_ id: NodeID, depth: Int = 0) -> [Rational]? {
    guard depth < Self.depthLimit, let count = graph.type(of: id).shape.knownCount, count <= budget else { return nil }
    budget -= count
    if let f = graph.elementwise(id) { return elementwise(f, id, depth) }
    let operation = graph.operation(of: id)
    switch operation {
    case .constant(let value): return value.rational.map { [$0] }
    case .iota: return (0..<count).map { Rational($0) }
    case .reshape, .broadcast, .transpose, .slice, .cast: return moved(operation, id, count, depth)
    case .concatenate(let axis): return joined(axis, id, depth)
    case .reduce(let reduction, let axes): return reduced(reduction, axes, id, count, depth)
    case .contract(let contraction): return contracted(contraction, id, count, depth)
    case .cumulative(.sum, let axis, let isReversed): return summed(axis, isReversed, id, depth)
    default: return nil
    }
  }

  private func extents(_ id: NodeID) -> [Int] { graph.type(of: id).shape.dimensions.map { $0.constant ?? 0 } }

  /// The index of an element by axes.
  private func places(_ index: Int, _ extents: [Int]) -> [Int] {
    var (rest, result) = (index, Array(repeating: 0, count: extents.count))
    for axis in extents.indices.reversed() {
      result[axis] = rest % extents[axis]
      rest /= extents[axis]
    }
    return result
  }

  private func index(_ places: [Int], _ extents: [Int]) -> Int {
    zip(places, extents).reduce(0) { $0 * $1.1 + $1.0 }
  }

  /// The element that broadcasting puts at a place.
  private func broadcastIndex(_ places: [Int], _ extents: [Int]) -> Int {
    index(zip(places.suffix(extents.count), extents).map { $1 == 1 ? 0 : $0 }, extents)
  }

  private mutating func elementwise(_ f: Elementwise, _ id: NodeID, _ depth: Int) -> [Rational]? {
    let operands = graph.operands(of: id)
    var values: [(extents: [Int], elements: [Rational])] = []
    for operand in operands {
      guard graph.element(of: operand) != .bool, let elements = elements(operand, depth: depth + 1) else { return nil }
      values.append((extents(operand), elements))
    }
    let extents = extents(id)
    var result: [Rational] = []
    for element in 0..<extents.reduce(1, *) {
      let places = places(element, extents)
      let constants = values.map { Constant.rational($0.elements[broadcastIndex(places, $0.extents)]) }
      guard let value = f.exactValue(of: constants)?.rational else { return nil }
      result.append(value)
    }
    return result
  }

  private mutating func moved(_ operation: Operation, _ id: NodeID, _ count: Int, _ depth: Int) -> [Rational]? {
    let operand = graph.operand(0, of: id)
    guard graph.element(of: operand) != .bool, let source = elements(operand, depth: depth + 1) else { return nil }
    let (from, to) = (extents(operand), extents(id))
    return (0..<count).map { element in
      var places = places(element, to)
      switch operation {
      case .broadcast: return source[broadcastIndex(places, from)]
      case .transpose(let permutation):
        var turned = places
        for (axis, origin) in permutation.enumerated() { turned[origin] = places[axis] }
        return source[index(turned, from)]
      case .slice(let slices):
        for (axis, slice) in slices.enumerated() {
          places[axis] = (slice.start.constant ?? 0) + slice.step * places[axis]
        }
        return source[index(places, from)]
      default: return source[element]
      }
    }
  }

  private mutating func joined(_ axis: Int, _ id: NodeID, _ depth: Int) -> [Rational]? {
    var parts: [(extents: [Int], elements: [Rational])] = []
    for operand in graph.operands(of: id) {
      guard let elements = elements(operand, depth: depth + 1) else { return nil }
      parts.append((extents(operand), elements))
    }
    let extents = extents(id)
    return (0..<extents.reduce(1, *)).map { element in
      var places = places(element, extents)
      var part = 0
      while places[axis] >= parts[part].extents[axis] {
        places[axis] -= parts[part].extents[axis]
        part += 1
      }
      return parts[part].elements[index(places, parts[part].extents)]
    }
  }

  private mutating func reduced(
    _ reduction: Operation.Reduction, _ axes: [Int], _ id: NodeID, _ count: Int, _ depth: Int
  ) -> [Rational]? {
    let operand = graph.operand(0, of: id)
    guard graph.element(of: operand) != .bool, let source = elements(operand, depth: depth + 1) else { return nil }
    let (from, to) = (extents(operand), extents(id))
    var result: [Rational?] = Array(
      repeating: reduction == .sum ? .zero : reduction == .product ? .one : nil, count: count)
    for (element, value) in source.enumerated() {
      let places = places(element, from)
      let target = index(places.indices.filter { !axes.contains($0) }.map { places[$0] }, to)
      guard let known = result[target] else {
        result[target] = value
        continue
      }
      switch reduction {
      case .sum: result[target] = known + value
      case .product: result[target] = known * value
      case .max, .firstMax: result[target] = max(known, value)
      case .min, .firstMin: result[target] = min(known, value)
      default: return nil
      }
    }
    let values = result.compactMap { $0 }
    return values.count == count ? values : nil
  }

  private mutating func contracted(
    _ contraction: Contraction, _ id: NodeID, _ count: Int, _ depth: Int
  ) -> [Rational]? {
    let (left, right) = (graph.operand(0, of: id), graph.operand(1, of: id))
    guard let a = elements(left, depth: depth + 1), let b = elements(right, depth: depth + 1) else { return nil }
    let (x, y, to) = (extents(left), extents(right), extents(id))
    var result = Array(repeating: Rational.zero, count: count)
    var labels = Array(repeating: -1, count: contraction.labelCount)
    budget -= a.count * b.count
    if budget < 0 { return nil }
    for (i, u) in a.enumerated() {
      let places = places(i, x)
      for (j, v) in b.enumerated() {
        for (axis, label) in contraction.left.enumerated() { labels[label] = places[axis] }
        let others = self.places(j, y)
        var agrees = true
        for (axis, label) in contraction.right.enumerated() {
          if contraction.left.contains(label) {
            agrees = agrees && labels[label] == others[axis]
          } else {
            labels[label] = others[axis]
          }
        }
        if agrees {
          result[index(contraction.result.map { labels[$0] }, to)] =
            result[index(contraction.result.map { labels[$0] }, to)] + u * v
        }
      }
    }
    return result
  }

  private mutating func summed(_ axis: Int, _ isReversed: Bool, _ id: NodeID, _ depth: Int) -> [Rational]? {
    guard var values = elements(graph.operand(0, of: id), depth: depth + 1) else { return nil }
    let extents = extents(id)
    let order = isReversed ? Array(values.indices.reversed()) : Array(values.indices)
    for element in order {
      var places = places(element, extents)
      places[axis] += isReversed ? 1 : -1
      if (0..<extents[axis]).contains(places[axis]) {
        values[element] = values[element] + values[index(places, extents)]
      }
    }
    return values
  }
}

extension Workspace {
  /// The number that a node is, where it is one that is made of constants by moving, joining and summing.
  func constantElement(_ id: NodeID) -> Rational? {
    let type = graph.type(of: id)
    guard type.isScalar, type.element != .bool else { return nil }
    switch graph.operation(of: id) {
    case .reshape, .reduce, .contract: break
    default: return nil
    }
    // The sum of so many ones is how a size is written, if it has a name: that is no number.
    var elements = ConstantElements(of: graph)
    guard let value = elements.elements(id)?.first, value.bitWidth <= Rational.sumLimit else { return nil }
    // Integers wrap when they run.
    let isPlain = value.isInteger && value.magnitude < Rational(Int(Int32.max))
    return type.element.isFloat || isPlain ? value : nil
  }
}
