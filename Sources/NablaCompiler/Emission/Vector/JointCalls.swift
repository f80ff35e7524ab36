import NablaGraph

/// Statements of a plan that apply related functions to one operand, such as sine and cosine, for which the mathematical
/// functions have a form that computes them together.
struct JointCalls {
  /// What a statement takes from a joint call.
  struct Member {
    /// The first statement of the group, with which the call stands.
    let leader: Int
    /// The section that has the function.
    let section: String
    /// The member of its result.
    let member: String
  }

  private(set) var members: [Int: Member] = [:]
  /// Statements that only members needed.
  private(set) var needless: Set<Int> = []

  /// None.
  init() {}

  init(_ plan: KernelPlan) {
    let joint = MathLibrary.shared.joint
    // By the section's number and the operand's: numbers are hashed without asking what they are.
    var groups: [Int: [(statement: Int, member: String)]] = [:]
    for (number, statement) in plan.statements.enumerated() {
      guard case .apply(let f) = statement.action, statement.operandCount == 1 else { continue }
      let prefix = CTemplate.vectorPrefix(plan.element(of: statement[0]))
      for (section, entry) in joint.enumerated() where entry.name.hasPrefix(prefix) {
        guard let member = entry.gives[f.name] else { continue }
        groups[section << 32 | statement[0].code, default: []].append((number, member))
      }
    }
    addGauss(of: plan, to: &groups)
    for (group, calls) in groups where Set(calls.map(\.member)).count > 1 {
      for call in calls {
        members[call.statement] = Member(
          leader: calls[0].statement, section: joint[group >> 32].name, member: call.member)
      }
    }
    addParts(of: plan)
    needless = plan.squares(below: members.keys.filter { plan.gaussBase(of: $0) != nil })
  }

  /// Adds `exp(-x^2)` to the calls of functions that give it beside their own value, as `erfc` does: it is the same for
  /// `x` and `-x`, and comes after them.
  private func addGauss(of plan: KernelPlan, to groups: inout [Int: [(statement: Int, member: String)]]) {
    let joint = MathLibrary.shared.joint
    // By the section and the operand without its sign.
    var known: [Int: Int] = [:]
    for (group, calls) in groups where joint[group >> 32].gives["gauss"] != nil {
      let operand = plan.withoutSign(plan.statements[calls[0].statement][0])
      known[(group >> 32) << 32 | operand.code] = group
    }
    if known.isEmpty { return }
    for number in plan.statements.indices {
      guard let base = plan.gaussBase(of: number) else { continue }
      for (section, entry) in joint.enumerated() {
        guard let member = entry.gives["gauss"], let group = known[section << 32 | base.code],
          let first = groups[group]?.first?.statement, first < number
        else { continue }
        groups[group, default: []].append((number, member))
      }
    }
  }

  /// Functions that are a part of another one of the same operand, as the logarithm is of a power: called side by side,
  /// they have their beginning in common, which the C compiler computes once.
  private mutating func addParts(of plan: KernelPlan) {
    for entry in MathLibrary.shared.joint {
      let wholes = entry.beside
      if wholes.isEmpty { continue }
      var operands: Set<Int> = []
      for statement in plan.statements where statement.operandCount == 2 && statement[1].literal == nil {
        guard case .apply(let f) = statement.action, wholes.contains(f.name) else { continue }
        operands.insert(statement[0].code)
      }
      for (number, statement) in plan.statements.enumerated() where operands.contains(statement[0].code) {
        guard case .apply(let f) = statement.action, let member = entry.gives[f.name],
          entry.name.hasPrefix(CTemplate.vectorPrefix(plan.element(of: statement[0])))
        else { continue }
        members[number] = Member(leader: number, section: entry.name, member: member)
      }
    }
  }

  /// The sections that the calls need.
  var sections: Set<String> { Set(members.values.map(\.section)) }
}

extension KernelPlan {
  /// The operand of a change of sign, again and again.
  fileprivate func withoutSign(_ operand: Operand) -> Operand {
    var operand = operand
    while let value = operand.value, case .apply(.negate) = statements[value].action { operand = statements[value][0] }
    return operand
  }

  /// The `x` without its sign where a statement is `exp(-x^2)`.
  fileprivate func gaussBase(of number: Int) -> Operand? {
    guard case .apply(.exp) = statements[number].action, let negation = statements[number][0].value,
      case .apply(.negate) = statements[negation].action, let square = statements[negation][0].value,
      case .apply(.multiply) = statements[square].action, statements[square][0] == statements[square][1]
    else { return nil }
    return withoutSign(statements[square][0])
  }

  /// The negations and squares that only these exponentials need.
  fileprivate func squares(below exponentials: [Int]) -> Set<Int> {
    if exponentials.isEmpty { return [] }
    var uses = Array(repeating: 0, count: statements.count)
    for operand in statements.flatMap({ Array($0.operands) }) + results {
      if let value = operand.value { uses[value] += 1 }
    }
    var needless: Set<Int> = []
    for number in exponentials {
      guard let negation = statements[number][0].value, uses[negation] == 1 else { continue }
      needless.insert(negation)
      // A square has its operand twice, and is itself used once.
      if let square = statements[negation][0].value, uses[square] == 1 { needless.insert(square) }
    }
    return needless
  }
}
