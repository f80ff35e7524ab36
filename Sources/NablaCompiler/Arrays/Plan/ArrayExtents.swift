import NablaGraph
import NablaRuntime

/// The extents of the arrays of a graph, as numbers.
struct ArrayExtents {
  private let graph: Graph
  private var known: [TypeID: [Int]] = [:]

  init(_ graph: Graph) { self.graph = graph }

  /// Arrays with more elements than this are refused.
  static let elementLimit = Int(UInt32.max)

  /// The extents of a node's shape.
  ///
  /// - Throws: ``LoweringError/unknownExtent(_:)``, ``LoweringError/tooLarge(elements:)``.
  mutating func callAsFunction(_ id: NodeID) throws(LoweringError) -> [Int] {
    let type = graph.typeID(of: id)
    if let extents = known[type] { return extents }
    var extents: [Int] = []
    var count = 1
    for dimension in graph.type(type).shape.dimensions {
      guard let extent = dimension.constant, extent >= 0 else { throw .unknownExtent(graph.type(type)) }
      let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
      guard !overflow, product < ArrayExtents.elementLimit else { throw .tooLarge(elements: overflow ? .max : product) }
      count = product
      extents.append(extent)
    }
    known[type] = extents
    return extents
  }

  /// The extents of a node that has been asked for before.
  subscript(_ id: NodeID) -> [Int] { known[graph.typeID(of: id)] ?? [] }
}

extension [Int] {
  /// The number of elements of an array with these extents.
  var elementCount: Int { reduce(1, *) }

  /// The steps of an array in row-major order.
  var rowMajorStrides: [Int] {
    var strides = Array(repeating: 1, count: count)
    for axis in indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * self[axis + 1] }
    return strides
  }
}
