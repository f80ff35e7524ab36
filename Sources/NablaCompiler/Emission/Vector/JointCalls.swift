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
    for (group, calls) in groups where Set(calls.map(\.member)).count > 1 {
      for call in calls {
        members[call.statement] = Member(
          leader: calls[0].statement, section: joint[group >> 32].name, member: call.member)
      }
    }
  }

  /// The sections that the calls need.
  var sections: Set<String> { Set(members.values.map(\.section)) }
}
