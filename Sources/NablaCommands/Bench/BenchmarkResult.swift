import Foundation
import Nabla
import NablaCompiler
import NablaData

/// What was measured of one function.
struct BenchmarkResult {
  let function: String
  let threads: Int
  let parse: Duration
  var value: BenchmarkPass?
  /// The passes that compute derivatives too.
  var passes: [BenchmarkedDerivative: BenchmarkPass] = [:]

  /// The pass that the plain keys describe: the gradient's where it was asked for, else the value's.
  private var main: BenchmarkPass? { passes[.gradient] ?? value }

  /// One line a backend that is not what was asked for.
  var note: String? { main?.note }

  /// The keys without a prefix describe the pass of the gradient, or of the value alone; those of the other derivatives
  /// are named after them.
  var json: JSONValue {
    let gradient = passes[.gradient]
    var members: [JSONValue.Member] = [
      .init("function", .string(function)), .init("backend", main.map { .string($0.backend.rawValue) } ?? .null),
      .init("threads", .integer(threads)), .init("points", .integer(main?.points ?? 0)),
      .init("parse_us", rounded(parse, .microseconds(1))),
      .init("differentiate_us", gradient.map { rounded($0.lowering.total, .microseconds(1)) } ?? .null),
      .init("simplify_us", gradient.map { rounded($0.lowering.simplify, .microseconds(1)) } ?? .null),
      .init("compile_ms", main.map { rounded($0.compile, .milliseconds(1)) } ?? .null),
      .init("cached", .boolean(main?.isCached ?? false)), .init("operations", .integer(main?.operations ?? 0)),
      .init("value_ns", value.map { rounded($0.sample.median) } ?? .null),
      .init("gradient_ns", gradient.map { rounded($0.sample.median) } ?? .null),
      .init("workspace_bytes", .integer(main?.workspace ?? 0)),
    ]
    if let call = main?.call {
      members += [
        .init("checked_call_ns", rounded(call.checked.median)), .init("kernel_call_ns", rounded(call.kernel.median)),
      ]
    }
    for derivative in BenchmarkedDerivative.allCases where derivative != .gradient {
      guard let pass = passes[derivative] else { continue }
      members += [
        .init("\(derivative)_ns", rounded(pass.sample.median)),
        .init("\(derivative)_operations", .integer(pass.operations)),
        .init("\(derivative)_differentiate_us", rounded(pass.lowering.total, .microseconds(1))),
        .init("\(derivative)_simplify_us", rounded(pass.lowering.simplify, .microseconds(1))),
        .init("\(derivative)_compile_ms", rounded(pass.compile, .milliseconds(1))),
        .init("\(derivative)_cached", .boolean(pass.isCached)),
      ]
    }
    return .object(members)
  }

  /// The same for people.
  var line: String {
    var parts: [String] = []
    if let main { parts.append("\(main.backend.rawValue) ×\(threads), \(main.points) points") }
    parts.append("parse \(text(parse))")
    if let gradient = passes[.gradient] { parts.append(text(gradient.lowering)) }
    if let main { parts.append(made(main)) }
    if let value { parts.append("value \(text(value.sample))") }
    if let gradient = passes[.gradient] { parts.append("with gradient \(text(gradient.sample))") }
    if let main, main.workspace > 0 { parts.append("workspace \(main.workspace) bytes") }
    var lines = ["\(function): " + parts.joined(separator: ", ")]
    if let call = main?.call {
      lines.append("  one call: checked \(text(call.checked)), the kernel's function \(text(call.kernel))")
    }
    for derivative in BenchmarkedDerivative.allCases where derivative != .gradient {
      guard let pass = passes[derivative] else { continue }
      lines.append("  \(derivative.label): \(text(pass.lowering)), \(made(pass)), \(text(pass.sample))")
    }
    return lines.joined(separator: "\n")
  }

  private func made(_ pass: BenchmarkPass) -> String {
    "\(pass.isCached ? "load" : "compile") \(text(pass.compile)), \(pass.operations) operations"
  }

  private func text(_ lowering: BenchmarkPass.Lowering) -> String {
    "differentiate \(text(lowering.total)) (\(text(lowering.simplify)) of it simplifying)"
  }

  private func text(_ sample: Sample) -> String {
    String(format: "%.3g ns ± %.0f %%", sample.median, sample.spread * 100)
  }

  private func text(_ duration: Duration) -> String {
    let microseconds = duration / .microseconds(1)
    if microseconds < 1000 { return String(format: "%.0f µs", microseconds) }
    return String(format: microseconds < 1e6 ? "%.3g ms" : "%.3f s", microseconds / (microseconds < 1e6 ? 1e3 : 1e6))
  }

  private func rounded(_ duration: Duration, _ unit: Duration) -> JSONValue { rounded(duration / unit) }

  private func rounded(_ value: Double) -> JSONValue { .double((value * 1000).rounded() / 1000) }
}
