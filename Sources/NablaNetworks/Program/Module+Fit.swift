import NablaDiagnostics
import NablaGraph
import NablaLanguage

extension Module {
  /// Checks a program that calls have been written into, behind the user's own text.
  ///
  /// - Parameters:
  ///   - calls: as the user has them; the first is meant where the problem names none of them.
  ///   - subject: what they are called with.
  ///   - own: the user's own text.
  /// - Throws: ``DiagnosticsError`` for problems of that, ``TrainingError/unfit(_:to:problem:advice:)`` for those of the
  ///   calls: what has been written is nothing that the user knows.
  func requireFit(of calls: [String], to subject: String, in own: SourceText) throws {
    guard hasErrors else { return }
    let errors = diagnostics.filter { $0.severity == .error }
    let mine = errors.filter { $0.range.map { $0.start < own.utf8.count } ?? true }
    guard mine.isEmpty, let first = errors.first else {
      let known = mine.map { problem in
        var problem = problem
        problem.notes.removeAll { $0.range.map { $0.start >= own.utf8.count } ?? false }
        return problem
      }
      throw DiagnosticsError(source: own, diagnostics: known)
    }
    let call = calls.first { first.message.contains("'\($0.prefix { $0 != "(" })'") } ?? calls.first ?? ""
    throw TrainingError.unfit(call, to: subject, problem: first.message, advice: Module.advice(for: call, subject))
  }

  /// Losses have one form for classes by number, and one for vectors of probabilities.
  private static func advice(for call: String, _ subject: String) -> String? {
    let name = String(call.prefix { $0 != "(" })
    if Library.standard.has("sparse_\(name)"), subject.contains("i32") {
      return "'sparse_\(name)' takes classes by their numbers"
    }
    if Library.standard.has("macro_\(name)") { return "'macro_\(name)' is for several classes" }
    let dense = name.hasPrefix("sparse_") ? String(name.dropFirst("sparse_".count)) : ""
    return Library.standard.has(dense) ? "'\(dense)' takes vectors of probabilities" : nil
  }
}

extension Objective {
  /// What a loss or a metric looks at, for a person: `predictions f32[m, 10] and targets i32[m]`.
  func subject(_ module: Module) -> String {
    let own = model.flatMap { module.function($0)?.results.first?.type }
    let targets = parameters.first { $0.name == target }?.type
    let parts = [own.map { "predictions \($0)" }, targets.map { "targets \($0)" }].compactMap { $0 }
    return parts.isEmpty ? "the data" : parts.joined(separator: " and ")
  }

  /// How many classes there are, where targets are the numbers of classes: one less axis than predictions have.
  func classCount(_ module: Module, _ sizes: [String: Int]) -> Int? {
    guard let results = model.flatMap({ module.function($0)?.results }), results.count == 1,
      let targets = parameters.first(where: { $0.name == target })?.type, !targets.element.isFloat,
      targets.element != .bool
    else { return nil }
    let type = results[0].type.substituting(sizes)
    guard type.element.isFloat, type.shape.rank == targets.shape.rank + 1, type.shape.rank >= 2,
      let count = type.shape.dimensions.last?.constant, count > 1
    else { return nil }
    return count
  }
}
