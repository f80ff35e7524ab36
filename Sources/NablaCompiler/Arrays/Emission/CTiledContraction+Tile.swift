import NablaGraph

extension CTiledContraction {
  /// The function of one size of tile. Accumulators are named variables: an array of them may end in memory.
  ///
  /// Sums and products are contracted here and nowhere else: fused multiply-adds are half of the speed.
  ///
  /// - Parameter isStored: whether the result of the product is written, whatever follows.
  mutating func tile(_ shape: Shape, name: String, isStored: Bool = false) -> String {
    let (type, suffix) = (element.cType, element.cSuffix)
    let cells = (0..<shape.rows).flatMap { row in (0..<shape.vectors).map { (row, $0) } }
    func each(_ cells: [(Int, Int)], _ text: (Int, Int) -> String) -> String {
      cells.map { "  \(text($0.0, $0.1))\n" }.joined()
    }
    /// The vector of the result that an accumulator goes to.
    func place(_ i: Int, _ j: Int) -> String { "c + \(i * row.result + j * lanes)" }
    func isPart(_ j: Int) -> Bool { j == shape.vectors - 1 && shape.last < lanes }
    let vector = "nabla_block_\(suffix)"
    var text = "static NABLA_NOINLINE void \(shape.name(name))(const \(type) *restrict a, const \(type) *restrict b, "
    let counts = kernel.windows.indices.map { "int64_t n\($0)" }
    let parameters = isStored ? ["\(element.cType) *restrict c"] : tileParameters
    text += (["int64_t depth"] + counts + parameters).joined(separator: ", ") + ") {\n"
    if kernel.sums[0].window != nil { text += "  (void)depth;\n" }
    text += each(cells) { "\(vector) c\($0)_\($1) = {0};" }
    if isWaiting {
      text += "  if (!isFirst) {\n"
      text += each(cells) { i, j in
        isPart(j)
          ? "  c\(i)_\(j) = nabla_block_take_\(suffix)(\(place(i, j)), \(shape.last));"
          : "  c\(i)_\(j) = *(const \(vector)_memory *)(\(place(i, j)));"
      }
      text += "  }\n"
    }
    let across = shape.isLeftPacked ? 1 : row.left
    let walks = isNested ? kernel.sums : [kernel.sums[0]]
    var indent = "  "
    for (level, walk) in walks.enumerated() {
      let extent = walk.window.map { "n\($0)" } ?? (level == 0 ? "depth" : "\(walk.extent)")
      text += "\(indent)for (int64_t k\(level) = 0; k\(level) < \(extent); "
      text += "++k\(level)) {\n"
      indent += "  "
    }
    text += "\(indent)NABLA_TILE_CONTRACT\n"
    for j in 0..<shape.vectors {
      let isPartRead = isPart(j) && !isPacked(shape.last)
      text += "\(indent)const \(vector) v\(j) = "
      text +=
        isPartRead
        ? "nabla_block_take_\(suffix)(b + \(j * lanes), \(shape.last));\n"
        : "*(const \(vector)_memory *)(b + \(j * lanes));\n"
    }
    for i in 0..<shape.rows {
      text += "\(indent)const \(type) a\(i) = a[\(i * across)];\n"
      for j in 0..<shape.vectors { text += "\(indent)NABLA_TILE_ADD_\(suffix)(c\(i)_\(j), a\(i), v\(j));\n" }
    }
    // Each axis steps on from where the next one inwards has ended.
    let isPacked = isPacked(shape.last)
    var walked = (left: "0", right: "0")
    for (level, walk) in walks.enumerated().reversed() {
      let isInnermost = level == walks.count - 1
      text += "\(indent)a += \(shape.isLeftPacked ? "\(shape.rows)" : "\(walk.left) - \(walked.left)");\n"
      if !isPacked && isNested {
        text += "\(indent)b += \(walk.right) - \(walked.right);\n"
      } else if isInnermost {
        text += "\(indent)b += \(shape.rightStep);\n"
      }
      let extent = walk.window.map { "n\($0)" } ?? "\(walk.extent)"
      walked = ("\(walk.left) * \(extent)", "\(walk.right) * \(extent)")
      indent.removeLast(2)
      text += "\(indent)}\n"
    }
    let stores = each(cells) { i, j in
      isPart(j)
        ? "nabla_block_put_\(suffix)(\(place(i, j)), c\(i)_\(j), \(shape.last));"
        : "*(\(vector)_memory *)(\(place(i, j))) = c\(i)_\(j);"
    }
    guard epilogue != nil else { return text + stores + "}\n\n" }
    if isWaiting { text += "  if (!isLast) {\n\(stores)    return;\n  }\n" }
    let stride = shape.vectors * lanes
    text += "  \(type) tile[\(shape.rows * stride + CTileEpilogue.spare)];\n"
    text += each(cells) { i, j in "*(\(vector)_memory *)(tile + \(i * stride + j * lanes)) = c\(i)_\(j);" }
    let (width, element) = (stride - lanes + shape.last, element)
    text += epilogue?.tile(rows: shape.rows, width: width, stride: stride, element: element) ?? ""
    return text + "}\n\n"
  }

  /// What a tile takes besides its operands: where the result lies, and for an epilogue all arrays and the place.
  var tileParameters: [String] {
    var list = kernel.isResultStored ? ["\(element.cType) *\(epilogue == nil ? "restrict " : "")c"] : []
    if isWaiting { list.append("int isFirst") }
    guard let epilogue else { return list }
    if isWaiting { list.append("int isLast") }
    list.append(parameters.inner)
    return list
      + epilogue.loop.extents.indices.map { axis in
        "int64_t \(axis == epilogue.row ? "m" : axis == epilogue.column ? "n" : "i\(axis)")"
      }
  }
}
