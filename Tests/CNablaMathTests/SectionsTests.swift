import CNablaMath
import Foundation
import Testing

@Suite struct SectionsTests {
  @Test func `every section stands after the sections that it uses`() {
    var seen: Set<String> = []
    for section in sections() {
      #expect(seen.isSuperset(of: section.uses), "\(section.name)")
      #expect(seen.insert(section.name).inserted, "\(section.name) is there twice")
    }
    #expect(seen.count > 30)
  }

  @Test func `a section lists what it uses, no more and no less`() {
    for section in sections() {
      let names = section.identifiers
      let ours = names.filter { $0.hasPrefix("nabla_") }.map { String($0.dropFirst("nabla_".count)) }
      let constants = names.contains { $0.hasPrefix("NABLA_") } ? ["constants"] : []
      #expect(Set(section.uses) == Set(ours + constants).subtracting([section.name]), "\(section.name)")
      #expect(Set(section.libm) == names.intersection(libmArity.keys), "\(section.name)")
      #expect(section.name == "constants" || ours.contains(section.name), "\(section.name)")
    }
  }

  @Test func `the text is ASCII and has no stray markers`() {
    let text = String(cString: nabla_math_source())
    #expect(text.utf8.allSatisfy { $0 < 128 })
    #expect(text.split(separator: "// nabla:").count == 2 * sections().count + 1)
  }

  /// A compiler that sees one section, what it uses and declarations of the libm functions listed must be content.
  @Test(arguments: compilers)
  func `each section compiles alone without any header or warning`(compiler: String) throws {
    let all = sections()
    let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    for section in all {
      var needed: Set<String> = [section.name]
      var libm: Set<String> = []
      for candidate in all.reversed() where needed.contains(candidate.name) {
        needed.formUnion(candidate.uses)
        libm.formUnion(candidate.libm)
      }
      var source = ""
      for name in libm.sorted() {
        let operands = Array(repeating: "double", count: libmArity[name] ?? 0).joined(separator: ", ")
        source += "double \(name)(\(operands));\n"
      }
      source += all.filter { needed.contains($0.name) }.map(\.text).joined()
      let signature = byName[section.name]?.text.firstRange(of: "nabla_\(section.name)(")
      if signature != nil { source += "void *used_\(section.name) = (void *)nabla_\(section.name);\n" }
      let message = try diagnose(source, with: compiler)
      #expect(message.isEmpty, "\(section.name): \(message)")
    }
  }
}

/// The C compilers of this machine. Without any there is nothing to test here.
let compilers: [String] = ["cc", "gcc", "clang"].compactMap { name in
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// What a strict C11 compiler says about a file.
private func diagnose(_ source: String, with compiler: String) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: compiler)
  process.arguments = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c", "-"]
  let input = Pipe()
  let output = Pipe()
  process.standardInput = input
  process.standardError = output
  process.standardOutput = FileHandle.nullDevice
  try process.run()
  try input.fileHandleForWriting.write(contentsOf: Data(source.utf8))
  try input.fileHandleForWriting.close()
  let message = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return process.terminationStatus == 0 ? message : message + "status \(process.terminationStatus)"
}
