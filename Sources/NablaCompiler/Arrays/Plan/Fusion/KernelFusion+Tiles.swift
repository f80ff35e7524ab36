import NablaGraph

extension KernelFusion {
  /// Arrays that an epilogue walks along are far away from here on.
  private static let farBytes = 1 << 21
  /// Longer sums, for each array that is moved, take so long that the epilogue hardly counts.
  private static let depthLimit = 64
  /// Rows and vectors of a tile that moves many arrays.
  private static let flatTile = (rows: 4, vectors: 4)

  /// Lets products whose epilogues move large arrays, such as an update of parameters, have tiles of few rows.
  ///
  /// A tile touches as many short pieces of each array as it has rows. The pieces of one column fall on the same few
  /// lines of a cache where rows are a power of two apart, and drive out one another before they are needed; a tile of
  /// few long rows needs fewer, and whole neighbouring lines.
  mutating func flattenTiles() {
    for number in kernels.indices {
      guard case .contract(let product)? = kernels[number], let tiling = product.tiling, !tiling.isDot,
        !product.isMeasured, product.rowParts == 1, tiling.unit.registers >= 32, let epilogue = product.epilogue,
        let column = product.columns.last, column.extent >= KernelFusion.flatTile.vectors * tiling.lanes
      else { continue }
      let size = plan.buffers[product.result].extents.elementCount
      let moved = epilogue.accesses.map(\.buffer).unique.filter {
        $0 != product.result && plan.buffers[$0].extents.elementCount == size
      }
      // What is written over what is read is one array.
      let arrays = Set(moved.map { replacedInput(of: $0) ?? $0 })
      let bytes = arrays.reduce(0) { $0 + plan.buffers[$1].byteCount }
      let depth = product.sums.reduce(1) { $0 * $1.extent }
      guard bytes >= KernelFusion.farBytes, depth <= arrays.count * KernelFusion.depthLimit,
        tiling.rows[0].size > KernelFusion.flatTile.rows
      else { continue }
      let cut = product.cut(to: KernelFusion.flatTile)
      replace(number, with: .contract(cut))
      plan.resize(cut.scratch, to: cut.scratchCount(threads: plan.threads, isTiled: true))
    }
  }
}
