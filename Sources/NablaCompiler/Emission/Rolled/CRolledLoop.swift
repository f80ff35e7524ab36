import NablaGraph

/// How one loop of a rolled plan, or a piece of one, finds its operands and results, worked out once for all forms of
/// its text.
struct CRolledLoop {
  /// Where the operand of the k-th turn is, or its result.
  enum Access: Hashable {
    /// A value of the same turn.
    case local(statement: Int)
    /// Slot, or result, `base + step*k`.
    case slots(base: Int, step: Int)
    /// The slot, or result, that a table names.
    case table(Int)
    /// The value that the same run made one turn before; in the first turn, a slot.
    case carried(first: Int, statement: Int)
    case literal(Int)
    /// Literals, from a table.
    case literals(Int)
  }

  /// One run of terms: the text is that of its first term.
  struct Run {
    let root: Int
    let statements: ArraySlice<Int>
    let leaves: [(operand: KernelPlan.Operand, access: Access)]
    /// The slot of the first term's value; -1 if no other step reads the values and they are no results.
    let slot: Int
    /// Whether other steps or turns read the values.
    let isKept: Bool
    /// Which results the values are; `nil` unless each is one.
    let results: Access?
  }

  let count: Int
  private(set) var runs: [Run] = []
  private(set) var tables: [[Int32]] = []
  private(set) var literalTables: [[Int]] = []
  /// Whether no turn needs what another turn makes.
  private(set) var isIndependent = true

  private var tableNumbers: [[Int32]: Int] = [:]

  init(_ loop: RolledPlan.Loop, of rolled: RolledPlan) {
    count = loop.count
    for terms in loop.runs {
      let first = rolled.table.terms[terms[0]]
      let slot = Int(rolled.slots[first.root])
      let operands = rolled.table.leaves(of: terms[0])
      var leaves: [(operand: KernelPlan.Operand, access: Access)] = []
      for (place, operand) in operands.enumerated() {
        leaves.append((operand, access(place, terms, rolled, slot: slot)))
      }
      let results = rolled.results(of: terms)
      runs.append(
        Run(
          root: first.root, statements: rolled.table.statements[first.statements], leaves: leaves, slot: slot,
          isKept: rolled.isKept[Int(rolled.schedule.run[terms[0]])],
          results: results.contains(-1) ? nil : access(to: results)))
    }
    tableNumbers = [:]
  }

  private mutating func access(_ place: Int, _ terms: [Int], _ rolled: RolledPlan, slot: Int) -> Access {
    func operand(_ term: Int) -> KernelPlan.Operand {
      rolled.table.leaves[rolled.table.terms[term].leaves.lowerBound + place]
    }
    let first = operand(terms[0])
    if first.literal != nil {
      let literals = terms.map { operand($0).literal ?? 0 }
      if literals.allSatisfy({ $0 == literals[0] }) { return .literal(literals[0]) }
      literalTables.append(literals)
      return .literals(literalTables.count - 1)
    }
    let schedule = rolled.schedule
    let ownRun = schedule.run[terms[0]]
    if let value = first.value {
      let source = schedule.run[Int(schedule.nodes[value])]
      if source != ownRun, rolled.stepOfRun[Int(source)] == rolled.stepOfRun[Int(ownRun)] {
        return .local(statement: value)
      }
    }
    let slots = rolled.slots(of: terms, operand: place)
    if slot >= 0, slots.count > 1, slots.indices.dropFirst().allSatisfy({ Int(slots[$0]) == slot + $0 - 1 }) {
      return .carried(first: Int(slots[0]), statement: rolled.table.terms[terms[0]].root)
    }
    if isIndependent {
      isIndependent = !terms.contains { term in
        operand(term).value.map { schedule.run[Int(schedule.nodes[$0])] == ownRun } ?? false
      }
    }
    return access(to: slots)
  }

  /// The way to a number that is known for every turn.
  private mutating func access(to numbers: [Int32]) -> Access {
    let step = numbers.count > 1 ? Int(numbers[1]) - Int(numbers[0]) : 0
    if numbers.indices.allSatisfy({ Int(numbers[$0]) == Int(numbers[0]) + step * $0 }) {
      return .slots(base: Int(numbers[0]), step: step)
    }
    if let known = tableNumbers[numbers] { return .table(known) }
    tableNumbers[numbers] = tables.count
    tables.append(numbers)
    return .table(tables.count - 1)
  }

  /// Whether a turn takes the value of the turn before.
  var isCarried: Bool {
    runs.contains { run in
      run.leaves.contains { leaf in
        if case .carried = leaf.access { true } else { false }
      }
    }
  }

  /// The slots that an operand has in all turns, but for values that no slot holds.
  func slots(_ access: Access) -> [Int] {
    switch access {
    case .local, .literal, .literals: []
    case .slots(let base, let step): (0..<count).map { base + step * $0 }
    case .table(let table): tables[table].map { Int($0) }
    case .carried(let first, _): [first]
    }
  }
}

extension RolledPlan {
  /// The slots of one operand of each term; -1 where it has none.
  func slots(of terms: [Int], operand place: Int) -> [Int32] {
    terms.map { Int32(slot(of: table.leaves[table.terms[$0].leaves.lowerBound + place])) }
  }

  /// The result that the value of each term is; -1 where it is none or several.
  func results(of terms: [Int]) -> [Int32] {
    terms.map { term in
      let results = outputs[table.terms[term].root] ?? []
      return results.count == 1 ? Int32(results[0]) : -1
    }
  }
}
