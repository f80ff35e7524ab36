import Foundation
import Nabla
import Testing

@testable import NablaCommands

/// Integrals that computer algebra systems are tested with: the derivative of each antiderivative is its integrand.
struct DerivativeCorpusTests {
  struct Problem: Sendable, CustomStringConvertible {
    let id: String
    let request: JSONValue
    let variable: String
    let expected: [(value: Double, tolerance: Double)]

    var description: String { id }

    init?(_ line: Substring, backend: String) {
      guard let record = try? JSONParser.parse(Array(line.utf8)), let id = record["id"]?.string,
        let variable = record["var"]?.string, let parameters = record["params"]?.array?.compactMap(\.string),
        let text = record["F"]?.string, let points = record["pts"]?.array
      else { return nil }
      let names = [variable] + parameters
      var places: [JSONValue] = []
      var expected: [(Double, Double)] = []
      for point in points {
        guard let parts = point.array, parts.count == 3, let numbers = parts[0].array,
          let value = Double(parts[1].text), let grade = Double(parts[2].text)
        else { return nil }
        places.append(.object(zip(names, numbers).map { .init($0, $1) }))
        expected.append((value, max(1e-9, Foundation.pow(10, grade + 2))))
      }
      self.id = id
      self.variable = variable
      self.expected = expected
      request = .object(
        ("id", .string(id)), ("source", .string("F(\(names.joined(separator: ", "))) = \(text)")),
        ("want", .array(["gradient", "operations"])), ("wrt", .array([.string(variable)])), ("at", .array(places)),
        ("backend", .string(backend)))
    }
  }

  static func problems(backend: String) -> [Problem] {
    // The whole corpus, where somebody has it, instead of the cut.
    let whole = ProcessInfo.processInfo.environment["NABLA_DERIVATIVE_CORPUS"].map { URL(fileURLWithPath: $0) }
    guard let file = whole ?? Bundle.module.url(forResource: "derivatives", withExtension: "jsonl"),
      let text = try? String(contentsOf: file, encoding: .utf8)
    else { return [] }
    return text.split(separator: "\n").compactMap { Problem($0, backend: backend) }
  }

  @Test func `every antiderivative has its integrand for derivative, on the interpreter`() throws {
    try check(DerivativeCorpusTests.problems(backend: "interpreter"))
  }

  /// A kernel costs tens of milliseconds to compile, so the kernels take a part of the cut; the whole behind an option.
  @Test func `every antiderivative has its integrand for derivative, on kernels`() throws {
    let all = DerivativeCorpusTests.problems(backend: "c")
    let isLong = ProcessInfo.processInfo.environment["NABLA_LONG_TESTS"] == "1"
    try check(isLong ? all : all.enumerated().filter { $0.offset % 10 == 0 }.map(\.element))
  }

  private func check(_ problems: [Problem]) throws {
    #expect(problems.count >= 30)
    var session = ServeSession(limits: ServeLimits())
    let proceed = ServeSession.Checkpoint { _ in }
    for problem in problems {
      let answer = session.answer(try ServeRequest(problem.request), proceed)
      guard let gradient = answer["gradient"]?.array else {
        Issue.record("\(problem): \(answer.text)")
        continue
      }
      for (entry, expected) in zip(gradient, problem.expected) {
        let found = entry[problem.variable].flatMap { Double($0.text) } ?? .nan
        #expect(abs(found - expected.value) <= expected.tolerance * abs(expected.value), "\(problem): \(answer.text)")
      }
      if let operations = answer["operations"], let value = operations["value_cost"]?.integer,
        let gradient = operations["gradient_cost"]?.integer
      {
        #expect(gradient <= 4 * max(value, 1), "\(problem): \(operations.text)")
      }
    }
  }
}
