import NablaGraph
import TestSupport

/// Patterns that choose elements with integers: rows as an embedding does, an element or several of each row, pairs of
/// places, places of places, and the sums of what lies at equal places.
extension RandomFusedProgram {
  mutating func lookedUp(_ value: Value) -> (String, Value)? {
    guard value.extents.count == 2, !value.extents.contains(0) else { return gathered(value) }
    let (rows, columns) = (value.extents[0], value.extents[1])
    switch number(0...6) {
    case 0:
      let axis = number(0...1)
      let count = [1, extents[0], extents[1]].randomElement(using: &random) ?? 1
      return (
        "look up along \(axis)", chosen(value, Gather(axes: [axis]), [places([count], below: value.extents[axis])])
      )
    case 1:
      let count = number(1...5)
      let several = chosen(value, Gather(batch: 1, axes: [1]), [places([rows, count], below: columns)])
      return ("look up \(count) of each row", chain(calmed(several)))
    case 2:
      let count = [1, 16, 17, rows].randomElement(using: &random) ?? 1
      let pairs = [places([count], below: rows), places([count], below: columns)]
      return ("look up pairs", chosen(value, Gather(axes: [0, 1]), pairs))
    case 3:
      // The diagonal, if there is one: rows that are counted.
      let counted = graph.append(.iota, [], type: TensorType(.i64, Shape([Dimension(rows)])))
      return ("look up in rows", chosen(value, Gather(axes: [0, 1]), [counted, places([rows], below: columns)]))
    case 4:
      // What is chosen from is computed, and the places are chosen themselves.
      let first = places([extents[1] + 1], below: rows)
      let second = places([rows], below: extents[1] + 1)
      let both = graph.append(.gather(Gather(axes: [0])), [first, second], type: TensorType())
      return ("look up twice", chosen(chain(calmed(value)), Gather(axes: [0]), [both]))
    case 5:
      // The least of each row, whose place is known to lie there.
      let least = graph.append(.argReduce(.min, axis: 1), [input([rows, columns]).node], type: TensorType())
      let column = graph.append(.reshape, [least], type: TensorType(.i64, Shape([Dimension(rows), 1])))
      let picked = chosen(value, Gather(batch: 1, axes: [1]), [column])
      return ("look up extremes", apply(.subtract, calmed(value), calmed(picked), bound: 16))
    default: return spread(value)
    }
  }

  /// Numbers of rows added where integers say, on short axes and long ones, or so many ones.
  private mutating func spread(_ value: Value) -> (String, Value)? {
    let rows = value.extents[0]
    let extent = [1, 3, 16, 17, 31, 40].randomElement(using: &random) ?? 1
    let named = places([rows], below: extent)
    let summed = chance(3) ? nil : append(.reduce(.sum, axes: [1]), [value], [rows], bound: value.bound * 200)
    let updates = summed ?? append(.broadcast, [literal(number(-2...2), 4)], [rows], bound: 1)
    let node = graph.append(.scatter(Gather(axes: [0])), [updates.node, named], type: type([extent]))
    let sums = Value(node: node, extents: [extent], bound: updates.bound * Double(rows), digits: nil)
    return ("spread over \(extent)", calmed(sums))
  }

  private mutating func chosen(_ value: Value, _ gather: Gather, _ indices: [NodeID]) -> Value {
    let node = graph.append(.gather(gather), [value.node] + indices, type: TensorType())
    let extents = graph.type(of: node).shape.dimensions.map { $0.constant ?? 0 }
    return Value(node: node, extents: extents, bound: value.bound, digits: value.digits)
  }

  /// Integers that count along an axis, some from its end: drawn, or an input of the program where the axis has them all.
  private mutating func places(_ shape: [Int], below extent: Int) -> NodeID {
    let element: ElementType = chance(2) ? .i64 : .i32
    let type = TensorType(element, Shape(shape.map { Dimension($0) }))
    // Inputs are between -4 and 4.
    if extent > 4, chance(2) { return integers(type) }
    let key = graph.constant(Constant(number(0...9)), .i64)
    let bits = graph.append(.random(site: 42), [key], type: type)
    let index = graph.apply(.mod, bits, graph.constant(Constant(extent), element))
    return chance(2) ? index : graph.apply(.subtract, index, graph.constant(Constant(extent), element))
  }
}
