import Foundation
import NablaCompiler
import NablaData

/// What was measured of a step of training.
struct TrainingBenchmarkResult {
  let function: String
  let backend: Backend
  let threads: Int
  let batch: Int
  let parse: Duration
  let preparation: Duration
  let compile: Duration
  let isCached: Bool
  let operations: Int
  let workspace: Int
  let step: Sample
  let inference: Sample?
  let inferenceCompile: Duration?
  let kernels: Int
  let work: KernelWork
  let roof: MachineRoof?
  let note: String?

  /// The part of what the machine's multipliers can do at most, all threads together.
  private var peakFraction: Double? {
    roof.map { Double(work.operations) / (step.median * 1e-9) / $0.operations }
  }

  /// The same of its memory, if every array came from there.
  private var streamFraction: Double? {
    roof.map { Double(work.bytes) / (step.median * 1e-9) / $0.bandwidth }
  }

  var json: JSONValue {
    .object(
      ("function", .string(function)), ("backend", .string(backend.rawValue)), ("threads", .integer(threads)),
      ("points", .integer(1)), ("batch", .integer(batch)), ("parse_us", rounded(parse / .microseconds(1))),
      ("differentiate_us", rounded(preparation / .microseconds(1))),
      ("compile_ms", rounded(compile / .milliseconds(1))),
      ("cached", .boolean(isCached)), ("operations", .integer(operations)), ("workspace_bytes", .integer(workspace)),
      ("train_us", rounded(step.median / 1e3)), ("infer_us", inference.map { rounded($0.median / 1e3) } ?? .null),
      ("infer_compile_ms", inferenceCompile.map { rounded($0 / .milliseconds(1)) } ?? .null),
      ("peak_flops_fraction", peakFraction.map { rounded($0) } ?? .null), ("kernels", .integer(kernels)),
      ("flops", .integer(work.operations)), ("bytes", .integer(work.bytes)),
      ("stream_fraction", streamFraction.map { rounded($0) } ?? .null),
      ("peak_gflops", roof.map { rounded($0.operations / 1e9) } ?? .null),
      ("stream_gb_per_s", roof.map { rounded($0.bandwidth / 1e9) } ?? .null))
  }

  /// The same for people.
  var line: String {
    var parts = [
      "\(backend.rawValue) ×\(threads), batch \(batch)", "parse \(time(parse))", "differentiate \(time(preparation))",
      "\(isCached ? "load" : "compile") \(time(compile))", "\(kernels) kernel\(kernels == 1 ? "" : "s")",
      "workspace \(workspace) bytes",
      "step \(time(step))",
    ]
    if let inference { parts.append("prediction \(time(inference))") }
    var text = "\(function): " + parts.joined(separator: ", ")
    if let roof, let peakFraction, let streamFraction {
      text += String(
        format: "\n  %.3g Gflop a step: %.0f %% of the peak, %.4g Gflop/s; %.3g MB: %.0f %% of the stream, %.3g GB/s",
        Double(work.operations) / 1e9, peakFraction * 100, roof.operations / 1e9, Double(work.bytes) / 1e6,
        streamFraction * 100, roof.bandwidth / 1e9)
    }
    return text
  }

  private func time(_ sample: Sample) -> String {
    String(format: "%.4g µs ± %.0f %%", sample.median / 1e3, sample.spread * 100)
  }

  private func time(_ duration: Duration) -> String { String(format: "%.3g ms", duration / .milliseconds(1)) }

  private func rounded(_ value: Double) -> JSONValue { .double((value * 1000).rounded() / 1000) }
}
