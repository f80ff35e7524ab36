import Nabla
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Structural operations through the whole pipeline: rewritten, differentiated, rewritten again, specialised, against
/// what JAX computes.
struct OperationPipelineTests {
  private static let smooth = OperationProblem.all.filter { $0.derivatives != nil }

  @Test(arguments: smooth, [false, true])
  func `rewriting changes neither value nor derivatives`(_ problem: OperationProblem, _ isStrict: Bool) throws {
    let expected = try #require(problem.derivatives)
    let program = try Program(text: problem.program)
    let pipeline = Pipeline(strict: isStrict)
    let derived = try pipeline.differentiate(program, [.value, .vjp])
    let run = try Interpreter(pipeline.specialise(derived.program))
    let numbers = problem.inputs.map(\.numbers) + [expected.cotangent]
    let columns = try zip(numbers, run.signature.inputs).map { numbers, port in
      try #require(Column(converting: numbers, to: port.type.element))
    }
    let results = try run.evaluate(columns, points: 1).map(\.doubles)
    let names = derived.parameters.map { program.name(ofInput: $0) }
    for (found, right) in zip(results, [problem.result] + names.map { expected.gradient[$0] ?? [] }) {
      #expect(found.count == right.count)
      #expect(zip(found, right).allSatisfy { difference($0, $1) <= problem.tolerance }, "\(found), not \(right)")
    }
  }
}
