import NablaGraph

extension ArrayFacts {
  /// A table of rows that are shorter than this, in bytes, and many times more, with a number for each row.
  private static let shortRow = 1 << 10
  private static let leastRows = 1_024

  /// Whether a contraction adds up the rows of a table, each times a number: a loop over the rows, which others over
  /// the same rows can join, so that the table is read once.
  func isSumOfRows(_ contraction: Contraction, _ id: NodeID) -> Bool {
    let extents = labelExtents(of: contraction, id)
    guard graph.element(of: id).isFloat, contraction.summed.count == 1, let last = contraction.result.last,
      contraction.result.allSatisfy({ $0 == last || extents[$0] == 1 })
    else { return false }
    let rows = extents[contraction.summed[0]]
    let isTable = [contraction.left, contraction.right].filter { $0.contains(last) }.map { labels in
      labels.filter { extents[$0] != 1 } == contraction.summed + [last]
    }
    return isTable == [true] && extents[last] * graph.element(of: id).size <= ArrayFacts.shortRow
      && rows >= ArrayFacts.leastRows && rows >= 16 * extents[last]
  }

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
    if isSumOfRows(contraction, id) { return false }
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
