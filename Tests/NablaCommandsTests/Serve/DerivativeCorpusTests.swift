import Foundation
import Nabla
import TestSupport
import Testing

@testable import NablaCommands

/// Integrals that computer algebra systems are tested with: the derivative of each antiderivative is its integrand.
struct DerivativeCorpusTests {
  @Test func `every antiderivative has its integrand for derivative, on the interpreter`() throws {
    try check(DerivativeProblem.widest, backend: "interpreter")
  }

  /// A kernel costs tens of milliseconds to compile, so the kernels take a part of the cut; the whole behind an option.
  @Test func `every antiderivative has its integrand for derivative, on kernels`() throws {
    let all = DerivativeProblem.widest
    let isLong = ProcessInfo.processInfo.environment["NABLA_LONG_TESTS"] == "1"
    try check(isLong ? all : all.enumerated().filter { $0.offset % 10 == 0 }.map(\.element), backend: "c")
  }

  private func check(_ problems: [DerivativeProblem], backend: String) throws {
    #expect(problems.count >= 30)
    var session = ServeSession(limits: ServeLimits())
    let proceed = ServeSession.Checkpoint { _ in }
    for problem in problems {
      let answer = session.answer(try ServeRequest(problem.request(backend: backend)), proceed)
      guard let gradient = answer["gradient"]?.array else {
        Issue.record("\(problem.id): \(answer.text)")
        continue
      }
      for (entry, expected) in zip(gradient, problem.points) {
        let found = entry[problem.variable].flatMap { Double($0.text) } ?? .nan
        #expect(
          abs(found - expected.derivative) <= expected.tolerance * abs(expected.derivative),
          "\(problem.id): \(answer.text)")
      }
      if let operations = answer["operations"], let value = operations["value_cost"]?.integer,
        let gradient = operations["gradient_cost"]?.integer
      {
        #expect(gradient <= 4 * max(value, 1), "\(problem.id): \(operations.text)")
      }
    }
  }
}

extension DerivativeProblem {
  /// The derivative at all points, as a request.
  fileprivate func request(backend: String) -> JSONValue {
    let places = points.map { point in
      JSONValue.object(zip(names, point.inputs).map { .init($0, .number("\($1)")) })
    }
    return .object(
      ("id", .string(id)), ("source", .string("F(\(names.joined(separator: ", "))) = \(antiderivative)")),
      ("want", .array(["gradient", "operations"])), ("wrt", .array([.string(variable)])), ("at", .array(places)),
      ("backend", .string(backend)))
  }
}
