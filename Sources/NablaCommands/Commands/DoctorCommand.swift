import ArgumentParser
import Foundation
import Nabla
import NablaCompiler
import NablaDiagnostics
import NablaGraphviz

/// `nabla doctor`: what was found on this machine.
struct DoctorCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what was found: compiler, Graphviz, cache, processor.",
    discussion: "Example: nabla doctor")

  func perform() throws {
    print("nabla     \(NablaVersion.text)")
    let works = [reportCompiler(), reportGraphviz()]
    print("processor \(processor)")
    print("cores     \(ProcessInfo.processInfo.activeProcessorCount)")
    if works.contains(false) { throw ExitStatus.failed }
  }

  /// - Returns: `false` for a compiler that is there and does not work; none at all is no fault.
  private func reportCompiler() -> Bool {
    let compiler: KernelCompiler
    do {
      compiler = try KernelCompiler()
    } catch {
      print("compiler  none: \(error)")
      print("          formulas run on closures; install a C compiler, or set NABLA_CC to one")
      return true
    }
    print("compiler  \(compiler.compiler.path)")
    print("          \(compiler.compiler.version.split(separator: "\n").first ?? "")")
    print("cache     \(compiler.cache?.directory.path ?? "none")")
    if let note = compiler.note { print("          \(note)") }
    do {
      print("kernel    \(try trial(compiler))")
      return true
    } catch {
      print("kernel    fails: \(Problem.diagnostic(error).message)")
      print("          formulas run on closures; set NABLA_CC to another C compiler")
      return false
    }
  }

  private func reportGraphviz() -> Bool {
    print("graphviz  \(Graphviz.shared.version)")
    var works = true
    for format in PictureFormat.allCases {
      do {
        _ = try Graphviz.shared.render("digraph { a -> b }", as: format)
      } catch {
        print("          \(error)")
        works = false
      }
    }
    if works { print("          draws \(PictureFormat.allCases.map(\.rawValue).joined(separator: ", "))") }
    return works
  }

  /// The architecture, and the instruction sets that kernels gain from.
  private var processor: String {
    let words = Processor.identity.split(whereSeparator: \.isWhitespace).map { String($0) }
    let vectors = ["sse4_2", "avx", "avx2", "fma", "avx512f", "avx512dq", "neon", "asimd", "sve"].filter(words.contains)
    return ([words.first ?? "unknown"] + vectors).joined(separator: " ")
  }

  /// Compiles and runs a small kernel: the whole way, not just the parts.
  private func trial(_ compiler: KernelCompiler) throws -> String {
    let formula = try Formula("f(x) = sin(x)^2 + cos(x)^2 + x")
    let clock = ContinuousClock()
    var value = Double.nan
    let time = try clock.measure {
      let kernel = try compiler.compile(formula.program)
      value = try kernel.evaluate(["x": [1]])[0][0]
    }
    guard abs(value - 2) < 1e-15 else { throw Diagnostic("doctor.kernel", "it computes \(value) instead of 2") }
    return "compiled and run in \(DurationText.text(time))"
  }
}
