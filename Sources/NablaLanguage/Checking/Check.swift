import NablaDiagnostics
import NablaGraph

/// Looks at every definition of a program once, and makes the signatures.
struct Check {
  private let unit: CodeUnit
  private let options: CheckOptions
  private(set) var problems: ProblemList
  /// What building the functions that are built at once has given, by routine.
  private(set) var programs: [Program?]
  /// Looks at what is not built; made for the first that needs it.
  private var lowering: Lowering?

  init(_ unit: CodeUnit, _ problems: ProblemList, _ options: CheckOptions) {
    self.unit = unit
    self.options = options
    self.problems = problems
    programs = Array(repeating: nil, count: unit.routines.count)
  }

  /// Lends the lowering that looks at functions. It is moved out and back, so that nothing is copied.
  private mutating func look<T>(_ body: (inout Lowering) -> T) -> T {
    var borrowed: Lowering?
    swap(&borrowed, &lowering)
    var current = borrowed.take() ?? Lowering(unit, options: options, mode: .check)
    swap(&current.problems, &problems)
    let result = body(&current)
    swap(&current.problems, &problems)
    lowering = consume current
    return result
  }

  /// Called functions come before those that call them, so that a problem is reported where it is, and not in a call.
  mutating func run() -> [Signature] {
    var signatures: [Signature?] = Array(repeating: nil, count: unit.routines.count)
    for index in unit.callOrder where !(lowering?.isStopped ?? false) {
      let routine = unit.routines[index]
      switch routine.role {
      case .constant: look { $0.checkConstant(index) }
      case .function where routine.parent == nil: signatures[index] = signature(index)
      case .layer where !routine.isMentioned: _ = signature(index)
      case .function, .layer: continue
      }
    }
    problems.dropWarnings(in: unit.routines.map { unit.tree.range($0.syntax) })
    return unit.programOrder.compactMap { signatures[$0] ?? Signature(unit.routines[$0], in: unit, kinds: nil) }
  }

  private mutating func signature(_ index: Int) -> Signature {
    let routine = unit.routines[index]
    if let parameter = routine.openFunctionParameter {
      if !routine.isMentioned, !routine.isFaulty {
        problems.report(Check.openFunction(parameter, of: routine, in: unit, .warning))
      }
      return Signature(routine, in: unit, kinds: nil)
    }
    if let signature = builtSignature(index) { return signature }
    if routine.isFaulty { return Signature(routine, in: unit, kinds: nil) }
    return look { $0.signature(of: index, routine) }
  }

  /// Builds a function of operators alone instead of looking at it first; `nil` where something is to be reported.
  private mutating func builtSignature(_ index: Int) -> Signature? {
    let routine = unit.routines[index]
    guard routine.isPlain, !routine.isFaulty, routine.role == .function,
      routine.parameters.allSatisfy({ $0.kind == .value || $0.kind == .size })
    else { return nil }
    var building = Lowering(unit, options: options, mode: .build)
    building.looksAtAll = true
    building.reserveCapacity(min(unit.tree.count / max(unit.routines.count, 1), 1 << 10))
    guard let kinds = building.header(of: index) else { return nil }
    let (inputs, result) = building.enter(index, kinds)
    guard let roots = building.roots(of: result, index), building.problems.diagnostics.isEmpty else { return nil }
    let results = roots.map { Signature.Result(name: $0.name, type: building.graph.type(of: $0.node)) }
    programs[index] = building.takeProgram(inputs, roots)
    return Signature(routine, in: unit, kinds: kinds, results: results)
  }

  /// What is wrong with a function parameter that nothing gives a function to.
  static func openFunction(
    _ parameter: Routine.Parameter, of routine: Routine, in unit: CodeUnit, _ severity: Diagnostic.Severity
  ) -> Diagnostic {
    let range = parameter.callRange ?? parameter.range
    var message = "'\(routine.name)' calls its parameter '\(parameter.name)', so it takes a function and cannot be run "
    message += "by itself"
    var fixIt: Diagnostic.FixIt?
    if parameter.callRange != nil {
      message += "; a product is written '\(parameter.name)*(…)'"
      fixIt = .init(range: SourceRange(range.end, range.end), replacement: "*")
    }
    return Diagnostic(CheckProblem.functionParameter.id, severity, message, at: range, fixIt: fixIt)
  }
}

extension Lowering {
  /// Evaluates an entry point for the types of its results.
  fileprivate mutating func signature(of index: Int, _ routine: Routine) -> Signature {
    let program = units.program
    guard let kinds = header(of: index) else { return Signature(routine, in: program, kinds: nil) }
    let result = enter(index, kinds).result
    let roots = result.isInvalid ? nil : roots(of: result, index)
    let results = roots.map { $0.map { Signature.Result(name: $0.name, type: graph.type(of: $0.node)) } }
    return Signature(
      routine, in: program, kinds: kinds, results: results ?? [], variables: entryEffects.sorted,
      draws: entryEffects.draws)
  }
}
