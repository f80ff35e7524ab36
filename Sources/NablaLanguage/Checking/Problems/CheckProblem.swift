import NablaDiagnostics

/// Every problem that checking reports. Its stable id, its meaning and an example stand in one row of
/// `CheckProblem+Table.swift`, from which the page of diagnostics is made.
public enum CheckProblem: String, CaseIterable, Hashable, Sendable {
  // Names
  case undefinedName = "check.undefined-name"
  case usedBeforeDefinition = "check.used-before-definition"
  case duplicateDefinition = "check.duplicate-definition"
  case duplicateParameter = "check.duplicate-parameter"
  case recursion = "check.recursion"
  case cycle = "check.cycle"
  case unusedParameter = "check.unused-parameter"
  case unusedName = "check.unused-name"
  case unknownFunction = "check.unknown-function"
  case noFunction = "check.no-function"
  // Calls
  case arity = "check.arity"
  case unknownLabel = "check.unknown-label"
  case duplicateArgument = "check.duplicate-argument"
  case notAFunction = "check.not-a-function"
  case functionAsValue = "check.function-as-value"
  case functionParameter = "check.function-parameter"
  case pipeTarget = "check.pipe-target"
  case tuple = "check.tuple"
  case notYet = "check.not-yet"
  case loopValue = "check.loop-value"
  // Derivatives
  case derivativeOf = "check.derivative-of"
  case derivativeBy = "check.derivative-by"
  case diffVariable = "check.diff-variable"
  case prime = "check.prime"
  // Types
  case elementName = "type.unknown"
  case argumentType = "type.argument"
  case condition = "type.condition"
  case logical = "type.logical"
  case notNumber = "type.not-a-number"
  case integerRange = "type.integer-range"
  case notSize = "type.size"
  case loopSource = "type.loop"
  // Shapes
  case broadcast = "shape.broadcast"
  case contract = "shape.contract"
  case einsum = "shape.einsum"
  case argumentShape = "shape.argument"
  case elements = "shape.elements"
  case loopLength = "shape.loop"
  case carry = "shape.carry"
  case arrayCondition = "shape.condition"
  case variableShape = "shape.param"
  case reshape = "shape.reshape"
  case join = "shape.join"
  case convolution = "shape.convolution"
  case emptyReduction = "shape.empty"
  case index = "shape.index"
  case indexRange = "index.range"
  case loopBound = "shape.bound"
  case comprehension = "shape.comprehension"
  case axis = "shape.axis"
  case member = "shape.member"
  case scalarDerivative = "shape.derivative"
  case unknownSize = "shape.unknown-size"
  case deferred = "shape.deferred"
  // Limits
  case nodeLimit = "limit.nodes"
  case callLimit = "limit.calls"
  case sizeLimit = "limit.size"
  case orderLimit = "limit.order"
  case nestingLimit = "limit.nesting"

  public var id: String { rawValue }

  /// Whether it says that extents do not fit together, which may turn out only when sizes are numbers.
  var isMismatch: Bool {
    switch self {
    case .broadcast, .contract, .einsum, .argumentShape, .elements, .loopLength, .carry, .variableShape, .reshape,
      .join,
      .convolution:
      true
    default: false
    }
  }

  public var severity: Diagnostic.Severity {
    switch self {
    case .unusedParameter, .unusedName: .warning
    default: .error
    }
  }
}

extension Diagnostic {
  init(
    _ problem: CheckProblem, _ message: String, at range: SourceRange?, label: String? = nil, notes: [Diagnostic] = [],
    fixIt: FixIt? = nil
  ) {
    self.init(problem.id, problem.severity, message, at: range, label: label, notes: notes, fixIt: fixIt)
  }

  static func note(_ problem: CheckProblem, _ message: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(problem.id, .note, message, at: range)
  }
}

/// Gathers problems. One place of the text gives one problem of a kind, however often it is checked.
struct ProblemList: Sendable {
  /// The most problems that are reported of one source.
  static let limit = 100

  private(set) var diagnostics: [Diagnostic] = []
  private var known: Set<Key> = []

  private struct Key: Hashable, Sendable {
    let id: String
    let range: SourceRange?
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  mutating func report(_ diagnostic: Diagnostic) {
    guard diagnostics.count < ProblemList.limit,
      known.insert(Key(id: diagnostic.id, range: diagnostic.range)).inserted
    else { return }
    diagnostics.append(diagnostic)
  }

  /// Drops warnings about unused names in definitions that have errors: they may be consequences.
  mutating func dropWarnings(in definitions: [SourceRange]) {
    let errors = diagnostics.filter { $0.severity == .error }.compactMap(\.range)
    if errors.isEmpty { return }
    func holds(_ definition: SourceRange, _ range: SourceRange) -> Bool {
      definition.start <= range.start && range.end <= definition.end
    }
    let faulty = definitions.filter { definition in errors.contains { holds(definition, $0) } }
    let unused = [CheckProblem.unusedParameter.id, CheckProblem.unusedName.id]
    diagnostics.removeAll { diagnostic in
      guard let range = diagnostic.range, unused.contains(diagnostic.id) else { return false }
      return faulty.contains { holds($0, range) }
    }
  }

  /// In source order.
  var sorted: [Diagnostic] { diagnostics.sorted { ($0.range?.start ?? 0, $0.id) < ($1.range?.start ?? 0, $1.id) } }
}

extension DiagnosticsError {
  /// The problems of a program that has none while its sizes are names: what does not fit is ``CheckProblem/deferred``.
  public var deferred: DiagnosticsError {
    DiagnosticsError(
      source: source,
      diagnostics: diagnostics.map { problem in
        guard CheckProblem(rawValue: problem.id)?.isMismatch ?? false else { return problem }
        return Diagnostic(
          CheckProblem.deferred.id, problem.severity, problem.message, at: problem.range, label: problem.label,
          notes: problem.notes, fixIt: problem.fixIt)
      })
  }
}
