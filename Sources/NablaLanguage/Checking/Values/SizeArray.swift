import NablaGraph

/// A list of sizes, or a list of lists: `[m, 3]`, `x.shape`, `[[1, 1], [0, 2]]`.
///
/// It is an array of integers like any other as soon as it is computed with; until then it may stand where sizes must be
/// known before the run, as the shape of `reshape` or the widths of `pad`.
struct SizeArray: Hashable, Sendable {
  /// In row-major order.
  var elements: [Dimension]
  var extents: [Int]

  init(_ elements: [Dimension], _ extents: [Int]) {
    self.elements = elements
    self.extents = extents
  }

  init(_ shape: Shape) { self.init(shape.dimensions, [shape.rank]) }

  /// The sizes, where they are one list.
  var list: [Dimension]? { extents.count == 1 ? elements : nil }

  /// The rows, where it is a list of lists.
  var rows: [[Dimension]]? {
    guard extents.count == 2 else { return nil }
    return (0..<extents[0]).map { Array(elements[$0 * extents[1]..<($0 + 1) * extents[1]]) }
  }

  var shape: Shape { Shape(extents.map { Dimension($0) }) }

  /// The list of values that are all sizes, or all lists of sizes of one shape.
  init?(listing values: [Value]) {
    guard let first = values.first else {
      self.init([], [0])
      return
    }
    var elements: [Dimension] = []
    elements.reserveCapacity(values.count)
    if case .sizes(let row) = first {
      for value in values {
        guard case .sizes(let other) = value, other.extents == row.extents else { return nil }
        elements += other.elements
      }
      self.init(elements, [values.count] + row.extents)
    } else {
      for value in values {
        guard let size = value.size else { return nil }
        elements.append(size)
      }
      self.init(elements, [values.count])
    }
  }
}

extension SizeArray: CustomStringConvertible {
  var description: String {
    if let list { return "[" + list.map(\.description).joined(separator: ", ") + "]" }
    return "a list of the shape \(shape)"
  }
}
