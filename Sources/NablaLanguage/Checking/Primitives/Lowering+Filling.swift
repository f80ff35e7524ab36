import BigInt
import NablaGraph

/// Arrays that are made of sizes: zeros, a diagonal, a range.
extension Lowering {
  /// `zeros(m, n)`, `ones(x.shape)`.
  mutating func filled(_ constant: Constant, _ call: PrimitiveCall) -> Value? {
    var dimensions: [Dimension] = []
    for argument in call.list {
      guard let sizes = call.list.count == 1 ? argument.value.sizes : argument.value.size.map({ [$0] }) else {
        report(
          .notSize, "an extent is a size, known before the run, not \(describe(argument.value))", at: argument.range)
        return nil
      }
      dimensions += sizes
    }
    let value = graph.constant(constant, options.floatType)
    return spread(value, Shape(dimensions), call).map { .node($0, .weakReal) }
  }

  /// `full(shape, fill_value)` and `broadcast_to(x, shape)`.
  mutating func broadcast(_ call: PrimitiveCall, _ name: String) -> Value? {
    guard let (node, firmness) = array(name, call), let dimensions = sizes("shape", call) else { return nil }
    return spread(node, Shape(dimensions), call).map { .node($0, firmness) }
  }

  private mutating func spread(_ node: NodeID, _ shape: Shape, _ call: PrimitiveCall) -> NodeID? {
    let type = graph.type(of: node)
    if type.shape == shape { return node }
    guard isManageable(shape, at: place(call.site)) else { return nil }
    guard shape.dimensions.allSatisfy({ !($0.constant.map { $0 < 0 } ?? false) }) else {
      report(.notSize, "an extent is not negative: \(shape)", at: call.site)
      return nil
    }
    guard (try? type.shape.broadcast(with: shape)) == shape else {
      report(.broadcast, "the shape \(type.shape) does not broadcast to \(shape)", at: call.site)
      return nil
    }
    return graph.append(.broadcast, [node], type: TensorType(type.element, shape))
  }

  /// The identity matrix, or one with more rows or columns: 1 where the column is the row plus `k`.
  mutating func eye(_ call: PrimitiveCall) -> Value? {
    guard let n = size("n", call) else { return nil }
    var m = n
    var k: Dimension = 0
    if call.arguments["m"] != nil {
      guard let given = size("m", call) else { return nil }
      m = given
    }
    if call.arguments["k"] != nil {
      guard let given = size("k", call) else { return nil }
      k = given
    }
    guard let rows = counted(n, call), let columns = counted(m, call),
      let column = reshaped(rows, [n, 1], at: place(call.site)),
      case let shift = materialise(.size(of: k), .i64, at: call.site), let shift
    else { return nil }
    let isOn = graph.apply(.equal, graph.apply(.add, column, shift), columns)
    let (one, zero) = (graph.constant(.one, options.floatType), graph.constant(.zero, options.floatType))
    return .node(graph.apply(.select, isOn, one, zero), .weakReal)
  }

  /// `0, 1, …, n - 1` as i64.
  mutating func counted(_ n: Dimension, _ call: PrimitiveCall) -> NodeID? {
    let type = TensorType(.i64, Shape([n]))
    guard isManageable(type.shape, at: place(call.site)) else { return nil }
    if let known = n.constant, known < 0 {
      report(.notSize, "an extent is not negative: \(known)", at: call.site)
      return nil
    }
    return graph.append(.iota, [], type: type)
  }

  /// Sizes give integers; other exact numbers give as many floats as fit.
  mutating func arange(_ call: PrimitiveCall) -> Value? {
    var bounds = ["start", "stop", "step"].map { call.arguments[$0]?.value ?? .absent }
    if bounds[1] == .absent { bounds = [.number(.zero), bounds[0], bounds[2]] }
    if bounds[2] == .absent { bounds[2] = .number(.one) }
    if let start = bounds[0].size, let stop = bounds[1].size, let step = bounds[2].rational?.integer, step != 0 {
      return integers(from: start, to: stop, step: step, call)
    }
    let exact = bounds.compactMap(\.rational)
    guard exact.count == 3, !exact[2].isZero else {
      report(.notSize, "'arange' takes sizes or exact numbers, and a step other than 0", at: call.site)
      return nil
    }
    let count = Rational(-((exact[0] - exact[1]) / exact[2]).floor, 1)
    guard let extent = count.integer.map({ max($0, 0) }), let integers = counted(Dimension(extent), call) else {
      return nil
    }
    let element = options.floatType
    let start = graph.constant(.rational(exact[0]), element)
    let step = graph.constant(.rational(exact[2]), element)
    let places = graph.append(.cast, [integers], type: TensorType(element, Shape([Dimension(extent)])))
    return .node(graph.apply(.add, start, graph.apply(.multiply, places, step)), .weakReal)
  }

  private mutating func integers(
    from start: Dimension, to stop: Dimension, step: Int, _ call: PrimitiveCall
  ) -> Value? {
    let span = step > 0 ? stop - start : start - stop
    let width = Dimension(Int(step.magnitude))
    let count = (span + width - 1).floorDividing(by: width)
    let isEmpty = count.constant.map { $0 < 0 } ?? false
    guard var node = counted(isEmpty ? 0 : count, call) else { return nil }
    if step != 1 { node = graph.apply(.multiply, node, graph.constant(Constant(step), .i64)) }
    if start != 0 {
      guard let first = materialise(.size(of: start), .i64, at: call.site) else { return nil }
      node = graph.apply(.add, node, first)
    }
    return .node(node, .firm)
  }
}
