import Foundation
import Nabla
import NablaDiagnostics
import NablaGraph
import NablaRuntime
import Testing

@testable import NablaLanguage

/// Depth costs memory, never stack: on a thread with a stack of 512 KB, texts that nest 100,000 deep are read, laid out
/// and checked (20,000 deep those that the checker is slow on without optimisation), and texts that nest 2,000 deep go
/// all the way; all of them 100,000 deep with `NABLA_LONG_TESTS=1`.
@Suite struct `Depth` {
  private static let depth = 100_000
  private static let isLong = ProcessInfo.processInfo.environment["NABLA_LONG_TESTS"] == "1"
  private static let slowDepth = isLong ? depth : 20_000
  private static let wholeDepth = isLong ? depth : 2000

  struct Deep: Sendable, CustomTestStringConvertible {
    let name: String
    let text: @Sendable (_ depth: Int) -> String
    /// The value at x = 1, and the derivative; `nil` where it is enough that nothing breaks.
    var value: (@Sendable (_ depth: Int) -> Double)?
    var slope: (@Sendable (_ depth: Int) -> Double)?
    var isSlow = false
    /// How deep it goes all the way: the exponents of powers of powers double each time.
    var most = Depth.depth

    var testDescription: String { name }
  }

  static let texts: [Deep] = [
    Deep(
      name: "parentheses",
      text: { depth in "f(x) = " + String(repeating: "(", count: depth) + "x" + String(repeating: ")", count: depth) },
      value: { _ in 1 }, slope: { _ in 1 }),
    Deep(
      name: "minuses", text: { depth in "f(x) = " + String(repeating: "-", count: depth) + "x" }, value: { _ in 1 },
      slope: { _ in 1 }),
    Deep(
      name: "calls",
      text: { depth in "f(x) = " + String(repeating: "sin(", count: depth) + "x" + String(repeating: ")", count: depth)
      }),
    Deep(
      name: "powers", text: { depth in "f(x) = " + String(repeating: "x^", count: depth) + "x" }, value: { _ in 1 },
      slope: { _ in 1 }),
    Deep(
      name: "powers of powers",
      text: { depth in "f(x) = " + String(repeating: "(", count: depth) + "x" + String(repeating: "^2)", count: depth)
      }, value: { _ in 1 }, most: 2000),
    Deep(
      name: "conditions", text: { depth in "f(x) = " + String(repeating: "if x > 2 then 0 else ", count: depth) + "x" },
      value: { _ in 1 }, slope: { _ in 1 }),
    Deep(
      name: "sums", text: { depth in "f(x) = x" + String(repeating: " + x", count: depth) }, value: { Double($0 + 1) },
      slope: { Double($0 + 1) }),
    Deep(
      name: "products", text: { depth in "f(x) = x" + String(repeating: "*x", count: depth) }, value: { _ in 1 },
      slope: { Double($0 + 1) }),
    Deep(
      name: "arguments", text: { depth in "f(x) = max(x" + String(repeating: ", x", count: depth) + ")" },
      value: { _ in 1 }),
    Deep(
      name: "lists", text: { depth in "f(x) = sum([x" + String(repeating: ", x", count: depth) + "])" },
      value: { Double($0 + 1) }, slope: { Double($0 + 1) }),
    Deep(
      name: "comparisons",
      text: { depth in "f(x) = if x" + String(repeating: " <= x", count: depth) + " then x else 0" }, value: { _ in 1 },
      slope: { _ in 1 }),
    Deep(name: "pipes", text: { depth in "f(x) = x" + String(repeating: " |> sin", count: depth) }, isSlow: true),
    Deep(
      name: "statements", text: { depth in "f(x) {\n" + String(repeating: "x = sin(x)\n", count: depth) + "x }" },
      isSlow: true),
    Deep(
      name: "functions",
      text: { depth in "f0(x) = sin(x)\n" + (1...depth).map { "f\($0)(x) = sin(f\($0 - 1)(x))\n" }.joined() },
      isSlow: true),
    Deep(
      name: "where",
      text: { depth in "f(x) = a0 where " + (0..<depth).map { "a\($0) = sin(a\($0 + 1)), " }.joined() + "a\(depth) = x"
      }, isSlow: true),
  ]

  @Test(arguments: texts)
  func `is read, laid out and checked`(_ deep: Deep) async {
    let problem = await onSmallStack {
      let source = SourceText(deep.text(deep.isSlow ? Depth.slowDepth : Depth.depth))
      let problems = Module(checking: source).diagnostics.map { "\($0.id): \($0.message.prefix(200))" }
      return problems.first ?? ((try? SourceFormatter.format(source)) == nil ? "it has no layout" : nil)
    }
    #expect(problem == nil)
  }

  @Test(arguments: texts)
  func `goes all the way`(_ deep: Deep) async {
    let depth = min(Depth.wholeDepth, deep.most)
    let outcome = await onSmallStack { Result { try Depth.values(of: deep.text(depth)) } }
    do {
      let (value, slope) = try outcome.get()
      if let expected = deep.value { #expect(value == expected(depth)) }
      if let expected = deep.slope { #expect(slope == expected(depth)) }
    } catch {
      Issue.record("\(error)")
    }
  }

  /// Texts that break off in the depth.
  @Test(arguments: ["(", "[", "{", "-", "sin(", "x^", "if x then ", "x + ", "f(x) { ", "|", "2(", "x[", "∂(", "x |> ("])
  func `gives diagnostics where a text breaks off`(_ opening: String) async {
    let count = await onSmallStack {
      Module(checking: SourceText("f(x) = " + String(repeating: opening, count: Depth.slowDepth))).diagnostics.count
    }
    #expect(count > 0)
  }

  /// Differentiates, prints and evaluates: value and derivative at 1.
  private static func values(of text: String) throws -> (value: Double?, slope: Double?) {
    let formula = try Formula(text)
    let derived = try formula.differentiated([.value, .gradient])
    _ = Formula(derived.program).text()
    let results = try Interpreter(formula.pipeline.specialise(derived.program)).evaluate([Column([1.0])])
    return (results.first?.doubles.first, results.last?.doubles.first)
  }

  private func onSmallStack<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: work()) }
      thread.stackSize = 512 << 10
      thread.start()
    }
  }
}
