import NablaGraph

/// The terms of a forest with their shapes: what a term computes, whatever it computes it of.
///
/// Two terms have the same shape if they apply the same operations in the same order to operands that are numbered in the
/// order in which they occur; then one loop computes both.
struct TermTable {
  struct Term {
    /// The statement that is its value.
    let root: Int
    var shape = 0
    /// Its statements, each after what it needs: a range of ``TermTable/statements``.
    var statements: Range<Int>
    /// What it computes with, each once: a range of ``TermTable/leaves``; values, inputs and literals.
    var leaves: Range<Int>
  }

  private(set) var terms: [Term] = []
  private(set) var statements: [Int] = []
  private(set) var leaves: [KernelPlan.Operand] = []
  private(set) var shapeCount = 0

  /// - Complexity: linear in the statements.
  init(_ forest: TermForest, of plan: KernelPlan) {
    var shapes: [[UInt32]: Int] = [:]
    var walk = TermWalk(plan, forest)
    terms.reserveCapacity(forest.roots.count)
    for root in forest.roots {
      walk.visit(root)
      let shape = shapes[walk.key] ?? shapes.count
      if shape == shapes.count { shapes[walk.key] = shape }
      let first = (statements.count, leaves.count)
      statements += walk.order
      leaves += walk.leaves
      terms.append(
        Term(
          root: root, shape: shape, statements: first.0..<statements.count, leaves: first.1..<leaves.count))
    }
    shapeCount = shapes.count
  }

  func leaves(of term: Int) -> ArraySlice<KernelPlan.Operand> { leaves[terms[term].leaves] }
}

/// Walks over the statements of one term, in the order that its form alone determines.
private struct TermWalk {
  private let plan: KernelPlan
  private let forest: TermForest
  /// The shape.
  private(set) var key: [UInt32] = []
  private(set) var order: [Int] = []
  private(set) var leaves: [KernelPlan.Operand] = []
  private var places: [KernelPlan.Operand: UInt32] = [:]
  private var pending: [(number: Int, next: Int)] = []

  init(_ plan: KernelPlan, _ forest: TermForest) {
    self.plan = plan
    self.forest = forest
  }

  mutating func visit(_ root: Int) {
    key.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    leaves.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    pending.append((root, 0))
    while let (number, next) = pending.popLast() {
      let statement = plan.statements[number]
      if next < statement.operandCount {
        pending.append((number, next + 1))
        if let value = statement[next].value, forest.isInner[value] { pending.append((value, 0)) }
        continue
      }
      write(number, statement)
    }
  }

  private mutating func write(_ number: Int, _ statement: KernelPlan.Statement) {
    switch statement.action {
    case .apply(let f): key.append(UInt32(f.rawValue))
    case .cast: key.append(statement.element == .bool ? 1 << 16 : 1 << 17)
    }
    for operand in statement.operands { key.append(code(of: operand)) }
    places[.value(number)] = UInt32(order.count)
    order.append(number)
  }

  /// Inner values by their place in the term; leaves by theirs, with what must be known of them to load them.
  private mutating func code(of operand: KernelPlan.Operand) -> UInt32 {
    if let known = places[operand] { return known }
    let isBool: UInt32 = plan.element(of: operand) == .bool ? 1 << 29 : 0
    let isLiteral: UInt32 = operand.literal == nil ? 0 : 1 << 30
    let code = 1 << 31 | isLiteral | isBool | UInt32(leaves.count)
    leaves.append(operand)
    places[operand] = code
    return code
  }
}
