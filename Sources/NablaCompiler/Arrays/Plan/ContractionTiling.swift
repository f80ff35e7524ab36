import NablaGraph
import NablaRuntime

/// How a product of matrices is cut into tiles that stay in registers.
///
/// A tile is some rows by some vectors of columns. Its accumulators are variables of their own; each step along the
/// summed axis loads the vectors of the right operand once and multiplies them with one number of the left operand for
/// each row. The right operand is walked panel by panel, a panel being the vectors of one tile for all rows.
struct ContractionTiling: Hashable, Sendable {
  /// Neighbouring parts of one size.
  struct Run: Hashable, Sendable {
    var count: Int
    var size: Int

    private static let leastSize = 6

    /// As few parts as the limit allows, of sizes that differ by one at most; the larger ones first.
    ///
    /// - Parameter unit: the number of parts is a multiple of it, where that does not make them small.
    static func balanced(_ total: Int, limit: Int, multipleOf unit: Int = 1) -> [Run] {
      var parts = max(1, (total + limit - 1) / limit)
      let whole = (parts + unit - 1) / unit * unit
      if total >= leastSize * whole { parts = whole }
      let (size, rest) = total.quotientAndRemainder(dividingBy: parts)
      return [Run(count: rest, size: size + 1), Run(count: parts - rest, size: size)].filter { $0.count > 0 }
    }
  }

  /// The registers.
  let unit: VectorUnit
  /// Elements of a vector.
  let lanes: Int
  /// Tiles along the innermost axis of the rows.
  let rows: [Run]
  /// Panels along the innermost axis of the columns, in vectors.
  let panels: [Run]
  /// Elements of the last vector of the last panel.
  let lastLanes: Int
  /// Places of the outermost summed axis that are taken at a time; the result is added up in memory between them.
  let chunk: Int
  /// Whether blocks of the left operand are packed tile by tile, so that a step along the sum reads neighbours.
  let isLeftPacked: Bool
  /// Of the last tiles along the rows, how many read the left operand where it lies all the same: so what is packed of
  /// both operands takes no more memory than the left one. They are those of one run of ``rows``.
  let unpackedTiles: Int
  let unpackedRun: Int
  /// Whether panels are packed; the last one is anyway if it is not full.
  let isRightPacked: Bool
  /// Whether the last vector of the last panel is read in part, where packing it would not pay.
  let isPartRead: Bool
  /// Whether vectors run along the innermost axis of the sum, which lies side by side in both operands: an accumulator
  /// is then one element of the result, whose lanes are added up in the end, and panels are columns.
  let isDot: Bool
  /// Parts of such a sum, or of one for a single row, and places of the outermost summed axis that each has but for the last.
  let partCount: Int
  let partLength: Int
  /// Elements of packed panels and tiles, and of sums that wait for more.
  let panelCount: Int
  let bandCount: Int
  let sumCount: Int

  /// Of so many tiles one may read the left operand where it lies.
  private static let sparedPart = 13
  /// Panels that take its place, one for each of so many threads.
  private static let sparedPanels = 2
  /// Rows of these, which may all fall on one set of the nearest cache.
  private static let sparedHeight = 6

  /// Tiles along the innermost axis of the rows.
  var tiles: [(run: Run, isLeftPacked: Bool)] {
    if unpackedTiles == 0 { return rows.map { ($0, isLeftPacked) } }
    var packed = rows
    packed[unpackedRun].count -= unpackedTiles
    let spared = Run.balanced(unpackedTiles * rows[unpackedRun].size, limit: ContractionTiling.sparedHeight)
    return packed.map { ($0, true) } + spared.map { ($0, false) }
  }

  /// Bytes along the sum that one walk takes: operands of this length still come from near caches.
  static let depthBytes = 4096
  /// Steps of operands that are multiples of this fall on few lines of a cache.
  private static let conflict = 2048
  /// Elements of a left operand with several summed axes that are packed at most.
  private static let bandLimit = 1 << 18
  /// The same with one summed axis. More than the last cache holds is as well read where it lies.
  private static let longBandLimit = 1 << 22

  /// - Parameter choice: what has been found by measuring, instead of the model here.
  /// - Returns: `nil` where the columns do not lie side by side in the result.
  init?(_ kernel: ContractionKernel, _ element: ElementType, _ unit: VectorUnit, _ choice: TileChoice?) {
    guard element.isFloat, let column = kernel.columns.last, column.result == 1, let sum = kernel.sums.first else {
      return nil
    }
    self.unit = unit
    lanes = unit.lanes(of: element)
    let row = kernel.rows.last ?? .init(extent: 1)
    let rowParts = kernel.rowParts
    if let dots = ContractionTiling.dots(of: kernel, lanes: lanes, element.size) {
      isDot = true
      let height = Run.balanced(row.extent, limit: unit.registers >= 32 ? 6 : 3)[0].size
      rows = Run.balanced(row.extent, limit: height)
      panels = Run.balanced(column.extent, limit: max(1, (unit.registers - 1 - height) / height))
      (lastLanes, chunk) = (lanes, dots.chunk)
      (partCount, partLength, sumCount) = (dots.parts, dots.length, dots.count)
      (isLeftPacked, isRightPacked, isPartRead, panelCount, bandCount) = (false, false, false, 0, 0)
      (unpackedTiles, unpackedRun) = (0, 0)
      return
    }
    isDot = false
    let vectors = (column.extent + lanes - 1) / lanes
    let (height, width) =
      choice.map { ($0.height, min($0.width, vectors)) }
      ?? (ContractionTiling.walksOnce(kernel, row, vectors, unit)
        ? (ContractionTiling.oncePanel.rows, vectors)
        : ContractionTiling.tile(rows: row.extent, vectors: vectors, unit, rowParts))
    rows = Run.balanced(row.extent, limit: height, multipleOf: rowParts)
    panels = Run.balanced(vectors, limit: width)
    lastLanes = column.extent - (vectors - 1) * lanes

    let inner = kernel.sums.dropFirst().reduce(1) { $0 * $1.extent }
    let isDirect = kernel.isDirect && column.right == 1
    let limit = isDirect ? .max / 2 : max(1, (choice?.depthBytes ?? ContractionTiling.depthBytes) / element.size)
    // Half as much again is no reason to walk twice.
    let isWhole = sum.extent * inner <= limit + limit / 2
    let blocks = isWhole ? 1 : (sum.extent * inner + limit - 1) / limit
    // Rows of a matrix that are read once stream from far memory only where few of them are walked along together.
    let isFar =
      choice == nil && kernel.rows.isEmpty && kernel.batch.isEmpty && kernel.sums.count == 1 && column.right == 1
      && vectors > width && sum.extent * column.extent * element.size >= ContractionTiling.farBytes
      && !(kernel.isSplit && isWhole && column.extent <= min(sum.extent, ContractionTiling.splitWidth))
    chunk = isFar ? min(sum.extent, ContractionTiling.farRows) : (sum.extent + blocks - 1) / blocks

    func count(_ axes: some Sequence<ContractionKernel.Axis>) -> Int { axes.reduce(1) { $0 * $1.extent } }
    func collides(_ step: Int) -> Bool { step != 0 && step * element.size % ContractionTiling.conflict == 0 }
    let isNested = kernel.sums.count > 1
    let bands = rows.reduce(0) { $0 + $1.count } * count(kernel.rows.dropLast())
    let panelTotal = panels.reduce(0) { $0 + $1.count } * count(kernel.columns.dropLast())
    let depth = chunk * inner
    let band = depth * count(kernel.rows)
    let isWorthIt =
      choice?.packsLeft
      ?? (isNested
        ? (panelTotal >= 16 || (panelTotal >= 3 && collides(row.left))) && rows[0].size > 4
        : panelTotal >= 16 || (panelTotal >= 3 && collides(row.left) && rows[0].size > 4 && sum.left != 0))
    isLeftPacked =
      isWorthIt && !isDirect && band <= (isNested ? ContractionTiling.bandLimit : ContractionTiling.longBandLimit)
    // A part of a vector is read as it is by few rows: packing would make it a whole one.
    let isNarrow = vectors == 1 && lastLanes < lanes && bands <= 8 && unit.bytes == 64
    let isWorthPanels =
      choice?.packsRight
      ?? ((isNested && !isNarrow && bands > 1) || (bands > 4 && !isNarrow) || (bands > 1 && collides(sum.right)))
    isRightPacked = column.right != 1 || (isNested && isLeftPacked) || (isWorthPanels && !isDirect)
    isPartRead = !isRightPacked && lastLanes < lanes && (bands == 1 || vectors == 1) && unit.bytes == 64
    let isPanelPacked = isRightPacked || (lastLanes < lanes && !isPartRead)
    panelCount = isPanelPacked ? depth * panels[0].size * lanes : 0
    let isSpared = isLeftPacked && !isNested && rowParts == 1 && kernel.rows.count == 1 && kernel.batch.isEmpty
    let spared = isSpared ? ContractionTiling.sparedPanels * (panelCount + lanes) : 0
    let total = rows.reduce(0) { $0 + $1.count }
    /// As many tiles of a run as take the memory of the panels.
    func tiles(of run: Run) -> Int { (spared + depth * run.size - 1) / (depth * run.size) }
    unpackedRun = rows.lastIndex { tiles(of: $0) < $0.count } ?? 0
    let tiles = tiles(of: rows[unpackedRun])
    let isPossible = tiles * ContractionTiling.sparedPart <= total && tiles < rows[unpackedRun].count
    unpackedTiles = isPossible ? tiles : 0
    bandCount = isLeftPacked ? band + lanes - unpackedTiles * depth * rows[unpackedRun].size : 0
    let isLong =
      kernel.isSplit && kernel.rows.isEmpty && kernel.batch.isEmpty && kernel.columns.count == 1
      && kernel.sums.count == 1 && !isPanelPacked && !isLeftPacked && chunk == sum.extent
      && sum.extent * column.extent >= ContractionTiling.splitCount
      && column.extent <= min(sum.extent, ContractionTiling.splitWidth)
    partCount = isLong ? ContractionTiling.splitParts : 1
    partLength = isLong ? (sum.extent + partCount - 1) / partCount : 0
    sumCount = isLong ? partCount * column.extent : 0
  }

  /// Rows and vectors of a tile that is as wide as the result.
  private static let oncePanel = (rows: 6, vectors: 4)

  /// Whether all columns are better one panel, of few rows, than two of many: windows that slide over a large array then
  /// walk through it once, and results are written by whole pixels.
  ///
  /// What sums over rows is shared by panels, so it keeps several.
  private static func walksOnce(
    _ kernel: ContractionKernel, _ row: ContractionKernel.Axis, _ vectors: Int, _ unit: VectorUnit
  ) -> Bool {
    unit.registers >= 32 && vectors == oncePanel.vectors && kernel.sums.count > 1 && row.left > 1
      && kernel.rowParts == 1 && !kernel.isDirect && kernel.columns.count == 1 && !kernel.sumsOverRows
  }

  /// A matrix of so many bytes, which a single row is multiplied with, comes from far memory, and so many rows of it are
  /// walked along at a time: a panel of all rows would touch another page with every one.
  private static let farBytes = 1 << 21
  private static let farRows = 8

  /// Elements of a matrix of which threads take some rows each, rather than columns: with these, they would wait for
  /// lines of the cache that the processor has fetched ahead for the other one.
  private static let splitCount = 1 << 14
  private static let splitParts = 4
  private static let splitWidth = 4_096

  /// Elements of both operands that a walk along the sum takes at a time, where sums are of vectors.
  private static let dotBytes = 1 << 15

  /// Parts of a sum where accumulators of all of them are small, and otherwise.
  private static let dotParts = (few: 2, many: 4, bytes: 1 << 17)

  /// Parts of the outermost summed axis, places of a part and places that are taken at a time, and elements of sums that
  /// wait in between, where vectors run along the sum; `nil` where they had better not.
  private static func dots(
    of kernel: ContractionKernel, lanes: Int, _ size: Int
  ) -> (parts: Int, length: Int, chunk: Int, count: Int)? {
    func count(_ axes: some Sequence<ContractionKernel.Axis>) -> Int { axes.reduce(1) { $0 * $1.extent } }
    guard kernel.isDirect, kernel.batch.isEmpty, let column = kernel.columns.last, column.right != 1,
      let along = kernel.sums.min(by: { max(abs($0.left), abs($0.right)) < max(abs($1.left), abs($1.right)) }),
      along.left == 1, along.right == 1, along.extent % lanes == 0
    else { return nil }
    let (sum, elements) = (kernel.sums[0].extent, count(kernel.rows) * count(kernel.columns))
    let unit = kernel.sums.count == 1 ? lanes : 1
    func wholeUnits(_ places: Int) -> Int { (places + unit - 1) / unit * unit }
    let wanted = elements * lanes * size * dotParts.many <= dotParts.bytes ? dotParts.many : dotParts.few
    let length = wholeUnits((sum + wanted - 1) / wanted)
    let parts = (sum + length - 1) / length
    let bytes = count(kernel.sums.dropFirst()) * count(kernel.columns) * size
    let chunk = min(length, max(unit, dotBytes / bytes / unit * unit))
    return (parts, length, chunk, parts * elements * (lanes + 1))
  }

  /// The axis along which tiles go: the one whose elements lie closest together of those that fill tiles, else the
  /// longest.
  func bestRow(of axes: [ContractionKernel.Axis]) -> Int? {
    let isSingle = panels.first?.size == 1
    let limit = unit.registers >= 32 ? (isSingle ? 16 : 12) : (isSingle ? 8 : 6)
    func fills(_ axis: Int) -> Bool { Run.balanced(axes[axis].extent, limit: limit)[0].size * 4 >= limit * 3 }
    return axes.indices.filter(fills).min { abs(axes[$0].left) < abs(axes[$1].left) }
      ?? axes.indices.max { axes[$0].extent < axes[$1].extent }
  }

  /// Rows and vectors of a tile: as many accumulators as there are registers beside a row of the right operand and a
  /// number of the left one, and at least enough to hide how long a multiplication takes.
  private static func tile(rows: Int, vectors: Int, _ unit: VectorUnit, _ rowParts: Int) -> (rows: Int, vectors: Int) {
    let isWide = unit.registers >= 32
    if vectors == 1 { return (isWide ? 16 : 8, 1) }
    let height = Run.balanced(rows, limit: isWide ? 12 : 6, multipleOf: rowParts)[0].size
    let width = max(2, min(8, (unit.registers - 1) / (height + 1)))
    return (height, min(width, vectors))
  }
}
