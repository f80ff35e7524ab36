import Foundation
import Testing

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

/// The program that a compiler makes of a C text.
func compile(_ source: String, by way: [String]) throws -> URL {
  let program = temporaryFile("")
  let text = temporaryFile(".c")
  try Data(source.utf8).write(to: text)
  defer { try? FileManager.default.removeItem(at: text) }
  let arguments = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fno-math-errno", "-Wno-psabi"]
  let message = try diagnose(
    way[0], way.dropFirst() + arguments + ["-Wno-unused-function", "-o", program.path, text.path, "-lm"])
  try #require(message.isEmpty, "\(message)")
  return program
}

/// The doubles that a program writes.
func run(_ program: URL, on data: Data) throws -> [Double] {
  let input = temporaryFile("")
  try data.write(to: input)
  defer { try? FileManager.default.removeItem(at: input) }
  let process = Process()
  process.executableURL = program
  process.standardInput = try FileHandle(forReadingFrom: input)
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let bytes = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0)
  return bytes.withUnsafeBytes { raw in
    (0..<raw.count / 8).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
  }
}
