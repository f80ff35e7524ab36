import NablaGraph

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
