import NablaGraph
import NablaRuntime

/// A long body as loops over terms of one shape, with what is left as straight lines.
///
/// A sum of ten thousand equal terms becomes one loop that computes the terms and one that adds them. Values lie in
/// slots of a workspace, which the loops read and write by tables or by arithmetic on the loop's counter. A loop computes
/// what its statements compute, to the bit. A sum of ``longSum`` operands or more is added in eight interleaved parts,
/// which do not wait for one another: within its rounding errors it is the same, and usually closer.
struct RolledPlan {
  /// Steps that are executed one after another.
  enum Step {
    /// Runs of terms that one loop computes: the k-th term of each, for every k.
    case loop(Loop)
    /// Terms, each with its own text.
    case straight([Int])
    /// Long sums, by their numbers.
    case sums([Int])
  }

  struct Loop {
    /// The terms of each run; all runs are equally long.
    var runs: [[Int]]
    var count: Int { runs[0].count }
  }

  let plan: KernelPlan
  let forest: TermForest
  let table: TermTable
  let schedule: RollingSchedule
  private(set) var steps: [Step] = []
  /// The step of each run of the schedule.
  private(set) var stepOfRun: [Int32] = []
  /// The slot of each statement whose value later steps or the results need, else -1.
  private(set) var slots: [Int32]
  /// The results that each statement's value is.
  let outputs: [Int: [Int]]
  /// Whether other steps or turns read the values of each run of the schedule; else these are results alone.
  private(set) var isKept: [Bool] = []
  /// The slots of literals that are results or operands of sums; the inputs have the first slots.
  private(set) var literalSlots: [Int: Int] = [:]
  private(set) var slotCount: Int
  /// Statements that are written out: of every run of a loop one term.
  private(set) var writtenCount = 0
  /// Statements written out in straight lines.
  private(set) var straightCount = 0

  /// Fewer terms are no loop.
  static let leastLoop = 4
  /// Sums of so many operands are added in parts.
  static let longSum = 64
  /// Statements of a loop's body, at most.
  private static let bodyLimit = 256

  /// Whether a plan can be rolled: it computes with `f64` and `bool` alone, and takes and gives `f64`.
  static func takes(_ plan: KernelPlan) -> Bool {
    plan.hasVectorForms
      && (plan.inputs + plan.outputs).allSatisfy { $0.element == .f64 }
      && plan.statements.allSatisfy { $0.element == .f64 || $0.element == .bool }
      && plan.literals.allSatisfy { $0.element == .f64 || $0.element == .bool }
  }

  /// Shorter bodies are compiled quickly as they are.
  private static let threshold = 500

  /// The plan rolled, or `nil` where it cannot be or where that is not worth it: of little that repeats itself, a body
  /// that fits one function needs no slots.
  init?(ifWorthwhile plan: KernelPlan) {
    guard plan.statements.count > RolledPlan.threshold, RolledPlan.takes(plan) else { return nil }
    let rolled = RolledPlan(plan)
    if plan.isWhole && rolled.writtenCount * 2 >= plan.statements.count { return nil }
    self = rolled
  }

  /// - Precondition: ``takes(_:)``.
  /// - Complexity: n log n in the statements.
  init(_ plan: KernelPlan) {
    self.plan = plan
    forest = TermForest(plan)
    table = TermTable(forest, of: plan)
    slots = Array(repeating: -1, count: plan.statements.count)
    slotCount = plan.inputs.count
    outputs = Dictionary(
      plan.results.enumerated().compactMap { output, operand in operand.value.map { ($0, [output]) } },
      uniquingKeysWith: +)
    schedule = RollingSchedule(table, forest.sums, of: plan)
    formSteps()
    assignSlots()
  }

  /// The slot of an operand that is an input, a value or a literal with a slot.
  func slot(of operand: KernelPlan.Operand) -> Int {
    if let input = operand.input { return input }
    if let value = operand.value { return Int(slots[value]) }
    return literalSlots[operand.literal ?? 0] ?? 0
  }

  /// The statement that is the value of a node.
  private func statement(of node: Int) -> Int {
    node < table.terms.count ? table.terms[node].root : forest.sums[node - table.terms.count].statement
  }

  private func size(of run: [Int]) -> Int { table.terms[run[0]].statements.count }

  // MARK: Steps

  private mutating func formSteps() {
    let termCount = table.terms.count
    var body = 0
    for run in schedule.runs {
      if run[0] >= termCount {
        steps.append(.sums(run.map { $0 - termCount }))
      } else if run.count < RolledPlan.leastLoop {
        let written = run.reduce(0) { $0 + table.terms[$1].statements.count }
        straightCount += written
        writtenCount += written
        if case .straight(let terms)? = steps.last {
          steps[steps.count - 1] = .straight(terms + run)
        } else {
          steps.append(.straight(run))
        }
      } else {
        writtenCount += size(of: run)
        if case .loop(var loop)? = steps.last, loop.count == run.count, body + size(of: run) <= RolledPlan.bodyLimit,
          joins(run, Int32(steps.count - 1))
        {
          steps.removeLast()
          loop.runs.append(run)
          body += size(of: run)
          steps.append(.loop(loop))
        } else if joinsEarlier(run, body: body) {
          stepOfRun.append(Int32(steps.count - 2))
          body += size(of: run)
          continue
        } else {
          body = size(of: run)
          steps.append(.loop(Loop(runs: [run])))
        }
      }
      stepOfRun.append(Int32(steps.count - 1))
    }
  }

  /// Puts a run into the loop before the last step, if that is a straight line that the run does not need: so the
  /// products from the left and from the right, of which each waits for the one before, wait side by side.
  private mutating func joinsEarlier(_ run: [Int], body: Int) -> Bool {
    guard case .straight? = steps.last, steps.count > 1, case .loop(var loop) = steps[steps.count - 2],
      loop.count == run.count, body + size(of: run) <= RolledPlan.bodyLimit, joins(run, Int32(steps.count - 2))
    else { return false }
    let last = Int32(steps.count - 1)
    let needsLast = run.contains { term in
      table.leaves(of: term).contains { leaf in
        guard let value = leaf.value else { return false }
        let source = Int(schedule.run[Int(schedule.nodes[value])])
        return source < stepOfRun.count && stepOfRun[source] == last
      }
    }
    if needsLast { return false }
    loop.runs.append(run)
    steps[steps.count - 2] = .loop(loop)
    return true
  }

  /// Whether one loop can compute a run beside those of a step: the k-th term needs of them only k-th terms, of the same
  /// run for every k.
  private func joins(_ run: [Int], _ step: Int32) -> Bool {
    var sources: [Int32] = []
    for (position, term) in run.enumerated() {
      for (place, leaf) in table.leaves(of: term).enumerated() {
        var source: Int32 = -1
        if let value = leaf.value {
          let node = Int(schedule.nodes[value])
          let other = schedule.run[node]
          if Int(other) < stepOfRun.count, stepOfRun[Int(other)] == step {
            if schedule.place[node] != Int32(position) { return false }
            source = other
          }
        }
        if position == 0 {
          sources.append(source)
        } else if sources[place] != source {
          return false
        }
      }
    }
    return true
  }

  // MARK: Slots

  /// Gives slots to what is read outside of the step that computes it, side by side for each run.
  private mutating func assignSlots() {
    isKept = readRuns()
    for (number, run) in schedule.runs.enumerated() {
      // If one value of a run needs memory, all have it, so that a loop does the same in every turn.
      guard isKept[number] || run.contains(where: { outputs[statement(of: $0)] != nil }) else { continue }
      for node in run {
        slots[statement(of: node)] = Int32(slotCount)
        slotCount += 1
      }
    }
    let sumLiterals = forest.sums.lazy.flatMap { $0.operands.lazy.compactMap { $0.operand.literal } }
    for literal in Array(sumLiterals) + plan.results.compactMap(\.literal) where literalSlots[literal] == nil {
      literalSlots[literal] = slotCount
      slotCount += 1
    }
  }

  /// Which runs have values that another step reads, or another turn of the same loop.
  private func readRuns() -> [Bool] {
    var isRunRead = Array(repeating: false, count: schedule.runs.count)
    for (number, run) in schedule.runs.enumerated() {
      let step = stepOfRun[number]
      guard case .loop = steps[Int(step)] else {
        for node in run { readOperands(of: node, from: -1, &isRunRead) }
        continue
      }
      for node in run { readOperands(of: node, from: step, &isRunRead) }
    }
    return isRunRead
  }

  private func readOperands(of node: Int, from step: Int32, _ isRunRead: inout [Bool]) {
    func read(_ operand: KernelPlan.Operand) {
      guard let value = operand.value else { return }
      let source = Int(schedule.nodes[value])
      let run = Int(schedule.run[source])
      if stepOfRun[run] == step, schedule.run[source] != schedule.run[node] { return }
      isRunRead[run] = true
    }
    if node < table.terms.count {
      for leaf in table.leaves(of: node) { read(leaf) }
    } else {
      for (operand, _) in forest.sums[node - table.terms.count].operands { read(operand) }
    }
  }
}
