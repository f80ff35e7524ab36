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
    var definers: [String: String] = [:]
    for section in sections() {
      let names = section.identifiers
      let ours = names.filter { $0.lowercased().hasPrefix("nabla_") }
      for name in ours where definers[name] == nil { definers[name] = section.name }
      #expect(Set(section.uses) == Set(ours.compactMap { definers[$0] }).subtracting([section.name]), "\(section.name)")
      #expect(Set(section.libm) == names.intersection(libmArity.keys), "\(section.name)")
    }
    for section in sections() where section.promisedError != nil {
      #expect(definers["nabla_\(section.name)"] == section.name)
    }
  }

  /// Emitters find vector forms by the operation's name.
  @Test func `every function has sections for vectors of doubles and of floats`() {
    let names = Set(sections().map(\.name))
    for name in VectorFunction.all.map(\.operation) + ["abs", "sqrt", "identity", "powi"] {
      #expect(names.contains("v_" + name), "\(name)")
      #expect(names.contains("vf_" + name) || name == "powi", "\(name)")
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
      if signature != nil, !section.name.hasSuffix("_512") {
        source += "void *used_\(section.name) = (void *)nabla_\(section.name);\n"
      }
      let file = temporaryFile(".c")
      try Data(source.utf8).write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      let flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
      let message = try diagnose(compiler, flags + [file.path])
      #expect(message.isEmpty, "\(section.name): \(message)")
    }
  }
}
