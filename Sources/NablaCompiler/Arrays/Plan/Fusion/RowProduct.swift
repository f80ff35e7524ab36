import NablaGraph
import NablaRuntime

/// A product in the body of a part of a row kernel, taken apart: factors that are the same all along a row, and the
/// others.
///
/// Products with rows' sums, as those of a softmax and of a normalisation have, come out with a division for every
/// element, or two. What is steady goes to the steady, and before the sum, once for a row. That is another order of
/// the same product: not for `--strict`.
struct RowProduct {
  private(set) var varying: [KernelPlan.Operand] = []
  private(set) var steady: [KernelPlan.Operand] = []

  /// More factors are left as they are.
  private static let varyingLimit = 4
  private static let steadyLimit = 8

  /// - Parameter opens: whether a statement is a product with a steady factor somewhere in it.
  /// - Returns: `nil` for what has no steady factors, or no others, or more than a few.
  init?(of operand: KernelPlan.Operand, in part: LoopKernel, _ steadiness: RowSteadiness) {
    var pending = [operand]
    while let next = pending.popLast() {
      if steadiness.isSteady(next) {
        steady.append(next)
      } else if let value = next.value, steadiness.opens[value] {
        pending += part.body.statements[value].operands.reversed()
      } else {
        varying.append(next)
      }
      if varying.count > RowProduct.varyingLimit || steady.count > RowProduct.steadyLimit { return nil }
    }
    if varying.isEmpty || steady.isEmpty { return nil }
  }

  /// Whether no size of the factors makes a product of some of them overflow or vanish where the whole does not: there
  /// is one steady number beside literals, or all else is of the size of one.
  ///
  /// - Parameter isUnit: whether an operand is between 0 and 1 everywhere, and 1 somewhere in every row.
  func isSafe(_ isUnit: (KernelPlan.Operand) -> Bool) -> Bool {
    steady.count { $0.literal == nil } <= 1 || varying.allSatisfy(isUnit)
  }
}

/// What of a part's body is the same for all elements of a row.
struct RowSteadiness {
  private let sources: [Bool]
  private var statements: [Bool] = []
  /// Whether a statement is a product of floats with a steady factor somewhere in it.
  private(set) var opens: [Bool] = []

  /// - Parameter rows: how many axes number the rows.
  init(_ part: LoopKernel, rows: Int) {
    let written = Set(part.results.map(\.buffer))
    sources = part.sources.map { source in
      if case .element(let buffer, _) = source, written.contains(buffer) { return false }
      return source.index.map { index in index.steps.indices.dropFirst(rows).allSatisfy(index.isSteady) } ?? false
    }
    for statement in part.body.statements {
      statements.append(statement.operands.allSatisfy(isSteady))
      var isProduct = false
      if case .apply(.multiply) = statement.action, statement.element.isFloat { isProduct = true }
      let hasSteady = statement.operands.contains { isSteady($0) || ($0.value.map { opens[$0] } ?? false) }
      opens.append(isProduct && hasSteady)
    }
  }

  func isSteady(_ operand: KernelPlan.Operand) -> Bool {
    if let value = operand.value { return statements[value] }
    return operand.input.map { sources[$0] } ?? true
  }
}
