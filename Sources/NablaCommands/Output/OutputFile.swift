import Foundation
import NablaData
import NablaDiagnostics

/// A file that a command writes: whole, or not at all.
struct OutputFile {
  let path: String

  /// - Throws: `output.unwritable` with the system's reason.
  func write(_ bytes: some Sequence<UInt8>) throws(Diagnostic) {
    do {
      try WholeFile(path).write(bytes)
    } catch {
      guard case .file(_, let reason) = error else { throw error.diagnostic }
      throw Diagnostic("output.unwritable", "cannot write '\(path)': \(reason)")
    }
  }

  /// Makes a folder with what leads to it.
  static func makeFolder(_ path: String) throws(Diagnostic) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Diagnostic("output.unwritable", "cannot make the folder '\(path)': \(SystemReason(error))")
    }
  }
}
