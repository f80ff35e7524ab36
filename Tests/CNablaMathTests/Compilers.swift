import Foundation

/// The C compilers of this machine, each once. Without any there is nothing to test here.
let compilers: [String] = {
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  let found = ["gcc", "clang", "cc"].compactMap { name in
    folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
  var seen: Set<String> = []
  return found.filter { seen.insert(URL(fileURLWithPath: $0).resolvingSymlinksInPath().path).inserted }
}()

/// What a compiler says when it is run with these arguments; empty if it is content.
func diagnose(_ compiler: String, _ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: compiler)
  process.arguments = arguments
  let output = Pipe()
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = FileHandle.nullDevice
  process.standardError = output
  try process.run()
  let message = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return process.terminationStatus == 0 ? message : message + "status \(process.terminationStatus)"
}

/// A name for a file that is not there yet.
func temporaryFile(_ suffix: String) -> URL {
  FileManager.default.temporaryDirectory.appendingPathComponent("nabla-\(UUID().uuidString)\(suffix)")
}
