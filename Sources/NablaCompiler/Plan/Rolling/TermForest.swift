import NablaGraph
import NablaRuntime

/// A long body taken apart: trees of statements, *terms*, and long sums of terms.
///
/// A term is a statement whose value is used more than once, is a result, or is an operand of a long sum, together with
/// the statements that only it needs. The same formula written for other operands gives terms of the same shape.
struct TermForest {
  /// A sum of many operands, added from left to right as the statements do it.
  struct Sum {
    /// The statement whose value it is.
    let statement: Int
    /// In order; the first is not subtracted.
    var operands: [(operand: KernelPlan.Operand, isSubtracted: Bool)]
  }

  /// The statement that gives each term its value, in order.
  private(set) var roots: [Int] = []
  private(set) var sums: [Sum] = []
  /// Whether a statement is part of the term of its only user.
  private(set) var isInner: [Bool]

  /// Shorter sums are parts of terms.
  static let leastSum = 8
  /// Statements of a term, at most.
  static let termLimit = 32

  /// - Complexity: linear.
  init(_ plan: KernelPlan) {
    let statements = plan.statements
    let uses = TermForest.uses(of: plan)
    let spine = Spine(plan, uses)
    isInner = Array(repeating: false, count: statements.count)
    var isSummed = Array(repeating: false, count: statements.count)
    var isSpine = Array(repeating: false, count: statements.count)
    for top in statements.indices where spine.isTop(top) {
      let sum = spine.sum(to: top, of: plan) { isSpine[$0] = true }
      for (operand, _) in sum.operands {
        if let value = operand.value { isSummed[value] = true }
      }
      sums.append(sum)
    }
    var size = Array(repeating: 1, count: statements.count)
    for number in statements.indices where !isSpine[number] {
      var own: [Int] = []
      for operand in statements[number].operands {
        guard let value = operand.value, uses[value] == 1, !isSummed[value], !isSpine[value] else { continue }
        own.append(value)
      }
      var total = own.reduce(1) { $0 + size[$1] }
      // The largest parts become terms of their own.
      for value in own.sorted(by: { size[$0] > size[$1] }) {
        if total > TermForest.termLimit {
          total -= size[value]
        } else {
          isInner[value] = true
        }
      }
      size[number] = total
    }
    roots = statements.indices.filter { !isInner[$0] && !isSpine[$0] }
  }

  /// How often each statement is used; a result counts as several uses.
  private static func uses(of plan: KernelPlan) -> [UInt8] {
    var uses = Array(repeating: UInt8(0), count: plan.statements.count)
    func use(_ operand: KernelPlan.Operand, _ times: UInt8) {
      if let value = operand.value { uses[value] = min(uses[value] + times, 2) }
    }
    for statement in plan.statements {
      for operand in statement.operands { use(operand, 1) }
    }
    for result in plan.results { use(result, 2) }
    return uses
  }

  /// Chains of additions and subtractions, each of which only the next one needs.
  private struct Spine {
    /// The statement before each in its chain, or -1.
    private var previous: [Int32]
    private var length: [Int32]
    private var isContinued: [Bool]

    init(_ plan: KernelPlan, _ uses: [UInt8]) {
      let count = plan.statements.count
      previous = Array(repeating: -1, count: count)
      length = Array(repeating: 0, count: count)
      isContinued = Array(repeating: false, count: count)
      for (number, statement) in plan.statements.enumerated() where Spine.isSum(statement) {
        length[number] = 1
        // A commuted addition goes on with its second operand.
        let candidates = statement.action == .apply(.add) ? [statement[0], statement[1]] : [statement[0]]
        let best = candidates.compactMap(\.value).filter { length[$0] > 0 && uses[$0] == 1 }
          .max { length[$0] < length[$1] }
        guard let best else { continue }
        previous[number] = Int32(best)
        length[number] = length[best] + 1
        isContinued[best] = true
      }
    }

    /// Sums of `f64`: others are rare.
    private static func isSum(_ statement: KernelPlan.Statement) -> Bool {
      statement.element == .f64 && (statement.action == .apply(.add) || statement.action == .apply(.subtract))
    }

    func isTop(_ number: Int) -> Bool { length[number] >= TermForest.leastSum && !isContinued[number] }

    func sum(to top: Int, of plan: KernelPlan, mark: (Int) -> Void) -> Sum {
      var operands: [(operand: KernelPlan.Operand, isSubtracted: Bool)] = []
      var number = top
      while true {
        mark(number)
        let statement = plan.statements[number]
        let isSubtracted = statement.action == .apply(.subtract)
        let next = Int(previous[number])
        if next < 0 {
          operands.append((statement[1], isSubtracted))
          operands.append((statement[0], false))
          break
        }
        operands.append((statement[0].value == next ? statement[1] : statement[0], isSubtracted))
        number = next
      }
      operands.reverse()
      return Sum(statement: top, operands: operands)
    }
  }
}
