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
    /// The window that it belongs to, by number.
    var window: Int?
    /// The steps of what the epilogue reads and writes.
    fileprivate var extra: [Int] = []

    init(extent: Int, left: Int = 0, right: Int = 0, result: Int = 0) {
      (self.extent, self.left, self.right, self.result) = (extent, left, right, result)
    }
  }

  /// What is computed, before it is known how.
  private struct Problem {
    let extents: [Int]
    let summed: [Int]
    let left: Place
    let right: Place
    var result: Place
    let element: ElementType
    let unit: VectorUnit
    /// How it is cut, if not as the model says.
    var choice: TileChoice?
    let rowParts: Int
    let isDirect: Bool
    let isSplit: Bool
    let windows: [ClippedWindow]
  }

  public var left: (buffer: Int, offset: Int)
  public var right: (buffer: Int, offset: Int)
  /// All panels of the right operand, where they have been packed before.
  public internal(set) var packedRight: Int?
  public internal(set) var result: Int
  public let resultOffset: Int
  /// Packed blocks.
  public internal(set) var scratch = -1
  /// The input that the epilogue adds the product to, and writes the sum over: then it does so with each part of a long
  /// sum, the first time to the input, and then to what it has written.
  var sumInput: Int?
  /// The loop that threads had better share.
  var preferredCut: Cut?
  /// How it is cut into tiles; `nil` where that takes the loops for all contractions.
  private(set) var tiling: ContractionTiling?
  public var batch: [Axis] = []
  /// Axes of the left operand and of the result.
  public var rows: [Axis] = []
  /// Axes of the right operand and of the result.
  public var columns: [Axis] = []
  public var sums: [Axis] = []
  /// What becomes of the result, over the axes of the result as they were stated; without it, the result is written as
  /// it is.
  private(set) var epilogue: LoopKernel?
  /// The same over ``tileAxes``.
  private(set) var tileEpilogue: LoopKernel?
  private var problem: Problem
  /// The axes of the columns by number.
  private var columnAxes: Set<Int> = []

  /// Summed elements and columns of a packed block.
  static let depth = 256
  static let width = 512
  /// Rows of a tile, and the largest number of columns of one.
  static let tileRows = 6
  static let tileColumns = 32

  /// Elements of packed blocks.
  ///
  /// - Parameter isTiled: whether the product is written in tiles where it can be.
  func scratchCount(threads: Int, isTiled: Bool) -> Int {
    guard let tiling, isTiled else { return looseCount }
    return tiling.panelCount * threads + tiling.bandCount + bandStep * (threads - 1) + tiling.sumCount
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
  ///   - rowParts: into how many equal parts the rows should fall, for threads that keep their rows from one step of a
  ///     loop to the next.
  ///   - isDirect: whether operands are read where they lie, rather than packed where that seems to pay.
  ///   - isSplit: whether a long sum may fall into parts.
  ///   - windows: summed axes of which some places are left out, since nothing but zeros would be there.
  init(
    over extents: [Int], summed: [Int], left: Place, right: Place, result: Place, element: ElementType,
    unit: VectorUnit, rowParts: Int = 1, isDirect: Bool = false, isSplit: Bool = false,
    windows: [ClippedWindow] = []
  ) {
    self.init(
      Problem(
        extents: extents, summed: summed, left: left, right: right, result: result, element: element, unit: unit,
        rowParts: rowParts, isDirect: isDirect, isSplit: isSplit, windows: windows), nil)
  }

  private init(_ problem: Problem, _ epilogue: LoopKernel?) {
    self.problem = problem
    self.epilogue = epilogue
    let (extents, summed) = (problem.extents, problem.summed)
    let (left, right, result) = (problem.left, problem.right, problem.result)
    self.left = (left.buffer, left.address.offset)
    self.right = (right.buffer, right.address.offset)
    self.result = result.buffer
    resultOffset = result.address.offset
    let extra = epilogue?.indices ?? []
    let kept = extents.indices.filter { !summed.contains($0) }
    var rowAxes: Set<Int> = []
    for number in extents.indices where extents[number] != 1 {
      var axis = Axis(
        extent: extents[number], left: left.address.steps[number], right: right.address.steps[number],
        result: result.address.steps[number])
      axis.window = problem.windows.firstIndex { $0.sum == number || $0.place == number }
      if let position = kept.firstIndex(of: number) { axis.extra = extra.map { $0.steps[position] } }
      switch (summed.contains(number), axis.left != 0, axis.right != 0) {
      case (true, _, _): sums.append(axis)
      case (false, true, true): batch.append(axis)
      case (false, true, false):
        rows.append(axis)
        rowAxes.insert(number)
      case (false, false, _):
        columns.append(axis)
        columnAxes.insert(number)
      }
    }
    // The side that runs through the result's last axis is the one whose elements stand side by side in registers.
    if rows.contains(where: { $0.result == 1 }) {
      swap()
      columnAxes = rowAxes
    }
    if let last = columns.firstIndex(where: { $0.result == 1 }) { columns.append(columns.remove(at: last)) }
    rows = ContractionKernel.joined(rows)
    columns = ContractionKernel.joined(columns)
    sums = ContractionKernel.joined(sums)
    batch = ContractionKernel.joined(batch)
    tiling = ContractionTiling(self, problem.element, problem.unit, problem.choice)
    guard let tiling else { return }
    if let best = tiling.bestRow(of: rows) { rows.append(rows.remove(at: best)) }
    // Sums end with the axis along which elements lie closest.
    sums.sort { max(abs($0.left), abs($0.right)) > max(abs($1.left), abs($1.right)) }
    self.tiling = ContractionTiling(self, problem.element, problem.unit, problem.choice)
    let axes = tileAxes
    var position = -1
    tileEpilogue = epilogue
    tileEpilogue?.mapIndices { index in
      position += 1
      return LinearIndex(offset: index.offset, steps: axes.map { $0.extra[position] })
    }
    tileEpilogue?.extents = axes.map(\.extent)
  }

  private mutating func swap() {
    (left, right) = (right, left)
    (rows, columns) = (columns, rows)
    func turn(_ axes: inout [Axis]) {
      for axis in axes.indices { (axes[axis].left, axes[axis].right) = (axes[axis].right, axes[axis].left) }
    }
    turn(&rows)
    turn(&columns)
    turn(&sums)
    turn(&batch)
  }

  /// Neighbouring axes that run through everything as one are one.
  private static func joined(_ axes: [Axis]) -> [Axis] {
    axes.reduce(into: []) { result, axis in
      if let last = result.last, last.window == nil, axis.window == nil, last.left == axis.left * axis.extent,
        last.right == axis.right * axis.extent,
        last.result == axis.result * axis.extent, last.extra == axis.extra.map({ $0 * axis.extent })
      {
        var joint = axis
        joint.extent *= last.extent
        result[result.count - 1] = joint
      } else {
        result.append(axis)
      }
    }
  }

  var canFail: Bool { epilogue?.canFail ?? false }
  var readBuffers: [Int] {
    ([left.buffer, packedRight ?? right.buffer] + (epilogue?.readBuffers ?? [])).unique
  }
  var writtenBuffers: [Int] { ((epilogue?.writtenBuffers ?? []) + (isResultStored ? [result] : []) + [scratch]).unique }
  var statementCount: Int { 10 + (epilogue?.statementCount ?? 0) }
}

/// What becomes of the result.
extension ContractionKernel {
  /// The same product with something else done to its result.
  func with(_ epilogue: LoopKernel) -> ContractionKernel {
    var kernel = ContractionKernel(problem, epilogue)
    (kernel.scratch, kernel.packedRight) = (scratch, packedRight)
    return kernel
  }

  /// The same product that keeps what it has added up in another buffer, laid out as its own is.
  func storing(in buffer: Int) -> ContractionKernel {
    var kernel = self
    kernel.problem.result.buffer = buffer
    kernel.result = buffer
    return kernel
  }

  /// The same product cut in another way.
  func cut(by choice: TileChoice?) -> ContractionKernel {
    var problem = problem
    problem.choice = choice
    var kernel = ContractionKernel(problem, epilogue)
    (kernel.scratch, kernel.packedRight, kernel.sumInput) = (scratch, packedRight, sumInput)
    return kernel
  }

  /// The same product in tiles of other sizes.
  func cut(to tile: (rows: Int, vectors: Int)) -> ContractionKernel {
    cut(by: TileChoice(height: tile.rows, width: tile.vectors, depthBytes: ContractionTiling.depthBytes))
  }

  /// Whether it is cut as has been found by measuring.
  var isMeasured: Bool { problem.choice != nil }

  /// Whether the columns fill vectors as well as those of another product, roughly: what follows may keep short axes from
  /// being one, such as neighbouring places that have a bias for each channel.
  func isAsFull(as other: ContractionKernel) -> Bool { 2 * vectorCount <= 3 * other.vectorCount }

  private var vectorCount: Int {
    guard let tiling, let column = columns.last else { return 0 }
    return elementCount(columns.dropLast()) * ((column.extent + tiling.lanes - 1) / tiling.lanes)
  }

  /// What the cut depends on: extents, steps, element type and registers.
  var measure: String {
    func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
    let steps = [problem.left, problem.right, problem.result].map { list($0.address.steps) }.joined(separator: ";")
    return "\(problem.element.rawValue) \(problem.unit.bytes)x\(problem.unit.registers) \(list(problem.extents)) "
      + "\(list(problem.summed)) \(steps)"
  }

  /// The same cut with nothing done to the result.
  var withoutEpilogue: ContractionKernel {
    var kernel = self
    (kernel.epilogue, kernel.tileEpilogue) = (nil, nil)
    return kernel
  }

  /// Into how many equal parts the rows should fall.
  var rowParts: Int { problem.rowParts }

  /// Whether a long sum may fall into parts, which threads share.
  var isSplit: Bool { problem.isSplit }

  /// Whether sums over the rows are made of what becomes of the result.
  var sumsOverRows: Bool { epilogue?.results.contains { $0.start != nil } ?? false }

  /// The summed axes of which some places are left out.
  var windows: [ClippedWindow] { problem.windows }

  /// Whether operands are read where they lie, if their elements lie side by side.
  var isDirect: Bool { problem.isDirect }

  /// The axes of the result, as tiles have them.
  var tileAxes: [Axis] { batch + rows + columns }

  /// The axes of the result as they were stated.
  private var kept: [Int] { problem.extents.indices.filter { !problem.summed.contains($0) } }

  var resultExtents: [Int] { kept.map { problem.extents[$0] } }

  /// Where the result lies, over its axes as they were stated.
  var resultAddress: LinearIndex {
    let address = problem.result.address
    return LinearIndex(offset: address.offset, steps: kept.map { problem.extents[$0] == 1 ? 0 : address.steps[$0] })
  }

  /// Of the axes as they were stated, those that no column runs through, apart from those with one place.
  var otherAxes: [Int] {
    let kept = kept
    return kept.indices.filter { problem.extents[kept[$0]] != 1 && !columnAxes.contains(kept[$0]) }
  }

  /// Whether the result is in memory before the epilogue has it.
  var isResultStored: Bool {
    epilogue == nil || tiling.map { $0.chunk < sums[0].extent && !$0.isDot && sumInput == nil } ?? true
  }
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

  /// A right operand of so many bytes is read by one row as it lies: nothing is read twice.
  private static let nearBytes = 1 << 19

  /// Whether it pays to have packed the right operand for many products.
  var isWorthPanels: Bool {
    guard let tiling, problem.element.size * elementCount(columns) * elementCount(sums) <= ContractionKernel.nearBytes
    else { return true }
    let isOneRow = elementCount(rows) == 1 && columns.last?.right == 1 && sums.count == 1
    return !isOneRow || (tiling.lastLanes < tiling.lanes && !tiling.isPartRead)
  }

  func elementCount(_ axes: some Sequence<Axis>) -> Int { axes.reduce(1) { $0 * $1.extent } }
}
