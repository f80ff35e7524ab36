import Foundation
import Nabla
import NablaCompiler
import NablaData

/// What was measured of one function.
struct BenchmarkResult {
  let function: String
  /// What ran it in the end.
  var backend: Backend
  let threads: Int
  var points = 0
  var parse = Duration.zero
  var differentiate: Duration?
  var compile = Duration.zero
  /// Whether the kernel was found in the cache, so that ``compile`` is the time of loading it.
  var isCached = false
  var operations = 0
  var value: Sample?
  var gradient: Sample?
  var workspace = 0
  var note: String?

  init(function: String, backend: Backend, threads: Int) {
    self.function = function
    self.backend = backend
    self.threads = threads
  }

  var json: JSONValue {
    func rounded(_ value: Double) -> JSONValue { .double((value * 1000).rounded() / 1000) }
    return .object(
      ("function", .string(function)), ("backend", .string(backend.rawValue)), ("threads", .integer(threads)),
      ("points", .integer(points)), ("parse_us", rounded(parse / .microseconds(1))),
      ("differentiate_us", differentiate.map { rounded($0 / .microseconds(1)) } ?? .null),
      ("compile_ms", rounded(compile / .milliseconds(1))), ("cached", .boolean(isCached)),
      ("operations", .integer(operations)), ("value_ns", value.map { rounded($0.median) } ?? .null),
      ("gradient_ns", gradient.map { rounded($0.median) } ?? .null), ("workspace_bytes", .integer(workspace)))
  }

  /// The same for people.
  var line: String {
    var parts = ["\(backend.rawValue) ×\(threads)", "\(points) points", "parse \(time(parse))"]
    if let differentiate { parts.append("differentiate \(time(differentiate))") }
    parts.append("\(isCached ? "load" : "compile") \(time(compile))")
    parts.append("\(operations) operations")
    if let value { parts.append("value \(text(value))") }
    if let gradient { parts.append("with gradient \(text(gradient))") }
    if workspace > 0 { parts.append("workspace \(workspace) bytes") }
    return "\(function): " + parts.joined(separator: ", ")
  }

  private func text(_ sample: Sample) -> String {
    String(format: "%.3g ns ± %.0f %%", sample.median, sample.spread * 100)
  }

  private func time(_ duration: Duration) -> String {
    let microseconds = duration / .microseconds(1)
    if microseconds < 1000 { return String(format: "%.0f µs", microseconds) }
    return String(format: microseconds < 1e6 ? "%.3g ms" : "%.3f s", microseconds / (microseconds < 1e6 ? 1e3 : 1e6))
  }
}
