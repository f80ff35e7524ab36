import NablaGraph

/// A sum of products that is computed as products of matrices: blocks of both operands are packed, and tiles of the
/// result kept in registers. Operands are read through their addresses, so transposes and parts of arrays are packed
/// as they are.
public struct ContractionKernel: KernelParts {
  /// One axis with its step in each operand and in the result.
  public struct Axis: Hashable, Sendable {
    public var extent: Int
    public var left = 0
    public var right = 0
    public var result = 0
  }

  public var left: (buffer: Int, offset: Int)
  public var right: (buffer: Int, offset: Int)
  /// All panels of the right operand, where they have been packed before.
  public internal(set) var packedRight: Int?
  public internal(set) var result: Int
  public let resultOffset: Int
  /// Packed blocks.
  public internal(set) var scratch = -1
  /// How it is cut into tiles; `nil` where that takes the loops for all contractions.
  private(set) var tiling: ContractionTiling?
  public var batch: [Axis] = []
  /// Axes of the left operand and of the result.
  public var rows: [Axis] = []
  /// Axes of the right operand and of the result.
  public var columns: [Axis] = []
  public var sums: [Axis] = []

  /// Summed elements and columns of a packed block.
  static let depth = 256
  static let width = 512
  /// Rows of a tile, and the largest number of columns of one.
  static let tileRows = 6
  static let tileColumns = 32

  /// Elements of packed blocks.
  func scratchCount(threads: Int) -> Int {
    guard let tiling else { return looseCount }
    return max(
      looseCount, tiling.panelCount * threads + tiling.bandCount + bandStep * (threads - 1))
  }

  /// From where a thread packs the left operand to where the next does: those that share the rows pack a part each, and
  /// may write a little too far; else each packs all of it.
  var bandStep: Int {
    guard let tiling, tiling.isLeftPacked else { return 0 }
    switch cut {
    case .rows, .tiles: return tiling.lanes
    default: return tiling.bandCount
    }
  }

  /// Those of the loops that all contractions share.
  private var looseCount: Int {
    func count(_ axes: [Axis]) -> Int { axes.reduce(1) { $0 * $1.extent } }
    let unit = ContractionKernel.tileColumns
    let padded = (min(count(columns), ContractionKernel.width) + unit - 1) / unit * unit
    return min(count(sums), ContractionKernel.depth) * (padded + ContractionKernel.tileRows)
  }

  /// An array of a contraction: its buffer, and the address within for the places along all axes.
  typealias Place = (buffer: Int, address: LinearIndex)

  /// The products of two arrays, summed along some axes. An axis belongs to the operands whose address moves along it;
  /// so windows that overlap are axes like all others.
  ///
  /// - Parameters:
  ///   - extents: the axes, those of the result in its order.
  ///   - summed: the axes along which products are added up.
  init(
    over extents: [Int], summed: [Int], left: Place, right: Place, result: Place, element: ElementType,
    unit: VectorUnit
  ) {
    self.left = (left.buffer, left.address.offset)
    self.right = (right.buffer, right.address.offset)
    self.result = result.buffer
    resultOffset = result.address.offset
    for number in extents.indices where extents[number] != 1 {
      let axis = Axis(
        extent: extents[number], left: left.address.steps[number], right: right.address.steps[number],
        result: result.address.steps[number])
      switch (summed.contains(number), axis.left != 0, axis.right != 0) {
      case (true, _, _): sums.append(axis)
      case (false, true, true): batch.append(axis)
      case (false, true, false): rows.append(axis)
      case (false, false, _): columns.append(axis)
      }
    }
    // The side that runs through the result's last axis is the one whose elements stand side by side in registers.
    if rows.last?.result == 1 { swap() }
    rows = ContractionKernel.joined(rows)
    columns = ContractionKernel.joined(columns)
    sums = ContractionKernel.joined(sums)
    batch = ContractionKernel.joined(batch)
    tiling = ContractionTiling(self, element, unit)
    guard let tiling else { return }
    if let best = tiling.bestRow(of: rows) { rows.append(rows.remove(at: best)) }
    // Sums end with the axis along which elements lie closest.
    sums.sort { max(abs($0.left), abs($0.right)) > max(abs($1.left), abs($1.right)) }
    self.tiling = ContractionTiling(self, element, unit)
  }

  private mutating func swap() {
    (left, right) = (right, left)
    (rows, columns) = (columns, rows)
    func turn(_ axes: inout [Axis]) {
      axes = axes.map { Axis(extent: $0.extent, left: $0.right, right: $0.left, result: $0.result) }
    }
    turn(&rows)
    turn(&columns)
    turn(&sums)
    turn(&batch)
  }

  /// Neighbouring axes that run through everything as one are one.
  private static func joined(_ axes: [Axis]) -> [Axis] {
    axes.reduce(into: []) { result, axis in
      if let last = result.last, last.left == axis.left * axis.extent, last.right == axis.right * axis.extent,
        last.result == axis.result * axis.extent
      {
        result.removeLast()
        result.append(Axis(extent: last.extent * axis.extent, left: axis.left, right: axis.right, result: axis.result))
      } else {
        result.append(axis)
      }
    }
  }

  var readBuffers: [Int] { ([left.buffer, right.buffer] + (packedRight.map { [$0] } ?? [])).unique }
  var writtenBuffers: [Int] { [result, scratch] }
  var statementCount: Int { 10 }
}

extension ContractionKernel {
  /// What panels of a right operand are made of.
  struct Panels: Hashable {
    let buffer: Int
    let offset: Int
    /// The steps of the columns, then of the sums.
    let axes: [[Int]]
    let runs: [ContractionTiling.Run]
    /// Elements of all panels.
    let count: Int
  }

  /// The panels of the right operand, if one array can have them all.
  var panels: Panels? {
    guard let tiling, batch.isEmpty, columns.count == 1, tiling.chunk == sums[0].extent else { return nil }
    let vectors = tiling.panels.reduce(0) { $0 + $1.count * $1.size }
    return Panels(
      buffer: right.buffer, offset: right.offset, axes: (columns + sums).map { [$0.extent, $0.right] },
      runs: tiling.panels, count: vectors * tiling.lanes * sums.reduce(1) { $0 * $1.extent })
  }
}

extension ArrayFacts {
  /// Less work is not worth packing.
  private static let leastProduct = 4_096

  /// Whether a contraction is computed as products of matrices: every element of both operands is used several times,
  /// or those of a row of numbers are, with a matrix whose rows are added up.
  func isMatrixProduct(_ contraction: Contraction, _ id: NodeID) -> Bool {
    let extents = labelExtents(of: contraction, id)
    func count(_ isWanted: (Int) -> Bool) -> Int { extents.indices.filter(isWanted).reduce(1) { $0 * extents[$1] } }
    let (left, right, kept) = (Set(contraction.left), Set(contraction.right), Set(contraction.result))
    let rows = count { kept.contains($0) && left.contains($0) && !right.contains($0) }
    let columns = count { kept.contains($0) && right.contains($0) && !left.contains($0) }
    let sums = count { !kept.contains($0) }
    if isMatrixProduct(rows: rows, columns, sums: sums, of: extents.elementCount) { return true }
    guard sums >= 4, extents.elementCount >= ArrayFacts.leastProduct, min(rows, columns) < 4 else { return false }
    guard graph.element(of: id).isFloat, let last = contraction.result.last, extents[last] >= 16 else { return false }
    return (left.contains(last) ? contraction.left : contraction.right).last == last
      && !(left.contains(last) && right.contains(last))
  }

  /// Whether a product of matrices is worth tiles whatever the order of its elements.
  ///
  /// - Parameter products: how many products there are in all.
  func isMatrixProduct(rows: Int, _ columns: Int, sums: Int, of products: Int) -> Bool {
    sums >= 4 && products >= ArrayFacts.leastProduct && min(rows, columns) >= 4 && max(rows, columns) >= 8
  }
}
