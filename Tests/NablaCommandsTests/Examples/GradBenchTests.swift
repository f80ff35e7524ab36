import Foundation
import Nabla
import TestSupport
import Testing

@testable import NablaCommands

/// The programs of examples/gradbench against the inputs and outputs that come with that suite, on both backends.
struct GradBenchTests {
  /// One record of the suite: a function of a program, what it is called with, and what it gives.
  struct Record: Sendable, CustomTestStringConvertible {
    var module: String
    var function: String
    var input: JSONValue
    var output: JSONValue

    var testDescription: String { "\(module) \(function)" }
  }

  static let records: [Record] = ["ba", "det", "gmm", "kmeans", "llsq", "lse", "lstm", "ode"].flatMap { module in
    corpusLines("gradbench/\(module).jsonl").compactMap { line -> Record? in
      guard let value = try? JSONParser.parse(Array(line.utf8)), let function = value["function"]?.string,
        let input = value["input"], let output = value["output"]
      else { return nil }
      return Record(module: module, function: function, input: input, output: output)
    }
  }

  @Test func `all records are there`() { #expect(GradBenchTests.records.count == 30) }

  @Test(arguments: GradBenchTests.records.filter { $0.module != "ba" }, ["interpreter", "c"])
  func `a program gives what the suite expects`(_ record: Record, backend: String) throws {
    let (function, at, sizes) = try call(of: record)
    let answer = try answer(record.module, function, at, sizes, backend: backend)
    let value = try #require(answer["value"]?.array?.first, "\(answer.text.prefix(2000))")
    expect(numbers(value), areCloseTo: try expected(record), record)
  }

  /// Everything is tiled from one camera, point, weight and feature; the tests tile less often.
  @Test(arguments: ["interpreter", "c"]) func `bundle adjustment`(backend: String) throws {
    let record = try #require(GradBenchTests.records.first { $0.module == "ba" && $0.function == "objective" })
    let jacobian = try #require(GradBenchTests.records.first { $0.module == "ba" && $0.function == "jacobian" })
    let (n, m, p) = (3, 5, 17)
    func tiled(_ name: String, _ count: Int) throws -> JSONValue {
      .array(Array(repeating: try #require(record.input[name]), count: count))
    }
    let at = JSONValue.object(
      ("cameras", try tiled("cam", n)), ("points", try tiled("x", m)), ("w", try tiled("w", p)),
      ("features", try tiled("feat", p)))
    let errors = try answer("ba", "errors", at, .object([]), backend: backend)
    let error = numbers(try #require(record.output["reproj_error"]?["elements"]))
    let weight = numbers(try #require(record.output["w_err"]?["element"]))
    let found = numbers(try #require(errors["value"]?.array?.first, "\(errors.text)"))
    expect(
      found, areCloseTo: Array(repeating: error, count: p).flatMap { $0 } + Array(repeating: weight[0], count: p),
      record)

    // Rows of 15 non-zeros by camera, point and weight, two an observation; the suite's first two rows are one such pair.
    let blocks = try answer("ba", "blocks", at, .object([]), backend: backend)
    let values = numbers(try #require(blocks["value"]?.array?.first, "\(blocks.text)"))
    let rows = Array(numbers(try #require(jacobian.output["vals"])).prefix(30))
    expect(values, areCloseTo: Array(repeating: rows, count: p).flatMap { $0 }, jacobian)
  }

  // MARK: Calls

  private func answer(
    _ module: String, _ function: String, _ at: JSONValue, _ sizes: JSONValue, backend: String
  ) throws -> JSONValue {
    let path = BuiltCommand.root.appending(path: "examples/gradbench/\(module).nabla")
    let request = JSONValue.object(
      ("source", .string(try String(contentsOf: path, encoding: .utf8))), ("function", .string(function)),
      ("want", .array(["value"])), ("at", at), ("sizes", sizes), ("backend", .string(backend)))
    var session = ServeSession(limits: ServeLimits())
    return session.answer(try ServeRequest(request), ServeSession.Checkpoint { _ in })
  }

  /// The function of the program, its arguments and its sizes.
  private func call(of record: Record) throws -> (function: String, at: JSONValue, sizes: JSONValue) {
    func input(_ name: String) throws -> JSONValue { try #require(record.input[name]) }
    let isPrimal = ["primal", "objective", "cost"].contains(record.function)
    switch record.module {
    case "det":
      let extent = try #require(try input("ell").integer)
      let elements = try #require(try input("A").array)
      let rows = (0..<extent).map { JSONValue.array(Array(elements[$0 * extent..<($0 + 1) * extent])) }
      return (isPrimal ? "det" : "gradient", .object(("A", .array(rows))), .object([]))
    case "gmm":
      let names = ["x", "alpha", "mu", "q", "l", "gamma"]
      let at = JSONValue.object(try names.map { .init($0, try input($0)) })
      return (isPrimal ? "gmm" : "gradient", at, .object(("m", try input("m"))))
    case "kmeans":
      let at = JSONValue.object(("points", try input("points")), ("centroids", try input("centroids")))
      return (isPrimal ? "cost" : "direction", at, .object([]))
    case "llsq":
      return (isPrimal ? "llsq" : "gradient", .object(("x", try input("x"))), .object(("n", try input("n"))))
    case "lstm":
      let at = JSONValue.object(
        ("main", try input("main_params")), ("extra", try input("extra_params")), ("state", try input("state")),
        ("sequence", try input("sequence")))
      return (isPrimal ? "lstm" : "gradient", at, .object([]))
    case "ode":
      return (isPrimal ? "ode" : "gradient", .object(("x", try input("x"))), .object(("s", try input("s"))))
    default:
      return (isPrimal ? record.module : "gradient", .object(("x", try input("x"))), .object([]))
    }
  }

  // MARK: Numbers

  /// What the suite expects, in the order in which the program gives it.
  private func expected(_ record: Record) throws -> [Double] {
    guard record.module == "gmm", record.function == "jacobian" else { return numbers(record.output) }
    return try ["alpha", "mu", "q", "l"].flatMap { numbers(try #require(record.output[$0])) }
  }

  /// The leaves of nested lists and objects, in order.
  private func numbers(_ value: JSONValue) -> [Double] {
    if let values = value.array { return values.flatMap(numbers) }
    if let members = value.members { return members.flatMap { numbers($0.value) } }
    return [Double(value.text) ?? .nan]
  }

  /// The suite promises 1e-4 relative; sums of terms of both signs are judged by the largest of them.
  private func expect(_ found: [Double], areCloseTo expected: [Double], _ record: Record) {
    guard found.count == expected.count else {
      Issue.record("\(record): \(found.count) numbers instead of \(expected.count)")
      return
    }
    let scale = expected.map(abs).max() ?? 0
    for (x, y) in zip(found, expected) where !(abs(x - y) <= 1e-6 * abs(y) + 1e-11 * scale) {
      Issue.record("\(record): \(x) instead of \(y)")
      return
    }
  }
}
