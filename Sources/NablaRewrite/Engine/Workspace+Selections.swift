import NablaGraph

extension Workspace {
  /// Terms that depend on one condition become one selection between sums: `where(c, a, 0) + where(c, b, 0)` is
  /// `where(c, a + b, 0)`. The work is the same or less.
  mutating func mergeSelections(_ form: inout LinearForm) {
    guard depth < Workspace.depthLimit, form.terms.count > 1,
      form.terms.contains(where: { graph.elementwise($0.node) == .select })
    else { return }
    var byCondition: [NodeID: [Int]] = [:]
    for (index, term) in form.terms.enumerated() {
      guard graph.elementwise(term.node) == .select, !isShared(term.node) else { continue }
      byCondition[graph.operand(0, of: term.node), default: []].append(index)
    }
    let groups = byCondition.values.filter { $0.count > 1 && haveOneType($0, form) }
    if groups.isEmpty { return }
    depth += 1
    defer { depth -= 1 }
    var merged: [Scaled] = []
    for group in groups.sorted(by: { $0[0] < $1[0] }) {
      let condition = graph.operand(0, of: form.terms[group[0]].node)
      let branches = [1, 2].map { branch in
        var sum = LinearForm(form.element)
        for index in group {
          let term = form.terms[index]
          let value = peeled(graph.operand(branch, of: term.node))
          add(Scaled(value.scale * term.coefficient, value.node), to: &sum)
        }
        return materialise(self.sum(&sum))
      }
      merged.append(function(.select, ElementwiseOperands(condition, branches[0], branches[1])))
      record("merge selections", form.terms[group[0]].node, merged[merged.count - 1].node)
    }
    for index in groups.joined().sorted(by: >) { form.terms.remove(at: index) }
    for value in merged { add(value, to: &form) }
    mergeLikeTerms(&form)
  }

  /// Whether the selections and their branches have one shape, so that no sum of branches is larger than its terms.
  private func haveOneType(_ group: [Int], _ form: LinearForm) -> Bool {
    let type = graph.typeID(of: form.terms[group[0]].node)
    return group.allSatisfy { graph.typeID(of: form.terms[$0].node) == type }
  }
}
