import Nabla
import NablaData
import NablaDiagnostics
import NablaGraph

/// Answers requests, and keeps what it learnt: a thousand requests on one program check and compile it once.
struct ServeSession {
  /// Called between stages with the stage's name; throws when the request was cancelled or its time is over.
  typealias Checkpoint = ServeCheckpoint

  private struct FormulaKey: Hashable {
    let source: String
    let function: String?
    let options: CheckOptions
    let isStrict: Bool
    let seed: Int
  }

  private struct EvaluatorKey: Hashable {
    let formula: FormulaKey
    let wants: [Want]
    let wrt: [String]?
    let order: Int
    let backend: Backend
  }

  private let limits: ServeLimits
  private var formulas = LeastRecentlyUsed<FormulaKey, Formula>(capacity: 256)
  private var evaluators = LeastRecentlyUsed<EvaluatorKey, Evaluator>(capacity: 256)

  init(limits: ServeLimits) { self.limits = limits }

  /// The response to a request; never throws, since a problem is a response too.
  mutating func answer(_ request: ServeRequest, _ checkpoint: Checkpoint) -> JSONValue {
    do {
      return try respond(to: request, checkpoint)
    } catch let error as DiagnosticsError {
      return ServeAnswer.failure(request.id, error.diagnostics, in: error.source)
    } catch let error as DerivativeError {
      return ServeAnswer.failure(request.id, [error.diagnostic])
    } catch let error as Diagnostic {
      return ServeAnswer.failure(request.id, [error])
    } catch {
      return ServeAnswer.failure(request.id, [Problem.diagnostic(error)])
    }
  }

  private mutating func respond(to request: ServeRequest, _ checkpoint: Checkpoint) throws -> JSONValue {
    try checkpoint.pass("check")
    var options = CheckOptions(floatType: request.floatType, sizes: request.sizes, training: request.isTraining)
    options.limits.nodes = limits.nodes
    let key = FormulaKey(
      source: request.source, function: request.function, options: options, isStrict: request.isStrict,
      seed: request.seed)
    let formula = try formulas.value(key) {
      let formula = try Formula(
        request.source, function: request.function, options: options, pipeline: Pipeline(strict: request.isStrict))
      return formula.openSizes.isEmpty ? try formula.started(seed: request.seed) : formula
    }
    var members: [JSONValue.Member] = [.init("id", request.id)]
    if !request.wants.isEmpty {
      let bound = try bound(formula, key, request)
      try checkpoint.pass("differentiate")
      let evaluatorKey = EvaluatorKey(
        formula: bound.key, wants: request.wants, wrt: request.wrt, order: request.order, backend: request.backend)
      let evaluator = try evaluators.value(evaluatorKey) {
        try Evaluator(
          bound.formula, request.wants, by: request.wrt, order: request.order, backend: request.backend)
      }
      try checkpoint.pass("evaluate")
      members += try numbers(request, bound.formula, evaluator)
    }
    for text in request.texts {
      try checkpoint.pass(text.rawValue)
      members.append(.init(text.rawValue, try ServeTexts(formula, request).value(text)))
    }
    if !formula.warnings.isEmpty {
      members.append(.init("diagnostics", .array(formula.warnings.map { $0.json(in: formula.source) })))
    }
    return .object(members)
  }

  /// The formula with the sizes of the first point's lists; the other points must have the same.
  private mutating func bound(
    _ formula: Formula, _ key: FormulaKey, _ request: ServeRequest
  ) throws -> (formula: Formula, key: FormulaKey) {
    if formula.openSizes.isEmpty { return (formula, key) }
    var binding = SizeBinding(key.options.sizes)
    if let columns = request.columns {
      try binding.bind(formula, columns: columns)
    } else if let first = request.points?.first.flatMap({ Point($0) }) {
      try binding.bind(formula, at: first, path: request.points?.count == 1 ? "at" : "at[0]")
    }
    var options = key.options
    options.sizes.merge(binding.sizes) { given, _ in given }
    let bound = FormulaKey(
      source: key.source, function: key.function, options: options, isStrict: key.isStrict, seed: key.seed)
    let result = try formulas.value(bound) {
      let result = try formula.bound(to: options.sizes)
      return result.openSizes.isEmpty ? try result.started(seed: key.seed) : result
    }
    try result.requireSizes { "no list of the point tells it; give it in 'sizes' as {\"\($0)\": …}" }
    return (result, bound)
  }

  // MARK: Numbers

  private func numbers(_ request: ServeRequest, _ formula: Formula, _ evaluator: Evaluator) throws -> [JSONValue.Member]
  {
    let reader = PointReader(formula, evaluator.derived)
    if let columns = request.columns {
      let batch = try reader.batch(columns: columns, vector: request.vector)
      try limitResults(evaluator, points: batch.points)
      let results: [Column]
      do {
        results = try evaluator.evaluate(batch.columns, points: batch.points)
      } catch {
        let problem = Problem.diagnostic(ofRun: error, in: formula.source)
        throw DiagnosticsError(source: formula.source, diagnostics: [problem])
      }
      let assembly = ResultAssembly(evaluator.derived, results)
      return request.wants.map { .init($0.rawValue, columnResult($0, evaluator.derived, assembly, batch.points)) }
    }
    let points = request.points ?? []
    try limitResults(evaluator, points: points.count)
    let batch = reader.batch(points: points.map { Point($0) ?? Point([]) }, vector: request.vector)
    let evaluation = PointwiseEvaluation(evaluator, batch)
    return request.wants.map { want in
      var entries = evaluation.entries(want, in: formula.source)
      for (index, problem) in batch.problems {
        entries.insert(.object(("error", problem.json(in: nil))), at: index)
      }
      return .init(want.rawValue, .array(entries))
    }
  }

  private func limitResults(_ evaluator: Evaluator, points: Int) throws(Diagnostic) {
    let perPoint = evaluator.executable.signature.outputs.reduce(0) { $0 + $1.count }
    let (total, overflow) = perPoint.multipliedReportingOverflow(by: points)
    if overflow || total > limits.results {
      throw Diagnostic("limit.results", "\(points) points of \(perPoint) numbers are more than \(limits.results)")
    }
  }

  /// The columns form: one list an output, under the names that an entry would have.
  private func columnResult(
    _ want: Want, _ derived: DerivedProgram, _ assembly: ResultAssembly, _ points: Int
  ) -> JSONValue {
    let outputs = derived.outputs.indices.filter { derived.outputs[$0].want == want }
    let lists = outputs.map { assembly.list($0, points: points) }
    if want == .value, derived.results.count == 1, let only = lists.first { return only }
    return .object(
      zip(outputs, lists).map { index, list in
        let output = derived.outputs[index]
        let name =
          want == .value || want == .jvp
          ? derived.results[output.result ?? 0]
          : output.by.map { derived.program.name(ofInput: $0) }.joined(separator: ",")
        return .init(name, list)
      })
  }
}

/// See ``ServeSession/Checkpoint``.
struct ServeCheckpoint {
  private let check: (String) throws(Diagnostic) -> Void

  init(_ check: @escaping (String) throws(Diagnostic) -> Void) { self.check = check }

  func pass(_ stage: String) throws(Diagnostic) { try check(stage) }
}
